//go:build linux

package history_test

import (
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(func() int { return leaktest.Run(m) }) }
