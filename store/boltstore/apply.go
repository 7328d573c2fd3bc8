package boltstore

import (
	"bytes"
	"math"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store"
)

// The two buckets of a file. Their names are also the mark by which a file is known as ours, and its version.
// The sequence of the entries bucket is the number of its entries, so that nobody has to count.
var (
	entriesBucket   = []byte("codeword-1-entries")
	deadlinesBucket = []byte("codeword-1-deadlines")
)

// A reader looks things up in one transaction, at one moment.
type reader struct {
	entries   *bbolt.Bucket
	deadlines *bbolt.Bucket
	now       int64 // milliseconds
}

func newReader(tx *bbolt.Tx, now int64) (reader, error) {
	r := reader{entries: tx.Bucket(entriesBucket), deadlines: tx.Bucket(deadlinesBucket), now: now}
	if r.entries == nil || r.deadlines == nil {
		return r, ErrCorrupt
	}
	return r, nil
}

// find returns the record under key, expired or not, or nil. Its payload is valid only during the transaction.
func (r *reader) find(key []byte) (*record, error) {
	raw := r.entries.Get(key)
	if raw == nil {
		return nil, nil
	}
	return decodeRecord(key, raw)
}

// live returns the record under key, or nil if there is none or it has expired.
func (r *reader) live(key string, kind byte) (*record, error) {
	rec, err := r.find([]byte(key))
	if err != nil || rec == nil || rec.expires <= r.now {
		return nil, err
	}
	if rec.kind != kind {
		return nil, errKind
	}
	return rec, nil
}

// holds reports as an error that a swap from old must be refused.
func (r *reader) holds(key string, old []byte) error {
	rec, err := r.live(key, kindValue)
	if err != nil {
		return err
	}
	if rec == nil && len(old) > 0 || rec != nil && !bytes.Equal(rec.payload, old) {
		return errConflict
	}
	return nil
}

// sums reads what the counters hold.
func (r *reader) sums(adds []store.Increment, sums []int64) error {
	for i, a := range adds {
		rec, err := r.live(a.Key, kindCounter)
		if err != nil {
			return err
		}
		if rec != nil {
			sums[i] = rec.sum()
		}
	}
	return nil
}

// A writer changes things in one transaction, which many requests share.
type writer struct {
	reader
	count   uint64 // entries
	max     uint64
	changed bool
}

func (w *writer) swap(key string, old, new []byte, expires int64) error {
	if err := w.holds(key, old); err != nil {
		return err
	}
	if len(new) == 0 {
		return w.remove([]byte(key))
	}
	if w.entries.Get([]byte(key)) == nil {
		if err := w.room(1); err != nil {
			return err
		}
	}
	return w.put([]byte(key), record{kind: kindValue, expires: expires, payload: new})
}

func (w *writer) add(adds []store.Increment, sums []int64) error {
	// Everything that can be refused is refused before anything changes.
	if err := w.sums(adds, sums); err != nil {
		return err
	}
	if err := w.room(w.created(adds)); err != nil {
		return err
	}
	for i, a := range adds {
		sum, err := w.increment(a)
		if err != nil {
			return err
		}
		sums[i] = sum
	}
	return nil
}

// created counts the entries that adds will create.
func (w *writer) created(adds []store.Increment) int {
	var keys []string
	for _, a := range adds {
		if a.Delta != 0 && !slices.Contains(keys, a.Key) && w.entries.Get([]byte(a.Key)) == nil {
			keys = append(keys, a.Key)
		}
	}
	return len(keys)
}

func (w *writer) increment(a store.Increment) (int64, error) {
	rec, err := w.live(a.Key, kindCounter)
	if err != nil {
		return 0, err
	}
	sum, expires := int64(0), milliseconds(a.Expires)
	if rec != nil {
		sum, expires = rec.sum(), rec.expires // the first addition decided
	}
	if a.Delta == 0 {
		return sum, nil
	}
	sum = saturate(sum, a.Delta)
	return sum, w.put([]byte(a.Key), record{kind: kindCounter, expires: expires, payload: sumPayload(sum)})
}

// saturate adds. A sum that wrapped around would turn a limit that is reached into one that is far away.
func saturate(a, b int64) int64 {
	switch {
	case b > 0 && a > math.MaxInt64-b:
		return math.MaxInt64
	case b < 0 && a < math.MinInt64-b:
		return math.MinInt64
	}
	return a + b
}

// put writes the record under key, and sees to it that a deadline no later than its expiry leads to it. A deadline
// that has become too early stays: sweep moves it, once in a lifetime instead of at every swap.
func (w *writer) put(key []byte, rec record) error {
	previous, err := w.find(key)
	if err != nil {
		return err
	}
	w.changed = true
	rec.minute = minuteAfter(rec.expires)
	if previous == nil {
		w.count++
		return w.file(key, rec)
	}
	if previous.minute <= rec.minute {
		rec.minute = previous.minute
		return w.entries.Put(key, rec.encode(key))
	}
	if err := w.deadlines.Delete(deadline(previous.minute, key)); err != nil {
		return err
	}
	return w.file(key, rec)
}

// file writes the record and its deadline.
func (w *writer) file(key []byte, rec record) error {
	if err := w.deadlines.Put(deadline(rec.minute, key), nil); err != nil {
		return err
	}
	return w.entries.Put(key, rec.encode(key))
}

// remove removes the entry under key, if there is one, and its deadline.
func (w *writer) remove(key []byte) error {
	rec, err := w.find(key)
	if err != nil || rec == nil {
		return err
	}
	if err := w.deadlines.Delete(deadline(rec.minute, key)); err != nil {
		return err
	}
	return w.drop(key)
}

// drop removes the entry under key, which exists.
func (w *writer) drop(key []byte) error {
	w.changed = true
	w.count--
	return w.entries.Delete(key)
}

// room returns errFull unless n more entries fit, and makes room from expired ones if it must.
func (w *writer) room(n int) error {
	if n == 0 || w.count+uint64(n) <= w.max {
		return nil
	}
	if err := w.sweep(max(n, sweepStep)); err != nil {
		return err
	}
	if w.count+uint64(n) > w.max {
		return errFull
	}
	return nil
}
