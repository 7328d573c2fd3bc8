// Mutants shows that the tests can fail: it puts one fault after another into the code and runs the test that has to notice it.
// The tree itself is not touched; the compiler reads the changed file from another place.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/internal/workspace"
)

func main() {
	only := flag.String("run", "", "only the mutants whose id, folder and description match this regular expression")
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
		if chosen.MatchString(m.ID + " " + m.Dir + " " + m.Says) {
			list = append(list, m)
		}
	}
	lab := Lab{root, scratch}
	if failed := inParallel(workers, byPackage(list), lab.sound); failed > 0 {
		return fmt.Errorf("mutants: the tests of %d packages fail without any fault", failed)
	}
	failed := inParallel(workers, list, lab.report)
	fmt.Printf("mutants: %d tried, %d not caught\n", len(list), failed)
	if failed > 0 || len(list) == 0 {
		return errors.New("mutants: not every fault is noticed")
	}
	return nil
}

// inParallel calls f for each element with a name for its files, and returns how often it failed.
func inParallel[T any](workers int, list []T, f func(element T, name string) error) int {
	jobs := make(chan int)
	var failed atomic.Int64
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for i := range jobs {
				if f(list[i], strconv.Itoa(i)) != nil {
					failed.Add(1)
				}
			}
		})
	}
	for i := range list {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	return int(failed.Load())
}

// byPackage returns, for each package, a mutant for each of its tests.
func byPackage(list []Mutant) [][]Mutant {
	tests := map[string][]Mutant{}
	for _, m := range list {
		same := func(other Mutant) bool { return other.Test == m.Test }
		if !slices.ContainsFunc(tests[m.Package], same) {
			tests[m.Package] = append(tests[m.Package], m)
		}
	}
	return slices.Collect(maps.Values(tests))
}

// sound runs the tests of one package on the code as it is, since a test that fails anyway notices nothing.
func (l Lab) sound(tests []Mutant, name string) error {
	binary := filepath.Join(l.Scratch, name+".sound.test")
	defer os.Remove(binary)
	if err := l.Build(binary, tests[0].Package); err != nil {
		fmt.Printf("BROKEN WITHOUT A FAULT  %s %v\n", tests[0].Package, err)
		return err
	}
	var errs []error
	for _, m := range tests {
		if err := l.Test(binary, m); err != nil {
			fmt.Printf("FAILS WITHOUT A FAULT  %s %s: %v\n", m.Package, m.Test, err)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
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
