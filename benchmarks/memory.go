package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

const (
	few      = 1000
	million  = 1_000_000
	checksOf = 1000 // checks in a round
)

func memoryRows() ([]row, error) {
	large, heap, err := filled(million)
	if err != nil {
		return nil, err
	}
	slow, fast, ratio, err := ratios(9,
		func() (float64, error) { return p99OfCheck(large) },
		func() (float64, error) {
			small, _, err := filled(few)
			if err != nil {
				return 0, err
			}
			return p99OfCheck(small)
		})
	if err != nil {
		return nil, err
	}
	runtime.KeepAlive(large)
	sweep, err := sweepingWrite()
	return []row{
		{what: "memstore: heap for a pending verification, of 10⁶", bound: atMost, target: 256, value: heap, unit: "B"},
		{what: "memstore: p99 of Check at 10⁶ / at 10³", bound: atMost, target: 2, value: ratio, detail: fmt.Sprintf("%.1f µs / %.1f µs", slow, fast)},
		{what: "memstore: write that sweeps a shard of an expired store, p99", bound: atMost, target: 1, value: sweep, unit: "ms"},
	}, err
}

// filled returns a store with n values like pending verifications, and the heap that each takes.
func filled(n int) (*memstore.Store, float64, error) {
	keySize, valueSize, err := pending()
	if err != nil {
		return nil, 0, err
	}
	s, err := memstore.New(memstore.Options{MaxEntries: memstore.LimitMaxEntries})
	if err != nil {
		return nil, 0, err
	}
	value, before := make([]byte, valueSize), heap()
	for i := range n {
		rand.Read(value)
		key := fmt.Sprintf("k%0*d", keySize-1, i)
		if err := s.CompareAndSwap(context.Background(), key, nil, value, time.Now().Add(time.Hour)); err != nil {
			return nil, 0, err
		}
	}
	return s, float64(heap()-before) / float64(n), nil
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// p99OfCheck makes a round of checks in a store, each right and of an address of its own.
func p99OfCheck(s *memstore.Store) (float64, error) {
	e, box, err := newEngine(s) // with a key of its own, so that the addresses are new
	if err != nil {
		return 0, err
	}
	took := make([]float64, checksOf)
	for i := range took {
		v, err := e.Start(context.Background(), verify.StartRequest{To: typedNumber(i)})
		if err != nil {
			return 0, err
		}
		started := time.Now()
		_, err = e.Check(context.Background(), verify.CheckRequest{ID: v.ID, Code: box.latest()})
		took[i] = microseconds(time.Since(started))
		if err != nil {
			return 0, err
		}
	}
	return quantile(took, 0.99), nil
}

// sweepingWrite returns how long a write takes, at p99, that removes as many expired entries as a write ever does; its lock is held for less.
func sweepingWrite() (float64, error) {
	var ahead atomic.Int64
	s, err := memstore.New(memstore.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	if err != nil {
		return 0, err
	}
	for i := range million / 2 {
		if err := s.CompareAndSwap(context.Background(), fmt.Sprint("k", i), nil, []byte(strings.Repeat("v", 100)), time.Now().Add(time.Hour)); err != nil {
			return 0, err
		}
	}
	runtime.GC()
	ahead.Store(int64(2 * time.Hour))
	took := make([]float64, 4000) // about 64 are removed by each
	for i := range took {
		started := time.Now()
		if err := s.CompareAndSwap(context.Background(), fmt.Sprint("write", i), nil, nil, time.Time{}); err != nil {
			return 0, err
		}
		took[i] = milliseconds(time.Since(started))
	}
	return quantile(took, 0.99), nil
}
