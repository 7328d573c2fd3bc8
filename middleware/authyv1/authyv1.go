// Package authyv1 serves Authy's "Phone Verification V1" API from a verify.Engine, so that programs written for that service, and their
// clients for it, work against yours with another base URL.
//
//	engine, err := verify.New(verify.Options{Profiles: []verify.Profile{authyv1.Profile("authy", "Acme", "US", "CA")}, ...})
//	h, err := authyv1.New(engine, authyv1.Options{APIKeys: []string{key}, AcceptCodesInURLs: true})
//	mux.Handle("/protected/", h)
//	mux.Handle("/2010-04-01/", h) // feedback about custom codes
//
// serves, with xml in the place of json as well,
//
//	POST /protected/json/phones/verification/start
//	GET  /protected/json/phones/verification/check
//	GET  /protected/json/phones/verification/status
//	POST /2010-04-01/Accounts/{key}/SMS/Messages/{sms_id}/Feedback.json
//
// docs/compat/authyv1.md lists every parameter and error, with what differs.
//
// By contract a check is a GET with the code, the number and often the API key in its URL, and URLs end up in the logs of servers, proxies and load
// balancers. This package logs none and net/http does not either; whatever else sees the requests must leave out the query. [LogPath] returns
// what an access log may have. Feedback has the API key in its path.
//
// It is for back ends: every request needs an API key, and requests of browsers are refused. The person's address is not known, so the engine's
// limits by client are off; those by number stand. Codes have four digits by contract, which somebody who only guesses finds in one of 400
// verifications with the usual 5 guesses and 5 sends: ask for longer ones with code_length.
//
// What an attacker without a key can do is nothing. With a key they can do all that your back end can, so serve it over TLS, and replace keys by
// naming two for a while.
package authyv1

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/codeword-go/codeword/middleware/internal/apikey"
	"github.com/codeword-go/codeword/verify"
)

// Options configure a Handler. APIKeys and AcceptCodesInURLs are required.
type Options struct {
	// APIKeys are the keys that clients may have, each of at least 16 characters; several while one is being replaced.
	APIKeys []string

	// AcceptCodesInURLs says that whatever logs requests in front of the handler leaves out their queries: a check has the code there.
	AcceptCodesInURLs bool

	// Profile names the profile of the engine's Options to use, which must accept the risk of short codes: see the function Profile. "" is
	// the engine's first profile.
	Profile string

	Logger *slog.Logger // for failures that are not the client's; nil is silent
}

// Profile returns a profile with what the API promises: codes of 4 digits, or of the length that the caller asks for, or of the caller's own, that
// are good for 10 minutes. It accepts the risk of such codes by name (verify.Profile.AcceptRisk). Everything else is as usual, such
// as the cool-down between two sends, which the original does not have; change it as you like. A profile must name its regions.
func Profile(name, brand string, regions ...string) verify.Profile {
	return verify.Profile{
		Name: name, Brand: brand, Regions: regions,
		CodeLength: 4, AcceptRisk: true, CustomCodes: true, Lifetime: 10 * time.Minute,
	}
}

// A Handler is an http.Handler for the paths below /protected/ and /2010-04-01/. It is safe for concurrent use.
type Handler struct {
	engine  *verify.Engine
	profile verify.Profile
	keys    apikey.Set
	logger  *slog.Logger
}

// New returns a handler. The error names every option that is wrong.
func New(e *verify.Engine, o Options) (*Handler, error) {
	if e == nil {
		return nil, errors.New("authyv1: engine: missing")
	}
	h := &Handler{engine: e, logger: o.Logger}
	var errs []error
	var err error
	if h.keys, err = apikey.New(o.APIKeys); err != nil {
		errs = append(errs, fmt.Errorf("APIKeys: %w", err))
	}
	if !o.AcceptCodesInURLs {
		errs = append(errs, errors.New("AcceptCodesInURLs: must be set, since a check has the code in its URL"))
	}
	if h.profile, err = e.Profile(o.Profile); err != nil {
		errs = append(errs, fmt.Errorf("Profile: %w", err))
	} else if !h.profile.AcceptRisk {
		errs = append(errs, errors.New("Profile: does not accept the risk of codes of 4 digits (AcceptRisk)"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("authyv1: options: %w", err)
	}
	return h, nil
}

var _ http.Handler = (*Handler)(nil)
