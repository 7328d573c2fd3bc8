package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/codeword-go/codeword/store"
)

var raceFlaws = []flaw{
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
}

var failureFlaws = []flaw{
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
