package memstore

import (
	"maps"
	"math"
	"strings"
	"sync"
	"time"
)

// sweepPause is the shortest time between two sweeps of one shard, in ticks, so that entries which expire one by one do
// not cost a sweep each.
const sweepPause = int64(time.Minute / time.Microsecond)

// A value is never empty while it exists, so the zero value stands for "nothing".
type value struct {
	data    string
	expires int64
}

// at returns what the value holds at the given time: nothing, once it has expired.
func (v value) at(now int64) string {
	if v.expires <= now {
		return ""
	}
	return v.data
}

type counter struct {
	sum, expires int64
}

// A shard holds about a 1/1024 part of the store under a lock of its own.
type shard struct {
	mu       sync.Mutex
	values   map[string]value
	counters map[string]*counter // pointers, because assigning to a map's slot would keep the caller's key in memory
	due      int64               // nothing in the shard expires before
	swept    int64               // when the shard was last swept
	peak     int                 // the most entries that the two maps have held
}

func (sh *shard) len() int {
	return len(sh.values) + len(sh.counters)
}

func (sh *shard) put(key string, v value) {
	if sh.values == nil {
		sh.values = make(map[string]value)
	}
	sh.values[key] = v
	sh.grown(v.expires)
}

func (sh *shard) remove(key string) {
	delete(sh.values, key)
	sh.shrink()
}

// add returns the new sum and whether there was no counter, not even an expired one.
func (sh *shard) add(key string, delta, expires, now int64) (sum int64, created bool) {
	c, exists := sh.counters[key]
	if !exists {
		if sh.counters == nil {
			sh.counters = make(map[string]*counter)
		}
		c = new(counter)
		sh.counters[strings.Clone(key)] = c
	}
	if !exists || c.expires <= now {
		*c = counter{expires: expires}
		sh.grown(expires)
	}
	c.sum += delta
	return c.sum, !exists
}

// grown takes note of an entry that is new or has another expiry.
func (sh *shard) grown(expires int64) {
	sh.due = min(sh.due, expires)
	sh.peak = max(sh.peak, sh.len())
}

func (sh *shard) sweepIfDue(now int64) int64 {
	if now < sh.due || now < sh.swept+sweepPause {
		return 0
	}
	return sh.sweep(now)
}

// sweep removes what has expired and returns how much that was.
func (sh *shard) sweep(now int64) int64 {
	before := sh.len()
	sh.due, sh.swept = math.MaxInt64, now
	for key, v := range sh.values {
		if v.expires <= now {
			delete(sh.values, key)
			continue
		}
		sh.due = min(sh.due, v.expires)
	}
	for key, c := range sh.counters {
		if c.expires <= now {
			delete(sh.counters, key)
			continue
		}
		sh.due = min(sh.due, c.expires)
	}
	sh.shrink()
	return int64(before - sh.len())
}

// shrink makes the maps anew when they have become rather empty, because a Go map never gives memory back.
func (sh *shard) shrink() {
	if sh.peak < 64 || sh.len() > sh.peak/4 {
		return
	}
	sh.values = remade(sh.values)
	sh.counters = remade(sh.counters)
	sh.peak = sh.len()
}

func remade[V any](m map[string]V) map[string]V {
	fresh := make(map[string]V, len(m))
	maps.Copy(fresh, m)
	return fresh
}
