package storetest_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path"
	"strings"

	"github.com/codeword-go/codeword/store"
)

var keyFlaws = []flaw{
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
}

var limitFlaws = []flaw{
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
			sums, err := m.Add(ctx, adds...)
			if errors.Is(err, store.ErrTooLarge) && len(adds) <= store.MaxAdds {
				_, _ = m.Add(ctx, adds[0])
			}
			return sums, err
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
}
