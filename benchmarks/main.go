// Benchmarks compares Codeword with what its work costs by other means, and prints a table of ratios: what docs/PERFORMANCE.md holds.
//
//	go run ./benchmarks [section ...]
//
// The sections are those of the list below, and all of them by default. Run it from the repository's root. Both sides of a ratio run in
// turn within one run, and each figure is a median.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sections are the parts of the table, cheap ones first.
var sections = []struct {
	name string
	rows func() ([]row, error)
}{
	{"locale", localeRows}, {"engine", engineRows}, {"handler", handlerRows}, {"memory", memoryRows}, {"bolt", boltRows},
	{"redis", redisRows}, {"postgres", postgresRows},
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "worker" {
		asked, err := strconv.Atoi(os.Args[4])
		if err == nil {
			err = work(os.Args[2], os.Args[3], asked)
		}
		exitOn(err)
		return
	}
	started := time.Now()
	fmt.Printf("%s, %s/%s, %d processors\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	printHead()
	over := 0
	for _, section := range sections {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], section.name) {
			continue
		}
		rows, err := section.rows()
		if errors.Is(err, errNotInstalled) {
			fmt.Printf("| %s |  | not measured |  | %s |\n", section.name, strings.TrimSpace(err.Error()))
			continue
		}
		exitOn(err)
		for _, r := range rows {
			r.print()
			if !r.met() {
				over++
			}
		}
	}
	fmt.Printf("\n%d targets missed, in %s\n", over, time.Since(started).Round(time.Second))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}
