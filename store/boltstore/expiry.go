package boltstore

import (
	"bytes"
	"context"
)

// sweepStep is how many deadlines one transaction handles besides its own work, plus two for each of its requests so
// that removing keeps ahead of creating. The entries lie anywhere in the file: a step writes about as many pages.
const sweepStep = 64

// Sweep removes all that has expired, in steps of a few milliseconds, and returns how many entries it removed.
// Writes do the same by themselves, a step each; a host may call Sweep in quiet hours, or before Compact.
// A Sweep that finds nothing costs one read.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	removed := 0
	for {
		if err := begun(ctx); err != nil {
			return removed, err
		}
		due := false
		err := s.view(func(r reader) error {
			due = r.overdue() != nil
			return nil
		})
		if err != nil || !due {
			return removed, err
		}
		step := new(int) // its own, because a request outlives a caller whose context ends
		err = s.submit(ctx, func(w *writer) error {
			before := w.count
			err := w.sweep(sweepStep)
			*step = int(before - w.count)
			return err
		})
		if err != nil {
			return removed, err
		}
		removed += *step
	}
}

// overdue returns the first deadline if it has passed.
func (r *reader) overdue() []byte {
	first, _ := r.deadlines.Cursor().First()
	if first == nil || !r.passed(first) {
		return nil
	}
	return first
}

func (r *reader) passed(d []byte) bool {
	m, _ := splitDeadline(d)
	return int64(m)*minute <= r.now
}

// sweep handles at most steps deadlines that have passed.
func (w *writer) sweep(steps int) error {
	var due [][]byte
	c := w.deadlines.Cursor()
	for d, _ := c.First(); d != nil && len(due) < steps && w.passed(d); d, _ = c.Next() {
		due = append(due, bytes.Clone(d))
	}
	for _, d := range due {
		if err := w.retire(d); err != nil {
			return err
		}
	}
	return nil
}

// retire removes the deadline, and the entry that it leads to if that has expired or is damaged. An entry that lives
// longer now gets a new deadline.
func (w *writer) retire(d []byte) error {
	w.changed = true
	if err := w.deadlines.Delete(d); err != nil {
		return err
	}
	m, key := splitDeadline(d)
	raw := w.entries.Get(key)
	if raw == nil {
		return nil
	}
	rec, err := decodeRecord(key, raw)
	if err == nil && rec.minute != m {
		return nil // another deadline leads to it
	}
	if err == nil && rec.expires > w.now {
		rec.minute = minuteAfter(rec.expires)
		return w.file(key, *rec)
	}
	return w.drop(key)
}
