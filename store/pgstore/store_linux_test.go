package pgstore_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
	"github.com/codeword-go/codeword/store/storetest"
)

var levels = []string{"read uncommitted", "read committed", "repeatable read", "serializable"}

// eachWay runs a test at every isolation level, and at two of them through a PgBouncer as well, on the addresses of
// fresh databases.
func eachWay(t *testing.T, test func(t *testing.T, address string)) {
	s := pgtest.Shared(t)
	bouncer := s.Bouncer(t)
	for _, level := range levels {
		address := s.Database(t, level)
		config, err := pgx.ParseConfig(address)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(level, func(t *testing.T) { test(t, address) })
		if level == "read uncommitted" || level == "repeatable read" {
			continue
		}
		t.Run(level+" through PgBouncer", func(t *testing.T) { test(t, pgtest.Address(bouncer, config.Database)) })
	}
}

func TestStore(t *testing.T) {
	eachWay(t, func(t *testing.T, address string) {
		storetest.Run(t, func(t *testing.T) store.Store { return open(t, address) })
	})
}

func TestPreparedStore(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "serializable")
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := pgstore.New(openPool(t, address), pgstore.Options{Prepared: true, AcceptSettings: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
