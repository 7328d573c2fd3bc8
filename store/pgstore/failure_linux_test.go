package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

// refuse lets the next calls that write a row fail with an error of the server.
func refuse(t *testing.T, address string, times int, code, message string) {
	t.Helper()
	pgtest.Do(t, address, fmt.Sprintf(`
		CREATE SEQUENCE refusals;
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('refusals') <= %d THEN RAISE EXCEPTION USING ERRCODE = '%s', MESSAGE = '%s', DETAIL = '%s'; END IF;
			RETURN coalesce(new, old);
		END $$;
		CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON codeword FOR EACH ROW EXECUTE FUNCTION refuse()`, times, code, message, message))
}

// swaps are the ways to write a value.
func swaps(ctx context.Context, s *pgstore.Store) map[string]error {
	later := time.Now().Add(time.Hour)
	return map[string]error{
		"create":  s.CompareAndSwap(ctx, "new", nil, []byte("one"), later),
		"replace": s.CompareAndSwap(ctx, "k", []byte("one"), []byte("two"), later),
		"remove":  s.CompareAndSwap(ctx, "k", []byte("one"), nil, later),
	}
}

// S82: what the server has undone for the sake of others is a conflict to a swap, and done again by an addition.
func TestSerializationFailure(t *testing.T) {
	for _, code := range []string{"40001", "40P01"} {
		t.Run(code, func(t *testing.T) {
			address := pgtest.Shared(t).Database(t, "read committed")
			s := open(t, address)
			if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			refuse(t, address, 5, code, "in the way")
			for name, err := range swaps(t.Context(), s) {
				if !errors.Is(err, store.ErrConflict) {
					t.Errorf("%s: %v, want a conflict", name, err)
				}
			}
			sums, err := s.Add(t.Context(), store.Increment{Key: "c", Delta: 7, Expires: time.Now().Add(time.Hour)})
			if err != nil || sums[0] != 7 {
				t.Errorf("add: %d, %v", sums, err)
			}
		})
	}
}

