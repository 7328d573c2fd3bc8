package boltstore

import (
	"bytes"
	"encoding/binary"
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
	tx      *bbolt.Tx
	entries *bbolt.Bucket
	now     int64 // milliseconds
}

func newReader(tx *bbolt.Tx, now int64) (reader, error) {
	r := reader{tx: tx, entries: tx.Bucket(entriesBucket), now: now}
	if r.entries == nil {
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

// payload returns what the record holds for readers: nothing if it has expired.
func (r *reader) payload(rec *record, kind byte) ([]byte, error) {
	if rec == nil || rec.expires <= r.now {
		return nil, nil
	}
	if rec.kind != kind {
		return nil, errKind
	}
	return rec.payload, nil
}

// value returns what Load shall return, before it is copied.
func (r *reader) value(key string) ([]byte, error) {
	rec, err := r.find([]byte(key))
	if err != nil {
		return nil, err
	}
	return r.payload(rec, kindValue)
}

// match returns the record under key, or errConflict if its value is not old.
func (r *reader) match(key, old []byte) (*record, error) {
	rec, err := r.find(key)
	if err != nil {
		return nil, err
	}
	value, err := r.payload(rec, kindValue)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(value, old) {
		return nil, errConflict
	}
	return rec, nil
}

// counter returns the record under key, and the sum to start from.
func (r *reader) counter(key []byte) (rec *record, sum int64, err error) {
	if rec, err = r.find(key); err != nil {
		return nil, 0, err
	}
	b, err := r.payload(rec, kindCounter)
	if b == nil {
		return rec, 0, err
	}
	return rec, int64(binary.BigEndian.Uint64(b)), nil
}

// sums reads what the counters hold.
func (r *reader) sums(adds []store.Increment, sums []int64) (err error) {
	for i, a := range adds {
		if _, sums[i], err = r.counter([]byte(a.Key)); err != nil {
			return err
		}
	}
	return nil
}

// A writer changes things in one transaction, which many requests share.
type writer struct {
	reader
	deadlines *bbolt.Bucket
	count     uint64 // entries
	max       uint64
	steps     int // of sweeping left to this transaction
	changed   bool
}

func newWriter(tx *bbolt.Tx, now int64, max uint64) (*writer, error) {
	r, err := newReader(tx, now)
	if err != nil {
		return nil, err
	}
	w := &writer{reader: r, deadlines: tx.Bucket(deadlinesBucket), count: r.entries.Sequence(), max: max}
	if w.deadlines == nil {
		return nil, ErrCorrupt
	}
	return w, nil
}

func (w *writer) swap(key, old, new []byte, expires int64) error {
	previous, err := w.match(key, old)
	if err != nil {
		return err
	}
	if len(new) == 0 {
		return w.remove(key, previous)
	}
	if previous == nil {
		if err := w.room(1); err != nil {
			return err
		}
	}
	return w.put(key, previous, record{kind: kindValue, expires: expires, payload: new})
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
	key := []byte(a.Key)
	previous, sum, err := w.counter(key)
	if err != nil || a.Delta == 0 {
		return sum, err
	}
	expires := milliseconds(a.Expires)
	if previous != nil && previous.expires > w.now {
		expires = previous.expires // the first addition decided
	}
	if sum = saturate(sum, a.Delta); sum == 0 { // as if there were none
		return 0, w.remove(key, previous)
	}
	payload := binary.BigEndian.AppendUint64(nil, uint64(sum))
	return sum, w.put(key, previous, record{kind: kindCounter, expires: expires, payload: payload})
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

// put writes the record over the previous one, or nil, and sees to it that a deadline no later than its expiry leads
// to it. A deadline that has become too early stays: sweep moves it, once in a lifetime instead of at every swap.
func (w *writer) put(key []byte, previous *record, rec record) error {
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

// remove removes the entry that holds the record, or nil, and its deadline.
func (w *writer) remove(key []byte, rec *record) error {
	if rec == nil {
		return nil
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
