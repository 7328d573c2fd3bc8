//go:build linux

// Package pgtest starts PostgreSQL servers for tests. It talks to them through PostgreSQL's own programs, so that it needs no client
// library. CONTRIBUTING.md says how to install them.
package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	base string // the folder of all servers

	// fresh is the data of a new server, made once.
	fresh = sync.OnceValues(func() (string, error) {
		data := filepath.Join(base, "fresh")
		initdb := program("initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
		if out, err := initdb.CombinedOutput(); err != nil {
			return "", fmt.Errorf("initdb: %w\n%s", err, out)
		}
		return data, nil
	})

	shared = sync.OnceValues(func() (*Server, error) {
		s, err := newServer("fsync=off")
		if err != nil {
			return nil, err
		}
		return s, s.launch()
	})
)

// Main runs the tests of a package, for its TestMain, removes what the servers leave, and exits.
func Main(run func() int) {
	code, err := within(run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = 1
	}
	os.Exit(code)
}

func within(run func() int) (code int, err error) {
	if base, err = os.MkdirTemp("", "pg"); err != nil { // a path that is short enough for a socket's
		return 0, err
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o777); err != nil { // for the user that the servers run as
		return 0, err
	}
	code = run()
	if began.Load() {
		if s, err := shared(); err == nil {
			s.Kill()
		}
	}
	return code, nil
}

var began atomic.Bool // the shared server

// Shared returns the server of all tests of the package, which nobody may harm. It does without fsync. Unless CODEWORD_FULL is 1 the
// test is skipped.
func Shared(t testing.TB) *Server {
	t.Helper()
	need(t)
	began.Store(true)
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func need(t testing.TB) {
	t.Helper()
	if os.Getenv("CODEWORD_FULL") != "1" {
		t.Skip("CODEWORD_FULL is not 1")
	}
	if base == "" {
		t.Fatal("TestMain does not call pgtest.Main")
	}
}

var databases atomic.Int64

// Database returns the address of a new database in which transactions have an isolation level.
func (s *Server) Database(t testing.TB, isolation string) string {
	t.Helper()
	name := fmt.Sprint("db", databases.Add(1))
	Do(t, s.Address("postgres"), "CREATE DATABASE "+name)
	Do(t, s.Address("postgres"), "ALTER DATABASE "+name+" SET default_transaction_isolation = '"+isolation+"'")
	return s.Address(name)
}

// Address is the connection string of a database whose server, pooler or proxy has its socket, .s.PGSQL.5432, in a folder.
func Address(folder, database string) string {
	return "host=" + folder + " user=app connect_timeout=2 dbname=" + database
}

// Do runs statements.
func Do(t testing.TB, address, sql string) {
	t.Helper()
	psql(t, address, sql)
}

// Ask returns the number that a query finds.
func Ask(t testing.TB, address, sql string) int {
	t.Helper()
	n, err := strconv.Atoi(psql(t, address, sql))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func psql(t testing.TB, address, sql string) string {
	t.Helper()
	cmd := program("psql", "--no-psqlrc", "--no-align", "--tuples-only", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname="+address, "--command="+sql)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}
