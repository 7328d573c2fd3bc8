package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// A site is a handler that is served over real connections, and a client.
type site struct {
	address string
	server  *http.Server
	client  *http.Client
	served  chan error
}

func newSite(h http.Handler) (*site, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &site{
		address: listener.Addr().String(),
		server:  &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second},
		client:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}},
		served:  make(chan error, 1),
	}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

func (s *site) close() {
	s.client.CloseIdleConnections()
	s.server.Close()
	<-s.served
}

// load posts every body and returns the requests a second.
func (s *site) load(path string, bodies []string) (float64, error) {
	started := time.Now()
	err := crowd(connections, len(bodies), func(i int) error { return s.post(path, bodies[i]) })
	return float64(len(bodies)) / time.Since(started).Seconds(), err
}

// volley posts every body over wires, and returns the requests a second.
func (s *site) volley(wires int, path string, bodies []string) (float64, error) {
	idle := make(chan *wire, wires)
	for range wires {
		w, err := dialWire(s.address)
		if err != nil {
			return 0, err
		}
		defer w.conn.Close()
		idle <- w
	}
	started := time.Now()
	err := crowd(wires, len(bodies), func(i int) error {
		w := <-idle
		defer func() { idle <- w }()
		return w.post(path, bodies[i])
	})
	return float64(len(bodies)) / time.Since(started).Seconds(), err
}

func (s *site) post(path, body string) error {
	response, err := s.client.Post("http://"+s.address+path, "application/json", strings.NewReader(body))
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
