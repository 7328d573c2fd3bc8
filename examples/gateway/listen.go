package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// private reports whether the address to listen on is this machine's alone.
func (c *config) private() bool {
	host, _, err := net.SplitHostPort(c.listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// listen opens the address, with TLS if there is a certificate.
func listen(c config) (net.Listener, error) {
	l, err := net.Listen("tcp", c.listen)
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	if c.tlsCert == "" {
		if c.private() && !l.Addr().(*net.TCPAddr).IP.IsLoopback() { // what a hosts file made of localhost
			return nil, errors.Join(errors.New("-listen: localhost is not this machine alone"), l.Close())
		}
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(c.tlsCert, c.tlsKey)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("-tls-cert, -tls-key: %w", err), l.Close())
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{pair},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"http/1.1"},
	}), nil
}

// newServer returns a server that does not wait for slow clients, and that nobody can fill with headers.
func newServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second, // the handlers give bodies less, and then wait for the message, not for the client
		WriteTimeout:      30 * time.Second, // longer than a send may take
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// serve answers requests until ctx is done, and lets those under way finish. Webhooks run a little longer, to tell of what those did.
func (g *gateway) serve(ctx context.Context, l net.Listener, scheme string) error {
	hooking, endHooks := context.WithCancel(context.WithoutCancel(ctx))
	var hooks sync.WaitGroup
	hooks.Go(func() { _ = g.hooks.Run(hooking) }) // it logs what it could not deliver
	defer hooks.Wait()
	defer endHooks()

	server := newServer(g, g.logger)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Printf("listening on %s://%s\n", scheme, l.Addr())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
