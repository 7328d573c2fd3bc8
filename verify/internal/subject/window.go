package subject

import "slices"

const (
	hour = 60 * 60 * 1000
	// windowHours is how many whole hours after its own an event counts, so that it counts for 24 hours at least and a
	// clock that jumps ahead by a day forgets nothing.
	windowHours = 24
	maxBuckets  = windowHours + 1
)

// A Window counts the events of the last day, by the hour. Oldest first.
type Window []Bucket

// A Bucket counts the events of one hour.
type Bucket struct {
	Hour  int64 // since the Unix epoch
	Count uint16
}

// end returns when the newest bucket stops counting.
func (b Bucket) end() int64 { return (b.Hour + 1 + windowHours) * hour }

func (w Window) end() int64 {
	if len(w) == 0 {
		return 0
	}
	return w[len(w)-1].end()
}

// Sum returns the events that count at a time.
func (w Window) Sum(now int64) int {
	sum := 0
	for _, b := range w {
		if b.end() > now {
			sum += int(b.Count)
		}
	}
	return sum
}

// wait returns how long it takes until fewer than limit events count.
func (w Window) wait(now int64, limit int) int64 {
	sum := w.Sum(now)
	for _, b := range w {
		if b.end() <= now {
			continue
		}
		if sum -= int(b.Count); sum < limit {
			return b.end() - now
		}
	}
	return hour // unreachable while limit is positive
}

// add counts an event and drops what no longer counts.
func (w *Window) add(now int64) {
	*w = slices.DeleteFunc(*w, func(b Bucket) bool { return b.end() <= now })
	this := now / hour
	if n := len(*w); n > 0 && (*w)[n-1].Hour == this {
		(*w)[n-1].Count++
		return
	}
	*w = append(*w, Bucket{this, 1})
}

// sub takes back an event that was counted at a time.
func (w *Window) sub(at int64) {
	for i, b := range *w {
		if b.Hour != at/hour {
			continue
		}
		if (*w)[i].Count--; b.Count == 1 {
			*w = slices.Delete(*w, i, i+1)
		}
		return
	}
}

// redate moves events from the future to now, where a clock that was set back found them.
func (w *Window) redate(now int64) {
	this, future := now/hour, uint16(0)
	*w = slices.DeleteFunc(*w, func(b Bucket) bool {
		if b.Hour < this {
			return false
		}
		future += b.Count
		return true
	})
	if future > 0 {
		*w = append(*w, Bucket{this, future})
	}
}
