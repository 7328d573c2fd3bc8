package storetest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/codeword-go/codeword/store"
)

// broken are stores with one fault each, and the rule that has to notice.
var broken = []struct {
	fault string
	rule  string
	make  func(m *model) store.Store
}{
	// Values.
	{"Load of nothing is no error", "load missing", func(m *model) store.Store {
		return wrapped{model: m, load: func(ctx context.Context, key string) ([]byte, error) {
			got, err := m.Load(ctx, key)
			if errors.Is(err, store.ErrNotFound) {
				return nil, nil
			}
			return got, err
		}}
	}},
	{"a value can be loaded once", "create", func(m *model) store.Store {
		return wrapped{model: m, load: func(ctx context.Context, key string) ([]byte, error) {
			got, err := m.Load(ctx, key)
			m.mu.Lock()
			delete(m.values, key)
			m.mu.Unlock()
			return got, err
		}}
	}},
	{"an empty old means any value", "create twice", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool { return len(old) == 0 || bytes.Equal(held, old) }
		return m
	}},
	{"a shorter value keeps the end of the longer one", "swap", func(m *model) store.Store {
		m.keep = func(held, value []byte) []byte {
			return append(bytes.Clone(value), held[min(len(held), len(value)):]...)
		}
		return m
	}},
	{"a swap that changes nothing is a conflict", "swap for the same", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			if len(old) > 0 && bytes.Equal(old, new) {
				return store.ErrConflict
			}
			return m.CompareAndSwap(ctx, key, old, new, expires)
		}}
	}},
	{"old is ignored", "stale swap", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool { return (len(held) == 0) == (len(old) == 0) }
		return m
	}},
	{"a conflict is an error of another kind", "stale swap", func(m *model) store.Store {
		m.conflict = fmt.Errorf("model: %v", store.ErrConflict)
		return m
	}},
	{"a conflict is every error at once", "stale swap", func(m *model) store.Store {
		m.conflict = errors.Join(store.ErrConflict, store.ErrNotFound)
		return m
	}},
	{"a conflict is no error", "stale swap", func(m *model) store.Store {
		m.conflict = nil
		return m
	}},
	{"a swap creates what is missing", "swap missing", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool { return held == nil || bytes.Equal(held, old) }
		return m
	}},
	{"a beginning of the value will do as old", "compare whole", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool {
			return (len(held) == 0) == (len(old) == 0) && bytes.HasPrefix(held, old)
		}
		return m
	}},
	{"old is compared by its length", "compare bytes", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool { return len(held) == len(old) }
		return m
	}},
	{"old is compared without regard to case", "compare bytes", func(m *model) store.Store {
		m.equal = bytes.EqualFold
		return m
	}},
	{"values end at a NUL", "binary", func(m *model) store.Store {
		m.keep = func(_, value []byte) []byte {
			before, _, _ := bytes.Cut(value, []byte{0})
			return bytes.Clone(before)
		}
		return m
	}},
	{"old is compared up to a NUL", "binary", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool {
			held, _, _ = bytes.Cut(held, []byte{0})
			old, _, _ = bytes.Cut(old, []byte{0})
			return bytes.Equal(held, old)
		}
		return m
	}},
	{"values are made valid UTF-8", "binary", func(m *model) store.Store {
		m.keep = func(_, value []byte) []byte { return bytes.ToValidUTF8(value, []byte("\ufffd")) }
		return m
	}},
	{"a removed key holds an empty value", "remove", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			err := m.CompareAndSwap(ctx, key, old, new, expires)
			if err == nil && len(old) > 0 && len(new) == 0 {
				m.mu.Lock()
				m.values[key] = item{expires: expires}
				m.mu.Unlock()
			}
			return err
		}}
	}},
	{"removing ignores old", "remove stale", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			if held, err := m.Load(ctx, key); err == nil && len(old) > 0 && len(new) == 0 {
				old = held
			}
			return m.CompareAndSwap(ctx, key, old, new, expires)
		}}
	}},
	{"removing nothing is a conflict", "remove missing", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			if len(old) == 0 && len(new) == 0 {
				return store.ErrConflict
			}
			return m.CompareAndSwap(ctx, key, old, new, expires)
		}}
	}},
	{"an empty slice is a value, nil is none", "nil is empty", func(m *model) store.Store {
		m.equal = func(held, old []byte) bool { return (held == nil) == (old == nil) && bytes.Equal(held, old) }
		return m
	}},

	// Ownership.
	{"Load returns the store's own memory", "loaded value is the caller's", func(m *model) store.Store {
		m.give = func(value []byte) []byte { return value }
		return m
	}},
	{"Load returns memory that swaps use again", "loaded value lasts", func(m *model) store.Store {
		// Only one value comes out of this memory, one that no racers load, since the race detector would stop the test.
		var mapped []byte
		m.give = func(value []byte) []byte {
			got := bytes.Clone(value)
			if string(got) == "value" {
				mapped = got
			}
			return got
		}
		m.keep = func(_, value []byte) []byte {
			copy(mapped, value)
			return bytes.Clone(value)
		}
		return m
	}},
	{"the caller's slice is kept", "given slices are the caller's", func(m *model) store.Store {
		m.keep = func(_, value []byte) []byte { return value }
		return m
	}},
	{"the caller's slice is written to", "given slices are only read", func(m *model) store.Store {
		m.keep = func(_, value []byte) []byte {
			kept := bytes.Clone(value)
			_ = append(value, 0)
			return kept
		}
		return m
	}},
	{"the caller's increments are sorted", "given slices are only read", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			sums, err := m.Add(ctx, adds...)
			slices.SortFunc(adds, byKey)
			return sums, err
		}}
	}},

	// Keys.
	{"keys are folded to lower case", "keys are told apart", func(m *model) store.Store {
		m.name = strings.ToLower
		return m
	}},
	{"counter keys are folded to lower case", "counter keys are told apart", func(m *model) store.Store {
		m.name = strings.ToLower
		return m
	}},
	{"keys are cleaned like paths", "keys are told apart", func(m *model) store.Store {
		m.name = path.Clean
		return m
	}},
	{"keys are a format", "key characters", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error {
			if strings.Contains(key, "%s") {
				return errors.New("model: bad format")
			}
			return withinLimits(key, value)
		}
		return m
	}},

	// Limits.
	{"the longest key is refused", "longest and shortest key", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error { return withinLimits(key+".", value) }
		return m
	}},
	{"keys of one byte are refused", "longest and shortest key", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error { return withinLimits(key[min(1, len(key)):], value) }
		return m
	}},
	{"keys are cut to the limit", "key outside the limits", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error { return withinLimits(key[:min(len(key), store.MaxKey)], value) }
		m.name = func(key string) string { return key[:min(len(key), store.MaxKey)] }
		return m
	}},
	{"the empty key is accepted", "key outside the limits", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error { return withinLimits(key+"."[min(1, len(key)):], value) }
		return m
	}},
	{"increments before a bad one are made", "key outside the limits", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			_, err := m.Add(ctx, adds...)
			if !errors.Is(err, store.ErrTooLarge) || len(adds) > store.MaxAdds {
				return m.Add(ctx, append(zeroed(adds), store.Increment{Key: "-"})[:len(adds)]...)
			}
			if _, err := m.Add(ctx, adds[0]); err != nil {
				return nil, err
			}
			return nil, err
		}}
	}},
	{"the largest value is refused", "largest value", func(m *model) store.Store {
		m.fits = func(key string, value []byte) error {
			if len(value) == store.MaxValue {
				return store.ErrTooLarge
			}
			return withinLimits(key, value)
		}
		return m
	}},
	{"too large a value is cut", "value outside the limits", func(m *model) store.Store {
		m.fits = func(key string, _ []byte) error { return withinLimits(key, nil) }
		m.keep = func(_, value []byte) []byte { return bytes.Clone(value[:min(len(value), store.MaxValue)]) }
		return m
	}},
	{"the largest Add is refused", "most increments", func(m *model) store.Store {
		m.maxAdds = store.MaxAdds - 1
		return m
	}},
	{"an Add of nothing is refused", "most increments", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			if len(adds) == 0 {
				return nil, errors.New("model: empty batch")
			}
			return m.Add(ctx, adds...)
		}}
	}},
	{"an Add may be of any size", "increments outside the limits", func(m *model) store.Store {
		m.maxAdds = math.MaxInt
		return m
	}},

	// Expiry.
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

	// Counters.
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

	// Races.
	{"a swap compares first and writes later", "no update is lost", func(m *model) store.Store {
		m.pause = runtime.Gosched
		return m
	}},
	{"two may create at the same time", "one swap wins", func(m *model) store.Store {
		m.pause = runtime.Gosched
		return m
	}},
	{"Add reads first and writes later", "no addition is lost", func(m *model) store.Store {
		m.pause = runtime.Gosched
		return m
	}},
	{"Add tells a sum that was read later", "no addition is lost", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			if _, err := m.Add(ctx, adds...); err != nil {
				return nil, err
			}
			runtime.Gosched()
			return m.Add(ctx, zeroed(adds)...)
		}}
	}},
	{"Load reads a value in two pieces", "values are whole", func(m *model) store.Store {
		return wrapped{model: m, load: func(ctx context.Context, key string) ([]byte, error) {
			first, err := m.Load(ctx, key)
			if err != nil {
				return nil, err
			}
			runtime.Gosched()
			second, err := m.Load(ctx, key)
			if err != nil {
				return nil, err
			}
			return append(first[:len(first)/2], second[min(len(first)/2, len(second)):]...), nil
		}}
	}},

	// Failures.
	{"ctx is ignored", "done context", func(m *model) store.Store {
		m.check = func(context.Context) error { return nil }
		return m
	}},
	{"ctx is looked at afterwards", "done context", func(m *model) store.Store {
		m.check = func(context.Context) error { return nil }
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			return errors.Join(m.CompareAndSwap(ctx, key, old, new, expires), ctx.Err())
		}}
	}},
	{"a done ctx is a conflict", "done context", func(m *model) store.Store {
		m.check = func(ctx context.Context) error {
			if ctx.Err() != nil {
				return store.ErrConflict
			}
			return nil
		}
		return m
	}},
	{"a done ctx finds nothing", "done context", func(m *model) store.Store {
		m.check = func(ctx context.Context) error {
			if ctx.Err() != nil {
				return store.ErrNotFound
			}
			return nil
		}
		return m
	}},
	{"errors name the key", "discreet errors", func(m *model) store.Store {
		return wrapped{model: m, load: func(ctx context.Context, key string) ([]byte, error) {
			got, err := m.Load(ctx, key)
			if err != nil {
				err = fmt.Errorf("model: key %q: %w", key, err)
			}
			return got, err
		}}
	}},
	{"errors name the key when ctx is done", "discreet errors", func(m *model) store.Store {
		return wrapped{model: m, add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("model: %v: %w", adds, ctx.Err())
			}
			return m.Add(ctx, adds...)
		}}
	}},
	{"errors show the value as numbers", "discreet errors", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			err := m.CompareAndSwap(ctx, key, old, new, expires)
			if errors.Is(err, store.ErrConflict) {
				err = fmt.Errorf("model: want %v: %w", old, err)
			}
			return err
		}}
	}},
	{"errors show the value in hexadecimal", "discreet errors", func(m *model) store.Store {
		return wrapped{model: m, swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
			err := m.CompareAndSwap(ctx, key, old, new, expires)
			if errors.Is(err, store.ErrTooLarge) {
				err = fmt.Errorf("model: %X: %w", new, err)
			}
			return err
		}}
	}},
}

func byKey(a, b store.Increment) int { return strings.Compare(a.Key, b.Key) }

// zeroed returns the increments with deltas of zero, which only read.
func zeroed(adds []store.Increment) []store.Increment {
	reads := slices.Clone(adds)
	for i := range reads {
		reads[i].Delta = 0
	}
	return reads
}
