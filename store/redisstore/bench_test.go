//go:build unix

package redisstore_test

import (
	"testing"

	"github.com/codeword-go/codeword/store/internal/redistest"
)

func BenchmarkStore(b *testing.B) { redistest.Bench(b, open) }
