//go:build linux

// Package gateway tests the gateway of the examples as it is run on several machines: processes of their own, over one server.
package gateway_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

var folder string // of the gateway, once it is built

// program builds the gateway and returns its path.
var program = sync.OnceValues(func() (path string, err error) {
	if folder, err = os.MkdirTemp("", "gateway"); err != nil {
		return "", err
	}
	path = filepath.Join(folder, "gateway")
	build := exec.Command("go", "build", "-o", path, "./gateway")
	build.Dir = filepath.Join("..", "..", "..", "examples")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	pgtest.Main(func() int {
		defer func() { _ = os.RemoveAll(folder) }()
		return leaktest.Run(m)
	})
}
