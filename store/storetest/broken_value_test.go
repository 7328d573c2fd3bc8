package storetest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/codeword-go/codeword/store"
)

var valueFlaws = []flaw{
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
}

var ownershipFlaws = []flaw{
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
}
