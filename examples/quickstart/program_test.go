package main_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/codeword-go/codeword/internal/programtest"
)

var program = programtest.Program{Package: "."}

func TestMain(m *testing.M) {
	code := m.Run()
	program.Remove()
	os.Exit(code)
}

// startProgram runs the quickstart on a free port, with files in a folder of the test, and returns the URL that it prints. At the end
// of the test it is asked to stop, and must do so cleanly.
func startProgram(t *testing.T) (base string) {
	t.Helper()
	return startProgramIn(t, t.TempDir())
}

func startProgramIn(t *testing.T, dir string) (base string) {
	t.Helper()
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-listen", "127.0.0.1:0", "-db", filepath.Join(dir, "test.db"), "-key-file", filepath.Join(dir, "test.key"))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the program did not end well: %v: %s", err, stderr.String())
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, ok := strings.Cut(strings.TrimSuffix(line, "/\n"), "http://")
	if !ok {
		t.Fatalf("the program prints %q, want a URL", line)
	}
	return "http://" + address
}

// refuses runs the program, which has to end by itself and say why.
func refuses(t *testing.T, want string, args ...string) {
	t.Helper()
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || !failed.Exited() || !strings.Contains(string(out), want) {
		t.Errorf("%v: %s, want a refusal that says %q", err, out, want)
	}
}

func TestRefusesToStart(t *testing.T) {
	dir := t.TempDir()
	startProgramIn(t, dir)
	other := filepath.Join(dir, "other.db")
	refuses(t, "can be reached from other machines", "-listen", ":0", "-db", other)
	refuses(t, "another quickstart is running on", "-listen", "127.0.0.1:0", "-db", filepath.Join(dir, "test.db"))
	refuses(t, "key file", "-listen", "127.0.0.1:0", "-db", other, "-key-file", dir)
	refuses(t, `unexpected argument "run"`, "-listen", "127.0.0.1:0", "-db", other, "run")
}

func TestWrongKey(t *testing.T) {
	dir := t.TempDir()
	t.Run("first run", func(t *testing.T) { startProgramIn(t, dir) }) // has ended when the subtest has
	refuses(t, "use the -key-file that belongs to the -db file",
		"-listen", "127.0.0.1:0", "-db", filepath.Join(dir, "test.db"), "-key-file", filepath.Join(dir, "another.key"))
}
