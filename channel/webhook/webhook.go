// Package webhook delivers each message as one signed HTTP request, to a gateway that hands it to a provider.
//
// The request is a POST with the headers of Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) and a JSON
// object of these fields, all of them always there:
//
//	channel          "sms", "call", "email", ...: the name under which the channel is registered
//	to               the recipient, E.164 with a plus or an e-mail address
//	text             the message as plain text
//	code             the code alone, for templates of the provider's
//	subject, html    of an e-mail, or ""
//	speech           the message as it is to be spoken in a call, on one line, or ""
//	locale           BCP 47 tag of the language
//	profile, brand   who asks
//	verification_id  the verification, the same for all its messages
//	attempt          which send of this verification it is, from 1
//	expires          when the code stops being good: RFC 3339, UTC
//
// Any 2xx status accepts the message; {"id": "..."} in the body, at most 128 printable ASCII characters, becomes the id of the
// receipt. A 4xx status rejects it for good, except 425 and 429 (not now) and 408 and 409 (unclear). Everything else leaves
// the outcome open, and the message is not sent again. A receiver calls Verify first, and then drops a webhook-id that it has seen.
//
// The body holds the code, so it travels over TLS only. Whoever may choose the URL cannot reach the host's own network
// with it: addresses outside the public Internet are refused when the connection is made, after the name has been looked up.
package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/internal/publicnet"
)

// DefaultTimeout bounds a Send if Options.Timeout is zero.
const DefaultTimeout = 10 * time.Second

// Options configure a Channel. URL and Secrets are required.
type Options struct {
	// URL receives the requests. It is absolute, https, and holds no user name and no fragment. A query is kept to itself.
	URL string

	// Secrets sign the requests: "whsec_" and 24 to 64 bytes in standard base64. Every request carries a signature by each of
	// them, so that a secret is replaced by adding the new one, teaching it to the receiver, and dropping the old one.
	Secrets []string

	// Timeout bounds a whole Send. Zero means DefaultTimeout.
	Timeout time.Duration

	// RootCAs vouch for the receiver's certificate. Nil means the system's.
	RootCAs *x509.CertPool

	// Resolver looks up the receiver's name. Nil means net.DefaultResolver.
	Resolver *net.Resolver

	// AllowNetworks may be dialled although they are not part of the public Internet: the gateway's own subnet, say.
	AllowNetworks []netip.Prefix

	// InsecureAllowHTTP lets URL be plain http, where everyone on the way can read the codes.
	InsecureAllowHTTP bool
}

// A Channel sends each message as one request. It uses no proxy, follows no redirect, keeps no cookie and never tries again.
type Channel struct {
	url       *url.URL
	keys      keys
	timeout   time.Duration
	transport *http.Transport
}

var _ channel.Channel = (*Channel)(nil)

// New returns a Channel. Its errors name the option that is at fault.
func New(o Options) (*Channel, error) {
	target, err := parseURL(o.URL, o.InsecureAllowHTTP)
	if err != nil {
		return nil, err
	}
	keys, err := parseSecrets(o.Secrets)
	if err != nil {
		return nil, fmt.Errorf("webhook: Secrets: %w", err)
	}
	if o.Timeout < 0 {
		return nil, errors.New("webhook: Timeout is negative")
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	guard, err := publicnet.New(o.AllowNetworks)
	if err != nil {
		return nil, fmt.Errorf("webhook: AllowNetworks %w", err)
	}
	dialer := net.Dialer{Timeout: o.Timeout, Resolver: o.Resolver, ControlContext: guard.Control}
	return &Channel{
		url:     target,
		keys:    keys,
		timeout: o.Timeout,
		transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    o.Timeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
			MaxIdleConnsPerHost:    16,
			IdleConnTimeout:        30 * time.Second,
		},
	}, nil
}

func parseURL(raw string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, errors.New("webhook: URL is not an absolute URL") // err would show its query
	case u.Scheme != "https" && !(u.Scheme == "http" && allowHTTP):
		return nil, errors.New("webhook: URL is not https")
	case u.User != nil:
		return nil, errors.New("webhook: URL holds a user name")
	case u.Fragment != "":
		return nil, errors.New("webhook: URL holds a fragment")
	}
	return u, nil
}

// CloseIdleConnections closes the connections that are kept for the next messages. Without it they close after 30 s.
func (c *Channel) CloseIdleConnections() { c.transport.CloseIdleConnections() }

// Send posts m. See the package comment for what the receiver's answer means. The error wraps channel.ErrRejected or
// channel.ErrNotSent if it is certain that the message did not go out, and context.DeadlineExceeded or context.Canceled
// if that was the cause. No error holds anything of the message, of the URL's query or of the response's body.
func (c *Channel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	// Once a connection is there, even a request that fails may have been read.
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	req, err := c.request(httptrace.WithClientTrace(ctx, trace), m)
	if err != nil {
		return channel.Receipt{}, err
	}
	resp, err := c.transport.RoundTrip(req) // a Client would follow redirects
	if err != nil {
		return channel.Receipt{}, failure(ctx, err, connected.Load())
	}
	defer resp.Body.Close()
	if err := refusal(resp.StatusCode); err != nil {
		return channel.Receipt{}, err
	}
	return channel.Receipt{ID: receiptID(resp.Body, m)}, nil
}

type payload struct {
	Channel        string    `json:"channel"`
	To             string    `json:"to"`
	Text           string    `json:"text"`
	Code           string    `json:"code"`
	Subject        string    `json:"subject"`
	HTML           string    `json:"html"`
	Speech         string    `json:"speech"`
	Locale         string    `json:"locale"`
	Profile        string    `json:"profile"`
	Brand          string    `json:"brand"`
	VerificationID string    `json:"verification_id"`
	Attempt        int       `json:"attempt"`
	Expires        time.Time `json:"expires"`
}

func (c *Channel) request(ctx context.Context, m channel.Message) (*http.Request, error) {
	p := payload{
		Channel: m.Channel, To: m.To.Reveal(), Text: m.Text.Reveal(), Code: m.Code.Reveal(),
		Subject: m.Subject.Reveal(), HTML: m.HTML.Reveal(),
		Locale: m.Locale, Profile: m.Profile, Brand: m.Brand,
		VerificationID: m.VerificationID, Attempt: m.Attempt, Expires: m.Expires.UTC(),
	}
	if m.Speech != nil {
		p.Speech = m.Speech().Plain()
	}
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("webhook: message cannot be written as JSON: %w", channel.ErrRejected)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("webhook: no request: %w", channel.ErrRejected)
	}
	id, timestamp := messageID(m), strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "codeword-webhook")
	req.Header.Set(headerID, id)
	req.Header.Set(headerTimestamp, timestamp)
	req.Header.Set(headerSignature, c.keys.sign(id, timestamp, body))
	return req, nil
}

// messageID is the same for the same message, so that a receiver can recognise one that a channel of channels sends again.
// Verification ids are hashed because proxies log headers.
func messageID(m channel.Message) string {
	if m.VerificationID == "" {
		return "msg_" + rand.Text()
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %q", m.VerificationID, m.Attempt, m.Channel))
	return "msg_" + base64.RawURLEncoding.EncodeToString(sum[:16])
}
