package boltstore

import (
	"bytes"
	"context"
)

// sweepStep is how many deadlines one transaction handles besides its own work. The entries they lead to lie anywhere
// in the file, so that it writes about as many pages more.
const sweepStep = 64

// stepsFor adds two for each request, so that removing keeps ahead of creating.
func stepsFor(requests int) int { return sweepStep + 2*requests }

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
		err := s.view(func(r reader) (err error) {
			due, err = r.overdue()
			return err
		})
		if err != nil || !due {
			return removed, err
		}
		step := new(int) // its own, because a request outlives a caller whose context ends
		err = s.submit(ctx, func(w *writer) error {
			before := w.count
			err := w.sweep(w.steps)
			*step = int(before - w.count)
			return err
		})
		if err != nil {
			return removed, err
		}
		removed += *step
	}
}

// overdue reports whether the first deadline has passed.
func (r *reader) overdue() (bool, error) {
	deadlines := r.tx.Bucket(deadlinesBucket)
	if deadlines == nil {
		return false, ErrCorrupt
	}
	first, _ := deadlines.Cursor().First()
	return first != nil && r.passed(first), nil
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
	w.steps -= len(due)
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
	_, key := splitDeadline(d)
	raw := w.entries.Get(key)
	if raw == nil {
		return nil
	}
	rec, err := decodeRecord(key, raw)
	if err == nil && rec.expires > w.now {
		rec.minute = minuteAfter(rec.expires)
		return w.file(key, *rec)
	}
	return w.drop(key)
}
