// Package twiliov2 serves Twilio Verify v2's API from a verify.Engine, so that programs written for that service, and its own SDKs, work against
// yours with another base URL.
//
//	journal := new(twiliov2.Journal)
//	engine, err := verify.New(verify.Options{OnEvent: journal.Observe, ...})
//	h, err := twiliov2.New(engine, twiliov2.Options{APIKeys: []string{key}, Journal: journal})
//	mux.Handle("/v2/", h)
//
// It serves Services, Verifications, VerificationCheck, RateLimits, Buckets, Templates and Attempts. docs/compat/twiliov2.md lists every route,
// parameter and error, with what differs.
//
// It is for back ends: every request needs HTTP Basic credentials whose password is one of the API keys, and requests of browsers are refused.
// The person's address is known only from DeviceIp, so without it the engine's limits by client are off; use RateLimits.
//
// A service is a profile in the engine's store, made like the one that Options.Profile names. By contract a service may have codes of four and five
// digits, and codes of the caller's own, which are easier to guess than Codeword would allow by itself: such a service accepts that risk
// (verify.Profile.AcceptRisk). Its other limits stand.
//
// What an attacker without a key can do is nothing. With a key they can do all that your back end can, so serve it over TLS, and replace keys by
// naming two for a while.
package twiliov2

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/codeword-go/codeword/middleware/internal/apikey"
	"github.com/codeword-go/codeword/verify"
)

// Options configure a Handler.
type Options struct {
	// APIKeys are the passwords that Basic credentials may have, each of at least 16 characters, and for twilio-go of letters and digits only;
	// several while one is being replaced. The user is any account (AC…) or key (SK…).
	APIKeys []string

	// Profile names the profile of the engine's Options that services are made like: they share its regions, channels, cool-down and limits,
	// also when those change later. A service's own are its name, code length, custom codes and payments. "" is the engine's first profile.
	Profile string

	// Group is the name under which the services are kept in the store; at most 24 letters and digits. Handlers with different groups do not see
	// each other's services. Default "twilio".
	Group string

	// BaseURL is what the links in answers begin with, such as "https://verify.example.com". By default it is the host that the request names,
	// with https if the connection is encrypted here.
	BaseURL string

	// Templates are text messages in your own words, besides the built-in template of the engine's messages.
	Templates []Template

	Journal *Journal     // serves Attempts; nil has none
	Logger  *slog.Logger // for failures that are not the client's; nil is silent
}

// A Handler is an http.Handler for the paths below /v2/. It is safe for concurrent use.
type Handler struct {
	engine  *verify.Engine
	like    verify.Profile
	group   string
	base    string
	keys    apikey.Set
	wording wording
	journal *Journal
	logger  *slog.Logger
}

// New returns a handler. The error names every option that is wrong.
func New(e *verify.Engine, o Options) (*Handler, error) {
	if e == nil {
		return nil, errors.New("twiliov2: engine: missing")
	}
	h := &Handler{engine: e, group: o.Group, base: strings.TrimSuffix(o.BaseURL, "/"), journal: o.Journal, logger: o.Logger}
	if h.group == "" {
		h.group = "twilio"
	}
	if h.journal == nil {
		h.journal = new(Journal)
	}
	var errs []error
	var err error
	if h.keys, err = apikey.New(o.APIKeys); err != nil {
		errs = append(errs, fmt.Errorf("APIKeys: %w", err))
	}
	if h.like, err = e.Profile(o.Profile); err != nil {
		errs = append(errs, fmt.Errorf("Profile: %w", err))
	}
	if h.wording, err = newWording(e.Messages(), o.Templates); err != nil {
		errs = append(errs, fmt.Errorf("Templates: %w", err))
	}
	if len(h.group) > 24 || strings.Trim(h.group, alphanumeric) != "" {
		errs = append(errs, errors.New("Group: must have at most 24 letters and digits"))
	}
	if base, err := url.Parse(h.base); err != nil || h.base != "" && (base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery != "") {
		errs = append(errs, errors.New("BaseURL: is no address that begins with http:// or https://"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("twiliov2: options: %w", err)
	}
	return h, nil
}

// EnsureService makes a service with the SID that existing programs know, "VA" and 32 hexadecimal digits in lower case, unless there is one. The
// API itself gives every service a new SID. The errors are those of verify.Engine.CreateProfile, and wrap verify.ErrInvalid for a SID or name
// that is none.
func (h *Handler) EnsureService(ctx context.Context, sid, friendlyName string) error {
	if !isSID("VA", sid) {
		return fmt.Errorf("twiliov2: %w", &verify.InvalidError{Field: "sid", Reason: "must be VA and 32 hexadecimal digits in lower case"})
	}
	s := newSettings()
	s.FriendlyName = friendlyName
	if h.validate(&s) != nil {
		return fmt.Errorf("twiliov2: %w", &verify.InvalidError{Field: "friendly_name", Reason: "cannot be shown in a message"})
	}
	if err := h.keep(ctx, sid, document{settings: s}); err != nil && !errors.Is(err, verify.ErrExists) {
		return fmt.Errorf("twiliov2: %w", err)
	}
	return nil
}

const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

var _ http.Handler = (*Handler)(nil)
