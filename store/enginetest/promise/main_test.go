//go:build linux

package promise_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		if err := work(job); err != nil {
			fmt.Fprintln(os.Stderr, "second process:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	pgtest.Main(func() int { return leaktest.Run(m) })
}
