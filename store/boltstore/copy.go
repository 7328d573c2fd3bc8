package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/codeword-go/codeword/store"
)

// copyStep is how many entries are read at a time, and written at once: enough for a store that is far away.
const copyStep = 128

// CopyTo writes everything that has not expired into another store, and returns how many entries that were. It is for a service
// that has outgrown one process: stop it, copy, and start it on the other store with the same keys. Then no code, no
// limit and no profile is lost.
//
// The other store should hold nothing yet. An entry that is there already must be the same, so a copy that was interrupted can be
// repeated; one that differs ends the copy with store.ErrConflict. Do not write to this store meanwhile.
func (s *Store) CopyTo(ctx context.Context, to store.Store) (int, error) {
	copied := 0
	for after := []byte(nil); ; {
		var entries []entry
		err := s.view(func(r reader) (err error) {
			entries, after, err = r.entriesAfter(after)
			return err
		})
		if err != nil {
			return copied, err
		}
		if err := copyAll(ctx, to, entries); err != nil {
			return copied, fmt.Errorf("boltstore: copy: %w", err)
		}
		copied += len(entries)
		if after == nil {
			return copied, nil
		}
	}
}

// An entry is a value, or a counter that is not zero.
type entry struct {
	key     string
	value   []byte
	sum     int64
	expires time.Time
}

// entriesAfter returns what lives of the next entries, and the last key that it looked at, nil at the end.
func (r *reader) entriesAfter(after []byte) (list []entry, last []byte, err error) {
	c := r.entries.Cursor()
	key, raw := c.Seek(after)
	if after != nil && bytes.Equal(key, after) {
		key, raw = c.Next()
	}
	for seen := 0; key != nil; key, raw = c.Next() {
		rec, err := decodeRecord(key, raw)
		if err != nil {
			return nil, nil, err
		}
		if e := rec.entry(string(key)); rec.expires > r.now && (e.value != nil || e.sum != 0) {
			list = append(list, e)
		}
		if seen++; seen == copyStep {
			return list, bytes.Clone(key), nil
		}
	}
	return list, nil, nil
}

func (r *record) entry(key string) entry {
	e := entry{key: key, expires: time.UnixMilli(r.expires)}
	if r.kind == kindCounter {
		e.sum = int64(binary.BigEndian.Uint64(r.payload))
	} else {
		e.value = bytes.Clone(r.payload)
	}
	return e
}

func copyAll(ctx context.Context, to store.Store, entries []entry) error {
	errs := make([]error, len(entries))
	var all sync.WaitGroup
	for i, e := range entries {
		all.Go(func() { errs[i] = e.copyTo(ctx, to) })
	}
	all.Wait()
	return cmp.Or(errs...)
}

func (e *entry) copyTo(ctx context.Context, to store.Store) error {
	if e.value == nil {
		return e.copyCounter(ctx, to)
	}
	err := to.CompareAndSwap(ctx, e.key, nil, e.value, e.expires)
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	if there, loadErr := to.Load(ctx, e.key); loadErr == nil && bytes.Equal(there, e.value) {
		return nil
	}
	return err
}

func (e *entry) copyCounter(ctx context.Context, to store.Store) error {
	sums, err := to.Add(ctx, store.Increment{Key: e.key, Expires: e.expires})
	switch {
	case err != nil || sums[0] == e.sum:
		return err
	case sums[0] != 0:
		return store.ErrConflict
	}
	sums, err = to.Add(ctx, store.Increment{Key: e.key, Delta: e.sum, Expires: e.expires})
	if err == nil && sums[0] != e.sum {
		return store.ErrConflict // another copy at the same time, or what is left of an earlier one
	}
	return err
}
