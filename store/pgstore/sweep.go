package pgstore

import (
	"context"
	"time"
)

const (
	sweepEvery = 256                    // rows written between two sweeps
	sweepLimit = 512                    // rows that one removes: more than were written, so that it catches up
	sweepTime  = 500 * time.Millisecond // that it may cost the call that it is part of
)

// sweepIfDue removes some expired rows when enough have been written. The call that it is part of has succeeded, so that a
// failure is nobody's concern: the next sweep does what this one leaves.
func (s *Store) sweepIfDue(ctx context.Context, rows int) {
	if s.written.Add(int64(rows)) < sweepEvery {
		return
	}
	s.written.Store(0)
	ctx, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	s.exec(ctx, s.sql.sweep, sweepLimit)
}

// Sweep removes all that has expired an hour ago or longer, in batches of 512 rows, and returns how many rows it removed. Writes do
// the same by themselves, a batch now and then; a host may call Sweep in quiet hours.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	removed := 0
	for {
		if err := begun(ctx); err != nil {
			return removed, err
		}
		n, err := s.exec(ctx, s.sql.sweep, sweepLimit)
		if err != nil {
			return removed, failed("sweep", err)
		}
		removed += int(n)
		if n == 0 {
			return removed, nil
		}
	}
}
