package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrSettings reports that the role's settings break a promise of this package: the text names each, and what to do.
	// See Options.AcceptSettings.
	ErrSettings = errors.New("pgstore: unsafe settings")

	// ErrReadOnly reports that the client leads to a replica, or that its transactions are read-only. Decisions need the
	// primary: add target_session_attrs=read-write if the connection string names several servers.
	ErrReadOnly = errors.New("pgstore: server is a replica or read-only")
)

// Bounds of what the role may set. Shorter time-outs would refuse calls that only wait for their turn.
const (
	shortest = 100 * time.Millisecond
	longest  = time.Minute
)

type settings struct {
	readOnly          bool
	statement, lock   int64 // milliseconds, zero is none
	synchronous, sync string
}

func (s *Store) settings(ctx context.Context) (v settings, err error) {
	const query = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean,
		(SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'),
		(SELECT setting::bigint FROM pg_settings WHERE name = 'lock_timeout'),
		current_setting('synchronous_commit'), current_setting('fsync')`
	row := s.pool.QueryRow(ctx, query, s.mode)
	return v, row.Scan(&v.readOnly, &v.statement, &v.lock, &v.synchronous, &v.sync)
}

// check returns an error that names everything that is wrong. A lock time-out need not be set, because waiting for a lock is
// part of a statement.
func (v settings) check() error {
	var wrong []string
	if v.statement == 0 || v.statement > longest.Milliseconds() {
		wrong = append(wrong, "statement_timeout is not set or over a minute, so that a statement outlives a client that is gone (ALTER ROLE ... SET statement_timeout = '5s')")
	}
	for name, set := range map[string]int64{"statement_timeout": v.statement, "lock_timeout": v.lock} {
		if set != 0 && set < shortest.Milliseconds() {
			wrong = append(wrong, name+" is under 100ms, so that calls fail that only wait for their turn")
		}
	}
	if v.synchronous == "off" {
		wrong = append(wrong, "synchronous_commit is off, so that a crash undoes guesses and approvals (ALTER ROLE ... SET synchronous_commit = 'on')")
	}
	if v.sync == "off" {
		wrong = append(wrong, "fsync is off, so that a crash may destroy the database")
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrSettings, strings.Join(wrong, "; "))
}
