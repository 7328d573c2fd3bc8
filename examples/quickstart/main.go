// Quickstart is a web site where people sign in with a code, on your machine: what is sent appears in an inbox of its own.
//
//	go run ./examples/quickstart
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/examples/quickstart/site"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/verify"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "loopback `address` to listen on; port 0 is any free one")
	db := flag.String("db", "", "bbolt `file` that verifications are kept in (default one in your cache folder)")
	keyFile := flag.String("key-file", "", "`file` with the key, made on the first run (default the -db file with .key added)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "quickstart: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *db, *keyFile); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, db, keyFile string) (err error) {
	listener, err := site.Listen(listen)
	if errors.Is(err, site.ErrNotLoopback) {
		return fmt.Errorf("%s can be reached from other machines, and whoever reads the inbox can sign in; use -listen 127.0.0.1:8080", listen)
	}
	if err != nil {
		return err
	}
	defer listener.Close()

	s, err := openStore(&db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if keyFile == "" {
		keyFile = db + ".key"
	}

	var inbox site.Inbox
	engine, err := newEngine(ctx, s, keyFile, &inbox)
	if err != nil {
		return err
	}
	handler, err := site.New(site.Options{Engine: engine, Inbox: &inbox, Hosts: site.LocalHosts(listener.Addr())})
	if err != nil {
		return err
	}
	fmt.Printf("Sign in at     http://%s/\nRead codes at  http://%[1]s/inbox\n", listener.Addr())
	return serve(ctx, listener, handler)
}

// openStore opens the file, and names the default one if there is none.
func openStore(db *string) (*boltstore.Store, error) {
	if *db == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no cache folder, use -db: %w", err)
		}
		*db = filepath.Join(cache, "codeword", "quickstart.db")
	}
	s, err := boltstore.Open(*db, boltstore.Options{})
	if errors.Is(err, boltstore.ErrLocked) {
		return nil, fmt.Errorf("another quickstart is running on %s; use -db to give this one a file of its own", *db)
	}
	return s, err
}

func newEngine(ctx context.Context, s store.Store, keyFile string, inbox *site.Inbox) (*verify.Engine, error) {
	key, err := verify.KeyFile(keyFile)
	if err != nil {
		return nil, err
	}
	engine, err := verify.New(verify.Options{
		Store:    s,
		Key:      key,
		Channels: map[string]channel.Channel{"sms": inbox, "call": inbox, "email": inbox},
		Profiles: []verify.Profile{{
			Name:    "sign-in",
			Brand:   "Acme",
			Regions: []string{verify.AllRegions}, // since nothing is sent; name the countries that you serve
			// So that numbers reserved for fiction may be tried, such as +1 415 555 2671 and +44 7700 900123.
			AllowPossible: true,
		}},
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return nil, err
	}
	if err := engine.Ready(ctx); errors.Is(err, verify.ErrWrongKey) {
		return nil, fmt.Errorf("%w: use the -key-file that belongs to the -db file, or remove both", err)
	} else if err != nil {
		return nil, err
	}
	return engine, nil
}

// serve answers requests until ctx is done, and lets those under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := site.NewServer(h)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
