package memstore_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

func TestFull(t *testing.T) {
	ctx := t.Context()
	s := newStore(t, memstore.Options{MaxEntries: 4})
	later := time.Now().Add(time.Hour)
	must(t, s.CompareAndSwap(ctx, "a", nil, []byte("one"), later))
	must(t, s.CompareAndSwap(ctx, "b", nil, []byte("one"), later))
	addition(t, s, "c", 1, later, 1)
	addition(t, s, "d", 1, later, 1)

	if err := s.CompareAndSwap(ctx, "e", nil, []byte("one"), later); !errors.Is(err, store.ErrFull) {
		t.Errorf("creating a value in a full store: %v, want ErrFull", err)
	}
	if _, err := s.Add(ctx, store.Increment{Key: "e", Delta: 1, Expires: later}); !errors.Is(err, store.ErrFull) {
		t.Errorf("creating a counter in a full store: %v, want ErrFull", err)
	}
	if err := s.CompareAndSwap(ctx, "e", []byte("one"), []byte("two"), later); !errors.Is(err, store.ErrConflict) {
		t.Errorf("swapping a missing value in a full store: %v, want ErrConflict", err)
	}
	must(t, s.CompareAndSwap(ctx, "a", []byte("one"), []byte("two"), later))
	addition(t, s, "c", 1, later, 2)

	adds := []store.Increment{{Key: "c", Delta: 1, Expires: later}, {Key: "e", Delta: 1, Expires: later}, {Key: "d", Delta: 1, Expires: later}}
	if _, err := s.Add(ctx, adds...); !errors.Is(err, store.ErrFull) {
		t.Errorf("adding to two counters and creating one in a full store: %v, want ErrFull", err)
	}
	addition(t, s, "c", 0, later, 2)
	addition(t, s, "d", 0, later, 1)

	must(t, s.CompareAndSwap(ctx, "b", []byte("one"), nil, later))
	twice := store.Increment{Key: "e", Delta: 1, Expires: later}
	if sums, err := s.Add(ctx, twice, twice); err != nil || sums[1] != 2 {
		t.Errorf("creating one counter by two additions where there is room for one: %d, %v", sums, err)
	}
	if s.Len() != 4 {
		t.Errorf("Len is %d, want 4", s.Len())
	}
}

func TestFullStoreMakesRoomFromExpired(t *testing.T) {
	const entries = 500
	clock := newClock()
	s := newStore(t, memstore.Options{MaxEntries: entries, Now: clock.Now})
	for i := range entries {
		expires := clock.Now().Add(time.Hour)
		if i == 123 {
			expires = clock.Now().Add(time.Second)
		}
		if i%2 == 0 {
			addition(t, s, fmt.Sprint(i), 1, expires, 1)
			continue
		}
		must(t, s.CompareAndSwap(t.Context(), fmt.Sprint(i), nil, []byte("one"), expires))
	}
	create := func(key string) error {
		return s.CompareAndSwap(t.Context(), key, nil, []byte("one"), clock.Now().Add(time.Hour))
	}
	clock.Advance(time.Second - 1)
	if err := create("early"); !errors.Is(err, store.ErrFull) {
		t.Fatalf("creating before anything has expired: %v, want ErrFull", err)
	}
	clock.Advance(time.Millisecond)
	must(t, create("second"))
	if err := create("third"); !errors.Is(err, store.ErrFull) {
		t.Errorf("creating again: %v, want ErrFull", err)
	}
	if _, err := s.Load(t.Context(), "122"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("loading a counter: %v, want ErrNotFound", err)
	}

	clock.Advance(time.Hour)
	for i := range entries {
		addition(t, s, fmt.Sprint("new", i), 1, clock.Now().Add(time.Hour), 1)
	}
	if s.Len() != entries {
		t.Errorf("Len is %d, want %d", s.Len(), entries)
	}
}

func TestFullUnderLoad(t *testing.T) {
	const limit, callers = 10_000, 8
	s := newStore(t, memstore.Options{MaxEntries: limit})
	ctx, later := t.Context(), time.Now().Add(time.Hour)
	addition(t, s, "shared", 0, later, 0)
	var created atomic.Int64
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for i := range limit/callers + 50 {
				var err error
				if key := fmt.Sprint(caller, ".", i); i%2 == 0 {
					err = s.CompareAndSwap(ctx, key, nil, []byte("one"), later)
				} else {
					_, err = s.Add(ctx, store.Increment{Key: "shared", Delta: 1}, store.Increment{Key: key, Expires: later})
				}
				if err == nil {
					created.Add(1)
				} else if !errors.Is(err, store.ErrFull) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if s.Len() != limit || created.Load() != limit-1 {
		t.Errorf("%d entries were created and Len is %d, want %d and %d", created.Load(), s.Len(), limit-1, limit)
	}
}

// A counter that is back at zero takes no room, however it came there.
func TestCounterAtZeroTakesNoRoom(t *testing.T) {
	s, err := memstore.New(memstore.Options{MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	for i, deltas := range [][]int64{{1, -1}, {2, -1, -1}, {-1, 1}} {
		for _, delta := range deltas {
			if _, err := s.Add(t.Context(), store.Increment{Key: fmt.Sprint("counter", i), Delta: delta, Expires: later}); err != nil {
				t.Fatalf("%d: %v", deltas, err)
			}
		}
	}
	if err := s.CompareAndSwap(t.Context(), "value", nil, []byte("v"), later); err != nil {
		t.Error(err)
	}
	if _, err := s.Add(t.Context(), store.Increment{Key: "counter", Delta: 1, Expires: later}); !errors.Is(err, store.ErrFull) {
		t.Errorf("beyond the bound: %v", err)
	}
}
