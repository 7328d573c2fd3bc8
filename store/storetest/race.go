package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/codeword-go/codeword/store"
)

const (
	racers = 8
	laps   = 25
)

var raceRules = []rule{{
	name: "no update is lost",
	says: "of swaps that run at the same time each sees what the one before it stored",
	test: func(p *probe) {
		p.swap("k", absent, "0", nil)
		p.race(func(p *probe, _ int) error {
			for range laps {
				if err := p.increase("k"); err != nil {
					return err
				}
			}
			return nil
		})
		p.load("k", strconv.Itoa(racers*laps))
	},
}, {
	name: "one swap wins",
	says: "of swaps from one old value that run at the same time exactly one is granted, be it to create, to replace or to remove",
	test: func(p *probe) {
		for lap := range laps {
			name := fmt.Sprint("k", lap)
			created := p.winner(name, absent, "created by ")
			p.load(name, created)
			replaced := p.winner(name, created, "replaced by ")
			p.load(name, replaced)
			p.winner(name, replaced, absent)
			p.load(name, absent)
		}
	},
}, {
	name: "no addition is lost",
	says: "of additions that run at the same time each counts, and each returns a sum of its own",
	test: func(p *probe) {
		var mu sync.Mutex
		var a, b []int64
		p.race(func(p *probe, racer int) error {
			for range laps {
				// Half of the racers come from the other side, which is how databases get into a deadlock.
				adds := []store.Increment{p.increment("a", 1), p.increment("b", 1)}
				if racer%2 == 0 {
					slices.Reverse(adds)
				}
				sums, err := p.store.Add(p.ctx, adds...)
				if err != nil || len(sums) != 2 {
					return fmt.Errorf("Add returned %d sums and the error %v", len(sums), orNil(err))
				}
				if racer%2 == 0 {
					slices.Reverse(sums)
				}
				mu.Lock()
				a, b = append(a, sums[0]), append(b, sums[1])
				mu.Unlock()
			}
			return nil
		})
		p.add("a", 0, racers*laps)
		p.add("b", 0, racers*laps)
		for _, sums := range [][]int64{a, b} {
			slices.Sort(sums)
			if distinct := len(slices.Compact(sums)); distinct != racers*laps {
				p.fail("%d additions of 1 returned only %d different sums", racers*laps, distinct)
			}
		}
	},
}, {
	name: "values are whole",
	says: "Load returns a value as one swap stored it, while others are being stored",
	test: func(p *probe) {
		short, long := repeat("s", 100), repeat("l", 5000)
		p.swap("k", absent, short, nil)
		p.race(func(p *probe, racer int) error {
			for range laps {
				got, err := p.store.Load(p.ctx, p.key("k"))
				if err != nil {
					return fmt.Errorf("Load returned the error %q", err)
				}
				if string(got) != short && string(got) != long {
					return fmt.Errorf("Load returned %s, which nobody stored", brief(got))
				}
				next := long
				if string(got) == long {
					next = short
				}
				if _, err := p.win("k", string(got), next); err != nil {
					return err
				}
			}
			return nil
		})
	},
}}

// race runs one function for each racer, all at the same time, and keeps the first error. If a second open leads to
// the same database, half of the racers go that way, as a second process would.
func (p *probe) race(run func(p *probe, racer int) error) {
	ways := [2]*probe{p, p.other()}
	if p.err != nil {
		return
	}
	var wg sync.WaitGroup
	errs := make([]error, racers)
	start := make(chan struct{})
	for racer := range racers {
		wg.Go(func() {
			<-start
			errs[racer] = run(ways[racer%2], racer)
		})
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			p.fail("%w", err)
		}
	}
}

// other returns a probe that is another client of the same database, or p itself if there is none.
func (p *probe) other() *probe {
	if p.peer == nil {
		peer := *p
		peer.connect()
		p.swap("meeting", absent, "point", nil)
		p.peer = p
		if peer.found("meeting") {
			p.peer = &peer
		}
		p.err = cmp.Or(p.err, peer.err)
	}
	return p.peer
}

// increase adds one to a number that is stored as text.
func (p *probe) increase(name string) error {
	for range 100_000 {
		old, err := p.store.Load(p.ctx, p.key(name))
		if err != nil {
			return fmt.Errorf("Load returned the error %q", err)
		}
		n, err := strconv.Atoi(string(old))
		if err != nil {
			return fmt.Errorf("Load returned %s, which is not a number", brief(old))
		}
		won, err := p.win(name, string(old), strconv.Itoa(n+1))
		if won || err != nil {
			return err
		}
	}
	return errors.New("one racer never got its turn")
}

// winner lets each racer try to swap old for a value of its own, or to remove it if label is absent. It demands that
// exactly one is granted, and returns its value.
func (p *probe) winner(name, old, label string) string {
	var mu sync.Mutex
	var winners []string
	p.race(func(p *probe, racer int) error {
		value := label
		if label != absent {
			value += strconv.Itoa(racer)
		}
		won, err := p.win(name, old, value)
		if won {
			mu.Lock()
			winners = append(winners, value)
			mu.Unlock()
		}
		return err
	})
	if len(winners) != 1 {
		p.fail("of %d swaps from %s at the same time %d were granted", racers, brief([]byte(old)), len(winners))
		return ""
	}
	return winners[0]
}

// win tries to be the one who swaps old for new, and reports whether it was. It tries again after a conflict as long as
// the key holds old, since a database may refuse for other reasons.
func (p *probe) win(name, old, new string) (bool, error) {
	for range 1000 {
		err := p.store.CompareAndSwap(p.ctx, p.key(name), []byte(old), []byte(new), time.Now().Add(time.Hour))
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return false, fmt.Errorf("CompareAndSwap returned the error %q", err)
		}
		got, err := p.store.Load(p.ctx, p.key(name))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, fmt.Errorf("Load returned the error %q", err)
		}
		if string(got) != old {
			return false, nil
		}
	}
	return false, errors.New("CompareAndSwap goes on returning ErrConflict although the key holds old")
}
