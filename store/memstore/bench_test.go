package memstore_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

func BenchmarkLoad(b *testing.B) {
	s, keys := filled(b)
	ctx := b.Context()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Load(ctx, keys[i%len(keys)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkLoadParallel(b *testing.B) {
	s, keys := filled(b)
	ctx := b.Context()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.Load(ctx, keys[i%len(keys)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCompareAndSwap(b *testing.B) {
	s, keys := filled(b)
	ctx := b.Context()
	expires := time.Now().Add(time.Hour)
	value := []byte(strings.Repeat("v", 117))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := s.CompareAndSwap(ctx, keys[i%len(keys)], value, value, expires); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkAdd(b *testing.B) {
	s, keys := filled(b)
	ctx := b.Context()
	adds := make([]store.Increment, 5)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		for j := range adds {
			adds[j] = store.Increment{Key: keys[(i+j)%len(keys)], Delta: 1, Expires: time.Now().Add(time.Hour)}
		}
		if _, err := s.Add(ctx, adds...); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkCreateFull measures what a refusal costs that has looked in vain for something to remove.
func BenchmarkCreateFull(b *testing.B) {
	const entries = 100_000
	s := newStore(b, memstore.Options{MaxEntries: entries})
	expires := time.Now().Add(time.Hour)
	fill(b, s, entries, expires)
	for b.Loop() {
		if err := s.CompareAndSwap(b.Context(), "k", nil, []byte("v"), expires); err != store.ErrFull {
			b.Fatal(err)
		}
	}
}

// BenchmarkSweep measures writes that remove as many expired entries as a write ever does.
func BenchmarkSweep(b *testing.B) {
	const entries = 500_000
	clock := newClock()
	s := newStore(b, memstore.Options{Now: clock.Now})
	i := 0
	for b.Loop() {
		if s.Len() < entries/2 {
			b.StopTimer()
			fill(b, s, entries, clock.Now().Add(time.Hour))
			clock.Advance(2 * time.Hour)
			b.StartTimer()
		}
		must(b, s.CompareAndSwap(b.Context(), fmt.Sprint("write", i), nil, nil, time.Time{}))
		i++
	}
}

// BenchmarkMemory reports what a million fresh verifications take, everything included, and what stays of it once
// they have been removed.
func BenchmarkMemory(b *testing.B) {
	const entries = 1_000_000
	for b.Loop() {
		before := heap()
		s := new(memstore.Store)
		fill(b, s, entries, time.Now().Add(time.Hour))
		full := heap() - before
		value := []byte(strings.Repeat("v", 117))
		for i := range entries {
			must(b, s.CompareAndSwap(b.Context(), fmt.Sprintf("key%09d", i), value, nil, time.Time{}))
		}
		b.ReportMetric(float64(full)/entries, "B/entry")
		b.ReportMetric(float64(heap()-before)/entries, "B/removed")
		runtime.KeepAlive(s)
	}
}

// filled returns a store of 100,000 values of 117 bytes, and the keys of a thousand of them.
func filled(b *testing.B) (*memstore.Store, []string) {
	b.Helper()
	s := new(memstore.Store)
	fill(b, s, 100_000, time.Now().Add(time.Hour))
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("key%09d", i)
	}
	return s, keys
}
