package authyv1_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
)

// A brokenStore fails when it is told to.
type brokenStore struct {
	store.Store
	broken atomic.Bool
}

func newBrokenStore(t *testing.T) *brokenStore {
	t.Helper()
	s, err := memstore.New(memstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &brokenStore{Store: s}
}

func (b *brokenStore) Load(ctx context.Context, key string) ([]byte, error) {
	if b.broken.Load() {
		return nil, errors.New("the disk is on fire")
	}
	return b.Store.Load(ctx, key)
}

// A brokenClock panics, with what nobody may print, when it is told to.
type brokenClock struct{ broken atomic.Bool }

func (b *brokenClock) now() time.Time {
	if b.broken.Load() {
		panic("phone_number=" + national)
	}
	return time.Now()
}
