package boltstore_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
				expires := first.Add(time.Duration(i) * (24 * time.Hour / time.Duration(n)))
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

var millionDir string // TestMain removes it

// million is a file with 10^6 pending verifications, built once.
var million = sync.OnceValues(func() (string, []string) {
	dir, err := os.MkdirTemp("", "boltstore-million-*")
	if err != nil {
		panic(err)
	}
	millionDir = dir
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

// plainMillion is a bbolt file with the same keys, and nothing else.
var plainMillion = sync.OnceValue(func() string {
	path, keys := million()
	path += ".plain"
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		panic(err)
	}
	defer db.Close()
	for part := range slices.Chunk(keys, 2000) {
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("values"))
			for _, k := range part {
				if err == nil {
					err = bucket.Put([]byte(k), randomValue())
				}
			}
			return err
		})
		if err != nil {
			panic(err)
		}
	}
	return path
})

// plainSwap is what a swap would be without this package: one Update.
func plainSwap(db *bbolt.DB, key, new []byte) error {
	return db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte("values"))
		if bytes.Equal(bucket.Get(key), new) {
			return store.ErrConflict
		}
		return bucket.Put(key, new)
	})
}

// BenchmarkSwap swaps and creates among 10^6 entries, in turns with plainSwap, since the speed of a disk changes from
// second to second. The metrics say how many times as fast as plainSwap that is.
func BenchmarkSwap(b *testing.B) {
	path, keys := million()
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := open(b, path, boltstore.Options{})
			defer s.Close()
			db, err := bbolt.Open(plainMillion(), 0o600, &bbolt.Options{Timeout: time.Second})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			rounds := max(200/callers, 12)
			var swaps, creates, plain time.Duration
			for range b.N {
				offset := mathrand.IntN(len(keys))
				key := func(i int) string { return keys[(offset+i*7919)%len(keys)] }
				plain += spread(b, callers, rounds, func(i int) error { return plainSwap(db, []byte(key(i)), randomValue()) })
				olds := make([][]byte, callers*rounds)
				spread(b, callers, rounds, func(i int) (err error) {
					olds[i], err = s.Load(b.Context(), key(i))
					return err
				})
				swaps += spread(b, callers, rounds, func(i int) error {
					return s.CompareAndSwap(b.Context(), key(i), olds[i], randomValue(), time.Now().Add(26*time.Hour))
				})
				creates += spread(b, callers, rounds, func(int) error {
					return s.CompareAndSwap(b.Context(), randomKey(), nil, randomValue(), time.Now().Add(26*time.Hour))
				})
			}
			b.ReportMetric(float64(b.N*callers*rounds)/swaps.Seconds(), "swap/s")
			b.ReportMetric(float64(plain)/float64(swaps), "swap-times")
			b.ReportMetric(float64(plain)/float64(creates), "create-times")
		})
	}
}

// spread lets every caller run fn so many rounds, each with a number of its own, and returns how long that took.
func spread(b *testing.B, callers, rounds int, fn func(i int) error) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for r := range rounds {
				if err := fn(c*rounds + r); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
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

// BenchmarkSweep1000 lets writes remove 1 000 entries out of 10^6. Worst-ms is the slowest of them.
func BenchmarkSweep1000(b *testing.B) {
	path, _ := million()
	var ahead atomic.Int64
	s := open(b, path, boltstore.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	defer s.Close()
	var worst time.Duration
	for range b.N {
		b.StopTimer()
		ahead.Store(0)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if err := s.CompareAndSwap(b.Context(), randomKey(), nil, randomValue(), time.Now()); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		ahead.Store(int64(time.Minute))
		b.StartTimer()
		for removed, last := 0, time.Now(); removed < 1000; last = time.Now() {
			// Each write takes one step.
			if err := s.CompareAndSwap(b.Context(), randomKey(), nil, []byte("v"), time.Now().Add(time.Hour)); err != nil {
				b.Fatal(err)
			}
			removed += 66
			worst = max(worst, time.Since(last))
		}
	}
	b.ReportMetric(float64(worst)/1e6, "worst-ms")
}
