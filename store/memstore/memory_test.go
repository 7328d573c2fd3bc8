package memstore_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

func TestOneAllocation(t *testing.T) {
	s := new(memstore.Store)
	ctx, later := t.Context(), time.Now().Add(time.Hour)
	values := [2][]byte{[]byte(strings.Repeat("a", 125)), []byte(strings.Repeat("b", 125))}
	must(t, s.CompareAndSwap(ctx, "k", nil, values[0], later))
	addition(t, s, "c", 1, later, 1)
	i := 0
	add := []store.Increment{{Key: "c", Delta: 1, Expires: later}}
	calls := map[string]func(){
		"Load":           func() { _, _ = s.Load(ctx, "k") },
		"CompareAndSwap": func() { must(t, s.CompareAndSwap(ctx, "k", values[i%2], values[(i+1)%2], later)); i++ },
		"Add":            func() { _, _ = s.Add(ctx, add...) },
	}
	for name, call := range calls {
		if n := testing.AllocsPerRun(100, call); n > 1 {
			t.Errorf("%s makes %v allocations, want 1", name, n)
		}
	}
}

func TestMemoryComesBack(t *testing.T) {
	const entries = 100_000
	value := []byte(strings.Repeat("v", 117))
	s := new(memstore.Store)
	before := heap()
	fill(t, s, entries, time.Now().Add(time.Hour))
	full := heap() - before
	for i := range entries {
		must(t, s.CompareAndSwap(t.Context(), fmt.Sprintf("key%09d", i), value, nil, time.Time{}))
	}
	left := heap() - before
	if full > 300*entries || left > full/10 {
		t.Errorf("%d entries take %d bytes, and %d when they have been removed", entries, full, left)
	}
	runtime.KeepAlive(s)
}

func TestKeepsNoKeyOfTheCaller(t *testing.T) {
	const entries, page = 20, 1 << 20
	s := new(memstore.Store)
	later := time.Now().Add(time.Hour)
	before := heap()
	for i := range entries {
		text := strings.Repeat(string(rune('a'+i)), page)
		must(t, s.CompareAndSwap(t.Context(), text[:10], nil, []byte("one"), later))
		must(t, s.CompareAndSwap(t.Context(), text[:10], []byte("one"), []byte("two"), later))
		addition(t, s, text[:11], 1, later, 1)
	}
	if kept := heap() - before; kept > page {
		t.Errorf("%d keys keep %d bytes in memory", 2*entries, kept)
	}
	runtime.KeepAlive(s)
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
