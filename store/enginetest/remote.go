//go:build linux

package enginetest

import (
	"testing"

	"github.com/codeword-go/codeword/store"
)

// A Server is one test's own and can be made to fail.
type Server interface {
	// Socket is where clients find the server, and what Remote.Open takes: of a Redis server the path of its Unix socket; of a
	// PostgreSQL server the folder that holds its socket, which is always called .s.PGSQL.5432. A proxy listens on a path, or on
	// that name in a folder, of its own.
	Socket() string

	Stop()     // makes it silent: connections stay open, and nothing is answered
	Continue() // ends the silence
	Kill()     // ends it as a crash would
	Restart()  // starts it after Kill, on its data
}

// A Remote is a store on a server that processes share.
type Remote struct {
	Name string

	// Serve starts a server that holds nothing and is set up to keep what it is given. It ends with the test.
	Serve func(t testing.TB) Server

	// Login opens a store on a client of its own, which end closes. It needs no test: a second process has none.
	Login func(socket, password string) (s store.Store, end func(), err error)
}

// Remotes are one of each kind.
var Remotes = []Remote{Redis, GoRedis, Postgres}

// Connect is Login where no password is asked for.
func (r Remote) Connect(socket string) (s store.Store, end func(), err error) {
	return r.Login(socket, "")
}

// Open is Connect for a test, which closes the client.
func (r Remote) Open(t testing.TB, socket string) store.Store {
	t.Helper()
	return must(t)(r.Connect(socket))
}

func must(t testing.TB) func(store.Store, func(), error) store.Store {
	return func(s store.Store, end func(), err error) store.Store {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(end)
		return s
	}
}
