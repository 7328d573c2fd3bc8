// Package workspace tells the repository's tools which modules there are and runs commands in them.
package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Module is a module that go.work uses.
type Module struct {
	Path      string
	Dir       string
	GoMod     string
	GoVersion string
}

// Modules returns the modules of go.work, the root's first.
func Modules() ([]Module, error) {
	out, err := Output(".", "go", "list", "-m", "-json=Path,Dir,GoMod,GoVersion")
	if err != nil {
		return nil, err
	}
	var modules []Module
	for d := json.NewDecoder(strings.NewReader(out)); ; {
		var m Module
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return modules, nil
		case err != nil:
			return nil, fmt.Errorf("workspace: %w", err)
		}
		modules = append(modules, m)
	}
}

// Root returns the folder of go.work.
func Root() (string, error) {
	out, err := Output(".", "go", "env", "GOWORK")
	if err != nil {
		return "", err
	}
	file := strings.TrimSpace(out)
	if file == "" || file == "off" {
		return "", errors.New("workspace: there is no go.work here, or GOWORK is off")
	}
	return filepath.Dir(file), nil
}

// Output runs a command in a folder and returns what it prints to its standard output; the error holds the rest.
func Output(dir string, command ...string) (string, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	var out, complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("workspace: %s: %w\n%s", strings.Join(command, " "), err, complaint.String())
	}
	return out.String(), nil
}

// Exit ends the program, with a message if there is an error.
func Exit(err error) {
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
