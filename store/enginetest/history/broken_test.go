//go:build linux

package history_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

// S22: a history on a store that breaks its contract is found not to be linearizable.
func TestBrokenStores(t *testing.T) {
	memory := func() store.Store { return new(memstore.Store) }
	for name, broken := range map[string]func() store.Store{
		"compares and swaps in two steps": func() store.Store { return twoSteps{memory()} },
		"calls a success a conflict":      func() store.Store { return untruthful{memory()} },
		"calls a conflict a success":      func() store.Store { return forgetful{memory()} },
		"reads a replica":                 func() store.Store { return &replicated{Store: memory(), old: map[string][]byte{}} },
	} {
		t.Run(name, func(t *testing.T) {
			es := newEngines(t, broken())
			for seed := range uint64(histories) {
				if es.record(t.Context(), seed, clients).check() == porcupine.Illegal {
					t.Logf("found in history %d", seed)
					return
				}
			}
			t.Error("not found")
		})
	}
}

// twoSteps compares before it swaps, and swaps whatever is there then.
type twoSteps struct{ store.Store }

func (s twoSteps) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	for swapping := false; ; swapping = true {
		there, err := s.Load(ctx, key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if !swapping && !bytes.Equal(there, old) {
			return store.ErrConflict
		}
		if swapping {
			if err = s.Store.CompareAndSwap(ctx, key, there, new, expires); !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
		runtime.Gosched()
	}
}

// untruthful says of one swap in ten that it changed nothing.
type untruthful struct{ store.Store }

func (s untruthful) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
	if rand.IntN(10) == 0 {
		err = store.ErrConflict
	}
	return err
}

// forgetful says of a swap that changed nothing that it did.
type forgetful struct{ store.Store }

func (s forgetful) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
	if errors.Is(err, store.ErrConflict) {
		err = nil
	}
	return err
}

// replicated reads one time in ten what was there before.
type replicated struct {
	store.Store
	mu  sync.Mutex
	old map[string][]byte
}

func (s *replicated) Load(ctx context.Context, key string) ([]byte, error) {
	if rand.IntN(10) == 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		if old := s.old[key]; old != nil {
			return bytes.Clone(old), nil
		}
	}
	return s.Store.Load(ctx, key)
}

func (s *replicated) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.old[key] = bytes.Clone(old)
	}
	return err
}
