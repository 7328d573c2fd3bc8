package telnyx_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/middleware/telnyx"
)

func TestUndelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{statuses: []int{500}}
		s, stop := hooked(t, r, telnyx.WebhookOptions{Backoff: time.Minute})
		id, _ := s.start(number, "")
		synctest.Wait()
		lost, ok := errors.AsType[*telnyx.UndeliveredError](stop())
		want := []telnyx.Undelivered{{EventType: "verify.sent", VerificationID: id}}
		if !ok || !slices.Equal(lost.Waiting, want) || lost.Watched != 1 || lost.Dropped != 0 || strings.Contains(lost.Error(), number) {
			t.Errorf("lost %+v", lost)
		}
		if !strings.Contains(s.log.String(), "webhooks are lost") {
			t.Error("the log says nothing of it")
		}
	})
}

// TestShutdown holds that a webhook under way is finished, and then is not reported.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{hang: make(chan struct{})}
		s, stop := hooked(t, r, telnyx.WebhookOptions{})
		s.start(number, "")
		synctest.Wait()
		time.AfterFunc(time.Second, func() { close(r.hang) })
		lost, ok := errors.AsType[*telnyx.UndeliveredError](stop())
		if !ok || len(lost.Waiting) != 0 || lost.Watched != 1 || lost.Dropped != 0 || len(r.all()) != 1 {
			t.Errorf("lost %+v, %d webhooks", lost, len(r.all()))
		}
	})
}

// TestQueueIsBounded holds that events beyond the queue are dropped, not waited for.
func TestQueueIsBounded(t *testing.T) {
	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: signer, Queue: 3})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, func(o *setup) { o.engine.OnEvent, o.options.Webhooks = hooks.Observe, hooks })
	s.patch("/v2/verify_profiles/"+profileID, `{"webhook_url":"https://first.example/hook"}`).ok(t)
	for i := range 5 {
		s.start(fmt.Sprintf("+1303555%04d", i), "")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	lost, ok := errors.AsType[*telnyx.UndeliveredError](hooks.Run(ended))
	if !ok || lost.Dropped != 2 || len(lost.Waiting) != 3 || lost.Waiting[0].EventType != "verify.sent" || lost.Watched != 3 {
		t.Errorf("lost %+v", lost)
	}
}

// TestNothingIsLost holds that events which nobody wants to be told of are not reported.
func TestNothingIsLost(t *testing.T) {
	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: signer})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, func(o *setup) { o.engine.OnEvent, o.options.Webhooks = hooks.Observe, hooks })
	_, code := s.start(number, "") // of a profile without a URL
	s.check(number, code)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := hooks.Run(ended); err != nil {
		t.Error(err)
	}
}

func TestStoreFailsUnderWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, broken := new(receiver), newStore(t)
		s, stop := hooked(t, r, telnyx.WebhookOptions{}, func(o *setup) { o.engine.Store = broken })
		s.inbox.Once(func(context.Context) (bool, error) {
			broken.broken.Store(true)
			return true, nil
		})
		_, code := s.start(number, "")
		synctest.Wait()
		broken.broken.Store(false)
		s.check(number, code)
		synctest.Wait()
		lost, ok := errors.AsType[*telnyx.UndeliveredError](stop())
		if !ok || lost.Dropped != 1 || !slices.Equal(r.kinds(), []string{"verification.complete accepted"}) {
			t.Errorf("lost %+v, got %q", lost, r.kinds())
		}
	})
}

// TestWatchIsBounded holds that only so many verifications are watched for their expiry.
func TestWatchIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(receiver)
		s, stop := hooked(t, r, telnyx.WebhookOptions{Queue: 3})
		for i := range 5 {
			s.start(fmt.Sprintf("+1303555%04d", i), "")
			synctest.Wait()
		}
		lost, ok := errors.AsType[*telnyx.UndeliveredError](stop())
		if !ok || lost.Dropped != 2 || lost.Watched != 3 || len(r.all()) != 5 {
			t.Errorf("lost %+v, %d webhooks", lost, len(r.all()))
		}
	})
}

func TestRunsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hooks, _ := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: signer})
		open(t, func(o *setup) { o.options.Webhooks = hooks })
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := hooks.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if hooks.Run(ctx) == nil {
			t.Error("runs twice")
		}
		cancel()
		running.Wait()
	})
}
