package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/pgstore"
)

const statementTimeout = "statement_timeout"

// openPostgres connects to a server. What the URL leaves out of what the store needs is set for each connection.
func openPostgres(url string) (store.Store, func() error, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil { // which repeats the URL, without such passwords as it finds
		return nil, nil, errors.New("is no URL of PostgreSQL, such as postgres://USER:PASSWORD@HOST:5432/DATABASE")
	}
	connection := config.ConnConfig
	connection.ConnectTimeout = cmp.Or(connection.ConnectTimeout, serverPatience)
	if connection.ValidateConnect == nil { // of several hosts, the primary
		connection.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	given := connection.RuntimeParams
	if given[statementTimeout] != "" || strings.Contains(given["options"], statementTimeout) {
		return connect(config)
	}
	given[statementTimeout] = "5s"
	s, end, err := connect(config)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == unknownParameter {
		delete(given, statementTimeout)
		return connect(config)
	}
	return s, end, err
}

// unknownParameter is what PgBouncer says of most settings. Then the role must have them, which the store looks at.
const unknownParameter = "08P01"

func connect(config *pgxpool.Config) (store.Store, func() error, error) {
	pool, err := pgxpool.NewWithConfig(context.Background(), config.Copy())
	if err != nil {
		return nil, nil, err
	}
	s, err := pgstore.New(pool, pgstore.Options{})
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return s, func() error { pool.Close(); return nil }, nil
}
