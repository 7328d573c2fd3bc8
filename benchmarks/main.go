// Benchmarks compares Codeword with what its work costs by other means, and prints a table of ratios: what docs/PERFORMANCE.md holds.
//
//	go run ./benchmarks
//
// Run it from the repository's root. Both sides of a ratio run in turn within one run, and each figure is a median.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// sections are the parts of the table, cheap ones first.
var sections = []func() ([]row, error){localeRows, engineRows, handlerRows, memoryRows, boltRows}

func main() {
	started := time.Now()
	fmt.Printf("%s, %s/%s, %d processors\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	printHead()
	over := 0
	for _, section := range sections {
		rows, err := section()
		if err != nil {
			fmt.Fprintln(os.Stderr, "benchmarks:", err)
			os.Exit(1)
		}
		for _, r := range rows {
			r.print()
			if !r.met() {
				over++
			}
		}
	}
	fmt.Printf("\n%d targets missed, in %s\n", over, time.Since(started).Round(time.Second))
}
