package pgstore_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

func TestMain(m *testing.M) { pgtest.Main(func() int { return leaktest.Run(m) }) }

// open returns a store on a client of its own. The shared server, which nobody kills, does without fsync.
func open(t testing.TB, address string) *pgstore.Store {
	t.Helper()
	s, err := pgstore.New(openPool(t, address), pgstore.Options{AcceptSettings: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openPool(t testing.TB, address string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}
