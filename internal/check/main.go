// Check runs everything that can be said about the code without running its tests, and reports all that fails.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/codeword-go/codeword/internal/workspace"
)

const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

// A step is a command that must succeed.
type step struct {
	name    string
	dir     string
	env     []string
	silent  bool // it must print nothing either
	command []string
}

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
	queue := make(chan step)
	failed := make(chan string)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for s := range queue {
				if !s.passes() {
					failed <- s.name
				}
			}
		})
	}
	go func() {
		for _, s := range steps(root, modules) {
			queue <- s
		}
		close(queue)
		workers.Wait()
		close(failed)
	}()
	var names []string
	for name := range failed {
		names = append(names, name)
	}
	if len(names) > 0 {
		return errors.New("check: failed: " + strings.Join(names, ", "))
	}
	fmt.Println("check: all passed")
	return nil
}

// steps are ordered by how long they take, the longest first.
func steps(root string, modules []workspace.Module) []step {
	list := []step{
		{name: "staticcheck", command: []string{"go", "run", staticcheck, "work"}},
		{name: "go vet", command: []string{"go", "vet", "work"}},
		{name: "go fix", command: []string{"go", "fix", "-diff", "work"}},
		{name: "32 bits", env: []string{"GOARCH=386"}, command: []string{"go", "vet", "./..."}},
		{name: "Windows", env: []string{"GOOS=windows"}, command: []string{"go", "build", "./..."}},
		{name: "rules", command: []string{"go", "test", "./internal/rules", "./internal/requirements", "./internal/mutants"}},
		{name: "gofmt", silent: true, command: []string{"gofmt", "-l", "."}},
	}
	for i := range list {
		list[i].dir = root
	}
	alone := []string{"GOWORK=off"}
	for _, m := range modules {
		name := strings.TrimPrefix(filepath.ToSlash(m.Dir), filepath.ToSlash(root))
		list = append(list,
			step{name: "go vet, GOWORK=off, in ." + name, dir: m.Dir, env: alone, command: []string{"go", "vet", "./..."}},
			step{name: "go mod tidy in ." + name, dir: m.Dir, env: alone, command: []string{"go", "mod", "tidy", "-diff"}},
			step{name: "go mod verify in ." + name, dir: m.Dir, env: alone, command: []string{"go", "mod", "verify"}},
		)
	}
	return list
}

func (s step) passes() bool {
	started := time.Now()
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), s.env...)
	output, err := cmd.CombinedOutput()
	passes := err == nil && !(s.silent && len(output) > 0)
	took := time.Since(started).Seconds()
	if passes {
		fmt.Printf("ok    %5.1fs  %s\n", took, s.name)
	} else {
		fmt.Printf("FAIL  %5.1fs  %s: %s\n%s\n", took, s.name, strings.Join(append(s.env, s.command...), " "), output)
	}
	return passes
}
