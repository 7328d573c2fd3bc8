//go:build unix

package goredisstore_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

// A value is as large as a pending verification's.
func BenchmarkSwap(b *testing.B) {
	st, err := open(b, redisscript.Options{}, redistest.Start(b))
	if err != nil {
		b.Fatal(err)
	}
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

func BenchmarkLoad(b *testing.B) {
	st, err := open(b, redisscript.Options{}, redistest.Start(b))
	if err != nil {
		b.Fatal(err)
	}
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

func BenchmarkAddFive(b *testing.B) {
	st, err := open(b, redisscript.Options{}, redistest.Start(b))
	if err != nil {
		b.Fatal(err)
	}
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
