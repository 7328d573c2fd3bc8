// Fuzz runs every fuzz target of every module for some time, one after the other. A target without seeds is an error, since
// it tests nothing in an ordinary run.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/codeword-go/codeword/internal/workspace"
)

func main() {
	each := flag.Duration("time", 30*time.Second, "for each target")
	only := flag.String("run", "", "only the targets that match this regular expression")
	flag.Parse()
	workspace.Exit(run(*each, *only))
}

// A Target is a fuzz function.
type Target struct {
	Package string
	Name    string
}

func run(each time.Duration, only string) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return err
	}
	listing, err := workspace.Output(root, "go", "test", "-vet=off", "-list", "^Fuzz", "work")
	if err != nil {
		return err
	}
	var failed []string
	for _, t := range Targets(listing) {
		name := t.Package + "." + t.Name
		if !chosen.MatchString(name) {
			continue
		}
		fmt.Println("fuzz:", name)
		if err := t.fuzz(root, each); err != nil {
			fmt.Println("fuzz:", err)
			failed = append(failed, name)
		}
	}
	if len(failed) > 0 {
		return errors.New("fuzz: failed: " + strings.Join(failed, ", "))
	}
	return nil
}

// Targets reads what go test -list prints: the names in a package, and then a line about the package.
func Targets(listing string) []Target {
	var targets []Target
	var names []string
	for line := range strings.Lines(listing) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 1 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) > 1 && (fields[0] == "ok" || fields[0] == "?"):
			for _, name := range names {
				targets = append(targets, Target{fields[1], name})
			}
			names = nil
		}
	}
	return targets
}

func (t Target) fuzz(root string, each time.Duration) error {
	exact := "^" + t.Name + "$"
	seeds, err := workspace.Output(root, "go", "test", "-v", "-vet=off", "-run", exact, t.Package)
	if err != nil {
		return err
	}
	if !strings.Contains(seeds, "--- PASS: "+t.Name+"/") {
		return errors.New(t.Name + " has no seeds")
	}
	cmd := exec.Command("go", "test", "-vet=off", "-run", "^$", "-fuzz", exact, "-fuzztime", each.String(), t.Package)
	cmd.Dir = root
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
