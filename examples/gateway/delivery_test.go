package main_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/webhook"
)

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"

func TestWebhook(t *testing.T) {
	received := make(chan map[string]any, 1)
	provider := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := webhook.Verify([]string{secret}, r.Header, body, time.Now()); err != nil {
			t.Error(err)
		}
		var m map[string]any
		if err := json.Unmarshal(body, &m); err != nil {
			t.Error(err)
		}
		received <- m
	}))
	defer provider.Close()
	args := []string{"-listen", "127.0.0.1:0", "-api-key", key, "-webhook", provider.URL, "-webhook-secret", secret, "-regions", "US"}

	refuses(t, "https", nil, args...)
	g := launch(t, nil, append(args, "-webhook-allow-private")...)
	started := g.post("/verify/start", `{"to":"+14155552671"}`)
	if started.status != 200 {
		t.Fatalf("%d %v", started.status, started.body)
	}
	m := <-received
	code := m["code"].(string)
	if m["to"] != "+14155552671" || m["verification_id"] != started.body["id"] {
		t.Errorf("the provider gets %v", m)
	}
	if a := g.post("/verify/check", `{"id":"`+started.body["id"].(string)+`","code":"`+code+`"}`); a.status != 200 {
		t.Errorf("%d %v", a.status, a.body)
	}
	if a := g.post("/verify/start", `{"to":"+19876543210"}`); a.status != 400 {
		t.Errorf("possible, not valid: %d %v", a.status, a.body)
	}
	g.stop()
	if said := g.stderr.String(); strings.Contains(said, "IN CLEAR") || strings.Contains(said, code) {
		t.Errorf("the log says %s", said)
	}
}

func TestWebhookToThisMachineIsRefused(t *testing.T) {
	provider := httptest.NewUnstartedServer(http.NotFoundHandler())
	provider.Config.ConnState = func(net.Conn, http.ConnState) { t.Error("a connection was made") }
	provider.StartTLS()
	defer provider.Close()
	g := launch(t, nil, "-listen", "127.0.0.1:0", "-api-key", key, "-webhook", provider.URL, "-webhook-secret", secret, "-regions", "US")
	if a := g.post("/verify/start", `{"to":"+14155552671"}`); a.status != 502 {
		t.Errorf("%d %v", a.status, a.body)
	}
}
