package boltstore_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

// clocked opens a store whose clock stands until *now is changed.
func clocked(t *testing.T) (*boltstore.Store, *time.Time) {
	now := new(time.Date(2030, 1, 1, 12, 0, 30, 0, time.UTC))
	return open(t, newPath(t), boltstore.Options{Now: func() time.Time { return *now }}), now
}

func TestExpiryIsExactToTheMillisecond(t *testing.T) {
	s, now := clocked(t)
	end := now.Add(90*time.Second + 123456*time.Microsecond)
	if err := s.CompareAndSwap(t.Context(), "value", nil, []byte("v"), end); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(t.Context(), store.Increment{Key: "counter", Delta: 5, Expires: end}); err != nil {
		t.Fatal(err)
	}

	*now = end.Truncate(time.Millisecond)
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("Sweep removed %d, %v, in the minute in which the value will expire", n, err)
	}
	wantValue(t, s, "value", "v")
	if sum := add(t, s, "counter", 0); sum != 5 {
		t.Errorf("the counter is %d just before it expires, want 5", sum)
	}

	*now = end.Add(time.Millisecond)
	if v, err := s.Load(t.Context(), "value"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load after expiry: %q, %v", v, err)
	}
	err := s.CompareAndSwap(t.Context(), "value", []byte("v"), []byte("w"), end.Add(time.Hour))
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("swap of an expired value: %v, want ErrConflict", err)
	}
	if err := s.CompareAndSwap(t.Context(), "value", nil, []byte("w"), end.Add(time.Hour)); err != nil {
		t.Errorf("create over an expired value: %v", err)
	}
	sums, err := s.Add(t.Context(), store.Increment{Key: "counter", Delta: 1, Expires: end.Add(time.Hour)})
	if err != nil || sums[0] != 1 {
		t.Errorf("Add to an expired counter: %v, %v; want 1", sums, err)
	}
}

func TestFarAndAbsurdExpiries(t *testing.T) {
	s, now := clocked(t)
	for i, end := range []time.Time{
		time.Date(2107, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		time.Date(300_000_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(1<<60, 0),
	} {
		if err := s.CompareAndSwap(t.Context(), fmt.Sprint("far", i), nil, []byte("v"), end); err != nil {
			t.Fatal(err)
		}
	}
	*now = time.Date(2106, 12, 31, 0, 0, 0, 0, time.UTC)
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("Sweep removed %d, %v", n, err)
	}
	for i := range 4 {
		wantValue(t, s, fmt.Sprint("far", i), "v")
	}
	for _, end := range []time.Time{{}, time.Unix(-1<<60, 0), time.Unix(0, 0)} {
		if err := s.CompareAndSwap(t.Context(), "past", nil, []byte("v"), end); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load(t.Context(), "past"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("expired at %v, but there: %v", end, err)
		}
	}
}

func TestSweepRemovesWhatExpiredAndNothingElse(t *testing.T) {
	s, now := clocked(t)
	end := now.Add(time.Minute)
	swap := func(key, old, new string, end time.Time) {
		t.Helper()
		if err := s.CompareAndSwap(t.Context(), key, []byte(old), []byte(new), end); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 200 {
		swap(fmt.Sprint("short", i), "", "v", end)
		swap(fmt.Sprint("long", i), "", "v", end.Add(time.Hour))
	}
	swap("lengthened", "", "v", end)
	swap("lengthened", "v", "w", end.Add(time.Hour))
	swap("shortened", "", "v", end.Add(time.Hour))
	swap("shortened", "v", "w", end)
	swap("again", "", "v", end)
	swap("again", "v", "", end)
	swap("again", "", "w", end.Add(time.Hour))

	*now = end.Add(2 * time.Minute)
	if n, err := s.Sweep(t.Context()); n != 201 || err != nil {
		t.Errorf("Sweep removed %d, %v; want the 200 short ones and the shortened one", n, err)
	}
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("a second Sweep removed %d, %v", n, err)
	}
	wantValue(t, s, "long7", "v")
	wantValue(t, s, "lengthened", "w")
	wantValue(t, s, "again", "w")

	// What had a new deadline goes at that one.
	*now = end.Add(2 * time.Hour)
	if n, err := s.Sweep(t.Context()); n != 202 || err != nil {
		t.Errorf("Sweep removed %d, %v; want 202", n, err)
	}
}

// A write takes a bounded part of the sweeping, and a few writes do all of it.
func TestWritesSweep(t *testing.T) {
	s, now := clocked(t)
	for i := range 300 {
		if err := s.CompareAndSwap(t.Context(), fmt.Sprint("k", i), nil, []byte("v"), now.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	*now = now.Add(5 * time.Minute)
	add(t, s, "write", 1)
	left, err := s.Sweep(t.Context())
	if err != nil || left < 200 || left >= 300 {
		t.Errorf("a write left %d of 300 expired entries (%v); want most of them, but not all", left, err)
	}
}

// The file of a store that creates and forgets for ever stops growing.
func TestGrowthIsBounded(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	path := newPath(t)
	s := open(t, path, boltstore.Options{MaxEntries: 3000, Now: func() time.Time { return now }})
	var sizes []int64
	for round := range 8 {
		adds := make([]store.Increment, store.MaxAdds)
		for batch := range 20 {
			for i := range adds {
				adds[i] = store.Increment{Key: fmt.Sprint("r", round, "b", batch, "i", i), Delta: 1, Expires: now.Add(time.Minute)}
			}
			if _, err := s.Add(t.Context(), adds...); err != nil {
				t.Fatal(err)
			}
		}
		now = now.Add(3 * time.Minute)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	if sizes[7] > sizes[2] {
		t.Errorf("after 3 rounds the file has %d bytes, after 8 rounds %d", sizes[2], sizes[7])
	}
}
