package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A Mutant is a fault that somebody could make, and the test that has to notice it.
type Mutant struct {
	ID   string // of the requirement that it breaks, "S16"
	Says string // what the fault is
	Dir  string // of the code, from the root
	Old  string // occurs once in the files there, tests left out
	New  string // takes its place

	Package string // of the test, from the root: "./verify"
	Test    string // its name, or the path of a subtest: "TestStore/one swap wins"
}

// languages are those of files that are compiled, or embedded in what is.
var languages = []string{".go", ".lua", ".sql"}

// Mutate returns the path of the file that the mutant changes, and its source with the fault in it.
func (m Mutant) Mutate(root string) (path, mutated string, err error) {
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(m.Dir), "*.*"))
	if err != nil {
		return "", "", err
	}
	places := 0
	for _, file := range files {
		if !slices.Contains(languages, filepath.Ext(file)) || strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return "", "", err
		}
		if n := strings.Count(string(source), m.Old); n > 0 {
			places += n
			path, mutated = file, strings.Replace(string(source), m.Old, m.New, 1)
		}
	}
	if places != 1 || m.Old == m.New {
		return "", "", fmt.Errorf("the text to replace occurs %d times in %s", places, m.Dir)
	}
	return path, mutated, nil
}

// A Lab tries mutants of one tree, which it leaves as it is.
type Lab struct {
	Root    string
	Scratch string // a folder for what it compiles
}

var (
	// ErrSurvived reports that the tests pass in spite of the fault.
	ErrSurvived = errors.New("survived")

	errTestFailed = errors.New("the test fails")
)

// Try returns nil if the test fails because of the fault, ErrSurvived if it passes, and another error if the mutant itself is
// wrong: its text is not there, it does not compile, there is no such test.
func (l Lab) Try(m Mutant, name string) error {
	path, mutated, err := m.Mutate(l.Root)
	if err != nil {
		return err
	}
	changed := filepath.Join(l.Scratch, name+filepath.Ext(path))
	overlay := filepath.Join(l.Scratch, name+".json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(changed, []byte(mutated), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return err
	}
	binary := filepath.Join(l.Scratch, name+".test")
	if err := l.Build(binary, m.Package, "-overlay", overlay); err != nil {
		return err
	}
	defer os.Remove(binary)
	switch err := l.Test(binary, m); {
	case err == nil:
		return ErrSurvived
	case errors.Is(err, errTestFailed):
		return nil
	default:
		return err
	}
}

// Build compiles the tests of a package.
func (l Lab) Build(binary, pkg string, flags ...string) error {
	args := append([]string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = l.Root
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("does not compile: %w\n%s", err, output)
	}
	return nil
}

// Test runs the mutant's test in a program that Build compiled.
func (l Lab) Test(binary string, m Mutant) error {
	pattern := "^" + strings.ReplaceAll(m.Test, "/", "$/^") + "$"
	cmd := exec.Command(binary, "-test.run="+pattern, "-test.timeout=1m", "-test.failfast", "-test.v")
	cmd.Dir = filepath.Join(l.Root, filepath.FromSlash(m.Package))
	cmd.Env = append(os.Environ(), "CODEWORD_FULL=1") // a test that skips itself notices nothing
	output, err := cmd.CombinedOutput()
	_, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case exited:
		return fmt.Errorf("%w:\n%s", errTestFailed, output)
	case err != nil:
		return err
	case !strings.Contains(string(output), "--- PASS: "+strings.ReplaceAll(m.Test, " ", "_")+" "):
		return fmt.Errorf("there is no test %s in %s, or it was skipped", m.Test, m.Package)
	}
	return nil
}
