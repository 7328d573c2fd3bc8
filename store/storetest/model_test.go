package storetest_test

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/codeword-go/codeword/store"
)

// A model is a correct store whose parts can be exchanged for broken ones.
type model struct {
	mu       sync.Mutex
	values   map[string]item
	counters map[string]tally

	name     func(key string) string              // the key under which an entry is kept
	check    func(ctx context.Context) error      // before anything else
	fits     func(key string, value []byte) error // the size limits
	maxAdds  int
	equal    func(held, old []byte) bool                      // the comparison
	keep     func(held, value []byte) []byte                  // what is kept of a new value
	give     func(value []byte) []byte                        // what Load returns of it
	until    func(time.Time) time.Time                        // the expiry that is kept
	loadable func(item) bool                                  // whether Load sees a value
	swapable func(item) bool                                  // whether CompareAndSwap sees it
	conflict error                                            // what a conflict is called
	pause    func()                                           // between comparing and writing; gives up the lock if not nil
	tally    func(held tally, delta int64) (kept, told int64) // the addition
	restart  func(held tally, expires time.Time) time.Time    // the expiry of a counter that is there
}

type item struct {
	data    []byte
	expires time.Time
}

type tally struct {
	sum     int64
	expires time.Time
}

func newModel() *model {
	return &model{
		values:   map[string]item{},
		counters: map[string]tally{},
		name:     func(key string) string { return key },
		check:    func(ctx context.Context) error { return ctx.Err() },
		fits:     withinLimits,
		maxAdds:  store.MaxAdds,
		equal:    bytes.Equal,
		keep:     func(_, value []byte) []byte { return bytes.Clone(value) },
		give:     bytes.Clone,
		until:    func(t time.Time) time.Time { return t },
		loadable: live,
		swapable: live,
		conflict: store.ErrConflict,
		tally:    func(held tally, delta int64) (int64, int64) { return held.sum + delta, held.sum + delta },
		restart:  func(held tally, _ time.Time) time.Time { return held.expires },
	}
}

func withinLimits(key string, value []byte) error {
	if key == "" || len(key) > store.MaxKey || len(value) > store.MaxValue {
		return store.ErrTooLarge
	}
	return nil
}

func live(i item) bool { return time.Now().Before(i.expires) }

func (m *model) Load(ctx context.Context, key string) ([]byte, error) {
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	if err := m.fits(key, nil); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	held, ok := m.values[m.name(key)]
	if !ok || !m.loadable(held) {
		return nil, store.ErrNotFound
	}
	return m.give(held.data), nil
}

func (m *model) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if err := m.check(ctx); err != nil {
		return err
	}
	if err := m.fits(key, new); err != nil {
		return err
	}
	key = m.name(key)
	m.mu.Lock()
	defer m.mu.Unlock()
	held, ok := m.values[key]
	if ok && !m.swapable(held) {
		held = item{}
	}
	if !m.equal(held.data, old) {
		return m.conflict
	}
	if m.pause != nil {
		m.mu.Unlock()
		m.pause()
		m.mu.Lock()
	}
	if len(new) == 0 {
		delete(m.values, key)
		return nil
	}
	m.values[key] = item{m.keep(held.data, new), m.until(expires)}
	return nil
}

func (m *model) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	if len(adds) > m.maxAdds {
		return nil, store.ErrTooLarge
	}
	for _, a := range adds {
		if err := m.fits(a.Key, nil); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sums := make([]int64, 0, len(adds))
	for _, a := range adds {
		key := m.name(a.Key)
		held, ok := m.counters[key]
		if !ok || !live(item{expires: held.expires}) {
			held = tally{0, m.until(a.Expires)}
		}
		if m.pause != nil {
			m.mu.Unlock()
			m.pause()
			m.mu.Lock()
		}
		kept, told := m.tally(held, a.Delta)
		m.counters[key] = tally{kept, m.restart(held, a.Expires)}
		sums = append(sums, told)
	}
	return sums, nil
}

// A wrapped store has whole methods exchanged. Those that are nil are the model's.
type wrapped struct {
	*model
	load func(ctx context.Context, key string) ([]byte, error)
	swap func(ctx context.Context, key string, old, new []byte, expires time.Time) error
	add  func(ctx context.Context, adds ...store.Increment) ([]int64, error)
}

func (w wrapped) Load(ctx context.Context, key string) ([]byte, error) {
	if w.load == nil {
		return w.model.Load(ctx, key)
	}
	return w.load(ctx, key)
}

func (w wrapped) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if w.swap == nil {
		return w.model.CompareAndSwap(ctx, key, old, new, expires)
	}
	return w.swap(ctx, key, old, new, expires)
}

func (w wrapped) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if w.add == nil {
		return w.model.Add(ctx, adds...)
	}
	return w.add(ctx, adds...)
}
