package telnyx

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/internal/publicnet"
	"github.com/codeword-go/codeword/verify"
)

// WebhookOptions configure Webhooks. Key is required.
type WebhookOptions struct {
	// Key signs the webhooks; receivers know the other half, which PublicKey returns. Keep it, or the receivers must learn a new one.
	Key ed25519.PrivateKey

	// Attempts is how often each URL of a profile is tried, the failover URL after the first one; 1 to 10, default 3.
	Attempts int

	// Backoff is the pause before the second attempt, which doubles with each further one up to a minute. Default 1 s.
	Backoff time.Duration

	// Timeout bounds one attempt. Default 5 s; receivers are to answer within 2 s.
	Timeout time.Duration

	// Queue is how many webhooks may wait, and how many verifications may be watched for their expiry. Beyond it they are dropped, and the
	// logger is told. Default 10 000.
	Queue int

	RootCAs           *x509.CertPool // vouch for the receivers' certificates; nil means the system's
	AllowNetworks     []netip.Prefix // may be dialled although they are not part of the public Internet
	InsecureAllowHTTP bool           // URLs may be plain http, where everyone on the way can read the numbers

	Logger *slog.Logger // for webhooks that nobody took; nil is silent
}

// Webhooks tell the webhook_url of a profile what becomes of its verifications: verify.sent, verify.failed, and verification.complete for one that
// was accepted, has become invalid or has expired. Each is signed, and tried again at growing intervals until it is answered by a 2xx status.
// No webhook holds a code.
//
// Give Observe to the engine and the Webhooks to New, and run Run beside your server. What waits is kept in memory: it ends with Run, which says what
// that was. Profiles choose the URLs, so addresses outside the public Internet are refused when they are dialled.
type Webhooks struct {
	o         WebhookOptions
	allowHTTP bool
	transport *http.Transport
	home      atomic.Pointer[home]
	running   atomic.Bool
	observed  chan verify.Event
	dropped   atomic.Int64 // of those not yet reported
}

// A home is where the profiles are.
type home struct {
	engine *verify.Engine
	group  string
}

// NewWebhooks returns Webhooks. The error names every option that is wrong.
func NewWebhooks(o WebhookOptions) (*Webhooks, error) {
	o.Attempts = orDefault(o.Attempts, 3)
	o.Backoff = orDefault(o.Backoff, time.Second)
	o.Timeout = orDefault(o.Timeout, 5*time.Second)
	o.Queue = orDefault(o.Queue, 10_000)
	guard, err := publicnet.New(o.AllowNetworks)
	if err != nil {
		err = fmt.Errorf("AllowNetworks %w", err)
	}
	errs := []error{err}
	for _, field := range []struct {
		good bool
		says string
	}{
		{len(o.Key) == ed25519.PrivateKeySize, "Key: is no ed25519 key"},
		{1 <= o.Attempts && o.Attempts <= 10, "Attempts: is not between 1 and 10"},
		{time.Millisecond <= o.Backoff && o.Backoff <= longestPause, "Backoff: is not between 1ms and 1m"},
		{time.Millisecond <= o.Timeout && o.Timeout <= longestPause, "Timeout: is not between 1ms and 1m"},
		{1 <= o.Queue && o.Queue <= 1_000_000, "Queue: is not between 1 and 1000000"},
	} {
		if !field.good {
			errs = append(errs, errors.New(field.says))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("telnyx: webhook options: %w", err)
	}
	dialer := net.Dialer{Timeout: o.Timeout, ControlContext: guard.Control}
	return &Webhooks{
		o: o, allowHTTP: o.InsecureAllowHTTP, observed: make(chan verify.Event, o.Queue),
		transport: &http.Transport{ // without a proxy
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    o.Timeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
			IdleConnTimeout:        30 * time.Second,
		},
	}, nil
}

// PublicKey returns what receivers check the signatures with, as the SDKs take it: 32 bytes in base64.
func (w *Webhooks) PublicKey() string {
	return base64.StdEncoding.EncodeToString(w.o.Key.Public().(ed25519.PublicKey))
}

// attach tells where the profiles are, once.
func (w *Webhooks) attach(e *verify.Engine, group string) bool {
	return w.home.CompareAndSwap(nil, &home{e, group})
}

// Observe is for verify.Options.OnEvent, or to be called by it. It never waits.
func (w *Webhooks) Observe(ctx context.Context, ev verify.Event) {
	h := w.home.Load()
	if h == nil || !strings.HasPrefix(ev.Profile, h.group+"/") {
		return
	}
	switch ev.Kind {
	case verify.EventSent, verify.EventNotSent, verify.EventApproved, verify.EventCanceled:
	case verify.EventIncorrect:
		if ev.Status != verify.StatusMaxAttempts {
			return
		}
	default:
		return
	}
	select {
	case w.observed <- ev:
	default:
		w.drop(ctx, "a webhook was dropped: too many wait", ev.ID)
	}
}

// drop gives a webhook up.
func (w *Webhooks) drop(ctx context.Context, why, id string) {
	w.dropped.Add(1)
	w.warn(ctx, why, slog.String("id", id))
}

func (w *Webhooks) warn(ctx context.Context, text string, attrs ...slog.Attr) {
	if w.o.Logger != nil {
		w.o.Logger.LogAttrs(ctx, slog.LevelWarn, "telnyx: "+text, attrs...)
	}
}
