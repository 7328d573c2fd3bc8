package telnyx_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware/telnyx"
)

var signer = ed25519.NewKeyFromSeed([]byte("a seed of exactly 32 bytes here!"))

// A hook is one webhook as it arrived.
type hook struct {
	at     time.Time
	host   string
	header http.Header
	body   string
	Data   struct {
		Type       string `json:"event_type"`
		ID         string
		OccurredAt string         `json:"occurred_at"`
		Payload    map[string]any `json:"payload"`
		RecordType string         `json:"record_type"`
	}
	Meta struct {
		Attempt     int
		DeliveredTo string `json:"delivered_to"`
	}
}

// A receiver answers webhooks with the statuses that it was told, and then with 204.
type receiver struct {
	t        testing.TB
	mu       sync.Mutex
	hooks    []hook
	statuses []int
	hang     chan struct{} // keeps answers until it is closed
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	h := hook{at: time.Now(), host: req.Host, header: req.Header, body: string(body)}
	if err == nil {
		err = json.Unmarshal(body, &h)
	}
	if err != nil || req.Method != "POST" || req.Header.Get("Content-Type") != "application/json" {
		r.t.Errorf("%s %s: %v", req.Method, body, err)
	}
	r.verify(h)
	r.mu.Lock()
	r.hooks = append(r.hooks, h)
	status := http.StatusNoContent
	if len(r.statuses) > 0 {
		status, r.statuses = r.statuses[0], r.statuses[1:]
	}
	hang := r.hang
	r.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
}

// verify checks what the SDKs check: the signature over the timestamp and the body, and its age.
func (r *receiver) verify(h hook) {
	timestamp := h.header.Get("telnyx-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	signature, err2 := base64.StdEncoding.DecodeString(h.header.Get("telnyx-signature-ed25519"))
	if err != nil || err2 != nil || h.at.Sub(time.Unix(seconds, 0)).Abs() > 300*time.Second {
		r.t.Errorf("headers %v", h.header)
	}
	if !ed25519.Verify(signer.Public().(ed25519.PublicKey), []byte(timestamp+"|"+h.body), signature) {
		r.t.Error("the signature is not that of the body")
	}
}

func (r *receiver) all() []hook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.hooks)
}

// kinds returns the event types in the order of their arrival, with what became of the verification.
func (r *receiver) kinds() (all []string) {
	for _, h := range r.all() {
		all = append(all, h.Data.Type+" "+h.Data.Payload["status"].(string))
	}
	return all
}

// A pipe is a network of one server, in memory, so that its waiting is a bubble's.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipe) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, errors.New("closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// hooked opens a site whose webhooks reach r through a pipe, and runs them. stop ends them and returns what Run said. It is for bubbles.
func hooked(t *testing.T, r *receiver, o telnyx.WebhookOptions, changes ...func(*setup)) (s *site, stop func() error) {
	t.Helper()
	r.t = t
	network := &pipe{conns: make(chan net.Conn), done: make(chan struct{})}
	o.Key, o.InsecureAllowHTTP = signer, true
	var hooks *telnyx.Webhooks
	s = open(t, append(changes, func(all *setup) {
		o.Logger = slog.New(slog.NewJSONHandler(writer{all.options.Logger}, nil))
		var err error
		if hooks, err = telnyx.NewWebhooks(o); err != nil {
			t.Fatal(err)
		}
		hooks.DialWith(network.dial)
		all.engine.OnEvent, all.options.Webhooks = hooks.Observe, hooks
	})...)
	s.patch("/v2/verify_profiles/"+profileID, `{"webhook_url":"http://first.example/hook","webhook_failover_url":"http://second.example/hook"}`).ok(t)
	server := &http.Server{Handler: r}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(network) })
	ctx, cancel := context.WithCancel(t.Context())
	var said error
	running.Go(func() { said = hooks.Run(ctx) })
	stop = sync.OnceValue(func() error {
		cancel()
		time.Sleep(time.Minute) // of the bubble
		_ = server.Close()
		running.Wait()
		return said
	})
	t.Cleanup(func() { _ = stop() })
	return s, stop
}

// A writer hands what a second logger writes to the first, which alone may write to the buffer.
type writer struct{ to *slog.Logger }

func (w writer) Write(line []byte) (int, error) {
	w.to.Info(string(line))
	return len(line), nil
}