// An addition that is always in somebody's way ends with its context.
func TestEndlessSerializationFailure(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	s := open(t, address)
	refuse(t, address, 1_000_000, "40001", "in the way")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := s.Add(ctx, store.Increment{Key: "c", Delta: 1, Expires: time.Now().Add(time.Hour)})
	if !errors.Is(err, context.DeadlineExceeded) || claims(err) {
		t.Errorf("add: %v", err)
	}
	if took := time.Since(begin); took > 300*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

// Real ones: a swap that waits for a transaction which changes its row, or creates it.
func TestOvertakenSwap(t *testing.T) {
	overtake := map[string]struct{ sql, key, old string }{
		"replace": {"UPDATE codeword SET value = 'two' WHERE key = 'there'", "there", "one"},
		"create":  {"INSERT INTO codeword (key, value, expires) VALUES ('new', 'two', now() + interval '1 hour')", "new", ""},
	}
	for _, level := range levels {
		address := pgtest.Shared(t).Database(t, level)
		s := open(t, address)
		later := time.Now().Add(time.Hour)
		if err := s.CompareAndSwap(t.Context(), "there", nil, []byte("one"), later); err != nil {
			t.Fatal(err)
		}
		for name, o := range overtake {
			t.Run(level+", "+name, func(t *testing.T) {
				tx, err := openPool(t, address).Begin(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer tx.Rollback(context.Background())
				if _, err := tx.Exec(t.Context(), o.sql); err != nil {
					t.Fatal(err)
				}
				done := make(chan error)
				go func() { done <- s.CompareAndSwap(t.Context(), o.key, []byte(o.old), []byte("three"), later) }()
				for pgtest.Ask(t, address, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0 {
					time.Sleep(5 * time.Millisecond)
				}
				if err := tx.Commit(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := <-done; !errors.Is(err, store.ErrConflict) {
					t.Errorf("%v, want a conflict", err)
				}
				if got, _ := s.Load(t.Context(), o.key); string(got) != "two" {
					t.Errorf("the key holds %q", got)
				}
			})
		}
	}
}

// Every other refusal leaves the outcome open, and its text tells nothing of what was to be stored.
func TestOtherFailures(t *testing.T) {
	for _, code := range []string{"22000", "23514", "P0001", "42501", "53100", "55P03", "57014"} {
		t.Run(code, func(t *testing.T) {
			address := pgtest.Shared(t).Database(t, "read committed")
			s := open(t, address)
			if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			refuse(t, address, 1000, code, "Sesame")
			errs := swaps(t.Context(), s)
			_, errs["add"] = s.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: time.Now().Add(time.Hour)})
			for name, err := range errs {
				e, ok := errors.AsType[*pgconn.PgError](err)
				if !ok || e.Code != code || claims(err) {
					t.Fatalf("%s: %v", name, err)
				}
				if e.Detail != "" || e.Where != "" {
					t.Errorf("%s: the error carries details: %+v", name, e)
				}
				if data := code[0] == '2' || code[0] == 'P'; data && strings.Contains(err.Error(), "Sesame") {
					t.Errorf("%s: the error quotes data: %v", name, err)
				}
			}
		})
	}
}

// claims reports whether an error says that it knows what the key holds.
func claims(err error) bool {
	for _, claim := range []error{store.ErrNotFound, store.ErrConflict, store.ErrTooLarge, store.ErrFull} {
		if errors.Is(err, claim) {
			return true
		}
	}
	return false
}

// calls makes one call of each kind, each with a deadline, and returns the errors.
func calls(t *testing.T, s *pgstore.Store, within time.Duration) []error {
	t.Helper()
	later := time.Now().Add(time.Hour)
	kinds := []func(ctx context.Context) error{
		func(ctx context.Context) error { _, err := s.Load(ctx, "k"); return err },
		func(ctx context.Context) error {
			return s.CompareAndSwap(ctx, "k", []byte("one"), []byte("one"), later)
		},
		func(ctx context.Context) error {
			_, err := s.Add(ctx, store.Increment{Key: "c", Delta: 1, Expires: later})
			return err
		},
	}
	errs := make([]error, 8*len(kinds))
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), within)
			defer cancel()
			begin := time.Now()
			errs[i] = kinds[i%len(kinds)](ctx)
			if late := time.Since(begin) - within; late > 200*time.Millisecond {
				t.Errorf("call %d came back %s after its deadline", i, late)
			}
		})
	}
	wg.Wait()
	return errs
}

// S81: a call ends within its deadline when the server has stopped, and leaves nothing behind.
func TestStoppedServer(t *testing.T) {
	server := pgtest.Start(t)
	pool := openPool(t, server.Address("postgres"))
	s, err := pgstore.New(pool, pgstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	calls(t, s, 5*time.Second) // so that the pool is full
	before := runtime.NumGoroutine()

	server.Stop()
	for range 3 {
		for i, err := range calls(t, s, 300*time.Millisecond) {
			if err == nil || claims(err) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		// The pool's own: two for each connection that it gives up or cannot make.
		if n := runtime.NumGoroutine() - before; n > 3*int(pool.Config().MaxConns) {
			t.Errorf("%d goroutines more while the server is stopped", n)
		}
	}
	server.Continue()
	eventually(t, "the store works again", func() bool {
		_, err := s.Load(t.Context(), "k")
		return err == nil
	})
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

// A server that is killed and started again is an error for a while, and has lost nothing.
func TestKilledServer(t *testing.T) {
	server := pgtest.Start(t)
	s := open(t, server.Address("postgres"))
	if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	calls(t, s, 5*time.Second)
	added, err := s.Add(t.Context(), store.Increment{Key: "c"})
	if err != nil || added[0] != 8 {
		t.Fatalf("%d additions were answered, %v", added, err)
	}

	server.Kill()
	for i, err := range calls(t, s, time.Second) {
		if err == nil || claims(err) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	server.Restart()
	eventually(t, "the store works again", func() bool {
		value, err := s.Load(t.Context(), "k")
		if claims(err) {
			t.Errorf("load: %v", err)
		}
		return string(value) == "one"
	})
	if sums, err := s.Add(t.Context(), store.Increment{Key: "c"}); err != nil || sums[0] != 8 {
		t.Errorf("the counter is %d, %v", sums, err)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("not so after 5 s: %s\n%s", what, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
