//go:build unix

package redisstore_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/redis/rueidis"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
	"github.com/codeword-go/codeword/store/internal/redistest"
	"github.com/codeword-go/codeword/store/redisstore"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func TestStore(t *testing.T) { redistest.Run(t, open) }

func open(t testing.TB, o redisscript.Options, servers ...*redistest.Server) (store.Store, error) {
	client, err := connect(servers...)
	if err != nil {
		return nil, err
	}
	t.Cleanup(client.Close)
	s, err := redisstore.New(client, redisstore.Options(o))
	if err != nil {
		return nil, err
	}
	return s, nil
}

func connect(servers ...*redistest.Server) (rueidis.Client, error) {
	o := rueidis.ClientOption{DisableCache: true}
	for _, s := range servers {
		o.InitAddress = append(o.InitAddress, s.Addr)
	}
	if servers[0].Network == "unix" {
		o.DialFn = func(addr string, d *net.Dialer, _ *tls.Config) (net.Conn, error) { return d.Dial("unix", addr) }
	}
	return rueidis.NewClient(o)
}

func TestNewWithoutClient(t *testing.T) {
	if _, err := redisstore.New(nil, redisstore.Options{}); err == nil {
		t.Error("no error")
	}
}
