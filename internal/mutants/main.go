// Mutants shows that the tests can fail: it puts one fault after another into the code and runs the test that has to notice it.
// The tree itself is not touched; the compiler reads the changed file from another place.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/internal/workspace"
)

func main() {
	only := flag.String("run", "", "only the mutants whose id, file and description match this regular expression")
	workers := flag.Int("parallel", 2, "how many to try at a time")
	flag.Parse()
	workspace.Exit(run(*only, *workers))
}

func run(only string, workers int) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	var list []Mutant
	for _, m := range Mutants() {
		if chosen.MatchString(m.ID + " " + m.File + " " + m.Says) {
			list = append(list, m)
		}
	}
	lab := Lab{root, scratch}
	if failed := inParallel(workers, healthy(list), lab.sound); failed > 0 {
		return fmt.Errorf("mutants: %d tests fail without any fault", failed)
	}
	failed := inParallel(workers, list, lab.report)
	fmt.Printf("mutants: %d tried, %d not caught\n", len(list), failed)
	if failed > 0 || len(list) == 0 {
		return errors.New("mutants: not every fault is noticed")
	}
	return nil
}

// inParallel calls f for each mutant with a name for its files, and returns how often it failed.
func inParallel(workers int, list []Mutant, f func(m Mutant, name string) error) int {
	type job struct {
		name string
		Mutant
	}
	jobs := make(chan job)
	var failed atomic.Int64
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for j := range jobs {
				if f(j.Mutant, j.name) != nil {
					failed.Add(1)
				}
			}
		})
	}
	for i, m := range list {
		jobs <- job{strconv.Itoa(i), m}
	}
	close(jobs)
	wg.Wait()
	return int(failed.Load())
}

// healthy returns one mutant for each test, since a test that fails anyway notices nothing.
func healthy(list []Mutant) []Mutant {
	seen := map[[2]string]bool{}
	var tests []Mutant
	for _, m := range list {
		key := [2]string{m.Package, m.Test}
		if !seen[key] {
			seen[key] = true
			tests = append(tests, m)
		}
	}
	return tests
}

// sound runs a mutant's test on the code as it is.
func (l Lab) sound(m Mutant, name string) error {
	binary := filepath.Join(l.Scratch, name+".sound.test")
	err := l.Build(binary, m.Package)
	if err == nil {
		err = l.Test(binary, m)
		os.Remove(binary)
	}
	if err != nil {
		fmt.Printf("FAILS WITHOUT A FAULT  %s %s: %v\n", m.Package, m.Test, err)
	}
	return err
}

func (l Lab) report(m Mutant, name string) error {
	started := time.Now()
	err := l.Try(m, name)
	verdict := "caught"
	switch {
	case errors.Is(err, ErrSurvived):
		verdict = "SURVIVED"
	case err != nil:
		verdict = "BROKEN"
	}
	fmt.Printf("%-8s  %5.1fs  %-4s  %s  (%s %s)\n", verdict, time.Since(started).Seconds(), m.ID, m.Says, m.Package, m.Test)
	if verdict == "BROKEN" {
		fmt.Println(err)
	}
	return err
}
