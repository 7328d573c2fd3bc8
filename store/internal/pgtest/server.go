//go:build linux

package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// common are the settings of every server; what a test adds comes after them and wins.
var common = []string{"listen_addresses=", "max_connections=300", "shared_buffers=32MB", "statement_timeout=5000"}

// A Server is a PostgreSQL server.
type Server struct {
	// Socket is the folder of the server's socket, .s.PGSQL.5432.
	Socket string

	t        testing.TB // nil for the shared one
	settings []string
	cmd      *exec.Cmd
}

// Start starts a server that the test may harm, with settings such as "fsync=off", and ends it with the test.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	need(t)
	s, err := newServer(settings...)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.Kill)
	s.Restart()
	return s
}

func newServer(settings ...string) (*Server, error) {
	data, err := fresh()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(base, "")
	if err != nil {
		return nil, err
	}
	if out, err := exec.Command("cp", "-aT", data, folder).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cp: %w\n%s", err, out)
	}
	return &Server{Socket: folder, settings: settings}, nil
}

// Address is the connection string of a database.
func (s *Server) Address(database string) string { return Address(s.Socket, database) }

// Restart starts a server that was killed anew, on its data.
func (s *Server) Restart() {
	s.t.Helper()
	if err := s.launch(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) launch() error {
	args := []string{"-D", s.Socket, "-k", s.Socket}
	for _, setting := range append(common[:len(common):len(common)], s.settings...) {
		args = append(args, "-c", setting)
	}
	s.cmd = program("postgres", args...)
	return start(s.cmd, s.Socket)
}

// Kill ends the server as a power failure would, all its processes at once. They are gone when it returns.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	s.Stop()
	for children := s.children(); len(children) > 0; children = s.children() {
		for _, pid := range children {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(time.Millisecond)
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Stop makes the server silent: connections stay open, and nothing is answered.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(syscall.SIGSTOP) // first, so that it starts no others
	for _, pid := range s.children() {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
}

// Continue ends the silence.
func (s *Server) Continue() {
	for _, pid := range s.children() {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
}

// children are the server's processes but the first, as long as they live.
func (s *Server) children() (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, _ := os.ReadFile(path)
		pid, rest, _ := strings.Cut(string(stat), " ")
		_, rest, _ = strings.Cut(rest, ") ") // "S 123 ...": the state, and the parent
		if f := strings.Fields(rest); len(f) > 1 && f[0] != "Z" && f[1] == strconv.Itoa(s.cmd.Process.Pid) {
			n, _ := strconv.Atoi(pid)
			pids = append(pids, n)
		}
	}
	return pids
}

// Bouncer starts a PgBouncer in transaction mode before the server, and returns the folder of its socket. It has fewer connections to
// the server than tests have clients, so that they are really shared.
func (s *Server) Bouncer(t testing.TB) (socket string) {
	t.Helper()
	folder, err := os.MkdirTemp(base, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "config.ini")
	text := fmt.Sprintf(`[databases]
* = host=%s user=app
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = %s
unix_socket_mode = 0777
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
`, s.Socket, folder)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := program("pgbouncer", config)
	t.Cleanup(func() {
		if cmd.Process != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	if err := start(cmd, folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// start starts a program and waits until it answers on its socket.
func start(cmd *exec.Cmd, socket string) error {
	log, err := os.CreateTemp(base, "log") // and no pipe, which would want a goroutine
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := program("pg_isready", "--quiet", "--host="+socket, "--port=5432", "--username=app", "--dbname=postgres").Run()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, said)
		}
	}
}

// program returns a command of PostgreSQL or PgBouncer, which Debian does not put into the path, or only behind a slow script. They do
// not run as root.
func program(name string, args ...string) *exec.Cmd {
	path := name
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/sbin/"} {
		if found, _ := filepath.Glob(pattern + name); len(found) > 0 {
			path = found[len(found)-1]
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

const nobody = 65534
