// Package middleware puts a verify.Engine behind HTTP: handlers that start, check and report a verification for a browser, and
// [RequireVerified], which lets only those through who passed one.
//
//	h, err := middleware.New(engine, middleware.Options{})
//	mux.Handle("/verify/", http.StripPrefix("/verify", h))
//
// serves
//
//	POST /verify/start        {"channel": "sms", "to": "+14155552671"}
//	POST /verify/check        {"id": "...", "code": "493021"}
//	GET  /verify/status/{id}
//
// Requests are JSON or forms, answers are JSON. Refusals are problem details after RFC 9457, whose "code" is what a page branches on; the texts
// beside it are for developers.
//
//	400 invalid_recipient       "to", or "country_code" and "phone_number", is no address; "field" says which
//	400 invalid_request         the request can never succeed; a malformed code costs no attempt
//	403 recipient_not_allowed   the profile does not serve such addresses
//	403 cross_origin            a page of another origin has sent it
//	403 not_verified            RequireVerified has found no receipt
//	404 not_found               unknown, expired, canceled, used, or another browser's: all alike
//	405 method_not_allowed, 413 too_large, 415 unsupported_media_type
//	422 incorrect_code          "attempts_left" says how many more
//	429 throttled               "retry_after", like the header Retry-After, is in seconds
//	429 max_attempts            only another start helps
//	500 internal
//	502 not_sent                the channel has failed
//	503 unavailable             a dependency has failed; nothing was approved
//
// The start gives the browser a secret in a cookie, and without it there is nothing to check and nothing to see. An approved check leaves a
// sealed receipt in a second cookie, which says who was verified, for what, and for whose session.
//
// What an attacker can do through these handlers is what the engine lets anybody do: guess, and cost you messages, within its limits. The
// limits by client need the client's address, so name your proxies in [Options]. Limits on connections, and time-outs for headers, are the server's.
package middleware

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

// Options say how handlers serve. The zero Options serve any browser of the same origin with the engine's first profile.
//
// The functions are called once or more for each request, concurrently, and may not read its body.
type Options struct {
	// Profile returns the name of the profile to use. nil is the engine's first one.
	Profile func(*http.Request) string

	// Recipient returns the address to verify, when the host decides it: a request that names one is refused then. It is asked again at the
	// check. An error is answered by 503, or as the engine's own if it wraps one, such as verify.ErrNotAllowed.
	//
	// For somebody unknown return ErrNobody with an address of your invention, the same for the same name each time: the answers are then
	// those of a verification whose code never comes and is never found. A channel that takes its time to send still tells the two apart.
	// The answers show the address masked.
	Recipient func(*http.Request) (string, error)

	// Purpose is what the verification is for, such as "login"; at most 256 bytes. Its codes and receipts are good for nothing else.
	Purpose string

	// Binding returns whom the verification and its receipt belong to, such as a user's or a session's id; it must be the same from
	// the start until the receipt is used. nil binds to the browser alone.
	Binding func(*http.Request) string

	// OnApproved is called when a check was approved, before anything is answered. It may set headers and cookies but must not write.
	// If it returns an error there is no receipt, nothing that it set is sent, and the answer is that of Recipient's errors; the code is used up
	// all the same.
	OnApproved func(http.ResponseWriter, *http.Request, verify.Receipt) error

	// ClientIP returns the person's address, for the limits by client; an invalid one turns them off for the request. nil goes
	// by TrustedProxies.
	ClientIP func(*http.Request) netip.Addr

	// TrustedProxies are the networks whose X-Forwarded-For is believed: your own proxies, which must append to it. Without any the client is
	// the peer of the connection. Peers without an IP address, as on a Unix socket, share one set of limits.
	TrustedProxies []netip.Prefix

	// TrustedOrigins may send requests besides the handler's own origin, each as "https://example.com". A browser there also needs
	// CORS headers from you.
	TrustedOrigins []string

	Cookies         Cookies
	ReceiptLifetime time.Duration // at most 24 h; default 10 min

	// BackEnd serves your own back end instead of browsers. Put your authentication before it: it takes client_ip, profile, code_length and
	// custom_code from the request, knows no cookies, and refuses browsers. Of the other options it goes with Purpose and Logger only.
	BackEnd bool

	Logger *slog.Logger // for failures that are not the client's; nil is silent
}

