package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// A request is one caller's part of a transaction.
type request struct {
	run func(*writer) error // decides and writes; must change nothing if it returns an error
	err error
}

// A group is the requests that will share the next transaction.
type group struct {
	requests []*request
	turn     chan struct{} // gets one token when the group's turn has come; whoever takes it leads
	done     chan struct{} // closed when every request has its answer
}

func newGroup(r *request) *group {
	return &group{requests: []*request{r}, turn: make(chan struct{}, 1), done: make(chan struct{})}
}

// A queue lets one group commit while the next one gathers. No goroutine of its own: a caller leads.
type queue struct {
	mu   sync.Mutex
	busy bool   // somebody leads, or a token is on its way
	next *group // nil if nobody waits
}

// join adds the request to the next group, or gives it a group of its own and true if nobody leads.
func (q *queue) join(r *request) (g *group, leads bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.busy {
		q.busy = true
		return newGroup(r), true
	}
	if q.next == nil {
		q.next = newGroup(r)
	} else {
		q.next.requests = append(q.next.requests, r)
	}
	return q.next, false
}

// take closes the group to others; the caller leads it.
func (q *queue) take() {
	q.mu.Lock()
	q.next = nil
	q.mu.Unlock()
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
	q.mu.Lock()
	if q.next != nil {
		q.next.turn <- struct{}{}
	} else {
		q.busy = false
	}
	q.mu.Unlock()
	close(g.done)
}

// submit runs the request in a transaction, alone or with others, and returns its answer once that is on disk.
func (s *Store) submit(ctx context.Context, run func(*writer) error) error {
	r := &request{run: run}
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
			s.queue.take()
		}
	}
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
	err := s.update(func(tx *bbolt.Tx, w *writer) error {
		id = tx.ID()
		count := w.count
		for _, r := range requests {
			r.err = r.run(w)
		}
		if tidy && w.changed {
			if err := w.sweep(sweepStep + 2*len(requests)); err != nil {
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
