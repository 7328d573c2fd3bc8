package pgstore_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

// S82: the settings that would break a promise are found when the store is opened.
func TestSettings(t *testing.T) {
	tests := []struct {
		name, options string
		want          error
		says          string
	}{
		{"as they should be", "", nil, ""},
		{"with a lock time-out", "-c lock_timeout=1000", nil, ""},
		{"no statement time-out", "-c statement_timeout=0", pgstore.ErrSettings, "statement_timeout is not set"},
		{"a lock time-out only", "-c statement_timeout=0 -c lock_timeout=1000", pgstore.ErrSettings, "statement_timeout is not set"},
		{"a long statement time-out", "-c statement_timeout=60001", pgstore.ErrSettings, "statement_timeout is not set"},
		{"a short statement time-out", "-c statement_timeout=99", pgstore.ErrSettings, "statement_timeout is under"},
		{"a short lock time-out", "-c lock_timeout=1", pgstore.ErrSettings, "lock_timeout is under"},
		{"commits that nobody waits for", "-c synchronous_commit=off", pgstore.ErrSettings, "synchronous_commit"},
		{"read-only", "-c default_transaction_read_only=on", pgstore.ErrReadOnly, ""},
	}
	server := pgtest.Start(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			address := server.Database(t, "read committed") + " options='" + test.options + "'"
			_, err := pgstore.New(openPool(t, address), pgstore.Options{})
			if !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Fatalf("%v, want %v", err, test.want)
			}
			if test.says != "" && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v does not say %q", err, test.says)
			}
			if _, err := pgstore.New(openPool(t, address), pgstore.Options{AcceptSettings: true}); (err == nil) != (test.want != pgstore.ErrReadOnly) {
				t.Errorf("with AcceptSettings: %v", err)
			}
		})
	}
}

func TestUnsyncedServer(t *testing.T) {
	_, err := pgstore.New(openPool(t, pgtest.Shared(t).Database(t, "read committed")), pgstore.Options{})
	if !errors.Is(err, pgstore.ErrSettings) || !strings.Contains(err.Error(), "fsync") {
		t.Errorf("%v, want a word about fsync", err)
	}
}

func TestOptions(t *testing.T) {
	if _, err := pgstore.New(nil, pgstore.Options{}); err == nil {
		t.Error("a nil pool was accepted")
	}
	pool := openPool(t, "host=/nowhere connect_timeout=1")
	if _, err := pgstore.New(pool, pgstore.Options{OpenTimeout: -1}); err == nil || !strings.Contains(err.Error(), "Options.OpenTimeout") {
		t.Errorf("a negative OpenTimeout: %v", err)
	}
	if _, err := pgstore.New(pool, pgstore.Options{}); err == nil {
		t.Error("no server, and no error")
	}
}

// Of processes that start at once, one migrates, at every isolation level.
func TestMigrateAtOnce(t *testing.T) {
	for _, level := range levels {
		t.Run(level, func(t *testing.T) {
			address := pgtest.Shared(t).Database(t, level)
			var wg sync.WaitGroup
			for range 8 {
				pool := openPool(t, address)
				wg.Go(func() {
					if _, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if n := pgtest.Ask(t, address, "SELECT count(*) FROM codeword_version"); n != 1 {
				t.Errorf("%d migrations, want 1", n)
			}
		})
	}
}

func TestNewerTables(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	open(t, address)
	pgtest.Do(t, address, "INSERT INTO codeword_version VALUES (1000)")
	if _, err := pgstore.New(openPool(t, address), pgstore.Options{AcceptSettings: true}); !errors.Is(err, pgstore.ErrNewer) {
		t.Errorf("%v, want ErrNewer", err)
	}
}

// Once the tables are there the role needs no right to create any.
func TestRights(t *testing.T) {
	server := pgtest.Shared(t)
	address := server.Database(t, "read committed")
	open(t, address)
	pgtest.Do(t, address, `CREATE ROLE modest LOGIN; GRANT SELECT ON codeword_version TO modest;
		GRANT SELECT, INSERT, UPDATE, DELETE ON codeword TO modest`)
	s := open(t, strings.Replace(address, "user=app", "user=modest", 1))
	later := time.Now().Add(time.Hour)
	if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), later); err != nil {
		t.Error(err)
	}
	if _, err := s.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: later}); err != nil {
		t.Error(err)
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
}

// Two schemas are two stores.
func TestSchema(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	stores := map[string]*pgstore.Store{}
	for _, schema := range []string{"", "one", `O"dd`} {
		if schema != "" {
			pgtest.Do(t, address, `CREATE SCHEMA "`+strings.ReplaceAll(schema, `"`, `""`)+`"`)
		}
		s, err := pgstore.New(openPool(t, address), pgstore.Options{Schema: schema, AcceptSettings: true})
		if err != nil {
			t.Fatal(err)
		}
		stores[schema] = s
	}
	for schema, s := range stores {
		if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("of "+schema), time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}
	for schema, s := range stores {
		if got, err := s.Load(t.Context(), "k"); string(got) != "of "+schema {
			t.Errorf("%q holds %q, %v", schema, got, err)
		}
	}
	if _, err := pgstore.New(openPool(t, address), pgstore.Options{Schema: "missing", AcceptSettings: true}); err == nil {
		t.Error("a schema that does not exist was accepted")
	}
}

// A key is a value or a counter.
func TestKinds(t *testing.T) {
	s := open(t, pgtest.Shared(t).Database(t, "read committed"))
	later := time.Now().Add(time.Hour)
	if err := s.CompareAndSwap(t.Context(), "value", nil, []byte("one"), later); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(t.Context(), store.Increment{Key: "counter", Delta: 1, Expires: later}); err != nil {
		t.Fatal(err)
	}
	_, load := s.Load(t.Context(), "counter")
	_, add := s.Add(t.Context(), store.Increment{Key: "value", Delta: 1, Expires: later})
	_, read := s.Add(t.Context(), store.Increment{Key: "value"})
	for name, err := range map[string]error{"load": load, "add": add, "read": read} {
		if err == nil || claims(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := s.Load(t.Context(), "value"); string(got) != "one" {
		t.Errorf("the value is %q, %v", got, err)
	}
}
