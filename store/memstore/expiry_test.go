package memstore_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

func TestExpired(t *testing.T) {
	clock := newClock()
	s := newStore(t, memstore.Options{Now: clock.Now})
	// A life shorter than the pause between sweeps, so that what has expired is still there.
	ctx, end := t.Context(), clock.Now().Add(10*time.Second)
	must(t, s.CompareAndSwap(ctx, "k", nil, []byte("one"), end))
	addition(t, s, "c", 5, end, 5)

	clock.Advance(10*time.Second - time.Microsecond)
	if _, err := s.Load(ctx, "k"); err != nil {
		t.Errorf("Load before the end: %v", err)
	}
	if err := s.CompareAndSwap(ctx, "k", nil, []byte("two"), end); !errors.Is(err, store.ErrConflict) {
		t.Errorf("creating before the end: %v, want ErrConflict", err)
	}
	addition(t, s, "c", 1, end.Add(time.Hour), 6)

	clock.Advance(time.Microsecond)
	if _, err := s.Load(ctx, "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load at the end: %v, want ErrNotFound", err)
	}
	if err := s.CompareAndSwap(ctx, "k", []byte("one"), []byte("two"), end); !errors.Is(err, store.ErrConflict) {
		t.Errorf("swapping at the end: %v, want ErrConflict", err)
	}
	must(t, s.CompareAndSwap(ctx, "k", nil, nil, end))
	must(t, s.CompareAndSwap(ctx, "k", nil, []byte("two"), clock.Now().Add(time.Hour)))
	addition(t, s, "c", 2, clock.Now().Add(time.Hour), 2)
	if s.Len() != 2 {
		t.Errorf("Len is %d, want 2", s.Len())
	}
}

func TestWritesSweepInSteps(t *testing.T) {
	const entries, most = 100_000, 64
	writes := map[string]func(s *memstore.Store, key string) error{
		"CompareAndSwap": func(s *memstore.Store, key string) error {
			return s.CompareAndSwap(t.Context(), key, nil, nil, time.Time{})
		},
		"Add": func(s *memstore.Store, key string) error {
			_, err := s.Add(t.Context(), store.Increment{Key: key})
			return err
		},
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			s := newStore(t, memstore.Options{Now: clock.Now})
			fill(t, s, entries, clock.Now().Add(time.Hour))
			clock.Advance(2 * time.Hour)
			before, largest := s.Len(), 0
			for i := 0; before > entries/10; i++ {
				if i == 20_000 {
					t.Fatalf("after %d writes %d expired entries are left", i, before)
				}
				must(t, write(s, fmt.Sprint("write", i%3000)))
				largest = max(largest, before-s.Len())
				before = s.Len()
			}
			if largest > most || largest < most-1 {
				t.Errorf("one write removed %d expired entries, want %d where there are as many", largest, most)
			}
		})
	}
}

func TestReadsDoNotSweep(t *testing.T) {
	clock := newClock()
	s := newStore(t, memstore.Options{Now: clock.Now})
	fill(t, s, 100, clock.Now().Add(time.Hour))
	clock.Advance(2 * time.Hour)
	for i := range 100 {
		if _, err := s.Load(t.Context(), fmt.Sprintf("key%09d", i)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Load: %v, want ErrNotFound", err)
		}
	}
	if s.Len() != 100 {
		t.Errorf("Len is %d after loads, want 100", s.Len())
	}
}

func TestOneEntryAfterTheOtherDoesNotSweepEachTime(t *testing.T) {
	clock := newClock()
	s := newStore(t, memstore.Options{Now: clock.Now})
	write := func() {
		must(t, s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), clock.Now().Add(time.Second)))
		must(t, s.CompareAndSwap(t.Context(), "k", []byte("one"), nil, time.Time{}))
	}
	fill(t, s, 20_000, clock.Now().Add(30*time.Second))
	write() // The shard of "k" is swept for the first time and finds nothing.
	clock.Advance(31 * time.Second)
	write()
	if s.Len() != 20_000 {
		t.Errorf("Len is %d: swept again after half a minute", s.Len())
	}
	clock.Advance(30 * time.Second)
	write()
	if s.Len() == 20_000 {
		t.Error("not swept again after a minute")
	}
}

func TestZeroStoreInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(memstore.Store)
		must(t, s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(24*time.Hour)))
		time.Sleep(24*time.Hour - 1)
		if _, err := s.Load(t.Context(), "k"); err != nil {
			t.Errorf("Load before the end: %v", err)
		}
		time.Sleep(time.Microsecond)
		if _, err := s.Load(t.Context(), "k"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Load after the end: %v, want ErrNotFound", err)
		}
	})
}
