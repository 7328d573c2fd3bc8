// Package pgstore keeps Codeword's state in PostgreSQL, for services of several processes that must not forget.
//
//	pool, err := pgxpool.New(ctx, "postgres://app@db/app?target_session_attrs=read-write&connect_timeout=5")
//	if err != nil { ... }
//	s, err := pgstore.New(pool, pgstore.Options{})
//
// The store takes a pool that the host has opened, and never closes it. New creates the tables codeword and
// codeword_version, or brings them up to date, one process at a time; once they are, the role needs no more than SELECT on
// both and INSERT, UPDATE and DELETE on codeword. There is no goroutine: expired rows are removed a batch at a time inside
// later writes.
//
// Every operation is one statement and its own transaction. It is right at every isolation level, READ COMMITTED being
// the fastest, and behind PgBouncer in transaction mode, since no statement is prepared by name unless Options.Prepared
// asks for it. The server's clock decides what has expired.
//
// # What a crash loses
//
// With synchronous_commit on, which is the default: nothing that was answered. With synchronous_commit off a crash of the
// server undoes what was committed in the last moment (three times wal_writer_delay, 600 ms by default): guesses are
// forgotten, and an approved code may be approved again. With fsync off a crash of the machine may destroy the database.
// New refuses both. Failover to a standby that is not synchronous (synchronous_standby_names) loses what had not reached
// it; so does putting back a backup.
//
// # Time-outs
//
// A call ends soon after its context does: the connection is given up, and the client asks the server to cancel. A
// connection whose server does not answer stays in the pool for up to 15 seconds more, and one that is being made for
// connect_timeout, so set that. PostgreSQL itself bounds nothing by default, and a client that has died cannot cancel, so
// New demands a statement_timeout between 100 ms and a minute. Set it on the role or the database, where PgBouncer
// finds it too:
//
//	ALTER ROLE app SET statement_timeout = '5s';
//
// # Cost
//
// A pending verification takes about 400 bytes with its indexes. Rows are updated often and live for a day: leave
// autovacuum on.
package pgstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/store"
)

// Options are the settings of New. The zero value is right for most hosts.
type Options struct {
	// Schema is the PostgreSQL schema of the tables, which must exist. Default: the first one of the role's search_path.
	Schema string

	// OpenTimeout is how long New may take, waiting for others that migrate included. Default: 10 s.
	OpenTimeout time.Duration

	// AcceptSettings opens the store in spite of ErrSettings.
	AcceptSettings bool

	// Prepared prepares each statement once for each connection, by name, which saves the server a third of its work. Not
	// behind a pooler in transaction mode that knows nothing of prepared statements, such as PgBouncer before 1.21.
	Prepared bool
}

// A Store is a store.Store in PostgreSQL 12 or later. Its methods are safe for concurrent use.
type Store struct {
	pool    *pgxpool.Pool
	sql     statements
	mode    pgx.QueryExecMode
	written atomic.Int64 // rows since the last sweep
}

var _ store.Store = (*Store)(nil)

// New returns a store over a pool, which stays the host's. It creates or updates the tables if need be.
//
// The errors to expect are ErrSettings, ErrReadOnly, ErrNewer and those of the connection.
func New(pool *pgxpool.Pool, o Options) (*Store, error) {
	if pool == nil {
		return nil, errors.New("pgstore: pool is nil")
	}
	if o.OpenTimeout < 0 {
		return nil, errors.New("pgstore: Options.OpenTimeout is negative")
	}
	if o.OpenTimeout == 0 {
		o.OpenTimeout = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.OpenTimeout)
	defer cancel()
	s := &Store{pool: pool, sql: newStatements(qualified(o.Schema, "codeword")), mode: pgx.QueryExecModeExec}
	if o.Prepared {
		s.mode = pgx.QueryExecModeCacheStatement
	}
	s.written.Store(sweepEvery) // a process that writes little sweeps as well
	found, err := s.settings(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("pgstore: open: %w", err)
	case found.readOnly:
		return nil, ErrReadOnly
	}
	if err := found.check(); err != nil && !o.AcceptSettings {
		return nil, err
	}
	if err := s.migrate(ctx, o.Schema); err != nil {
		return nil, fmt.Errorf("pgstore: migrate: %w", err)
	}
	return s, nil
}

// Load returns the value under key. It implements store.Store.
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	if !validKey(key) {
		return nil, errTooLarge
	}
	var value []byte
	err := undisturbed(ctx, "load", func() error {
		return s.pool.QueryRow(ctx, s.sql.load, s.mode, key).Scan(&value)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, errNotFound
	}
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, failed("load", errKind)
	}
	return value, nil
}

// CompareAndSwap replaces old by new under key. It implements store.Store. The swap is committed when it returns nil.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if !validKey(key) || len(old) > store.MaxValue || len(new) > store.MaxValue {
		return errTooLarge
	}
	if err := begun(ctx); err != nil {
		return err
	}
	n, err := s.swap(ctx, key, old, new, instant(expires))
	if err != nil {
		return failed("swap", err)
	}
	if n == 0 {
		return errConflict
	}
	s.sweepIfDue(ctx, 1)
	return nil
}

// swap returns the number of rows that held old.
func (s *Store) swap(ctx context.Context, key string, old, new []byte, expires time.Time) (int64, error) {
	switch {
	case len(old) == 0 && len(new) == 0:
		return s.exec(ctx, s.sql.absent, key)
	case len(old) == 0:
		return s.exec(ctx, s.sql.create, key, new, expires)
	case len(new) == 0:
		return s.exec(ctx, s.sql.remove, key, old)
	}
	return s.exec(ctx, s.sql.replace, key, old, new, expires)
}

// Add adds to counters, all in one transaction, and returns their sums. It implements store.Store. A sum that would leave the
// range of an int64 is an error.
func (s *Store) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if len(adds) > store.MaxAdds || slices.ContainsFunc(adds, func(a store.Increment) bool { return !validKey(a.Key) }) {
		return nil, errTooLarge
	}
	b := newBatch(adds)
	var after map[string]int64
	err := undisturbed(ctx, "add", func() (err error) {
		after, err = s.add(ctx, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.sweepIfDue(ctx, len(b.keys))
	return b.sums(adds, after), nil
}

// add returns the counters of a batch after it.
func (s *Store) add(ctx context.Context, b batch) (map[string]int64, error) {
	sql, args := s.sql.add, []any{s.mode, b.keys, b.deltas, b.expires, b.reads}
	if len(b.keys) == 0 {
		sql, args = s.sql.read, []any{s.mode, b.reads}
	}
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	after := make(map[string]int64, len(b.keys)+len(b.reads))
	var key string
	var sum *int64
	_, err = pgx.ForEachRow(rows, []any{&key, &sum}, func() error {
		if sum == nil {
			return errKind
		}
		after[key] = *sum
		return nil
	})
	return after, err
}

// undisturbed runs a statement until no other one is in its way: one that was undone for the sake of others may be run again.
func undisturbed(ctx context.Context, doing string, run func() error) error {
	for {
		if err := begun(ctx); err != nil {
			return err
		}
		err := run()
		if err == nil {
			return nil
		}
		if err = failed(doing, err); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// exec runs a statement, in one round trip, and returns the number of rows.
func (s *Store) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	tag, err := s.pool.Exec(ctx, sql, append([]any{s.mode}, args...)...)
	return tag.RowsAffected(), err
}

func validKey(key string) bool {
	if len(key) < 1 || len(key) > store.MaxKey {
		return false
	}
	for i := range len(key) {
		if key[i] < 0x21 || key[i] > 0x7e {
			return false
		}
	}
	return true
}
