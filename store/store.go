// Package store declares what Codeword needs from a database: three methods over small opaque values.
//
// A store knows nothing about verifications. Every rule is decided by the engine, and every decision is one
// CompareAndSwap, so that a store is correct when storetest.Run passes and any database that can swap one value
// atomically will do. Write one in about a hundred lines and test it with one:
//
//	func TestStore(t *testing.T) { storetest.Run(t, open) }
package store

import (
	"context"
	"errors"
	"time"
)

// Size limits, in bytes. A store accepts everything within them and refuses every size beyond with ErrTooLarge. Callers use keys of
// printable ASCII without spaces (0x21 to 0x7e) only.
const (
	MaxKey   = 128     // a key: at least one byte
	MaxValue = 1 << 16 // a value
	MaxAdds  = 64      // increments in one Add
)

var (
	// ErrNotFound reports that a key holds nothing.
	ErrNotFound = errors.New("store: not found")

	// ErrConflict reports that a key did not hold the old value, and that nothing was changed.
	// Adapters return it for serialization failures as well, since those change nothing either.
	ErrConflict = errors.New("store: conflict")

	// ErrTooLarge reports a key, a value or a list of increments outside the size limits; nothing was changed.
	ErrTooLarge = errors.New("store: outside the size limits")

	// ErrFull reports that a bounded store has no room for another key; nothing was changed.
	// Keys that exist can still be read, swapped, removed and added to.
	ErrFull = errors.New("store: full")
)

// An Increment is one addition to one counter.
type Increment struct {
	Key     string    // counters and values share one space of keys, but a key is only ever one of the two
	Delta   int64     // may be zero, which only reads, or negative; sums stay far within int64
	Expires time.Time // when a counter that this addition creates may be forgotten
}

// A Store holds small opaque values, and counters, under string keys until they expire.
//
// Implementations are safe for concurrent use by goroutines and, where a shared service is behind them, by processes.
// Operations on one key are linearizable: no read replicas, no write-behind caches. Every method returns soon after
// ctx is done; with a ctx that is done already it changes nothing and returns an error that is none of the four above. Errors never
// contain a key or a value.
//
// Expiry is permission to forget, never a decision: the engine judges time from the value itself, and asks for ten
// minutes more than it needs, for clocks that differ. An expired value is there for both Load and CompareAndSwap, or
// for neither.
type Store interface {
	// Load returns the value under key; the caller owns it. It returns ErrNotFound if there is none.
	Load(ctx context.Context, key string) ([]byte, error)

	// CompareAndSwap replaces old by new under key in one atomic step. An empty old means the key must hold
	// nothing; an empty new removes the key. If the key does not hold old nothing changes and the error is
	// ErrConflict. ErrTooLarge and ErrFull change nothing either; any other error leaves the outcome unknown.
	// The store keeps new at least until expires, and keeps neither slice.
	CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error

	// Add adds each delta to its counter, a missing one starting at zero, and returns the sums in order.
	// A counter is kept at least until its first expires, but one whose sum is zero need not be. Several additions need
	// not be one transaction; one key may occur more than once.
	Add(ctx context.Context, adds ...Increment) ([]int64, error)
}
