package redisscript_test

import (
	"testing"

	"github.com/codeword-go/codeword/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
