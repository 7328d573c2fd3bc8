package storetest_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/codeword-go/codeword/store"
)

var expiryFlaws = []flaw{
	{"entries live half as long", "kept until it expires", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time { return t.Add(-time.Until(t) / 2) }
		return m
	}},
	{"expiry is a whole second", "kept until it expires", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time { return t.Truncate(time.Second) }
		return m
	}},
	{"a life is whole seconds", "kept until it expires", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time { return time.Now().Add(time.Until(t).Truncate(time.Second)) }
		return m
	}},
	{"the time zone is lost", "kept until it expires", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		}
		return m
	}},
	{"expiry is a 32-bit number", "kept for long", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time { return time.Unix(int64(int32(t.Unix())), int64(t.Nanosecond())) }
		return m
	}},
	{"expiry is in nanoseconds", "kept for long", func(m *model) store.Store {
		m.until = func(t time.Time) time.Time { return time.Unix(0, t.UnixNano()) }
		return m
	}},
	{"only Load sees what has expired", "expired for all", func(m *model) store.Store {
		m.loadable = func(item) bool { return true }
		return m
	}},
	{"only CompareAndSwap sees what has expired", "expired for all", func(m *model) store.Store {
		m.swapable = func(item) bool { return true }
		return m
	}},
	{"expiry in the past is an error", "expired for all", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			if len(new) > 0 && time.Until(expires) < 0 {
				return errors.New("model: invalid expire time")
			}
			return m.CompareAndSwap(ctx, key, old, new, expires)
		}}
	}},
	{"a swap does not prolong", "swap sets the expiry", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			m.mu.Lock()
			held, ok := m.values[key]
			m.mu.Unlock()
			if ok && live(held) && held.expires.Before(expires) {
				expires = held.expires
			}
			return m.CompareAndSwap(ctx, key, old, new, expires)
		}}
	}},
	{"a timer removes what has been stored anew", "swap sets the expiry", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			err := m.CompareAndSwap(ctx, key, old, new, expires)
			if life := time.Until(expires); err == nil && life < time.Second {
				time.AfterFunc(life, func() {
					m.mu.Lock()
					defer m.mu.Unlock()
					delete(m.values, key)
				})
			}
			return err
		}}
	}},
	{"an addition prolongs", "counter keeps its first expiry", func(m *model) store.Store {
		m.restart = func(held tally, expires time.Time) time.Time {
			if expires.After(held.expires) {
				return expires
			}
			return held.expires
		}
		return m
	}},
	{"an addition shortens", "counter keeps its first expiry", func(m *model) store.Store {
		m.restart = func(held tally, expires time.Time) time.Time {
			if expires.Before(held.expires) {
				return expires
			}
			return held.expires
		}
		return m
	}},
	{"a counter that starts again keeps its old expiry", "counter keeps its first expiry", func(m *model) store.Store {
		first := map[string]time.Time{}
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			m.mu.Lock()
			for i, a := range adds {
				if _, ok := first[a.Key]; !ok {
					first[a.Key] = a.Expires
				}
				adds[i].Expires = first[a.Key]
			}
			m.mu.Unlock()
			return m.Add(ctx, adds...)
		}}
	}},
}

var counterFlaws = []flaw{
	{"Add returns the sum before", "count", func(m *model) store.Store {
		m.tally = func(held tally, delta int64) (int64, int64) { return held.sum + delta, held.sum }
		return m
	}},
	{"Add replaces", "count", func(m *model) store.Store {
		m.tally = func(_ tally, delta int64) (int64, int64) { return delta, delta }
		return m
	}},
	{"a delta of zero is skipped", "count nothing", func(m *model) store.Store {
		m.tally = func(held tally, delta int64) (int64, int64) {
			if delta == 0 {
				return held.sum, 0
			}
			return held.sum + delta, held.sum + delta
		}
		return m
	}},
	{"a counter stops at zero", "count down", func(m *model) store.Store {
		m.tally = func(held tally, delta int64) (int64, int64) {
			sum := max(0, held.sum+delta)
			return sum, sum
		}
		return m
	}},
	{"sums are in the order of the keys", "sums in order", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			return m.Add(ctx, slices.SortedStableFunc(slices.Values(adds), byKey)...)
		}}
	}},
	{"one key counts once", "one key twice", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			once := slices.Clone(adds)
			for i, a := range once {
				if slices.ContainsFunc(once[:i], func(b store.Increment) bool { return a.Key == b.Key }) {
					once[i].Delta = 0
				}
			}
			return m.Add(ctx, once...)
		}}
	}},
	{"one key twice gives the last sum twice", "one key twice", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			sums, err := m.Add(ctx, adds...)
			last := map[string]int64{}
			for i := range sums {
				last[adds[i].Key] = sums[i]
			}
			for i := range sums {
				sums[i] = last[adds[i].Key]
			}
			return sums, err
		}}
	}},
	{"sums are floating-point numbers", "count in 64 bits", func(m *model) store.Store {
		m.tally = func(held tally, delta int64) (int64, int64) {
			return held.sum + delta, int64(float64(held.sum + delta))
		}
		return m
	}},
}
