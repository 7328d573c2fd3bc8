package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store"
)

// boltRows compares the file store with a plain bbolt file that commits an Update for each operation.
func boltRows() (rows []row, err error) {
	dir, err := os.MkdirTemp("", "codeword-benchmarks-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	small, err := newPair(filepath.Join(dir, "small"), 10_000)
	if err != nil {
		return nil, err
	}
	defer small.close()
	for _, busy := range []struct {
		callers int
		target  float64
	}{{1, 0.9}, {16, 5}, {256, 20}} {
		r, err := small.compare(busy.callers)
		if err != nil {
			return nil, err
		}
		r.bound, r.target = atLeast, busy.target
		rows = append(rows, r)
	}
	large, err := newPair(filepath.Join(dir, "large"), million)
	if err != nil {
		return nil, err
	}
	defer large.close()
	r, err := large.compare(256)
	if err != nil {
		return nil, err
	}
	more, err := large.figures()
	return append(append(rows, r), more...), err
}

// compare returns how many swaps a second ours gets done for each plain Update.
func (p *pair) compare(callers int) (row, error) {
	ours, plain, ratio, err := ratios(9,
		func() (float64, error) { return p.rate(callers, p.swapOurs) },
		func() (float64, error) { return p.rate(callers, p.swapPlain) })
	return row{
		what:   fmt.Sprintf("boltstore: swaps / one Update each, callers %d, pending %d", callers, len(p.keys)),
		value:  ratio,
		detail: fmt.Sprintf("%.0f / %.0f a second", ours, plain),
	}, err
}

// rate returns how many operations a second the callers get done together, each on keys of its own.
func (p *pair) rate(callers int, swap func(key string) error) (float64, error) {
	const long = 350 * time.Millisecond
	var done atomic.Int64
	started := time.Now()
	err := crowd(callers, callers, func(caller int) error {
		for i := caller; time.Since(started) < long; i += callers {
			if err := swap(p.keys[i*7919%(len(p.keys)/callers*callers)]); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	})
	return float64(done.Load()) / time.Since(started).Seconds(), err
}

func (p *pair) swapOurs(key string) error {
	old, err := p.ours.Load(context.Background(), key)
	if err != nil {
		return err
	}
	return p.ours.CompareAndSwap(context.Background(), key, old, p.randomValue(), time.Now().Add(26*time.Hour))
}

func (p *pair) swapPlain(key string) error {
	var old []byte
	err := p.plain.View(func(tx *bbolt.Tx) error {
		old = bytes.Clone(tx.Bucket(values).Get([]byte(key)))
		return nil
	})
	if err != nil {
		return err
	}
	return p.plain.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(values)
		if !bytes.Equal(bucket.Get([]byte(key)), old) {
			return store.ErrConflict
		}
		return bucket.Put([]byte(key), p.randomValue())
	})
}

// figures measures what is no ratio: space, opening, sweeping.
func (p *pair) figures() ([]row, error) {
	info, err := os.Stat(p.path)
	if err != nil {
		return nil, err
	}
	opening, err := p.opening()
	if err != nil {
		return nil, err
	}
	idle, err := p.idleSweep()
	if err != nil {
		return nil, err
	}
	sweep, worst, err := p.sweeps()
	n := len(p.keys)
	return []row{
		{what: "boltstore: disk for a pending verification, of 10⁶", bound: atMost, target: 400, value: float64(info.Size()) / float64(n), unit: "B"},
		{what: "boltstore: opening 10⁶", bound: atMost, target: 10, value: opening, unit: "ms"},
		{what: "boltstore: a sweep that finds nothing among 10⁶", bound: atMost, target: 50, value: idle, unit: "µs"},
		{what: "boltstore: sweeping 1 000 expired among 10⁶", bound: atMost, target: 70, value: sweep, unit: "ms"},
		{what: "boltstore: the slowest write that sweeps a part of them", bound: atMost, target: 15, value: worst, unit: "ms"},
	}, err
}

func (p *pair) opening() (float64, error) {
	var took []float64
	for range 9 {
		if err := p.ours.Close(); err != nil {
			return 0, err
		}
		started := time.Now()
		if err := p.open(); err != nil {
			return 0, err
		}
		took = append(took, milliseconds(time.Since(started)))
	}
	return median(took), nil
}

func (p *pair) idleSweep() (float64, error) {
	var took []float64
	for range 1001 {
		started := time.Now()
		n, err := p.ours.Sweep(context.Background())
		took = append(took, microseconds(time.Since(started)))
		if err != nil || n != 0 {
			return 0, fmt.Errorf("a sweep of nothing removed %d: %w", n, err)
		}
	}
	return median(took), nil
}

// sweeps returns how long it takes to sweep 1 000 expired entries at once, and how long the slowest of the writes takes that sweep as many
// along with their own work; each is a median.
func (p *pair) sweeps() (all, worst float64, err error) {
	all, worst, _, err = ratios(7, func() (float64, error) {
		if err := p.expire(1000); err != nil {
			return 0, err
		}
		started := time.Now()
		n, err := p.ours.Sweep(context.Background())
		if err == nil && n != 1000 {
			err = fmt.Errorf("a sweep of 1 000 removed %d", n)
		}
		return milliseconds(time.Since(started)), err
	}, func() (slowest float64, err error) {
		if err := p.expire(1000); err != nil {
			return 0, err
		}
		for i := range 16 { // 64 and more each
			started := time.Now()
			expires := started.Add(48 * time.Hour)
			if err := p.ours.CompareAndSwap(context.Background(), randomKey(12), nil, p.randomValue(), expires); err != nil {
				return 0, fmt.Errorf("write %d: %w", i, err)
			}
			slowest = max(slowest, milliseconds(time.Since(started)))
		}
		return slowest, nil
	})
	return all, worst, err
}

// expire creates n entries and lets them expire, and no others.
func (p *pair) expire(n int) error {
	p.ahead.Store(0)
	err := crowd(n, n, func(int) error {
		return p.ours.CompareAndSwap(context.Background(), randomKey(12), nil, p.randomValue(), time.Now().Add(time.Minute))
	})
	p.ahead.Store(int64(3 * time.Minute))
	return err
}
