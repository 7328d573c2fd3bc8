package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/codeword-go/codeword/store"
)

// soon is a life that the scripts can wait for.
const soon = 30 * time.Millisecond

// An expired entry may be forgotten at any moment, between two steps of a script too. A fault is what shows every time.
const tries = 3

var past = time.Date(1999, 2, 3, 4, 5, 6, 7, time.UTC) // before the clock of testing/synctest, too

var expiryRules = []rule{{
	name: "kept until it expires",
	says: "a value and a counter are kept at least until they expire, to the millisecond and in any time zone",
	test: func(p *probe) {
		// Ten ends spread over a second, so that rounding down to a second shows whatever the time is.
		var ends [10]time.Time
		for i := range ends {
			ends[i] = time.Now().Add(time.Duration(i+1) * 100 * time.Millisecond).In(time.FixedZone("", -12*60*60))
			p.swapUntil(fmt.Sprint("k", i), absent, "one", ends[i], nil)
			p.addUntil(fmt.Sprint("c", i), 5, ends[i], 5)
		}
		kept := func() {
			for i, end := range ends {
				there := p.found(fmt.Sprint("k", i)) && p.sum(fmt.Sprint("c", i), 0, time.Now().Add(time.Hour)) == 5
				if left := time.Until(end); !there && left > 0 {
					p.fail("an entry was forgotten %v before it expires", left)
				}
			}
		}
		kept()
		p.wait(ends[0].Add(-10 * time.Millisecond))
		kept()
	},
}, {
	name: "kept for long",
	says: "an entry may expire in the far future",
	test: func(p *probe) {
		for _, year := range []int{2039, 2107, 2263, 9998} {
			name, expires := fmt.Sprint(year), time.Date(year, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
			p.swapUntil("k"+name, absent, "one", expires, nil)
			p.load("k"+name, "one")
			p.swapUntil("k"+name, "one", "two", expires, nil)
			p.load("k"+name, "two")
			p.addUntil("c"+name, 5, expires, 5)
			p.add("c"+name, 1, 6)
		}
	},
}, {
	name: "expired for all",
	says: "an expired value is there for both Load and CompareAndSwap, or for neither",
	test: func(p *probe) {
		name := func(life, order, try int) string { return fmt.Sprint("k", life, ".", order, ".", try) }
		for i, life := range lives {
			for j := range agreements {
				for try := range tries {
					life.begin(p, name(i, j, try))
				}
			}
		}
		p.wait(time.Now().Add(2 * soon))
		for i, life := range lives {
			for j, a := range agreements {
				agreed := false
				for try := 0; try < tries && !agreed; try++ {
					agreed = a.agree(p, name(i, j, try))
				}
				if !agreed {
					p.fail("%s do not agree on a value that %s", a.order, life.how)
				}
			}
		}
	},
}, {
	name: "swap sets the expiry",
	says: "each swap sets the expiry anew, and what was there before has no part in it",
	test: func(p *probe) {
		longer, again := p.renew("longer", "two"), p.renew("again", absent)
		p.swap(again, absent, "two", nil)
		p.wait(time.Now().Add(2 * soon))
		p.traffic()
		p.load(longer, "two")
		p.load(again, "two")
	},
}, {
	name: "counter keeps its first expiry",
	says: "a counter expires when the addition that started it says, whatever later additions say",
	test: func(p *probe) {
		p.add("shortened", 5, 5)
		p.addUntil("shortened", 3, past, 8)

		p.addUntil("restarted", 5, past, 5)
		restarted := p.sum("restarted", 3, time.Now().Add(time.Hour))
		if restarted != 3 && restarted != 8 {
			p.fail("adding 3 to an expired counter of 5 gave %d, want 3 or 8", restarted)
		}

		for try := range tries {
			p.addUntil(fmt.Sprint("control", try), 1, time.Now().Add(soon), 1)
			end := time.Now().Add(soon)
			p.sum(fmt.Sprint("extended", try), 1, end)
			p.sum(fmt.Sprint("extended", try), 1, time.Now().Add(time.Hour))
		}
		p.wait(time.Now().Add(2 * soon))
		p.traffic()

		p.addUntil("shortened", 0, past, 8)
		if restarted == 3 {
			p.addUntil("restarted", 0, past, 3)
		}
		extended := true
		for try := 0; try < tries && extended; try++ {
			forgets := p.sum(fmt.Sprint("control", try), 0, past) == 0
			extended = forgets && p.sum(fmt.Sprint("extended", try), 0, past) == 2
		}
		if extended {
			p.fail("an addition gave a counter a longer life: one that was added to once is forgotten, one that was added to twice is not")
		}
	},
}}

// The lives are ways in which a value "one" comes to its end.
var lives = []struct {
	how   string
	begin func(p *probe, name string)
}{
	{"had expired when it was stored", func(p *probe, name string) {
		p.swapUntil(name, absent, "one", past, nil)
	}},
	{"expired after it was stored", func(p *probe, name string) {
		p.swapUntil(name, absent, "one", time.Now().Add(soon), nil)
	}},
	{"expired by a swap", func(p *probe, name string) {
		p.swap(name, absent, "zero", nil)
		p.swapUntil(name, "zero", "one", past, nil)
	}},
}

// The agreements put two questions about a value "one", which has expired, and report whether the answers fit together.
var agreements = []struct {
	order string
	agree func(p *probe, name string) bool
}{
	{"Load, and CompareAndSwap from nothing,", func(p *probe, name string) bool {
		found := p.found(name)
		return found != p.taken(name, absent, "two")
	}},
	{"Load, and CompareAndSwap from the value,", func(p *probe, name string) bool {
		found := p.found(name)
		return found == p.taken(name, "one", "two")
	}},
	{"CompareAndSwap from nothing, and Load,", func(p *probe, name string) bool {
		p.taken(name, absent, "two")
		return p.found(name)
	}},
	{"CompareAndSwap from the value, and Load,", func(p *probe, name string) bool {
		taken := p.taken(name, "one", "two")
		return taken == p.found(name)
	}},
}

// found reports whether the key holds a value.
func (p *probe) found(name string) bool {
	if p.err != nil {
		return false
	}
	_, err := p.store.Load(p.ctx, p.key(name))
	if errors.Is(err, store.ErrNotFound) {
		return false
	}
	p.outcome(err, nil, "Load")
	return true
}

// taken reports whether a swap was granted and not refused with ErrConflict.
func (p *probe) taken(name, old, new string) bool {
	if p.err != nil {
		return false
	}
	err := p.store.CompareAndSwap(p.ctx, p.key(name), []byte(old), []byte(new), time.Now().Add(time.Hour))
	if errors.Is(err, store.ErrConflict) {
		return false
	}
	p.outcome(err, nil, "CompareAndSwap")
	return true
}

// sum returns the sum of one addition.
func (p *probe) sum(name string, delta int64, expires time.Time) int64 {
	if p.err != nil {
		return 0
	}
	sums, err := p.store.Add(p.ctx, store.Increment{Key: p.key(name), Delta: delta, Expires: expires})
	p.outcome(err, nil, "Add")
	if len(sums) != 1 {
		p.fail("Add of one increment returned %d sums", len(sums))
		return 0
	}
	return sums[0]
}

// traffic makes writes during which a store may sweep up what it takes for expired.
func (p *probe) traffic() {
	for i := range 20 {
		p.swap(fmt.Sprint("traffic", i), absent, "one", nil)
		p.swap(fmt.Sprint("traffic", i), "one", absent, nil)
	}
}

// renew gives a key a short life and swaps it in time, for a value that asks for an hour. It returns the key's name; a store that was too slow gets
// another try with another.
func (p *probe) renew(name, new string) string {
	for try := 0; ; try++ {
		key, end := fmt.Sprint(name, try), time.Now().Add(soon)
		p.swapUntil(key, absent, "one", end, nil)
		if p.err != nil {
			return key
		}
		err := p.store.CompareAndSwap(p.ctx, p.key(key), []byte("one"), []byte(new), time.Now().Add(time.Hour))
		if late := !time.Now().Before(end); errors.Is(err, store.ErrConflict) && late && try < 20 {
			continue
		}
		p.outcome(err, nil, "CompareAndSwap of a value that has not expired")
		return key
	}
}
