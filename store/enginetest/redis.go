//go:build linux

package enginetest

import (
	"context"
	"crypto/tls"
	"net"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/goredisstore"
	"github.com/codeword-go/codeword/store/internal/redistest"
	"github.com/codeword-go/codeword/store/redisstore"
)

var (
	// Redis is redisstore.
	Redis = Remote{Name: "redis", Serve: serveRedis, Login: connectRueidis}

	// GoRedis is goredisstore.
	GoRedis = Remote{Name: "goredis", Serve: serveRedis, Login: connectGoRedis}
)

// A RedisServer is the Server of Redis and GoRedis.
type RedisServer struct{ *redistest.Server }

// Socket implements Server.
func (s RedisServer) Socket() string { return s.Addr }

func serveRedis(t testing.TB) Server {
	t.Helper()
	return RedisServer{redistest.Start(t)}
}

// connectRueidis accepts loss, since some tests are about a server that loses.
func connectRueidis(socket, password string) (store.Store, func(), error) {
	client, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress:  []string{socket},
		Password:     password,
		DisableCache: true,
		DialFn:       func(addr string, d *net.Dialer, _ *tls.Config) (net.Conn, error) { return d.Dial("unix", addr) },
	})
	if err != nil {
		return nil, nil, err
	}
	s, err := redisstore.New(client, redisstore.Options{Tag: redistest.Tag, AcceptLoss: true})
	if err != nil {
		client.Close()
		return nil, nil, err
	}
	return s, client.Close, nil
}

// connectGoRedis accepts loss, too.
func connectGoRedis(socket, password string) (store.Store, func(), error) {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, Password: password, ContextTimeoutEnabled: true})
	end := func() { _ = client.Close() }
	s, err := goredisstore.New(client, goredisstore.Options{Tag: redistest.Tag, AcceptLoss: true})
	if err != nil {
		end()
		return nil, nil, err
	}
	return s, end, nil
}

// go-redis logs what its errors say as well.
func init() { redis.SetLogger(silent{}) }

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
