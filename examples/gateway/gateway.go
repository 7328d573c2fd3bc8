package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/middleware/telnyx"
	"github.com/codeword-go/codeword/middleware/twiliov2"
	"github.com/codeword-go/codeword/verify"
)

// A gateway is one engine behind several sets of routes.
type gateway struct {
	engine *verify.Engine
	hooks  *telnyx.Webhooks
	logger *slog.Logger
	routes []route
}

// A route is the handler of all paths that begin alike.
type route struct {
	prefix  string
	handler http.Handler
}

func newGateway(ctx context.Context, c config, s state, channels map[string]channel.Channel, logger *slog.Logger) (*gateway, error) {
	hooks, err := newHooks(c, s, logger)
	if err != nil {
		return nil, err
	}
	g := &gateway{hooks: hooks, logger: logger}
	attempts := new(twiliov2.Journal)
	g.engine, err = verify.New(verify.Options{
		Store:    s.store,
		Key:      s.key,
		Channels: channels,
		Profiles: c.profiles(channels),
		Logger:   logger,
		OnEvent: func(ctx context.Context, ev verify.Event) {
			attempts.Observe(ctx, ev)
			hooks.Observe(ctx, ev)
		},
	})
	if err != nil {
		return nil, err
	}
	if err := g.ready(ctx); err != nil {
		return nil, err
	}
	return g, g.mount(ctx, c, attempts)
}

// mount makes the handlers, and what the vendors' programs find there.
func (g *gateway) mount(ctx context.Context, c config, attempts *twiliov2.Journal) error {
	native, err1 := middleware.New(g.engine, middleware.Options{BackEnd: true, Logger: g.logger})
	// A check of Authy's has the code in its URL. Nothing here logs URLs; whatever stands before the gateway must not log queries either.
	authy, err2 := authyv1.New(g.engine, authyv1.Options{
		APIKeys: c.apiKeys, AcceptCodesInURLs: true, Profile: authyProfile, Logger: g.logger,
	})
	twilio, err3 := twiliov2.New(g.engine, twiliov2.Options{
		APIKeys: c.apiKeys, Profile: nativeProfile, BaseURL: c.baseURL, Journal: attempts, Logger: g.logger,
	})
	telnyx, err4 := telnyx.New(g.engine, telnyx.Options{
		APIKeys: c.apiKeys, Profile: telnyxProfile, Webhooks: g.hooks, Logger: g.logger,
	})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	g.routes = []route{
		{"/verify/", requireKey(c.apiKeys, native)},
		{"/protected/", authy},
		{"/2010-04-01/", authy},
		{"/v2/verifications/", telnyx},
		{"/v2/verify_profiles", telnyx},
		{"/v2/", twilio},
	}
	return errors.Join(
		ensure(ctx, "-twilio-service", c.twilioServices, c.brand, twilio.EnsureService),
		ensure(ctx, "-telnyx-profile", c.telnyxProfiles, c.brand, telnyx.EnsureProfile),
	)
}

// ready refuses a store that was used with another key, or does not answer.
func (g *gateway) ready(ctx context.Context) error {
	err := g.engine.Ready(ctx)
	if errors.Is(err, verify.ErrWrongKey) {
		return fmt.Errorf("-key-file: %w", err)
	}
	if err != nil {
		return fmt.Errorf("-store: %w", err)
	}
	return nil
}

// ensure makes what programs know by an id that they were given elsewhere.
func ensure(ctx context.Context, flag string, ids []string, name string, create func(ctx context.Context, id, name string) error) error {
	for _, id := range ids {
		if err := create(ctx, id, cmp.Or(name, "Codeword")); err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
	}
	return nil
}

// ServeHTTP does without http.ServeMux, which would answer an untidy path with a redirect that not every client follows.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, route := range g.routes {
		if strings.HasPrefix(r.URL.Path, route.prefix) {
			route.handler.ServeHTTP(w, r)
			return
		}
	}
	refuse(w, http.StatusNotFound, "not_found", "Not found")
}
