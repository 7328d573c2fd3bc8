package boltstore_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

// A pending phone verification: a key of 12 bytes, a value of 125.
const pendingValue = 125

func randomKey() string {
	var b [9]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func randomValue() []byte {
	b := make([]byte, pendingValue)
	rand.Read(b)
	return b
}

// fill creates n entries from callers goroutines, which expire at times spread over a day from first on.
func fill(tb testing.TB, s *boltstore.Store, n, callers int, first time.Time) []string {
	tb.Helper()
	keys := make([]string, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				keys[i] = randomKey()
				expires := first.Add(24 * time.Hour * time.Duration(i) / time.Duration(n))
				if err := s.CompareAndSwap(context.Background(), keys[i], nil, randomValue(), expires); err != nil {
					tb.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return keys
}

// million is a file with 10^6 pending verifications, built once, and copied for those who write.
var million = sync.OnceValues(func() (string, []string) {
	dir, err := os.MkdirTemp("", "boltstore-million-*")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(dir, "codeword.db")
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		panic(err)
	}
	var tb testing.B
	keys := fill(&tb, s, 1_000_000, 2000, time.Now().Add(time.Hour))
	if err := s.Close(); err != nil || tb.Failed() {
		panic(fmt.Sprint("building the file failed: ", err))
	}
	return path, keys
})

// spread runs fn b.N times from as many goroutines as callers; each has indices of its own.
func spread(b *testing.B, callers int, fn func(caller, i int) error) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	start := time.Now()
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				if err := fn(c, i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "op/s")
}

// BenchmarkSwap swaps entries of a file with 10^6, each caller its own, and BenchmarkUpdate does the same to a plain
// bbolt file with one Update each. The quotient is what sharing transactions is worth.
func BenchmarkSwap(b *testing.B) {
	path, keys := million()
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := open(b, path, boltstore.Options{})
			defer s.Close()
			current := make([][]byte, callers)
			stride := len(keys) / callers
			spread(b, callers, func(c, i int) error {
				key := keys[c*stride+i%stride]
				old, err := s.Load(b.Context(), key)
				if err != nil {
					return err
				}
				current[c] = randomValue()
				return s.CompareAndSwap(b.Context(), key, old, current[c], time.Now().Add(26*time.Hour))
			})
		})
	}
}

func BenchmarkCreate(b *testing.B) {
	path, _ := million()
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := open(b, path, boltstore.Options{})
			defer s.Close()
			spread(b, callers, func(int, int) error {
				return s.CompareAndSwap(b.Context(), randomKey(), nil, randomValue(), time.Now().Add(26*time.Hour))
			})
		})
	}
}

var plainMillion = sync.OnceValue(func() string {
	_, keys := million()
	dir, err := os.MkdirTemp("", "boltstore-plain-*")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(dir, "plain.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		panic(err)
	}
	defer db.Close()
	for len(keys) > 0 {
		n := min(len(keys), 2000)
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("values"))
			for _, k := range keys[:n] {
				if err == nil {
					err = bucket.Put([]byte(k), randomValue())
				}
			}
			return err
		})
		if err != nil {
			panic(err)
		}
		keys = keys[n:]
	}
	return path
})

func BenchmarkUpdate(b *testing.B) {
	path := plainMillion()
	_, keys := million()
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			stride := len(keys) / callers
			spread(b, callers, func(c, i int) error {
				key := []byte(keys[c*stride+i%stride])
				var old []byte
				err := db.View(func(tx *bbolt.Tx) error {
					old = bytes.Clone(tx.Bucket([]byte("values")).Get(key))
					return nil
				})
				if err != nil {
					return err
				}
				return db.Update(func(tx *bbolt.Tx) error {
					bucket := tx.Bucket([]byte("values"))
					if !bytes.Equal(bucket.Get(key), old) {
						return store.ErrConflict
					}
					return bucket.Put(key, randomValue())
				})
			})
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	path, keys := million()
	s := open(b, path, boltstore.Options{})
	defer s.Close()
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Load(b.Context(), keys[i%len(keys)]); err != nil {
			b.Fatal(err)
		}
		i += 7919
	}
}

func BenchmarkStaleSwap(b *testing.B) {
	path, keys := million()
	s := open(b, path, boltstore.Options{})
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.CompareAndSwap(b.Context(), keys[0], nil, []byte("x"), time.Now()); err == nil {
			b.Fatal("swapped")
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path, _ := million()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := boltstore.Open(path, boltstore.Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
	b.ReportMetric(float64(info.Size())/1e6, "B/entry")
}

func BenchmarkSweepNothing(b *testing.B) {
	path, _ := million()
	s := open(b, path, boltstore.Options{})
	defer s.Close()
	for b.Loop() {
		if n, err := s.Sweep(b.Context()); err != nil || n != 0 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkSweep1000 removes 1 000 entries out of 10^6 by Sweep; worst-ms is the longest that a write had to wait.
func BenchmarkSweep1000(b *testing.B) {
	path, _ := million()
	var ahead atomic.Int64
	s := open(b, path, boltstore.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	defer s.Close()
	for b.Loop() {
		b.StopTimer()
		for range 1000 / 50 {
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					if err := s.CompareAndSwap(b.Context(), randomKey(), nil, randomValue(), time.Now()); err != nil {
						b.Error(err)
					}
				})
			}
			wg.Wait()
		}
		ahead.Store(int64(time.Minute))
		b.StartTimer()
		if _, err := s.Sweep(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
