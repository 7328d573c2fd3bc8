//go:build linux

package fault_test

import (
	"path/filepath"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/proxytest"
)

// A site is a server with a proxy before it.
type site struct {
	remote   enginetest.Remote
	server   enginetest.Server
	proxy    *proxytest.Proxy
	socket   string // of the proxy
	password string // that the server asks for
}

// newSite starts a proxy before a server.
func newSite(t *testing.T, r enginetest.Remote, server enginetest.Server) *site {
	t.Helper()
	s := &site{remote: r, server: server}
	s.proxy, s.socket = enginetest.Front(t, server)
	return s
}

func isRedis(server enginetest.Server) bool {
	_, ok := server.(enginetest.RedisServer)
	return ok
}

// folder returns where the server keeps its data.
func (s *site) folder() string { return filepath.Dir(enginetest.File(s.server)) }

// open opens the store through the proxy.
func (s *site) open(t *testing.T) store.Store {
	t.Helper()
	st, end, err := s.remote.Login(s.socket, s.password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return st
}

// kill kills the server. Redis, at its default setting, answers what it has not written as long as the disk is busy, and would forget it.
func (s *site) kill() {
	if redis, ok := s.server.(enginetest.RedisServer); ok {
		redis.CLI("CONFIG", "SET", "appendfsync", "always")
	}
	s.server.Kill()
}
