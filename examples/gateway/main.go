// Gateway serves one engine over HTTP for programs that are not written in Go: its own JSON under /verify/, and what the SDKs of Authy
// Verify V1, Twilio Verify v2 and Telnyx Verify expect, so that those run unmodified. Every request needs a key.
//
//	go run ./examples/gateway -api-key 0123456789abcdef -outbox outbox.jsonl
//
// With -outbox every message, codes and all, becomes a line of a file: for development and tests. With -webhook they go to a provider.
// With -store redis://… or postgres://… any number of gateways are one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	c, err := readConfig(os.Args[1:], os.Getenv)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(os.Stderr, usage())
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err == nil {
		err = run(ctx, c)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c config) (err error) {
	listener, err := listen(c)
	if err != nil {
		return err
	}
	defer listener.Close()

	channels, closeChannels, err := c.channels()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeChannels()) }()

	state, err := openState(c.store, c.keyFile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.close()) }()

	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	g, err := newGateway(ctx, c, state, channels, logger)
	if err != nil {
		return err
	}
	if c.outbox != "" {
		logger.Warn("EVERY CODE IS WRITTEN TO THE OUTBOX IN CLEAR, and nothing is sent: this is for development and tests")
	}
	return g.serve(ctx, listener, c.scheme())
}
