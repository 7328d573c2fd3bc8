package pgstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/pgstore"
)

// A server is a PostgreSQL of the tests' own, on a Unix socket in its folder.
type server struct {
	dir      string
	settings []string
	cmd      *exec.Cmd
}

var (
	base   string // the folder of all that is shared
	shared = sync.OnceValues(func() (*server, error) { return newServer(filepath.Join(base, "shared"), "-c", "fsync=off") })

	// fresh is the data of a new server, made once.
	fresh = sync.OnceValues(func() (string, error) {
		data := filepath.Join(base, "fresh")
		initdb := program("initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
		if out, err := initdb.CombinedOutput(); err != nil {
			return "", fmt.Errorf("initdb: %w\n%s", err, out)
		}
		return data, nil
	})
)

func TestMain(m *testing.M) {
	if part, ok := children[os.Getenv(childVariable)]; ok {
		part()
		os.Exit(0)
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if os.Getenv("CODEWORD_FULL") != "1" {
		return m.Run(), nil
	}
	base, err = os.MkdirTemp("", "pg")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o777); err != nil { // for the user that the servers run as
		return 1, err
	}
	if s, err := shared(); err != nil {
		return 1, err
	} else {
		defer s.kill()
	}
	return leaktest.Run(m), nil
}

// needServer returns the shared server, or skips the test. CONTRIBUTING.md says how to install PostgreSQL.
func needServer(t testing.TB) *server {
	t.Helper()
	if os.Getenv("CODEWORD_FULL") != "1" {
		t.Skip("CODEWORD_FULL is not 1")
	}
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ownServer starts a server that the test may harm.
func ownServer(t *testing.T) *server {
	t.Helper()
	needServer(t)
	s, err := newServer(filepath.Join(base, t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	return s
}

func newServer(dir string, settings ...string) (*server, error) {
	data, err := fresh()
	if err != nil {
		return nil, err
	}
	if out, err := exec.Command("cp", "-a", data, dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cp: %w\n%s", err, out)
	}
	s := &server{dir: dir, settings: settings}
	return s, s.start()
}

func (s *server) start() error {
	s.cmd = program("postgres", append(s.settings, "-D", s.dir, "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=300",
		"-c", "shared_buffers=32MB", "-c", "statement_timeout=5000")...)
	var log bytes.Buffer
	s.cmd.Stdout, s.cmd.Stderr = &log, &log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, s.address("postgres"))
		if err == nil {
			return c.Close(ctx)
		}
		if ctx.Err() != nil {
			s.kill()
			return fmt.Errorf("postgres: %w\n%s", err, log.Bytes())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// kill ends the server as a power failure would, all its processes at once.
func (s *server) kill() {
	s.signal(syscall.SIGKILL)
	s.cmd.Wait()
}

// signal goes to every process of the server.
func (s *server) signal(sig syscall.Signal) {
	syscall.Kill(s.cmd.Process.Pid, sig) // first, so that it starts no others
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, _ := os.ReadFile(path)
		pid, rest, _ := strings.Cut(string(stat), " ")
		_, rest, _ = strings.Cut(rest, ") ") // "S 123 ...": the parent comes after the state
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(s.cmd.Process.Pid) {
			n, _ := strconv.Atoi(pid)
			syscall.Kill(n, sig)
		}
	}
}

func (s *server) address(database string) string {
	return "host=" + s.dir + " user=app connect_timeout=2 dbname=" + database
}

// database returns the address of a new database in which transactions have a given isolation level.
func (s *server) database(t testing.TB, isolation string) string {
	t.Helper()
	name := fmt.Sprintf("db%d", databases())
	s.do(t, "CREATE DATABASE "+name)
	s.do(t, "ALTER DATABASE "+name+" SET default_transaction_isolation = '"+isolation+"'")
	return s.address(name)
}

var databases = func() func() int {
	var mu sync.Mutex
	n := 0
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		n++
		return n
	}
}()

// do runs a statement in the database postgres.
func (s *server) do(t testing.TB, sql string) { t.Helper(); do(t, s.address("postgres"), sql) }

func do(t testing.TB, address, sql string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// ask returns a number.
func ask(t testing.TB, address, sql string) (n int) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func openPool(t testing.TB, address string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// open returns a store on a client of its own. The shared server, which nobody kills, does without fsync.
func open(t testing.TB, address string) *pgstore.Store {
	t.Helper()
	s, err := pgstore.New(openPool(t, address), pgstore.Options{AcceptSettings: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// program returns a command of PostgreSQL or PgBouncer, which Debian does not put into the path. They do not run as root.
func program(name string, args ...string) *exec.Cmd {
	path, err := exec.LookPath(name)
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/sbin/"} {
		if found, _ := filepath.Glob(pattern + name); err != nil && len(found) > 0 {
			path, err = found[len(found)-1], nil
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	cmd.Err = errors.Join(err, cmd.Err)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

const nobody = 65534
