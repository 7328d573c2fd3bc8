package webhook_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/speech"
	"github.com/codeword-go/codeword/channel/webhook"
	"github.com/codeword-go/codeword/internal/leaktest"
)

const (
	code    = "493021"
	number  = "+14155552671"
	query   = "token=hunter2"
	secret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	secret2 = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

func message() channel.Message {
	return channel.Message{
		Channel: "sms", To: channel.NewSecret(number), Code: channel.NewSecret(code), Text: channel.NewSecret("Acme: code " + code + "."),
		Subject: channel.NewSecret(code + " – Acme"), HTML: channel.NewSecret("<b>" + code + "</b>"),
		Speech: func() speech.Speech {
			return speech.Speech{Lang: "en", Parts: []speech.Part{{Text: "Code:"}, {Kind: speech.Digits, Text: code}}}
		},
		Locale: "en", Profile: "login", Brand: "Acme", VerificationID: "4fzzzz", Attempt: 2,
		Expires: time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)),
	}
}

// serve starts a server with TLS, HTTP/2 if h2, and returns the options that reach it.
func serve(t *testing.T, h2 bool, handler http.HandlerFunc) webhook.Options {
	t.Helper()
	srv := httptest.NewUnstartedServer(handler)
	srv.EnableHTTP2 = h2
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return reach(srv.URL, srv.Certificate())
}

func reach(url string, certificate *x509.Certificate) webhook.Options {
	o := webhook.Options{
		URL: url + "/hook?" + query, Secrets: []string{secret},
		AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
	}
	if certificate != nil {
		o.RootCAs = x509.NewCertPool()
		o.RootCAs.AddCert(certificate)
	}
	return o
}

func mustNew(t *testing.T, o webhook.Options) *webhook.Channel {
	t.Helper()
	c, err := webhook.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// send sends the message, and fails the test if the error tells any of it.
func send(t *testing.T, ctx context.Context, c *webhook.Channel) (channel.Receipt, error) {
	t.Helper()
	r, err := c.Send(ctx, message())
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, format := range []string{"%v", "%+v", "%#v", "%q"} {
			text := fmt.Sprintf(format, e)
			for _, s := range []string{code, number[1:], "hunter2", "token", "echo", "/hook", secret[6:]} {
				if strings.Contains(text, s) {
					t.Errorf("an error tells %q: %s", s, text)
				}
			}
		}
	}
	if err != nil && r != (channel.Receipt{}) {
		t.Errorf("a receipt beside an error: %v", r)
	}
	return r, err
}

func expect(t *testing.T, err error, want ...error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, class := range []error{channel.ErrRejected, channel.ErrNotSent, context.DeadlineExceeded, context.Canceled} {
		wanted := false
		for _, w := range want {
			wanted = wanted || errors.Is(w, class)
		}
		if errors.Is(err, class) != wanted {
			t.Errorf("%v: is %v: %v, want %v", err, class, !wanted, wanted)
		}
	}
}

func TestDelivers(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%v", h2), func(t *testing.T) {
			var mu sync.Mutex
			var ids []string
			o := serve(t, h2, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				mu.Lock()
				defer mu.Unlock()
				ids = append(ids, r.Header.Get("webhook-id"))
				if r.ProtoMajor == 2 != h2 || r.Method != "POST" || r.URL.RawQuery != query ||
					r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Cookie") != "" {
					t.Errorf("%s %s %s %v", r.Proto, r.Method, r.URL, r.Header)
				}
				for _, s := range []string{secret, secret2} {
					if err := webhook.Verify([]string{s}, r.Header, body, time.Now()); err != nil {
						t.Errorf("signature by %s: %v", s, err)
					}
				}
				var got map[string]any
				if err := json.Unmarshal(body, &got); err != nil {
					t.Error(err)
				}
				want := map[string]any{
					"channel": "sms", "to": number, "text": "Acme: code " + code + ".", "code": code, "subject": code + " – Acme",
					"html": "<b>" + code + "</b>", "speech": "Code: 4, 9, 3, 0, 2, 1", "locale": "en", "profile": "login",
					"brand": "Acme", "verification_id": "4fzzzz", "attempt": 2.0, "expires": "2030-01-02T02:04:05Z",
				}
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("\n got %v\nwant %v", got, want)
				}
				http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
				w.WriteHeader(http.StatusAccepted)
				_, _ = io.WriteString(w, `{"id":"SM123","more":[1]}`)
			})
			o.Secrets = []string{secret, secret2}
			c := mustNew(t, o)
			for range 2 {
				if r, err := send(t, t.Context(), c); err != nil || r.ID != "SM123" {
					t.Errorf("%v, %v", r, err)
				}
			}
			if ids[0] != ids[1] || strings.Contains(ids[0], ".") || strings.Contains(ids[0], "4fzzzz") {
				t.Errorf("ids of one message: %q", ids)
			}
		})
	}
}

