package pgstore

import (
	"cmp"
	"slices"
	"time"

	"github.com/codeword-go/codeword/store"
)

// A batch is a list of increments as one statement takes it: a line for each counter that changes, in the order of
// their keys, so that two batches never wait for each other in a circle, and the counters that are only read.
type batch struct {
	keys    []string
	deltas  []int64
	expires []time.Time
	reads   []string
}

func newBatch(adds []store.Increment) batch {
	var lines []store.Increment
	index := make(map[string]int, len(adds))
	for _, a := range adds {
		if i, there := index[a.Key]; there {
			lines[i].Delta += a.Delta
		} else if a.Delta != 0 {
			index[a.Key] = len(lines)
			lines = append(lines, a)
		}
	}
	var b batch
	for _, a := range adds {
		if _, there := index[a.Key]; !there {
			b.reads = append(b.reads, a.Key)
		}
	}
	slices.SortFunc(lines, func(x, y store.Increment) int { return cmp.Compare(x.Key, y.Key) })
	for _, l := range lines {
		b.keys = append(b.keys, l.Key)
		b.deltas = append(b.deltas, l.Delta)
		b.expires = append(b.expires, instant(l.Expires))
	}
	return b
}

// sums returns the sum after each increment, from the counters after all of them.
func (b batch) sums(adds []store.Increment, after map[string]int64) []int64 {
	for i, key := range b.keys {
		after[key] -= b.deltas[i]
	}
	sums := make([]int64, len(adds))
	for i, a := range adds {
		after[a.Key] += a.Delta
		sums[i] = after[a.Key]
	}
	return sums
}

// instant rounds up to the microseconds that the server keeps, so that nothing is forgotten early.
func instant(t time.Time) time.Time {
	return t.Add(time.Microsecond - 1).Truncate(time.Microsecond)
}
