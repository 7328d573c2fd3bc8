// Package memstore keeps Codeword's state in the memory of one process: for tests, development, and services that
// run as a single process and can afford to forget.
//
// Everything is lost when the process ends: pending verifications, and with them the failures and send limits that
// stop an attacker who tries again. Whoever can make the process restart can therefore start guessing afresh. A host
// with several processes must not use this package at all, since each would count guesses and sends on its own. In
// both cases use a store that is shared and durable.
//
// The zero Store is ready to use:
//
//	e, err := verify.New(verify.Options{Store: new(memstore.Store), ...})
//
// A store is bounded, so a flood of new recipients ends in store.ErrFull and not in the death of the process; who is
// already known is still served as far as no new counter is needed: checks that carry a client's address need some each hour. There is no goroutine and nothing to close: expired entries are removed by the writes
// that follow, a few at a time.
package memstore

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/store"
)

const (
	// DefaultMaxEntries is the MaxEntries of the zero Store. A store that is full of values of 125 bytes, which is a
	// pending verification, takes about 240 MB.
	DefaultMaxEntries = 1 << 20

	// LimitMaxEntries is the largest MaxEntries that New accepts, which takes about 1 GB. It keeps the part of the store
	// that a write may have to look through below five thousand entries.
	LimitMaxEntries = 1 << 22
)

// Options change what the zero Store does.
type Options struct {
	// MaxEntries is how many values and counters the store holds at most, expired ones that are not yet removed
	// included. Zero means DefaultMaxEntries; it is at most LimitMaxEntries. Memory is taken as entries come.
	MaxEntries int

	// Now is the clock that decides what has expired. Nil means time.Now.
	Now func() time.Time
}

// A Store is a store.Store in memory. It must not be copied after first use.
type Store struct {
	max     int64 // zero means DefaultMaxEntries
	now     func() time.Time
	entries atomic.Int64
	shards  [1024]shard
}

var _ store.Store = (*Store)(nil)

// seed is random, so that nobody can choose keys that all fall into one shard.
var seed = maphash.MakeSeed()

// New returns an empty store. It fails if MaxEntries is negative or over LimitMaxEntries.
func New(o Options) (*Store, error) {
	if o.MaxEntries < 0 {
		return nil, errors.New("memstore: MaxEntries is negative")
	}
	if o.MaxEntries > LimitMaxEntries {
		return nil, fmt.Errorf("memstore: MaxEntries is over %d", LimitMaxEntries)
	}
	return &Store{max: int64(o.MaxEntries), now: o.Now}, nil
}

// Len returns how many values and counters the store holds, expired ones that are not yet removed included.
func (s *Store) Len() int {
	return int(s.entries.Load())
}

// Load implements store.Store.
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	if err := check(ctx, key); err != nil {
		return nil, err
	}
	now := s.clock()
	sh := s.shard(key)
	sh.mu.Lock()
	data := sh.entries[key].value(now)
	sh.mu.Unlock()
	if data == "" {
		return nil, store.ErrNotFound
	}
	return []byte(data), nil
}

// CompareAndSwap implements store.Store.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	if len(new) > store.MaxValue {
		return store.ErrTooLarge
	}
	next := entry{data: string(new), expires: ticks(expires)} // before a lock is taken
	now := s.clock()
	for {
		err := s.swap(key, old, next, now)
		if err != store.ErrFull || !s.makeRoom(now) {
			return err
		}
	}
}

// swap is CompareAndSwap without making room. That has to wait until no shard is locked.
func (s *Store) swap(key string, old []byte, next entry, now int64) error {
	sh := s.shard(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	s.entries.Add(-sh.sweepIfDue(now))

	held := sh.entries[key]
	if held.value(now) != string(old) {
		return store.ErrConflict
	}
	if next.data == "" {
		if held != nil {
			sh.remove(key)
			s.entries.Add(-1)
		}
		return nil
	}
	if held == nil && !s.reserve(1) {
		return store.ErrFull
	}
	sh.put(key, held, next)
	return nil
}

// Add implements store.Store. A sum beyond the range of int64 wraps around.
func (s *Store) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if len(adds) > store.MaxAdds {
		return nil, store.ErrTooLarge
	}
	for _, a := range adds {
		if err := check(ctx, a.Key); err != nil {
			return nil, err
		}
	}
	now := s.clock()

	// Room for every counter that is missing is taken first, so that ErrFull leaves none of the others changed.
	room := s.missing(adds)
	for !s.reserve(room) {
		if !s.makeRoom(now) {
			return nil, store.ErrFull
		}
		room = s.missing(adds)
	}
	var created int64
	sums := make([]int64, len(adds))
	for i, a := range adds {
		var isNew bool
		sums[i], isNew = s.add(a, now)
		if isNew {
			created++
		}
	}
	// Another call may have created some of them in the meantime, or swept some that had been there.
	s.entries.Add(created - room)
	return sums, nil
}

// add makes one addition and reports whether it created the counter.
func (s *Store) add(a store.Increment, now int64) (sum int64, created bool) {
	sh := s.shard(a.Key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	s.entries.Add(-sh.sweepIfDue(now))

	held := sh.entries[a.Key]
	if held.live(now) {
		held.sum += a.Delta
		if sum = held.sum; sum == 0 && a.Delta != 0 { // as if there were none
			sh.remove(a.Key)
			s.entries.Add(-1)
		}
		return sum, false
	}
	sh.put(a.Key, held, entry{sum: a.Delta, expires: ticks(a.Expires)})
	return a.Delta, held == nil
}

// missing returns how many counters the additions would create.
func (s *Store) missing(adds []store.Increment) int64 {
	var n int64
	for i, a := range adds {
		sh := s.shard(a.Key)
		sh.mu.Lock()
		_, exists := sh.entries[a.Key]
		sh.mu.Unlock()
		seen := func(b store.Increment) bool { return b.Key == a.Key }
		if !exists && !slices.ContainsFunc(adds[:i], seen) {
			n++
		}
	}
	return n
}

// reserve counts n more entries, unless that would be more than the store may hold.
func (s *Store) reserve(n int64) bool {
	limit := s.max
	if limit == 0 {
		limit = DefaultMaxEntries
	}
	for n > 0 {
		held := s.entries.Load()
		if held+n > limit {
			return false
		}
		if s.entries.CompareAndSwap(held, held+n) {
			break
		}
	}
	return true
}

// makeRoom removes the expired entries of the first shard that has any, and reports whether there was one.
func (s *Store) makeRoom(now int64) bool {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		var freed int64
		if sh.due <= now {
			freed = sh.sweep(now)
			s.entries.Add(-freed)
		}
		sh.mu.Unlock()
		if freed > 0 {
			return true
		}
	}
	return false
}

func (s *Store) shard(key string) *shard {
	return &s.shards[maphash.String(seed, key)%uint64(len(s.shards))]
}

func (s *Store) clock() int64 {
	if s.now == nil {
		return time.Now().UnixMicro()
	}
	return s.now().UnixMicro()
}

// ticks returns t in the unit of clock, rounded up so that nothing is forgotten early.
func ticks(t time.Time) int64 {
	return t.Add(time.Microsecond - 1).UnixMicro()
}

func check(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memstore: %w", err)
	}
	if key == "" || len(key) > store.MaxKey {
		return store.ErrTooLarge
	}
	return nil
}