func TestMessageID(t *testing.T) {
	seen := map[string]bool{}
	c := mustNew(t, serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("webhook-id")
		if seen[id] || len(id) < 20 {
			t.Errorf("id %q twice, or short", id)
		}
		seen[id] = true
	}))
	other, later, next := message(), message(), message()
	other.Channel, later.Attempt, next.VerificationID = "whatsapp", 3, "4fzzzy"
	for _, m := range []channel.Message{message(), other, later, next, {}, {}} {
		if _, err := c.Send(t.Context(), m); err != nil {
			t.Error(err)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d ids, want 6", len(seen))
	}
}

// TestMain names a proxy that is not there. net/http reads the environment once, so it has to be before all tests.
func TestMain(m *testing.M) {
	_ = os.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	_ = os.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	leaktest.Main(m)
}

func TestNoProxyFromEnvironment(t *testing.T) {
	o := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	o.URL = strings.Replace(o.URL, "127.0.0.1", "example.com", 1)
	o.Resolver = resolver("127.0.0.1")
	if _, err := send(t, t.Context(), mustNew(t, o)); err != nil {
		t.Error(err)
	}
}

func TestPlainHTTP(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(srv.Close)
	o := reach(srv.URL, nil)
	if _, err := webhook.New(o); err == nil {
		t.Error("http without InsecureAllowHTTP")
	}
	o.InsecureAllowHTTP = true
	if _, err := send(t, t.Context(), mustNew(t, o)); err != nil {
		t.Error(err)
	}
}

func TestConcurrent(t *testing.T) {
	c := mustNew(t, serve(t, true, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := send(t, t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestNew(t *testing.T) {
	good := reach("https://example.com", nil)
	for name, change := range map[string]func(*webhook.Options){
		"URL":           func(o *webhook.Options) { o.URL = "" },
		"URL relative":  func(o *webhook.Options) { o.URL = "/hook?" + query },
		"URL host":      func(o *webhook.Options) { o.URL = "https:///hook" },
		"URL control":   func(o *webhook.Options) { o.URL = "https://example.com/\x00?" + query },
		"URL http":      func(o *webhook.Options) { o.URL = "http://example.com/?" + query },
		"URL scheme":    func(o *webhook.Options) { o.URL, o.InsecureAllowHTTP = "ftp://example.com/", true },
		"URL user":      func(o *webhook.Options) { o.URL = "https://a:hunter2@example.com/" },
		"URL fragment":  func(o *webhook.Options) { o.URL = "https://example.com/#hunter2" },
		"Secrets":       func(o *webhook.Options) { o.Secrets = nil },
		"Secrets empty": func(o *webhook.Options) { o.Secrets = []string{secret, ""} },
		"Secrets short": func(o *webhook.Options) { o.Secrets = []string{"whsec_aHVudGVyMg=="} },
		"Secrets bare":  func(o *webhook.Options) { o.Secrets = []string{secret[6:]} },
		"Timeout":       func(o *webhook.Options) { o.Timeout = -1 },
		"AllowNetworks": func(o *webhook.Options) { o.AllowNetworks = []netip.Prefix{{}} },
	} {
		o := good
		change(&o)
		c, err := webhook.New(o)
		if err == nil || c != nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if field, _, _ := strings.Cut(name, " "); !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), secret[6:]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if out := fmt.Sprintf(verb, mustNew(t, good)) + fmt.Sprintf(verb, *mustNew(t, good)); strings.Contains(out, "hunter2") || strings.Contains(out, "49 242 144") {
			t.Errorf("%s: %s", verb, out)
		}
	}
}
