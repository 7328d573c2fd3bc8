package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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

// A handlerBench is a server with both kinds of handlers, and a client.
type handlerBench struct {
	engine *verify.Engine
	box    *postbox
	server *http.Server
	client *http.Client
	url    string
	served chan error
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", h)
	mux.HandleFunc("POST /plain/start", plainStart)
	mux.HandleFunc("POST /plain/check", plainCheck)
	b := &handlerBench{
		engine: engine, box: box, served: make(chan error, 1), url: "http://" + listener.Addr().String(),
		server: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}},
	}
	go func() { b.served <- b.server.Serve(listener) }()
	return b, nil
}

func (b *handlerBench) close() {
	b.client.CloseIdleConnections()
	b.server.Close()
	<-b.served
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

// load posts every body and returns the requests a second.
func (b *handlerBench) load(path string, bodies []string) (float64, error) {
	var next atomic.Int64
	var failed atomic.Value
	var clients sync.WaitGroup
	started := time.Now()
	for range connections {
		clients.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(bodies)); i = next.Add(1) - 1 {
				if err := b.post(path, bodies[i]); err != nil {
					failed.Store(err)
					return
				}
			}
		})
	}
	clients.Wait()
	took := time.Since(started)
	if err, _ := failed.Load().(error); err != nil {
		return 0, err
	}
	return float64(len(bodies)) / took.Seconds(), nil
}

func (b *handlerBench) post(path, body string) error {
	response, err := b.client.Post(b.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer bytes.Buffer
	if _, err := io.Copy(&answer, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", path, response.Status, answer.String())
	}
	return nil
}
