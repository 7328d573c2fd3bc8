package boltstore_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
)

// Where a process may die, or has to be killed, the test runs itself again as a child that plays one of these parts.
var children = map[string]func(){}

const childVariable = "BOLTSTORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if part, ok := children[os.Getenv(childVariable)]; ok {
		part()
		os.Exit(0)
	}
	code := leaktest.Run(m)
	if millionDir != "" {
		os.RemoveAll(millionDir)
	}
	os.Exit(code)
}

func child(t *testing.T, part string, input ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childVariable+"="+part, "GORACE=atexit_sleep_ms=0") // not a second for each
	cmd.Stdin = strings.NewReader(strings.Join(input, "\n"))
	cmd.Stderr = os.Stderr
	return cmd
}

// inputs are the lines that child was given.
func inputs() (lines []string) {
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}
