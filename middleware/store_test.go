package middleware_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

// A brokenStore fails, or panics, when it is told to.
type brokenStore struct {
	store.Store
	clock  func() time.Time
	broken atomic.Int32
	calls  atomic.Int32
}

func (b *brokenStore) open(t *testing.T) {
	s, err := memstore.New(memstore.Options{Now: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	b.Store = s
}

func (b *brokenStore) fail(panics bool) {
	b.broken.Store(1)
	if panics {
		b.broken.Store(2)
	}
}

func (b *brokenStore) mend() { b.broken.Store(0) }

func (b *brokenStore) err() error {
	b.calls.Add(1)
	switch b.broken.Load() {
	case 1:
		return errors.New("the disk is on fire")
	case 2:
		panic("the disk is on fire")
	}
	return nil
}

func (b *brokenStore) Load(ctx context.Context, key string) ([]byte, error) {
	if err := b.err(); err != nil {
		return nil, err
	}
	return b.Store.Load(ctx, key)
}

func (b *brokenStore) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if err := b.err(); err != nil {
		return err
	}
	return b.Store.CompareAndSwap(ctx, key, old, new, expires)
}

func (b *brokenStore) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if err := b.err(); err != nil {
		return nil, err
	}
	return b.Store.Add(ctx, adds...)
}
