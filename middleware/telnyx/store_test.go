package telnyx_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

// A brokenStore cannot be read when it is told so.
type brokenStore struct {
	store.Store
	broken atomic.Bool
	loads  atomic.Int64
}

func newStore(t testing.TB) *brokenStore {
	t.Helper()
	s, err := memstore.New(memstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &brokenStore{Store: s}
}

func (b *brokenStore) Load(ctx context.Context, key string) ([]byte, error) {
	b.loads.Add(1)
	if b.broken.Load() {
		return nil, errors.New("the disk is on fire")
	}
	return b.Store.Load(ctx, key)
}
