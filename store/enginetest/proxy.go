//go:build linux

package enginetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/codeword-go/codeword/store/internal/proxytest"
)

const postgresFile = ".s.PGSQL.5432"

// File returns the file of a server's socket.
func File(s Server) string {
	if isRedis(s) {
		return s.Socket()
	}
	return filepath.Join(s.Socket(), postgresFile)
}

func isRedis(s Server) bool {
	_, ok := s.(RedisServer)
	return ok
}

// Front starts a proxy before a server, and returns the socket that leads through it, which is another one for Remote.Open.
func Front(t testing.TB, s Server) (p *proxytest.Proxy, socket string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "p") // whose path is short enough for a socket's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	file := filepath.Join(folder, postgresFile)
	p = proxytest.Start(t, "unix", file, File(s))
	for _, path := range []string{folder, file} {
		if err := os.Chmod(path, 0o777); err != nil { // for a standby, which is another user's
			t.Fatal(err)
		}
	}
	if isRedis(s) {
		return p, file
	}
	return p, folder
}
