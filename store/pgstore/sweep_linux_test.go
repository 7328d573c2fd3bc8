package pgstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

const rowsLeft = "SELECT count(*) FROM codeword"

// fill creates as many rows that expired two hours ago.
func fill(t testing.TB, address string, rows int) {
	t.Helper()
	pgtest.Do(t, address, fmt.Sprintf("INSERT INTO codeword (key, sum, expires) SELECT 'old' || i, 1, now() - interval '2 hours' FROM generate_series(1, %d) i", rows))
}

func TestWritesSweep(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	later := time.Now().Add(time.Hour)
	for name, write := range map[string]func(s *pgstore.Store, i int) error{
		"swap": func(s *pgstore.Store, i int) error {
			return s.CompareAndSwap(t.Context(), fmt.Sprint("k", i), nil, []byte("one"), later)
		},
		"add": func(s *pgstore.Store, i int) error {
			_, err := s.Add(t.Context(), store.Increment{Key: fmt.Sprint("c", i), Delta: 1, Expires: later})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, address)
			before := pgtest.Ask(t, address, rowsLeft)
			fill(t, address, 1000)
			if err := write(s, 0); err != nil {
				t.Fatal(err)
			}
			if got, want := pgtest.Ask(t, address, rowsLeft)-before, 1+1000-512; got != want {
				t.Errorf("%d rows after the first write, want %d", got, want)
			}
			for i := range 256 {
				if err := write(s, i+1); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := pgtest.Ask(t, address, rowsLeft)-before, 1+256; got != want {
				t.Errorf("%d rows when all was swept, want %d", got, want)
			}
		})
	}
}

func TestSweep(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "serializable")
	s := open(t, address)
	if err := s.CompareAndSwap(t.Context(), "live", nil, []byte("one"), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	fill(t, address, 1000)
	if n, err := s.Sweep(t.Context()); n != 1000 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, err := s.Load(t.Context(), "live"); err != nil {
		t.Error(err)
	}
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d more, %v", n, err)
	}
}

// A row that somebody is at work on is left to him, and waited for by nobody.
func TestSweepPassesByWhatIsLocked(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	s := open(t, address)
	fill(t, address, 10)
	tx, err := openPool(t, address).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if _, err := tx.Exec(t.Context(), "SELECT FROM codeword WHERE key = 'old3' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(t.Context()); n != 9 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}

// Whatever a store is asked to do, each row has the expiry that was asked for, rounded up to a microsecond.
func TestEveryRowExpires(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	s := open(t, address)
	first := time.Now().Add(time.Hour).Truncate(time.Microsecond).Add(time.Nanosecond)
	second := first.Add(time.Hour)
	expires := func(key string, want time.Time) {
		t.Helper()
		var got time.Time
		pool := openPool(t, address)
		if err := pool.QueryRow(t.Context(), "SELECT expires FROM codeword WHERE key = $1", key).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want.Add(time.Microsecond - time.Nanosecond)) {
			t.Errorf("%s expires at %v, want %v rounded up", key, got, want)
		}
	}
	swap := func(old, new string, at time.Time) {
		t.Helper()
		if err := s.CompareAndSwap(t.Context(), "k", []byte(old), []byte(new), at); err != nil {
			t.Fatal(err)
		}
	}
	add := func(delta int64, at time.Time) {
		t.Helper()
		if _, err := s.Add(t.Context(), store.Increment{Key: "c", Delta: delta, Expires: at}); err != nil {
			t.Fatal(err)
		}
	}
	swap("", "one", first)
	expires("k", first)
	swap("one", "two", second)
	expires("k", second)
	swap("two", "", second)
	swap("", "three", first)
	expires("k", first)

	add(0, first)
	add(1, first)
	expires("c", first)
	add(1, second)
	expires("c", first)

	pgtest.Do(t, address, "UPDATE codeword SET expires = now() - interval '1 second'") // expired, but not swept
	swap("", "four", second)
	add(1, second)
	expires("k", second)
	expires("c", second)
	if n := pgtest.Ask(t, address, rowsLeft); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}
