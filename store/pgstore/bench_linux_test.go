package pgstore_test

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

// sealed is about as long as a sealed verification that waits for its code.
const sealed = 157

// BenchmarkSwap compares a swap with the least that a swap needs, one UPDATE, both prepared and not.
func BenchmarkSwap(b *testing.B) {
	address := pgtest.Shared(b).Database(b, "read committed")
	values := [2][]byte{make([]byte, sealed), make([]byte, sealed)}
	values[1][0] = 1
	later := time.Now().Add(25 * time.Hour)
	for _, prepared := range []bool{false, true} {
		pool := openPool(b, address)
		s, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true, Prepared: prepared})
		if err != nil {
			b.Fatal(err)
		}
		key := rand.Text()
		if err := s.CompareAndSwap(b.Context(), key, nil, values[1], later); err != nil {
			b.Fatal(err)
		}
		n := 0
		b.Run("prepared="+strconv.FormatBool(prepared)+"/swap", func(b *testing.B) {
			for b.Loop() {
				if err := s.CompareAndSwap(b.Context(), key, values[(n+1)%2], values[n%2], later); err != nil {
					b.Fatal(err)
				}
				n++
			}
		})
		b.Run("prepared="+strconv.FormatBool(prepared)+"/load", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Load(b.Context(), key); err != nil {
					b.Fatal(err)
				}
			}
		})
		mode := pgx.QueryExecModeExec
		if prepared {
			mode = pgx.QueryExecModeCacheStatement
		}
		b.Run("prepared="+strconv.FormatBool(prepared)+"/update", func(b *testing.B) { benchmarkUpdate(b, pool, mode, key, values[0]) })
	}
}

func benchmarkUpdate(b *testing.B, pool *pgxpool.Pool, mode pgx.QueryExecMode, key string, value []byte) {
	const update = "UPDATE codeword SET value = $2 WHERE key = $1 RETURNING value"
	for b.Loop() {
		var got []byte
		if err := pool.QueryRow(b.Context(), update, mode, key, value).Scan(&got); err != nil {
			b.Fatal(err)
		}
	}
}
