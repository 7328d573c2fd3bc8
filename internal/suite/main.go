// Suite runs every test of every module with nothing left out: a test that is skipped has failed.
//
// Before that it installs what the tests need and the machine lacks, where that is a Debian package and the user is root.
// Tests that need such things run only when CODEWORD_FULL=1, which this program sets.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"

	"github.com/codeword-go/codeword/internal/workspace"
)

func main() { workspace.Exit(run()) }

func run() error {
	root, err := workspace.Root()
	if err != nil {
		return err
	}
	modules, err := workspace.Modules()
	if err != nil {
		return err
	}
	if err := install(modules); err != nil {
		return err
	}
	var total Tally
	err = test(root, &total, nil, "-race", "-shuffle=on", "-timeout=15m", "work")
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		err = errors.Join(err, test(root, &total, []string{"GOARCH=386"}, "./verify/internal/..."))
	}
	// The last line is what a reader of the log, or a program, looks for.
	fmt.Printf("%d passed, %d failed, %d skipped\n", total.Passed, total.Failed, total.Skipped)
	if total.Skipped > 0 {
		err = errors.Join(err, errors.New("suite: a skipped test proves nothing; here all have to run"))
	}
	if total.Passed == 0 {
		err = errors.Join(err, errors.New("suite: no test has run"))
	}
	return err
}

func test(root string, total *Tally, env []string, args ...string) error {
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1", "-vet=off"}, args...)...)
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CODEWORD_FULL=1"), env...)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := total.Read(events, os.Stdout)
	_, _ = io.Copy(io.Discard, events) // lets the tests end
	if err := errors.Join(readErr, cmd.Wait()); err != nil {
		return fmt.Errorf("suite: go test: %w", err)
	}
	return nil
}
