package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, newPath(t), boltstore.Options{}) })
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "codeword.db") }

// open opens a store that the test closes.
func open(t testing.TB, path string, o boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// put creates a value that lives for an hour.
func put(t testing.TB, s *boltstore.Store, key, value string) {
	t.Helper()
	if err := s.CompareAndSwap(context.Background(), key, nil, []byte(value), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func wantValue(t testing.TB, s *boltstore.Store, key, want string) {
	t.Helper()
	got, err := s.Load(context.Background(), key)
	if err != nil || string(got) != want {
		t.Errorf("Load(%s) = %q, %v; want %q", key, got, err, want)
	}
}

func add(t testing.TB, s *boltstore.Store, key string, delta int64) int64 {
	t.Helper()
	sums, err := s.Add(context.Background(), store.Increment{Key: key, Delta: delta, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return sums[0]
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		options boltstore.Options
		field   string
	}{
		{boltstore.Options{MaxEntries: -1}, "MaxEntries"},
		{boltstore.Options{LockTimeout: -1}, "LockTimeout"},
	} {
		path := newPath(t)
		if _, err := boltstore.Open(path, c.options); err == nil || !strings.Contains(err.Error(), c.field) {
			t.Errorf("Open with a negative %s: %v", c.field, err)
		}
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a refused Open left a file: %v", err)
		}
	}
}

func TestEverythingIsThereAfterReopening(t *testing.T) {
	path := newPath(t)
	s := open(t, path, boltstore.Options{MaxEntries: 3})
	put(t, s, "value", "v")
	add(t, s, "counter", 41)
	put(t, s, "removed", "v")
	if err := s.CompareAndSwap(t.Context(), "removed", []byte("v"), nil, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, path, boltstore.Options{MaxEntries: 3, MustExist: true})
	wantValue(t, s, "value", "v")
	if sum := add(t, s, "counter", 1); sum != 42 {
		t.Errorf("counter = %d, want 42", sum)
	}
	// The number of entries was kept as well: there is room for one more.
	put(t, s, "third", "v")
	err := s.CompareAndSwap(t.Context(), "fourth", nil, []byte("v"), time.Now().Add(time.Hour))
	if !errors.Is(err, store.ErrFull) {
		t.Errorf("a fourth of three entries: %v, want ErrFull", err)
	}
}

func TestClosed(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	put(t, s, "k", "v")
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, load := s.Load(t.Context(), "k")
	_, read := s.Add(t.Context(), store.Increment{Key: "c"})
	_, write := s.Add(t.Context(), store.Increment{Key: "c", Delta: 1})
	_, sweep := s.Sweep(t.Context())
	swap := s.CompareAndSwap(t.Context(), "k", []byte("v"), []byte("w"), time.Now().Add(time.Hour))
	for i, err := range []error{load, read, write, sweep, swap} {
		if !errors.Is(err, boltstore.ErrClosed) {
			t.Errorf("call %d after Close: %v, want ErrClosed", i, err)
		}
	}
}

func TestFull(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{MaxEntries: 4})
	put(t, s, "a", "v")
	put(t, s, "b", "v")
	add(t, s, "c", 1)
	later := time.Now().Add(time.Hour)

	// Two of these would need a place of their own, and there is one: nothing is added, not even to c.
	_, err := s.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: later},
		store.Increment{Key: "d", Delta: 1, Expires: later}, store.Increment{Key: "e", Delta: 1, Expires: later})
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("Add of two new counters: %v, want ErrFull", err)
	}
	if sum := add(t, s, "c", 0); sum != 1 {
		t.Errorf("after a refused Add the counter is %d, want 1", sum)
	}
	// One key twice is one entry.
	if _, err := s.Add(t.Context(), store.Increment{Key: "d", Delta: 1, Expires: later},
		store.Increment{Key: "d", Delta: 1, Expires: later}); err != nil {
		t.Fatal(err)
	}

	if err := s.CompareAndSwap(t.Context(), "f", nil, []byte("v"), later); !errors.Is(err, store.ErrFull) {
		t.Errorf("create in a full store: %v, want ErrFull", err)
	}
	if sum := add(t, s, "d", 1); sum != 3 {
		t.Errorf("Add in a full store = %d, want 3", sum)
	}
	if err := s.CompareAndSwap(t.Context(), "a", []byte("v"), []byte("w"), later); err != nil {
		t.Errorf("swap in a full store: %v", err)
	}
	if err := s.CompareAndSwap(t.Context(), "a", []byte("w"), nil, later); err != nil {
		t.Errorf("remove in a full store: %v", err)
	}
	put(t, s, "f", "v")
}

func TestFullStoreMakesRoomFromWhatExpired(t *testing.T) {
	now := time.Now()
	s := open(t, newPath(t), boltstore.Options{MaxEntries: 2, Now: func() time.Time { return now }})
	for _, key := range []string{"a", "b"} {
		if err := s.CompareAndSwap(t.Context(), key, nil, []byte("v"), now.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(2 * time.Minute)
	put(t, s, "c", "v")
	wantValue(t, s, "c", "v")
}

func TestCountersSaturate(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	for _, end := range []int64{math.MaxInt64, math.MinInt64} {
		key, step := fmt.Sprint("k", end), int64(1)
		if end < 0 {
			step = -1
		}
		add(t, s, key, end)
		if sum := add(t, s, key, step); sum != end {
			t.Errorf("%d and %d make %d", end, step, sum)
		}
		if sum := add(t, s, key, -step); sum != end-step {
			t.Errorf("%d and %d make %d", end, -step, sum)
		}
	}
}

func TestValuesAndCountersDoNotMix(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	put(t, s, "value", "12345678")
	add(t, s, "counter", 1)
	if sums, err := s.Add(t.Context(), store.Increment{Key: "value", Delta: 1}); err == nil {
		t.Errorf("Add to a value: %v", sums)
	}
	if v, err := s.Load(t.Context(), "counter"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load of a counter: %q, %v", v, err)
	}
	err := s.CompareAndSwap(t.Context(), "counter", nil, []byte("v"), time.Now().Add(time.Hour))
	if err == nil || errors.Is(err, store.ErrConflict) {
		t.Errorf("swap of a counter: %v", err)
	}
	wantValue(t, s, "value", "12345678")
}

// Memory that bbolt maps changes, and goes away, after the transaction.
func TestLoadedValuesOutliveTheStore(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	value := strings.Repeat("v", 3000)
	put(t, s, "k", value)
	got, err := s.Load(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		add(t, s, fmt.Sprint("c", i%7), 1)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, []byte(value)) {
		t.Error("a loaded value changed")
	}
	got[0] = 'w' // mapped memory would fault here
}

func Example() {
	dir, _ := os.MkdirTemp("", "codeword")
	defer os.RemoveAll(dir)

	s, err := boltstore.Open(filepath.Join(dir, "codeword.db"), boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	sums, err := s.Add(context.Background(), store.Increment{Key: "sends", Delta: 1, Expires: time.Now().Add(time.Hour)})
	fmt.Println(sums, err)
	_, err = boltstore.Open(filepath.Join(dir, "codeword.db"), boltstore.Options{})
	fmt.Println(errors.Is(err, boltstore.ErrLocked))
	// Output:
	// [1] <nil>
	// true
}

// A counter that is back at zero takes no room, however it came there.
func TestCounterAtZeroTakesNoRoom(t *testing.T) {
	s, err := boltstore.Open(newPath(t), boltstore.Options{MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
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
