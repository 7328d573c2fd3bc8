//go:build unix

package redistest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
)

// Bench measures the calls of a store on Redis, each kind on a server of its own.
func Bench(b *testing.B, open Open) {
	b.Run("swap", func(b *testing.B) { benchmarkSwap(b, open.must(b, Start(b))) })
	b.Run("load", func(b *testing.B) { benchmarkLoad(b, open.must(b, Start(b))) })
	b.Run("add five", func(b *testing.B) { benchmarkAddFive(b, open.must(b, Start(b))) })
}

// A value is as large as a pending verification's.
func benchmarkSwap(b *testing.B, st store.Store) {
	old, expires := make([]byte, 125), time.Now().Add(time.Hour)
	var keys atomic.Int64
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		key := fmt.Sprint(keys.Add(1))
		if err := st.CompareAndSwap(b.Context(), key, nil, old, expires); err != nil {
			b.Error(err)
		}
		for pb.Next() {
			if err := st.CompareAndSwap(b.Context(), key, old, old, expires); err != nil {
				b.Error(err)
			}
		}
	})
}

func benchmarkLoad(b *testing.B, st store.Store) {
	if err := st.CompareAndSwap(b.Context(), "k", nil, make([]byte, 125), time.Now().Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := st.Load(b.Context(), "k"); err != nil {
				b.Error(err)
			}
		}
	})
}

func benchmarkAddFive(b *testing.B, st store.Store) {
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		adds := make([]store.Increment, 5)
		for i := range adds {
			adds[i] = store.Increment{Key: fmt.Sprint("c", i), Delta: 1, Expires: time.Now().Add(time.Hour)}
		}
		for pb.Next() {
			if _, err := st.Add(b.Context(), adds...); err != nil {
				b.Error(err)
			}
		}
	})
}
