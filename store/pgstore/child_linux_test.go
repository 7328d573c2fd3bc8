package pgstore_test

import (
	"os"
	"os/exec"
)

// A second process is the test itself, run again as a child that plays one of these parts.
var children = map[string]func(){}

const childVariable = "PGSTORE_TEST_CHILD"

func child(part string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(append(os.Environ(), childVariable+"="+part, "GORACE=atexit_sleep_ms=0"), env...)
	cmd.Stderr = os.Stderr
	return cmd
}
