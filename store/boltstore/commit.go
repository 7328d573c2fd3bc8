package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
)

// A request is one caller's part of a transaction.
type request struct {
	run func(*writer) error // decides and writes; must change nothing if it returns an error
	err error               // errUnanswered until there is an answer
}

var errUnanswered = errors.New("boltstore: outcome unknown: the transaction was given up")

// A group is the requests that will share the next transaction.
type group struct {
	requests []*request
	turn     chan struct{} // gets one token when the group's turn has come; whoever takes it leads
	done     chan struct{} // closed when every request has its answer
}

// A queue lets one group commit while the next one gathers. No goroutine of its own: a caller leads.
type queue struct {
	mu   sync.Mutex
	busy bool   // somebody leads, or a token is on its way
	next *group // nil if nobody waits
	seen int    // callers in the last group, and in the next one when the last was done
}

// yields is for how long, in turns of the scheduler, a group waits for the callers who have just got their answers and
// often come back at once. Without it two halves would take turns, each paying for a transaction that both could share.
// It is some ten microseconds, where a transaction takes hundreds.
const yields = 64

// join adds the request to the next group, and reports whether the caller leads it because nobody else does.
func (q *queue) join(r *request) (g *group, leads bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == nil {
		q.next = &group{turn: make(chan struct{}, 1), done: make(chan struct{})}
	}
	q.next.requests = append(q.next.requests, r)
	leads = !q.busy
	q.busy = true
	return q.next, leads
}

// take closes the next group to others; the caller leads it.
func (q *queue) take() {
	for i := 0; ; i++ {
		q.mu.Lock()
		if i == yields || len(q.next.requests) >= q.seen {
			q.next = nil
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		runtime.Gosched()
	}
}

// leave withdraws the request, and reports whether that was still possible.
func (q *queue) leave(g *group, r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if g != q.next {
		return false
	}
	g.requests = slices.DeleteFunc(g.requests, func(other *request) bool { return other == r })
	if len(g.requests) > 0 {
		return true
	}
	q.next = nil
	select {
	case <-g.turn: // the turn came, and nobody is left to take it
		q.busy = false
	default:
	}
	return true
}

// finish hands the turn to those who came meanwhile.
func (q *queue) finish(g *group) {
	close(g.done)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seen = len(g.requests)
	if q.next == nil {
		q.busy = false
		return
	}
	q.seen += len(q.next.requests)
	q.next.turn <- struct{}{}
}

// submit runs the request in a transaction, alone or with others, and returns its answer once that is on disk.
func (s *Store) submit(ctx context.Context, run func(*writer) error) error {
	r := &request{run: run, err: errUnanswered}
	g, leads := s.queue.join(r)
	if !leads {
		select {
		case <-g.done:
			return r.err
		case <-ctx.Done():
			if s.queue.leave(g, r) {
				return fmt.Errorf("boltstore: withdrawn: %w", context.Cause(ctx))
			}
			return fmt.Errorf("boltstore: outcome unknown: %w", context.Cause(ctx))
		case <-g.turn:
		}
	}
	s.queue.take()
	defer s.queue.finish(g)
	s.commit(g.requests)
	return r.err
}

// commit gives every request its answer.
func (s *Store) commit(requests []*request) {
	err := s.inPlace()
	if err == nil {
		err = s.transact(requests, s.tidy)
	}
	if errors.Is(err, ErrCorrupt) {
		s.commitApart(requests)
		return
	}
	if err == nil {
		return
	}
	for _, r := range requests {
		r.err = err
	}
}

// commitApart is for a transaction that ran into damage: only the requests that touch it fail. Sweeping, which may be
// what touched it, ends until the file is opened again.
func (s *Store) commitApart(requests []*request) {
	s.tidy = false
	for _, r := range requests {
		if err := s.transact([]*request{r}, false); err != nil {
			r.err = err
		}
	}
}

// inPlace refuses to write into a file that a restart would not find.
func (s *Store) inPlace() error {
	info, err := os.Lstat(s.path)
	if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(info, s.info) {
		return ErrReplaced
	}
	return nil // not being allowed to look is no proof
}

var errUnchanged = errors.New("boltstore: nothing to commit")

// transact runs the requests in one transaction. An error means that nobody has an answer, not even those who were
// refused: they were judged by changes that are undone.
func (s *Store) transact(requests []*request, tidy bool) error {
	id := 0
	err := s.update(func(w *writer) error {
		id = w.tx.ID()
		count := w.count
		w.steps = stepsFor(len(requests))
		for _, r := range requests {
			r.err = r.run(w)
		}
		if tidy && w.changed && w.steps > 0 {
			if err := w.sweep(w.steps); err != nil {
				return err
			}
		}
		if !w.changed {
			return errUnchanged
		}
		if w.count == count {
			return nil
		}
		return w.entries.SetSequence(w.count)
	})
	if err == nil || err == errUnchanged {
		return nil
	}
	return s.failed(id, err)
}
