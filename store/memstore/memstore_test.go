package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/store/storetest"
)

func TestStore(t *testing.T) {
	t.Run("zero", func(t *testing.T) {
		storetest.Run(t, func(*testing.T) store.Store { return new(memstore.Store) })
	})
	t.Run("New", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store {
			return newStore(t, memstore.Options{MaxEntries: 1000, Now: time.Now})
		})
	})
}

func TestNew(t *testing.T) {
	tests := []struct {
		options memstore.Options
		names   string // what the error names; empty if there is none
	}{
		{memstore.Options{}, ""},
		{memstore.Options{MaxEntries: 1}, ""},
		{memstore.Options{MaxEntries: memstore.LimitMaxEntries}, ""},
		{memstore.Options{MaxEntries: memstore.LimitMaxEntries + 1}, "MaxEntries"},
		{memstore.Options{MaxEntries: -1}, "MaxEntries"},
	}
	for _, tt := range tests {
		s, err := memstore.New(tt.options)
		if (err != nil) != (tt.names != "") || err != nil && !strings.HasPrefix(err.Error(), "memstore: "+tt.names) {
			t.Errorf("New(%+v) returned the error %v, want one that names %q", tt.options, err, tt.names)
		}
		if (s == nil) != (err != nil) {
			t.Errorf("New(%+v) returned %v beside the error %v", tt.options, s, err)
		}
	}
}

func TestDoneContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := new(memstore.Store)
	if _, err := s.Load(ctx, "k"); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "memstore: ") {
		t.Errorf("Load with a canceled context: %v", err)
	}
}

// A clock is set by hand. It is safe for concurrent use.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.micros.Store(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) Now() time.Time { return time.UnixMicro(c.micros.Load()) }

func (c *clock) Advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

func newStore(t testing.TB, o memstore.Options) *memstore.Store {
	t.Helper()
	s, err := memstore.New(o)
	must(t, err)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func addition(t testing.TB, s *memstore.Store, key string, delta int64, expires time.Time, want int64) {
	t.Helper()
	sums, err := s.Add(t.Context(), store.Increment{Key: key, Delta: delta, Expires: expires})
	must(t, err)
	if len(sums) != 1 || sums[0] != want {
		t.Errorf("Add returned %d, want %d", sums, want)
	}
}

// fill stores n values of 117 bytes under keys of 12 bytes, which are the sizes of a fresh verification.
func fill(t testing.TB, s *memstore.Store, n int, expires time.Time) {
	t.Helper()
	value := []byte(strings.Repeat("v", 117))
	for i := range n {
		must(t, s.CompareAndSwap(t.Context(), fmt.Sprintf("key%09d", i), nil, value, expires))
	}
}
