// Package leaktest fails a package whose tests leave goroutines behind.
package leaktest

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
)

// Main runs the tests of a package, for its TestMain, and exits.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run runs the tests of a package and returns the code to exit with. Goroutines have ten seconds to end; connections that the default HTTP
// client keeps are closed.
func Run(m *testing.M) int {
	before := runtime.NumGoroutine()
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return code
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	fmt.Fprintf(os.Stderr, "goroutines are left:\n%s\n", stacks[:runtime.Stack(stacks, true)])
	return max(code, 1)
}
