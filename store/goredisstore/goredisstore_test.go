//go:build unix

package goredisstore_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/goredisstore"
	"github.com/codeword-go/codeword/store/internal/redisscript"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

// go-redis logs what its errors say as well.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	redis.SetLogger(silence{})
	leaktest.Main(m)
}

func TestStore(t *testing.T) { redistest.Run(t, open) }

func open(t testing.TB, o redisscript.Options, servers ...*redistest.Server) (store.Store, error) {
	client := connect(servers...)
	t.Cleanup(func() { _ = client.Close() })
	s, err := goredisstore.New(client, goredisstore.Options(o))
	if err != nil {
		return nil, err
	}
	return s, nil
}

func connect(servers ...*redistest.Server) redis.UniversalClient {
	if len(servers) == 1 {
		return redis.NewClient(&redis.Options{
			Network:               servers[0].Network,
			Addr:                  servers[0].Addr,
			ContextTimeoutEnabled: true,
		})
	}
	o := &redis.ClusterOptions{ContextTimeoutEnabled: true}
	for _, s := range servers {
		o.Addrs = append(o.Addrs, s.Addr)
	}
	return redis.NewClusterClient(o)
}

// A store that is refused the connection does not know what the server holds.
func TestNewPassword(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "sesame")
	cli := func(command ...string) {
		server.CLI(append([]string{"--no-auth-warning", "-a", "sesame"}, command...)...)
	}
	client := redis.NewClient(&redis.Options{
		Network: server.Network, Addr: server.Addr, Password: "sesame", ContextTimeoutEnabled: true,
	})
	t.Cleanup(func() { _ = client.Close() })
	s, err := goredisstore.New(client, goredisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	cli("CONFIG", "SET", "requirepass", "barley")
	server.CLI("--no-auth-warning", "-a", "barley", "CLIENT", "KILL", "TYPE", "normal")
	for range 3 {
		if _, err := s.Load(t.Context(), "k"); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("Load: %v", err)
		}
	}
}

func TestNewRefusesUnfitClients(t *testing.T) {
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": "127.0.0.1:1"}, ContextTimeoutEnabled: true})
	clients := map[string]redis.UniversalClient{
		"none":                        nil,
		"one without deadlines":       redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"}),
		"a cluster without deadlines": redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}}),
		"a ring":                      ring,
	}
	for name, client := range clients {
		if client != nil {
			defer client.Close()
		}
		if _, err := goredisstore.New(client, goredisstore.Options{}); err == nil || !strings.HasPrefix(err.Error(), "goredisstore: client: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
