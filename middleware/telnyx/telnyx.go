// Package telnyx serves the Verify API of Telnyx from a verify.Engine, so that programs written for that service, and its own SDKs, work
// against yours with another base URL.
//
//	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: key})
//	engine, err := verify.New(verify.Options{OnEvent: hooks.Observe, ...})
//	h, err := telnyx.New(engine, telnyx.Options{APIKeys: []string{token}, Webhooks: hooks})
//	mux.Handle("/v2/verify_profiles", h)
//	mux.Handle("/v2/verify_profiles/", h)
//	mux.Handle("/v2/verifications/", h)
//	go hooks.Run(ctx)
//
// It serves verify profiles, message templates and verifications. docs/compat/telnyx.md lists every route, parameter and error, with what differs.
//
// It is for back ends: every request needs one of the API keys as its Bearer token. It never takes the peer's address for the person's, so the
// engine's limits by client are off here.
//
// A verify profile is a profile in the engine's store, made like the one that Options.Profile names. By contract it may have codes of four and
// five digits, and codes of the caller's own, which are easier to guess than Codeword would allow by itself: such a profile accepts that risk
// (verify.Profile.AcceptRisk), with fewer failures a day. Its other limits stand.
//
// What an attacker without a key can do is nothing. With a key they can do all that your back end can, so serve it over TLS, and replace keys by
// naming two for a while.
package telnyx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/codeword-go/codeword/middleware/internal/apikey"
	"github.com/codeword-go/codeword/verify"
)

// Options configure a Handler. APIKeys are required.
type Options struct {
	// APIKeys are the Bearer tokens, each of at least 16 characters; several while one is being replaced.
	APIKeys []string

	// Profile names the profile of the engine's Options that verify profiles are made like: they share its regions, channels, cool-down and
	// limits, also when those change later. A verify profile's own are its name, code length, lifetime, language and custom codes. "" is
	// the engine's first profile.
	Profile string

	// Group is the name under which the verify profiles are kept in the store; at most 24 letters and digits. Handlers with different
	// groups do not see each other's. Default "telnyx".
	Group string

	Webhooks *Webhooks    // sends webhooks; nil sends none
	Logger   *slog.Logger // for failures that are not the client's; nil is silent
}

// A Handler is an http.Handler for paths with an element verify_profiles or verifications, whatever stands before it. It is safe for concurrent use.
type Handler struct {
	engine *verify.Engine
	like   verify.Profile
	group  string
	keys   apikey.Set
	hooks  *Webhooks
	logger *slog.Logger
}

var _ http.Handler = (*Handler)(nil)

// New returns a handler, and connects Options.Webhooks with the engine. The error names every option that is wrong.
func New(e *verify.Engine, o Options) (*Handler, error) {
	if e == nil {
		return nil, errors.New("telnyx: engine: missing")
	}
	h := &Handler{engine: e, group: o.Group, hooks: o.Webhooks, logger: o.Logger}
	if h.group == "" {
		h.group = "telnyx"
	}
	var errs []error
	var err error
	if h.keys, err = apikey.New(o.APIKeys); err != nil {
		errs = append(errs, fmt.Errorf("APIKeys: %w", err))
	}
	if h.like, err = e.Profile(o.Profile); err != nil {
		errs = append(errs, fmt.Errorf("Profile: %w", err))
	}
	if len(h.group) > 24 || strings.Trim(h.group, alphanumeric) != "" {
		errs = append(errs, errors.New("Group: must have at most 24 letters and digits"))
	}
	if h.hooks != nil && len(errs) == 0 && !h.hooks.attach(e, h.group) {
		errs = append(errs, errors.New("Webhooks: belong to another handler"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("telnyx: options: %w", err)
	}
	return h, nil
}

// EnsureProfile makes a verify profile with the id that existing programs know, a UUID in lower case, unless there is one. The API itself gives
// every profile a new id. The errors are those of verify.Engine.CreateProfile, and wrap verify.ErrInvalid for an id or name that is none.
func (h *Handler) EnsureProfile(ctx context.Context, id, name string) error {
	if !isUUID(id) || id != strings.ToLower(id) {
		return fmt.Errorf("telnyx: %w", &verify.InvalidError{Field: "id", Reason: "must be a UUID in lower case"})
	}
	if name == "" || len(name) > maxName {
		return fmt.Errorf("telnyx: %w", &verify.InvalidError{Field: "name", Reason: "must have 1 to 255 bytes"})
	}
	if err := h.keep(ctx, id, newProfile(name)); err != nil && !errors.Is(err, verify.ErrExists) {
		return fmt.Errorf("telnyx: %w", err)
	}
	return nil
}

const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
