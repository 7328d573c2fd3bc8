package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is a database of the benchmarks' own.
type server struct {
	address string
	dir     string
	cmd     *exec.Cmd
	log     bytes.Buffer
}

// errNotInstalled is returned for a server that is not on this machine.
var errNotInstalled = errors.New("not installed")

// startRedis starts a Redis that keeps what it is given, on a port of loopback.
func startRedis() (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "codeword-redis-*")
	if err != nil {
		return nil, err
	}
	s := &server{address: net.JoinHostPort("127.0.0.1", port), dir: dir}
	s.cmd = program("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", dir, "--appendonly", "yes", "--save", "",
		"--maxmemory-policy", "noeviction")
	return s, s.start()
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// startPostgres starts a PostgreSQL with its default settings but for those named, on a socket in its folder.
func startPostgres(settings ...string) (*server, error) {
	dir, err := os.MkdirTemp("", "codeword-postgres-*")
	if err != nil {
		return nil, err
	}
	s := &server{address: "host=" + dir + " user=app dbname=postgres", dir: dir}
	if err := os.Chmod(dir, 0o777); err != nil { // for the user that it runs as
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if out, err := unprivileged("initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		s.close()
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	args := []string{"-D", data, "-k", dir}
	for _, setting := range append(settings, "listen_addresses=", "statement_timeout=5000") {
		args = append(args, "-c", setting)
	}
	s.cmd = unprivileged("postgres", args...)
	return s, s.start()
}

// start starts the server and returns when it answers, which whoever connects has to find out for PostgreSQL.
func (s *server) start() error {
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	err := s.cmd.Start()
	if err != nil {
		s.close()
	}
	return err
}

// patiently calls connect until it succeeds, since a server takes a while to start.
func (s *server) patiently(connect func() error) error {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := connect()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %w\n%s", filepath.Base(s.cmd.Path), err, s.log.Bytes())
		}
	}
}

// close ends the server and removes what it kept.
func (s *server) close() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGINT) // PostgreSQL's fast shutdown
		_ = s.cmd.Wait()
	}
	_ = os.RemoveAll(s.dir)
}

// program returns a command of a server; Debian does not put PostgreSQL's into the path.
func program(name string, args ...string) *exec.Cmd {
	path, err := exec.LookPath(name)
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); err != nil && len(found) > 0 {
		path, err = found[len(found)-1], nil
	}
	cmd := exec.Command(path, args...)
	cmd.Err = nil
	if err != nil {
		cmd.Err = fmt.Errorf("%s: %w", name, errNotInstalled)
	}
	return cmd
}

// unprivileged returns a command that does not run as root, because PostgreSQL refuses to.
func unprivileged(name string, args ...string) *exec.Cmd {
	const nobody = 65534
	cmd := program(name, args...)
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// processorTime returns what the server and its children that are alive have used, zero where there is no /proc.
func (s *server) processorTime() (sum time.Duration) {
	leader := strconv.Itoa(s.cmd.Process.Pid)
	stats, _ := fs.Glob(os.DirFS("/proc"), "[0-9]*/stat")
	for _, stat := range stats {
		text, err := os.ReadFile("/proc/" + stat)
		if err != nil {
			continue // it has ended
		}
		pid, _, _ := strings.Cut(stat, "/")
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may hold spaces
		if slices.Contains([]string{pid, fields[1]}, leader) {
			sum += ticks(fields[11]) + ticks(fields[12]) // user and system
		}
	}
	return sum
}

// ticks reads a time in hundredths of a second.
func ticks(text string) time.Duration {
	n, _ := strconv.Atoi(text)
	return time.Duration(n) * 10 * time.Millisecond
}

// ownProcessorTime returns what this process has used.
func ownProcessorTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
