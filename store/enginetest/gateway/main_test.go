//go:build linux

// Package gateway tests the gateway of the examples as it is run on several machines: processes of their own, over one server.
package gateway_test

import (
	"path/filepath"
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/internal/programtest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

var program = programtest.Program{Dir: filepath.Join("..", "..", "..", "examples"), Package: "./gateway"}

func TestMain(m *testing.M) {
	pgtest.Main(func() int {
		defer program.Remove()
		return leaktest.Run(m)
	})
}
