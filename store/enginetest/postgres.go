//go:build linux

package enginetest

import (
	"cmp"
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/pgstore"
)

// Postgres is pgstore as PostgreSQL comes.
var Postgres = Remote{"postgres", servePostgres, connectPostgres}

// Isolated are pgstore at the other isolation levels, and behind a PgBouncer, to which Socket leads. Their servers do without fsync.
var Isolated = []Remote{
	{"postgres, read uncommitted", serveIsolated("read uncommitted", false), connectPostgres},
	{"postgres, repeatable read", serveIsolated("repeatable read", false), connectPostgres},
	{"postgres, serializable", serveIsolated("serializable", false), connectPostgres},
	{"pgbouncer, read committed", serveIsolated("read committed", true), connectPostgres},
	{"pgbouncer, serializable", serveIsolated("serializable", true), connectPostgres},
}

// A PostgresServer is the Server of Postgres.
type PostgresServer struct {
	*pgtest.Server
	bouncer string // the folder of the socket that stands for the server's, if there is one
}

// Socket implements Server.
func (s PostgresServer) Socket() string { return cmp.Or(s.bouncer, s.Server.Socket) }

func servePostgres(t testing.TB) Server {
	t.Helper()
	return PostgresServer{Server: pgtest.Start(t)}
}

func serveIsolated(isolation string, bounced bool) func(testing.TB) Server {
	return func(t testing.TB) Server {
		t.Helper()
		s := PostgresServer{Server: pgtest.Start(t, "fsync=off", "default_transaction_isolation="+isolation)}
		if bounced {
			s.bouncer = s.Bouncer(t)
		}
		return s
	}
}

func connectPostgres(socket, password string) (store.Store, func(), error) {
	address := pgtest.Address(socket, "postgres")
	if password != "" {
		address += " password=" + password
	}
	return openPostgres(address)
}

// openPostgres accepts the settings, since not every server here keeps what it is given when its machine stops.
func openPostgres(address string) (store.Store, func(), error) {
	pool, err := pgxpool.New(context.Background(), address)
	if err != nil {
		return nil, nil, err
	}
	s, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true})
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return s, pool.Close, nil
}
