//go:build linux

package gateway_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

const password = "open-sesame"

// A server that gateways share, and that can be made to fail.
type server interface {
	Stop()
	Continue()
	Kill()
	Restart()
}

// backends start a server that demands the password, and return the URL that -store takes.
var backends = []struct {
	name  string
	serve func(*testing.T) (server, string)
}{
	{"redis", serveRedis},
	{"postgres", servePostgres},
}

func serveRedis(t *testing.T) (server, string) {
	t.Helper()
	s := redistest.Start(t, "--requirepass", password)
	return s, "unix://:" + password + "@" + s.Addr
}

// servePostgres leaves the time-outs to the gateway.
func servePostgres(t *testing.T) (server, string) {
	t.Helper()
	s := pgtest.Start(t, "statement_timeout=0")
	pgtest.Do(t, s.Address("postgres"), "ALTER ROLE app PASSWORD '"+password+"'")
	s.Kill()
	if err := os.WriteFile(filepath.Join(s.Socket, "pg_hba.conf"), []byte("local all all scram-sha-256\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	return s, postgresURL(s.Socket)
}

func postgresURL(socket string) string {
	return "postgres://app:" + password + "@/postgres?host=" + socket
}
