package pgstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed schema/1.sql
var first string

// migrations lead from each version of the schema to the next. What has been released never changes.
var migrations = []string{first}

// migrationLock is the advisory lock under which one process at a time migrates.
const migrationLock = 0x636f6465776f7264

// ErrNewer reports that a later release has migrated the tables.
var ErrNewer = errors.New("pgstore: the tables belong to a newer version of this package")

// migrate brings the tables up to date. If they are it only reads, so that a role without the right to create is enough.
func (s *Store) migrate(ctx context.Context, schema string) error {
	table := qualified(schema, "codeword_version")
	version, there := 0, false
	err := s.pool.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", pgx.QueryExecModeExec, table).Scan(&there)
	if err == nil && there {
		err = s.pool.QueryRow(ctx, installed+table, pgx.QueryExecModeExec).Scan(&version)
	}
	switch {
	case err != nil:
		return err
	case version > len(migrations):
		return ErrNewer
	case version == len(migrations):
		return nil
	}
	// Under any other isolation level the second look would see what the first one saw, whoever held the lock in between.
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		return migrateLocked(ctx, tx, schema)
	})
}

const installed = "SELECT coalesce(max(version), 0) FROM "

// migrateLocked waits for its turn, and looks again at what is left to do. It does not trust to_regclass in this, which goes by a cache.
func migrateLocked(ctx context.Context, tx pgx.Tx, schema string) error {
	before := fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", int64(migrationLock))
	if schema != "" {
		before = "SET LOCAL search_path = " + pgx.Identifier{schema}.Sanitize() + "; " + before
	}
	for _, text := range []string{before, "CREATE TABLE IF NOT EXISTS codeword_version (version integer PRIMARY KEY)"} {
		if _, err := tx.Exec(ctx, text, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	version := 0
	if err := tx.QueryRow(ctx, installed+"codeword_version", pgx.QueryExecModeExec).Scan(&version); err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		text := migrations[version] + fmt.Sprintf("; INSERT INTO codeword_version VALUES (%d)", version+1)
		if _, err := tx.Exec(ctx, text, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	return nil
}

// qualified returns the name of a table for use in a statement.
func qualified(schema, table string) string {
	if schema == "" {
		return pgx.Identifier{table}.Sanitize()
	}
	return pgx.Identifier{schema, table}.Sanitize()
}
