package telnyx_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/telnyx"
	"github.com/codeword-go/codeword/verify"
)

func TestWebhooks(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s *site)
		want []string
	}{
		{"accepted", func(t *testing.T, s *site) {
			_, code := s.start(number, "")
			synctest.Wait()
			s.check(number, wrong(code))
			s.check(number, code)
		}, []string{"verify.sent pending", "verification.complete accepted"}},
		{"too many wrong codes", func(t *testing.T, s *site) {
			_, code := s.start(number, "")
			synctest.Wait()
			for range 7 {
				s.check(number, wrong(code))
			}
		}, []string{"verify.sent pending", "verification.complete invalid"}},
		{"rejected by the caller", func(t *testing.T, s *site) {
			id, _ := s.start(number, `,"custom_code":"90817263"`)
			synctest.Wait()
			s.post("/v2/verifications/"+id+"/actions/verify", `{"status":"rejected"}`).ok(t)
		}, []string{"verify.sent pending", "verification.complete invalid"}},
		{"expired", func(t *testing.T, s *site) {
			s.start(number, "")
			time.Sleep(5*time.Minute + time.Second)
		}, []string{"verify.sent pending", "verification.complete expired"}},
		{"accepted, and not expired after that", func(t *testing.T, s *site) {
			_, code := s.start(number, "")
			synctest.Wait()
			s.check(number, code)
			time.Sleep(time.Hour)
		}, []string{"verify.sent pending", "verification.complete accepted"}},
		{"refused by the channel", func(t *testing.T, s *site) {
			s.inbox.Once(channeltest.Fail(channel.ErrRejected))
			s.post("/v2/verifications/sms", `{`+about+`}`).ok(t)
			time.Sleep(time.Hour)
		}, []string{"verify.failed error"}},
		{"perhaps not sent", func(t *testing.T, s *site) {
			s.inbox.Once(channeltest.LoseAnswer(context.DeadlineExceeded))
			s.post("/v2/verifications/sms", `{`+about+`}`).ok(t)
			time.Sleep(time.Hour)
		}, []string{"verify.failed pending", "verification.complete expired"}},
		{"another profile", func(t *testing.T, s *site) {
			id := s.post("/v2/verify_profiles", `{"name":"Quiet"}`).ok(t).text(t, "data.id")
			s.post("/v2/verifications/sms", `{"phone_number":"`+number+`","verify_profile_id":"`+id+`"}`).ok(t)
			if _, err := s.engine.Start(t.Context(), verify.StartRequest{To: number}); err != nil {
				t.Fatal(err)
			}
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := new(receiver)
				s, stop := hooked(t, r, telnyx.WebhookOptions{})
				test.do(t, s)
				synctest.Wait()
				if got := r.kinds(); !slices.Equal(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
				for _, h := range r.all() {
					if h.host != "first.example" || h.Meta.Attempt != 1 || h.Meta.DeliveredTo != "http://first.example/hook" || h.Data.RecordType != "event" {
						t.Errorf("%s at %s", h.body, h.host)
					}
					if strings.Contains(h.body, "90817263") {
						t.Error("a webhook tells a custom code")
					}
				}
				_ = stop()
			})
		})
	}
}

func TestWebhookBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(receiver)
		s, stop := hooked(t, r, telnyx.WebhookOptions{})
		id, code := s.start(number, `,"custom_code":"90817263"`)
		synctest.Wait()
		s.check(number, code)
		synctest.Wait()
		s.inbox.Once(channeltest.Fail(channel.ErrRejected))
		s.post("/v2/verifications/call", `{`+about+`}`).ok(t)
		synctest.Wait()
		for i, name := range []string{"webhook_sent", "webhook_complete", "webhook_failed"} {
			h := r.all()[i]
			answer{200, nil, h.body}.golden(t, name)
			if _, err := time.Parse("2006-01-02T15:04:05.000+00:00", h.Data.OccurredAt); err != nil {
				t.Error(err)
			}
			if i < 2 && h.Data.Payload["id"] != id {
				t.Errorf("%s is not about %s", h.body, id)
			}
		}
		_ = stop()
	})
}

func TestWebhookRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{statuses: []int{500, 302, 404, 199 + 230, 503}}
		s, stop := hooked(t, r, telnyx.WebhookOptions{})
		begin := time.Now()
		s.start(number, "")
		time.Sleep(time.Minute)
		var got []string
		for _, h := range r.all() {
			got = append(got, fmt.Sprint(h.at.Sub(begin).Round(time.Second), " ", h.host, " ", h.Meta.Attempt, " ", h.Meta.DeliveredTo))
		}
		want := []string{
			"0s first.example 1 http://first.example/hook", "1s first.example 2 http://first.example/hook", "3s first.example 3 http://first.example/hook",
			"3s second.example 4 http://second.example/hook", "4s second.example 5 http://second.example/hook", "6s second.example 6 http://second.example/hook",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		ids := map[string]bool{}
		for _, h := range r.all() {
			ids[h.Data.ID] = true
		}
		if len(ids) != 1 {
			t.Errorf("attempts have ids of their own: %v", ids)
		}
		if err := stop(); err != nil {
			lost, ok := errors.AsType[*telnyx.UndeliveredError](err)
			if !ok || len(lost.Waiting) != 0 || lost.Watched != 1 || lost.Dropped != 0 {
				t.Error(err)
			}
		}
	})
}

func TestWebhookIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{statuses: slices.Repeat([]int{500}, 100)}
		s, stop := hooked(t, r, telnyx.WebhookOptions{Attempts: 2})
		_, code := s.start(number, "")
		time.Sleep(time.Minute)
		if n := len(r.all()); n != 4 {
			t.Errorf("%d attempts", n)
		}
		s.check(number, code)
		time.Sleep(time.Hour)
		lost, ok := errors.AsType[*telnyx.UndeliveredError](stop())
		if !ok || lost.Dropped != 2 || len(lost.Waiting) != 0 || lost.Watched != 0 {
			t.Errorf("lost %+v", lost)
		}
		if log := s.log.String(); strings.Count(log, "given up") != 2 || strings.Contains(log, number) || strings.Contains(log, code) || strings.Contains(log, "first.example") {
			t.Errorf("logged %s", log)
		}
	})
}

func TestSlowReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{hang: make(chan struct{})}
		s, stop := hooked(t, r, telnyx.WebhookOptions{Timeout: 2 * time.Second, Attempts: 1})
		begin := time.Now()
		s.start(number, "")
		time.Sleep(time.Minute)
		got := r.all()
		if len(got) != 2 || got[1].host != "second.example" || got[1].at.Sub(begin) != 2*time.Second {
			t.Errorf("%d attempts", len(got))
		}
		close(r.hang)
		_ = stop()
	})
}

// TestWebhooksOverTLS goes through the real network, where only what is allowed may be dialled.
func TestWebhooksOverTLS(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		r := &receiver{t: t}
		server := httptest.NewTLSServer(r)
		defer server.Close()
		o := telnyx.WebhookOptions{Key: signer, Attempts: 2, Backoff: time.Millisecond, RootCAs: x509.NewCertPool()}
		o.RootCAs.AddCert(server.Certificate())
		if allowed {
			o.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}
		given := make(chan struct{}, 10)
		o.Logger = slog.New(slog.NewJSONHandler(signal(given), nil))
		hooks, err := telnyx.NewWebhooks(o)
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, func(all *setup) { all.engine.OnEvent, all.options.Webhooks = hooks.Observe, hooks })
		s.patch("/v2/verify_profiles/"+profileID, `{"webhook_url":"http://127.0.0.1/"}`).refused(t, 400, "10015", "/webhook_url")
		s.patch("/v2/verify_profiles/"+profileID, `{"webhook_url":"`+server.URL+`"}`).ok(t)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		var running sync.WaitGroup
		running.Go(func() { _ = hooks.Run(ctx) })
		s.start(number, "")
		for ctx.Err() == nil && len(r.all()) == 0 && len(given) == 0 {
			time.Sleep(time.Millisecond)
		}
		if reached := len(r.all()) > 0; reached != allowed {
			t.Errorf("a server on loopback is allowed: %v, and reached: %v", allowed, reached)
		}
		cancel()
		running.Wait()
	}
}

// A signal tells of everything that is written to it.
type signal chan struct{}

func (s signal) Write(line []byte) (int, error) {
	s <- struct{}{}
	return len(line), nil
}

func TestWebhookOptions(t *testing.T) {
	for field, o := range map[string]telnyx.WebhookOptions{
		"Key": {}, "Attempts": {Key: signer, Attempts: -1}, "Backoff": {Key: signer, Backoff: -1}, "Timeout": {Key: signer, Timeout: time.Hour},
		"Queue": {Key: signer, Queue: -1}, "AllowNetworks": {Key: signer, AllowNetworks: []netip.Prefix{{}}},
	} {
		if _, err := telnyx.NewWebhooks(o); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: signer})
	if err != nil || len(hooks.PublicKey()) != 44 {
		t.Fatalf("%v, key %s", err, hooks.PublicKey())
	}
	if hooks.Run(t.Context()) == nil {
		t.Error("runs without a handler")
	}
	hooks.Observe(t.Context(), verify.Event{Kind: verify.EventSent, Profile: "telnyx/" + profileID}) // does nothing
}
