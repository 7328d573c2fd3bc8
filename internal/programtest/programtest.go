// Package programtest builds the programs that tests run as processes of their own.
package programtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// A Program is built when a test first asks for it.
type Program struct {
	Dir     string // where to build; "" is the test's folder
	Package string // from there

	once   sync.Once
	folder string
	err    error
}

// Path returns where the program is.
func (p *Program) Path() (string, error) {
	p.once.Do(func() { p.err = p.build() })
	return filepath.Join(p.folder, "program"), p.err
}

func (p *Program) build() (err error) {
	if p.folder, err = os.MkdirTemp("", "program"); err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(p.folder, "program"), p.Package)
	cmd.Dir = p.Dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// Remove removes the program, if it was built. TestMain calls it after all tests.
func (p *Program) Remove() {
	if p.folder != "" {
		_ = os.RemoveAll(p.folder)
	}
}
