package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/memstore"
)

// A copy holds all that lives, for as long as it has left, however often it was interrupted.
func TestCopyTo(t *testing.T) {
	s, now := clocked(t)
	const n = 300 // more than are copied at a time
	for i := range n {
		expires := now.Add(time.Hour)
		if i%3 == 0 {
			expires = now.Add(time.Minute)
		}
		if err := s.CompareAndSwap(t.Context(), fmt.Sprint("value", i), nil, fmt.Append(nil, i), expires); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(t.Context(), store.Increment{Key: fmt.Sprint("counter", i), Delta: int64(i), Expires: expires}); err != nil {
			t.Fatal(err)
		}
	}
	*now = now.Add(30 * time.Minute)

	clock := *now
	to, err := memstore.New(memstore.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	flaky := &failing{Store: to}
	flaky.left.Store(100)
	if _, err := s.CopyTo(t.Context(), flaky); !errors.Is(err, errDown) {
		t.Fatalf("to a store that fails: %v", err)
	}
	for range 2 {
		if copied, err := s.CopyTo(t.Context(), to); copied != 2*n*2/3 || err != nil {
			t.Fatalf("copied %d, %v", copied, err)
		}
	}
	check := func(lives bool) {
		t.Helper()
		for i := range n {
			value, _ := to.Load(t.Context(), fmt.Sprint("value", i))
			sums, err := to.Add(t.Context(), store.Increment{Key: fmt.Sprint("counter", i)})
			want, sum := fmt.Sprint(i), int64(i)
			if !lives || i%3 == 0 {
				want, sum = "", 0
			}
			if err != nil || string(value) != want || sums[0] != sum {
				t.Fatalf("entry %d: %q and %d, %v; want %q and %d", i, value, sums, err, want, sum)
			}
		}
	}
	check(true)
	clock = clock.Add(30 * time.Minute)
	check(false)
}

// Nothing that another store holds already is overwritten or added to.
func TestCopyToStoreInUse(t *testing.T) {
	for name, use := range map[string]func(s store.Store) error{
		"value": func(s store.Store) error {
			return s.CompareAndSwap(t.Context(), "value", nil, []byte("theirs"), time.Now().Add(time.Hour))
		},
		"counter": func(s store.Store) error {
			_, err := s.Add(t.Context(), store.Increment{Key: "counter", Delta: 1, Expires: time.Now().Add(time.Hour)})
			return err
		},
	} {
		s, to := open(t, newPath(t), boltstore.Options{}), new(memstore.Store)
		put(t, s, "value", "ours")
		add(t, s, "counter", 5)
		if err := use(to); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CopyTo(t.Context(), to); !errors.Is(err, store.ErrConflict) {
			t.Errorf("over another %s: %v", name, err)
		}
		value, _ := to.Load(t.Context(), "value")
		sums, _ := to.Add(t.Context(), store.Increment{Key: "counter"})
		if name == "value" && string(value) != "theirs" || name == "counter" && sums[0] != 1 {
			t.Errorf("another %s was changed: %q, %d", name, value, sums)
		}
	}
}

var errDown = errors.New("down")

// failing is a store that takes only so many swaps.
type failing struct {
	store.Store
	left atomic.Int64
}

func (f *failing) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if f.left.Add(-1) < 0 {
		return errDown
	}
	return f.Store.CompareAndSwap(ctx, key, old, new, expires)
}
