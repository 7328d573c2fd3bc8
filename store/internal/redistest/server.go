//go:build unix

// Package redistest starts Redis servers for tests, and holds the tests that every store on Redis has to pass.
package redistest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// durable is how a server has to be set up; what a test adds comes after it and wins.
var durable = []string{"--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"}

// A Server is a Redis server of one test's own.
type Server struct {
	Network string // "unix" or "tcp"
	Addr    string

	t    testing.TB
	dir  string
	args []string
	cmd  *exec.Cmd
}

// Start starts a server on a unix socket, and ends it with the test.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	dir := newDir(t)
	s := &Server{Network: "unix", Addr: filepath.Join(dir, "s"), t: t, dir: dir}
	s.args = append([]string{"--port", "0", "--unixsocket", s.Addr}, args...)
	s.start()
	return s
}

// newDir is a directory whose path is short enough for a socket's.
func newDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// need ends a test that cannot run here.
func need(t testing.TB, program string) string {
	t.Helper()
	if os.Getenv("CODEWORD_FULL") != "1" {
		t.Skip("CODEWORD_FULL is not 1")
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *Server) start() {
	s.t.Helper()
	program := need(s.t, "redis-server")
	s.launch(exec.Command(program, append(append([]string{"--dir", s.dir}, durable...), s.args...)...))
}

func (s *Server) launch(cmd *exec.Cmd) {
	s.t.Helper()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.cmd = cmd
	s.t.Cleanup(func() {
		if s.cmd == cmd {
			s.Kill()
		}
	})
	for deadline := time.Now().Add(10 * time.Second); !s.answers(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("redis-server does not answer")
		}
	}
}

// answers reports whether the server has loaded its data. A server that wants a password counts.
func (s *Server) answers() bool {
	conn, err := net.Dial(s.Network, s.Addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	reply := make([]byte, 64)
	n, _ := conn.Read(reply)
	return strings.HasPrefix(string(reply[:n]), "+PONG") || strings.HasPrefix(string(reply[:n]), "-NOAUTH")
}

// Kill ends the server as a crash would.
func (s *Server) Kill() {
	if s.cmd != nil {
		s.signal(syscall.SIGKILL)
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Restart starts a server that was killed anew, on its data.
func (s *Server) Restart() { s.start() }

// Stop makes the server silent: connections stay open, and nothing is answered.
func (s *Server) Stop() { s.signal(syscall.SIGSTOP) }

// Continue ends the silence.
func (s *Server) Continue() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Error(err)
	}
}

// CLI gives the server a command and returns the lines of its answer.
func (s *Server) CLI(command ...string) []string {
	s.t.Helper()
	args := []string{"--raw", "-s", s.Addr}
	if s.Network == "tcp" {
		_, port, _ := net.SplitHostPort(s.Addr)
		args = []string{"--raw", "-p", port}
	}
	out, err := exec.Command(need(s.t, "redis-cli"), append(args, command...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("redis-cli: %v: %s", err, out)
	}
	return strings.Fields(string(out))
}

// Cluster starts a cluster of three servers on loopback.
func Cluster(t testing.TB) []*Server {
	t.Helper()
	need(t, "redis-server")
	command := []string{"--cluster-yes", "--cluster", "create"}
	var servers []*Server
	for range 3 {
		port, bus := freePort(t), freePort(t)
		dir := newDir(t)
		s := &Server{Network: "tcp", Addr: net.JoinHostPort("127.0.0.1", port), t: t, dir: dir}
		s.args = []string{"--bind", "127.0.0.1", "--port", port, "--cluster-enabled", "yes", "--cluster-port", bus}
		s.start()
		servers = append(servers, s)
		command = append(command, s.Addr)
	}
	if out, err := exec.Command(need(t, "redis-cli"), command...).CombinedOutput(); err != nil {
		t.Fatalf("redis-cli: %v: %s", err, out)
	}
	for _, s := range servers {
		for deadline := time.Now().Add(10 * time.Second); !slices.Contains(s.CLI("CLUSTER", "INFO"), "cluster_state:ok"); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the cluster does not come up")
			}
		}
	}
	return servers
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
