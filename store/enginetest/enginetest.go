//go:build linux

// Package enginetest tests the engine on every store. It holds the stores and their servers; the tests are in the folders
// beneath it:
//
//   - promise: what an engine promises it keeps through several clients, processes and clocks;
//   - history: what was answered, in the order in which it was, is what one engine alone could have answered;
//   - fault: the same, and no more than late, when the server or the way to it fails;
//   - gateway: the gateway example as several programs on one server.
//
// A test that needs a server is skipped unless CODEWORD_FULL is 1. TestMain has to call pgtest.Main.
package enginetest

import (
	"path/filepath"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/memstore"
)

// A Store is one of those that the engine is tested on.
type Store struct {
	Name string

	// New makes a database that holds nothing, and returns how to open it: each open is another client where processes share
	// the database, and the same store where they do not. Both tidy up by t.Cleanup.
	New func(t testing.TB) (open func(t testing.TB) store.Store)
}

// Stores are all of them.
var Stores = []Store{
	{"memory", func(testing.TB) func(testing.TB) store.Store { return one(new(memstore.Store)) }},
	{"bolt", newBolt},
	{"redis", Redis.fresh},
	{"goredis", GoRedis.fresh},
	{"postgres", freshPostgres},
}

func one(s store.Store) func(testing.TB) store.Store {
	return func(testing.TB) store.Store { return s }
}

func newBolt(t testing.TB) func(testing.TB) store.Store {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "store"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return one(s)
}

// fresh starts a server, which Redis does in no time.
func (r Remote) fresh(t testing.TB) func(testing.TB) store.Store {
	t.Helper()
	socket := r.Serve(t).Socket()
	return func(t testing.TB) store.Store { t.Helper(); return r.Open(t, socket) }
}

// freshPostgres makes a database on the server that tests share, which does without fsync.
func freshPostgres(t testing.TB) func(testing.TB) store.Store {
	t.Helper()
	address := pgtest.Shared(t).Database(t, "read committed")
	return func(t testing.TB) store.Store { t.Helper(); return must(t)(openPostgres(address)) }
}
