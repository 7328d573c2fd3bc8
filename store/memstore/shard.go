package memstore

import (
	"maps"
	"math"
	"strings"
	"sync"
	"time"
)

const (
	// sweepMost is how many entries one sweep removes at most. The next write goes on from there.
	sweepMost = 64

	// sweepPause is the shortest time between two sweeps of a shard, in ticks, so that entries which expire one by one
	// do not cost a sweep each.
	sweepPause = int64(time.Minute / time.Microsecond)
)

// An entry is a value or a counter.
type entry struct {
	data    string // empty in a counter, and in no value
	sum     int64
	expires int64 // in ticks
}

func (e *entry) live(now int64) bool {
	return e != nil && e.expires > now
}

// value returns the value that is there at the given time, or nothing.
func (e *entry) value(now int64) string {
	if !e.live(now) {
		return ""
	}
	return e.data
}

// A shard holds about a 1/1024 part of the store under a lock of its own.
type shard struct {
	mu      sync.Mutex
	entries map[string]*entry // pointers, because assigning to a slot of a map would keep the caller's key alive
	due     int64             // nothing in the shard expires before
	swept   int64             // when the shard was last swept
	peak    int               // the most entries since the map was made
}

// put stores e in place of held, the entry under key, which is nil if there is none.
func (sh *shard) put(key string, held *entry, e entry) {
	sh.due = min(sh.due, e.expires)
	if held != nil {
		*held = e
		return
	}
	if sh.entries == nil {
		sh.entries = make(map[string]*entry)
	}
	sh.entries[strings.Clone(key)] = new(e)
	sh.peak = max(sh.peak, len(sh.entries))
}

func (sh *shard) remove(key string) {
	delete(sh.entries, key)
	sh.shrink()
}

func (sh *shard) sweepIfDue(now int64) int64 {
	if now < sh.due || now < sh.swept+sweepPause {
		return 0
	}
	return sh.sweep(now)
}

// sweep removes what has expired, though not more than sweepMost, and returns how much that was.
func (sh *shard) sweep(now int64) int64 {
	var freed int64
	sh.due, sh.swept = math.MaxInt64, now
	for key, e := range sh.entries {
		if e.live(now) {
			sh.due = min(sh.due, e.expires)
			continue
		}
		if freed == sweepMost {
			sh.due, sh.swept = now, 0
			break
		}
		delete(sh.entries, key)
		freed++
	}
	sh.shrink()
	return freed
}

// shrink makes the map anew when it has become rather empty, because a Go map never gives memory back.
func (sh *shard) shrink() {
	if sh.peak < 64 || len(sh.entries) > sh.peak/4 {
		return
	}
	fresh := make(map[string]*entry, len(sh.entries))
	maps.Copy(fresh, sh.entries)
	sh.entries, sh.peak = fresh, len(fresh)
}
