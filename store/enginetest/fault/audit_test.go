//go:build linux

package fault_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/codeword-go/codeword/verify"
)

// A loss is how much of what was answered a store has forgotten.
type loss struct{ approvals, guesses, sends int }

func (l loss) plus(m loss) loss {
	return loss{l.approvals + m.approvals, l.guesses + m.guesses, l.sends + m.sends}
}

func (l loss) sum() int { return l.approvals + l.guesses + l.sends }

func (l loss) String() string {
	return fmt.Sprintf("%d approvals, %d guesses, %d sends", l.approvals, l.guesses, l.sends)
}

// total is how much was answered.
func (w *world) total() (all loss) {
	for _, p := range w.everybody() {
		for _, v := range p.seen {
			all = all.plus(loss{v.approved, v.judged, v.messages})
		}
	}
	return all
}

func (w *world) everybody() (all []*person) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.people {
		all = append(all, p)
	}
	return all
}

// audit compares what everybody knows with what the store does, once nobody else is there. Then some people, first those of whom
// something is forgotten, take every right again that the limits leave: no more may come of it than was forgotten.
func (w *world) audit() (forgotten loss) {
	people := w.everybody()
	lost := map[*person]loss{}
	var mu sync.Mutex
	each(people, func(p *person) {
		l := w.forgotten(p)
		mu.Lock()
		defer mu.Unlock()
		lost[p] = l
		forgotten = forgotten.plus(l)
	})
	slices.SortFunc(people, func(p, q *person) int {
		return cmp.Or(cmp.Compare(lost[q].sum(), lost[p].sum()), cmp.Compare(len(q.seen), len(p.seen)))
	})
	each(people[:min(len(people), 16)], func(p *person) { w.exhaust(p, lost[p]) })
	return forgotten
}

// each does something for a few people at a time.
func each(people []*person, do func(*person)) {
	var wg sync.WaitGroup
	defer wg.Wait()
	next := make(chan *person)
	defer close(next)
	for range 4 {
		wg.Go(func() {
			for p := range next {
				do(p)
			}
		})
	}
	for _, p := range people {
		next <- p
	}
}

func (w *world) exhaust(p *person, lost loss) {
	ids := slices.Collect(maps.Keys(p.seen))
	for _, id := range ids {
		right, wrong := p.code(id)
		_ = w.persist(func() error { return w.check(p, id, right) })
		for range guesses + 1 {
			_ = w.persist(func() error { return w.check(p, id, wrong) })
		}
	}
	for range sends + lost.sends + 1 {
		_ = w.persist(func() error { _, err := w.start(p); return err })
	}
	codes, messages := map[string]int{}, 0
	for _, v := range p.seen {
		if v.judged > guesses+lost.guesses {
			w.t.Errorf("%d guesses were judged, of which %d are forgotten", v.judged, lost.guesses)
		}
		codes[v.code] += v.approved
		messages += v.messages
	}
	for _, n := range codes {
		if n > 1+lost.approvals {
			w.t.Errorf("a code was approved %d times, of which %d are forgotten", n, lost.approvals)
		}
	}
	if messages > sends+lost.sends {
		w.t.Errorf("%d messages came to an address, of which %d are forgotten", messages, lost.sends)
	}
}

// forgotten returns what a person knows and the store does not.
func (w *world) forgotten(p *person) (lost loss) {
	var kept []verify.Verification
	_ = w.persist(func() error {
		return w.ask("look-up", []error{verify.ErrUnavailable}, func(ctx context.Context, e *verify.Engine) (err error) {
			kept, err = e.Verifications(ctx, "", p.to)
			return err
		})
	})
	codes := map[string]int{}
	for id, v := range p.seen {
		stored := verify.Verification{AttemptsLeft: guesses} // as if it had never been
		if i := slices.IndexFunc(kept, func(k verify.Verification) bool { return k.ID == id }); i >= 0 {
			stored = kept[i]
		}
		if stored.Status != verify.StatusApproved {
			lost.approvals += v.approved
		}
		codes[v.code] += v.approved
		lost.guesses += max(0, v.judged-(guesses-stored.AttemptsLeft))
		lost.sends += max(0, v.messages-stored.Sends)
	}
	for _, n := range codes {
		lost.approvals += max(0, n-1) // forgotten and given again
	}
	return lost
}

// persist tries again while clients still find connections that broke.
func (w *world) persist(do func() error) (err error) {
	for range 20 {
		if err = do(); !errors.Is(err, verify.ErrUnavailable) {
			return err
		}
	}
	w.t.Errorf("goes on failing: %v", err)
	return err
}
