package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/nyaruka/phonenumbers"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

const (
	connections = 16
	requests    = 4000 // a round
)

// handlerRows compares handlers, over real connections, with ones that only decode and encode the same JSON.
func handlerRows() ([]row, error) {
	b, err := newHandlerBench()
	if err != nil {
		return nil, err
	}
	defer b.close()
	started, plainStart, startRatio, err := ratios(9, b.start, b.plainStart)
	if err != nil {
		return nil, err
	}
	checked, plainCheck, checkRatio, err := ratios(9, b.check, b.plainCheck)
	if err != nil {
		return nil, err
	}
	detail := func(ours, plain float64) string {
		return fmt.Sprintf("%.0f / %.0f requests a second, %d connections", ours, plain, connections)
	}
	return []row{
		{what: "handler: check / JSON alone", bound: atLeast, target: 0.75, value: checkRatio, detail: detail(checked, plainCheck)},
		{what: "handler: start / JSON and phonenumbers alone", bound: atLeast, target: 0.75, value: startRatio, detail: detail(started, plainStart)},
	}, nil
}

// A handlerBench is a site with both kinds of handlers.
type handlerBench struct {
	*site
	engine *verify.Engine
	box    *postbox
	people int // that have been started
}

func newHandlerBench() (*handlerBench, error) {
	engine, box, err := newEngine(nil)
	if err != nil {
		return nil, err
	}
	h, err := middleware.New(engine, middleware.Options{BackEnd: true})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", h)
	mux.HandleFunc("POST /plain/start", plainStart)
	mux.HandleFunc("POST /plain/check", plainCheck)
	s, err := newSite(mux)
	return &handlerBench{site: s, engine: engine, box: box}, err
}

type plainAnswer struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Channel   string `json:"channel"`
	To        string `json:"to"`
	ExpiresIn int    `json:"expires_in,omitempty"`
	ResendIn  int    `json:"resend_in,omitempty"`
}

// plainStart decodes and encodes what a start does, and asks the number parser what a start must know.
func plainStart(w http.ResponseWriter, r *http.Request) {
	var in struct{ Channel, To string }
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	number, err := phonenumbers.Parse(in.To, "")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		http.Error(w, "bad number", http.StatusBadRequest)
		return
	}
	_, _ = phonenumbers.GetNumberType(number), phonenumbers.GetRegionCodeForNumber(number)
	writePlain(w, plainAnswer{"0190d3f5-7b1c-4a6e-9d22-5f1f6d2c8a10", "pending", in.Channel, "+1******2671", 600, 30})
}

func plainCheck(w http.ResponseWriter, r *http.Request) {
	var in struct{ ID, Code string }
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	writePlain(w, plainAnswer{in.ID, "approved", "sms", "+1******2671", 0, 0})
}

func writePlain(w http.ResponseWriter, a plainAnswer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(a)
}

func (b *handlerBench) start() (float64, error)      { return b.load("/verify/start", b.startBodies()) }
func (b *handlerBench) plainStart() (float64, error) { return b.load("/plain/start", b.startBodies()) }

func (b *handlerBench) startBodies() []string {
	bodies := make([]string, requests)
	for i := range bodies {
		bodies[i] = fmt.Sprintf(`{"channel":"sms","to":"%s"}`, typedNumber(b.people))
		b.people++
	}
	return bodies
}

func (b *handlerBench) check() (float64, error) {
	bodies, err := b.checkBodies()
	if err != nil {
		return 0, err
	}
	return b.load("/verify/check", bodies)
}

func (b *handlerBench) plainCheck() (float64, error) {
	bodies, err := b.checkBodies()
	if err != nil {
		return 0, err
	}
	return b.load("/plain/check", bodies)
}

// checkBodies are right codes, each for a verification of its own.
func (b *handlerBench) checkBodies() ([]string, error) {
	bodies := make([]string, requests)
	for i := range bodies {
		v, err := b.engine.Start(context.Background(), verify.StartRequest{To: typedNumber(b.people)})
		if err != nil {
			return nil, err
		}
		b.people++
		bodies[i] = fmt.Sprintf(`{"id":%q,"code":%q}`, v.ID, b.box.latest())
	}
	return bodies, nil
}