// A Handler serves start, check and status. As an http.Handler it goes by the last elements of the path, so that it can be mounted under any
// prefix, stripped or not; Start, Check and Status can be routed to one by one instead.
type Handler struct {
	engine *verify.Engine
	o      Options

	profile     string // the engine's first
	origins     *http.CrossOriginProtection
	startFields []field.Spec
	checkFields []field.Spec
}

// New returns handlers for an engine. The error names every option that is wrong.
func New(e *verify.Engine, o Options) (*Handler, error) {
	if e == nil {
		return nil, errors.New("middleware: engine: missing")
	}
	first, err := e.Profile("")
	if err != nil {
		return nil, fmt.Errorf("middleware: %w", err)
	}
	o.TrustedProxies = unmapped(o.TrustedProxies)
	h := &Handler{engine: e, o: o, profile: first.Name, origins: http.NewCrossOriginProtection()}
	errs := []error{o.validate()}
	for _, origin := range o.TrustedOrigins {
		if err := h.origins.AddTrustedOrigin(origin); err != nil {
			errs = append(errs, fmt.Errorf("TrustedOrigins: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("middleware: options: %w", err)
	}
	h.startFields, h.checkFields = o.fields()
	return h, nil
}

const maxPurpose = 256

func (o Options) validate() error {
	errs := []error{validateProxies(o.TrustedProxies), o.Cookies.validate()}
	if len(o.Purpose) > maxPurpose {
		errs = append(errs, fmt.Errorf("Purpose: is longer than %d bytes", maxPurpose))
	}
	if o.ReceiptLifetime < 0 || o.ReceiptLifetime > 24*time.Hour {
		errs = append(errs, fmt.Errorf("ReceiptLifetime: %s is not between 0 and 24h", o.ReceiptLifetime))
	}
	if o.ClientIP != nil && len(o.TrustedProxies) > 0 {
		errs = append(errs, errors.New("TrustedProxies: excluded by ClientIP"))
	}
	browser := o.Profile != nil || o.Recipient != nil || o.Binding != nil || o.OnApproved != nil || o.ClientIP != nil ||
		len(o.TrustedProxies) > 0 || len(o.TrustedOrigins) > 0 || o.Cookies != Cookies{} || o.ReceiptLifetime != 0
	if o.BackEnd && browser {
		errs = append(errs, errors.New("BackEnd: goes with Purpose and Logger only"))
	}
	return errors.Join(errs...)
}

// fields returns what a start and a check may say. A browser that could choose its code would have verified nothing.
func (o Options) fields() (start, check []field.Spec) {
	start = []field.Spec{{Name: "channel"}, {Name: "locale"}, {Name: "idempotency_key"}}
	check = []field.Spec{{Name: "id"}, {Name: "code"}}
	if o.Recipient == nil {
		start = append(start, field.Spec{Name: "to"}, field.Spec{Name: "country_code"}, field.Spec{Name: "phone_number"})
	}
	if o.BackEnd {
		start = append(start, field.Spec{Name: "profile"}, field.Spec{Name: "code_length", Integer: true},
			field.Spec{Name: "custom_code"}, field.Spec{Name: "client_ip"})
		check = append(check, field.Spec{Name: "client_ip"})
	}
	return start, check
}

// ServeHTTP serves .../start, .../check and .../status/{id}, by the last elements of the path. One with an element that is empty, a dot or an
// escaped slash leads nowhere.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	rest, last, _ := cutLast(path, '/')
	switch {
	case !tidy(path):
		h.notFound(w, r)
	case last == "start":
		h.Start(w, r)
	case last == "check":
		h.Check(w, r)
	case strings.HasSuffix(rest, "/status") || rest == "status":
		h.Status(w, r)
	default:
		h.notFound(w, r)
	}
}

// tidy reports whether every element of a path is something, and is what it seems to be. What stands before this handler may read
// others differently.
func tidy(path string) bool {
	for element := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		plain, err := url.PathUnescape(element)
		if err != nil || plain == "" || plain == "." || plain == ".." || strings.ContainsFunc(plain, deceptive) {
			return false
		}
	}
	return true
}

func deceptive(c rune) bool { return c == '/' || c == '\\' || unicode.IsControl(c) }

// cutLast splits s around the last separator; without one all of s is last.
func cutLast(s string, separator byte) (rest, last string, found bool) {
	i := strings.LastIndexByte(s, separator)
	return s[:max(i, 0)], s[i+1:], i >= 0
}
