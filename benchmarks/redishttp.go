package main

import (
	"fmt"
	"net/http"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

// httpRows compares handlers, each with all that it takes.
func (b *redisBench) httpRows() ([]row, error) {
	engine, err := engineWith(b.store, b.room)
	if err != nil {
		return nil, err
	}
	s, err := b.site(engine)
	if err != nil {
		return nil, err
	}
	defer s.close()
	start, err := httpRow("redis: start over HTTP / six commands over HTTP", b.postStarts(s, "/verify/start"), b.postStarts(s, "/plain/start"))
	if err != nil {
		return nil, err
	}
	check, err := httpRow("redis: check over HTTP / five commands over HTTP",
		b.postChecks(s, "/verify/check", b.engineSide(engine)), b.postChecks(s, "/plain/check", b.sequenceSide()))
	return []row{start, check}, err
}

func (b *redisBench) site(e *verify.Engine) (*site, error) {
	h, err := middleware.New(e, middleware.Options{BackEnd: true})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", h)
	mux.HandleFunc("POST /plain/start", b.sequence.serveStart)
	mux.HandleFunc("POST /plain/check", b.sequence.serveCheck)
	return newSite(mux)
}

func httpRow(what string, ours, plain func() (float64, error)) (row, error) {
	served, plainServed, ratio, err := ratios(redisRounds, ours, plain)
	detail := fmt.Sprintf("%.0f / %.0f requests a second, %d connections", served, plainServed, redisConnections)
	return row{what: what, bound: atLeast, target: 2.3, value: ratio, detail: detail}, err
}

// postStarts returns a round of starts, on an empty server.
func (b *redisBench) postStarts(s *site, path string) func() (float64, error) {
	bodies := make([]string, redisRequests)
	for i := range bodies {
		bodies[i] = fmt.Sprintf(`{"channel":"sms","to":"%s"}`, b.typed[i])
	}
	return func() (float64, error) {
		if err := b.forget(); err != nil {
			return 0, err
		}
		return s.volley(redisConnections, path, bodies)
	}
}

// postChecks returns a round of checks with right codes.
func (b *redisBench) postChecks(s *site, path string, side side) func() (float64, error) {
	bodies := make([]string, redisRequests)
	return func() (float64, error) {
		if _, err := b.starts(side, redisRequests); err != nil {
			return 0, err
		}
		for i := range bodies {
			bodies[i] = fmt.Sprintf(`{"id":%q,"code":%q}`, b.ids[i], side.code(i))
		}
		return s.volley(redisConnections, path, bodies)
	}
}
