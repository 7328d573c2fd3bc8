package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/store/pgstore"
)

// postgresRows compares a swap with the least that a swap could be, and measures space and how much one server does.
func postgresRows() ([]row, error) {
	rows, err := postgresFigures()
	if err != nil {
		return nil, err
	}
	s, err := startPostgres()
	if err != nil {
		return nil, err
	}
	defer s.close()
	pool, err := openPool(s, 1) // which waits for the server
	if err != nil {
		return nil, err
	}
	pool.Close()
	more, err := curve("postgres", 800, s)
	return append(rows, more...), err
}

// postgresFigures has a server that does not wait for the disk, since that is the same for both sides and would hide what differs.
func postgresFigures() ([]row, error) {
	s, err := startPostgres("fsync=off")
	if err != nil {
		return nil, err
	}
	defer s.close()
	pool, err := openPool(s, 16)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var rows []row
	for _, prepared := range []bool{false, true} {
		r, err := postgresSwaps(pool, prepared)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	space, err := postgresSpace(pool)
	return append(rows, space), err
}

func openPool(s *server, connections int32) (pool *pgxpool.Pool, err error) {
	config, err := pgxpool.ParseConfig(s.address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = connections
	if pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
		return nil, err
	}
	return pool, s.patiently(func() error { return pool.Ping(context.Background()) })
}

// postgresSwaps compares swaps by one caller with updates, both prepared or neither.
func postgresSwaps(pool *pgxpool.Pool, prepared bool) (row, error) {
	ctx := context.Background()
	s, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true, Prepared: prepared})
	if err != nil {
		return row{}, err
	}
	keySize, valueSize, err := pending()
	if err != nil {
		return row{}, err
	}
	key, old, expires := randomKey(keySize), randomBytes(valueSize), time.Now().Add(25*time.Hour)
	if err := s.CompareAndSwap(ctx, key, nil, old, expires); err != nil {
		return row{}, err
	}
	mode := pgx.QueryExecModeExec
	if prepared {
		mode = pgx.QueryExecModeCacheStatement
	}
	swaps, updates, ratio, err := ratios(41, repeated(200, func() error {
		next := randomBytes(valueSize)
		err := s.CompareAndSwap(ctx, key, old, next, expires)
		old = next
		return err
	}), repeated(200, func() error {
		next, got := randomBytes(valueSize), []byte(nil)
		err := pool.QueryRow(ctx, "UPDATE codeword SET value = $2 WHERE key = $1 RETURNING value", mode, key, next).Scan(&got)
		old = next
		return err
	}))
	what := map[bool]string{false: "postgres: swap / UPDATE … RETURNING", true: "postgres: swap / UPDATE … RETURNING, both prepared"}[prepared]
	return row{
		what: what, bound: atLeast, target: 0.9, value: ratio,
		detail: fmt.Sprintf("%.0f / %.0f a second, one caller", swaps, updates),
	}, err
}

// repeated returns a round of n operations, whose figure is how many there are a second.
func repeated(n int, operate func() error) func() (float64, error) {
	return func() (float64, error) {
		started := time.Now()
		for range n {
			if err := operate(); err != nil {
				return 0, err
			}
		}
		return float64(n) / time.Since(started).Seconds(), nil
	}
}

// postgresSpace measures what the table and its indexes take for a pending verification.
func postgresSpace(pool *pgxpool.Pool) (row, error) {
	const n = 30_000
	ctx := context.Background()
	s, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true, Prepared: true})
	if err != nil {
		return row{}, err
	}
	if _, err := pool.Exec(ctx, "TRUNCATE codeword"); err != nil {
		return row{}, err
	}
	if err := fill(s, n); err != nil {
		return row{}, err
	}
	var size float64
	err = pool.QueryRow(ctx, "SELECT pg_total_relation_size('codeword')").Scan(&size)
	return row{
		what:  "postgres: disk for a pending verification with its indexes, of 3·10⁴",
		bound: atMost, target: 600, value: size / n, unit: "B",
	}, err
}
