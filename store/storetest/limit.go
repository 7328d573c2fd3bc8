package storetest

import "github.com/codeword-go/codeword/store"

var limitRules = []rule{{
	name: "longest and shortest key",
	says: "keys of 1 to MaxKey bytes are accepted by all methods",
	test: func(p *probe) {
		q := p.bare()
		defer func() { p.err = q.err }()
		for _, size := range []int{store.MaxKey - 1, store.MaxKey} {
			q.load(p.sized(size), absent)
			q.swap(p.sized(size), absent, "one", nil)
			q.load(p.sized(size), "one")
			q.swap(p.sized(size), "one", absent, nil)
		}
		q.add(repeat(p.key("counter"), store.MaxKey), 1, 1)

		// A key of one byte is not ours alone: a value may be left from a run that was broken off, a counter always is.
		left, _ := q.store.Load(q.ctx, "v")
		q.swap("v", string(left), "one", nil)
		q.load("v", "one")
		q.swap("v", "one", absent, nil)
		sums, err := q.store.Add(q.ctx, q.increment("c", 1))
		if err != nil || len(sums) != 1 {
			q.fail("Add to a key of one byte returned the sums %d and the error %v", sums, orNil(err))
		}
	},
}, {
	name: "key outside the limits",
	says: "a key of no bytes or of more than MaxKey is refused with ErrTooLarge by all methods, and nothing changes",
	test: func(p *probe) {
		q := p.bare()
		defer func() { p.err = q.err }()
		for _, key := range []string{"", p.sized(store.MaxKey + 1), p.sized(2000)} {
			_, err := q.store.Load(q.ctx, key)
			q.outcome(err, store.ErrTooLarge, "Load of a key of %d bytes", len(key))
			q.swap(key, absent, "one", store.ErrTooLarge)
			q.swap(key, "one", "two", store.ErrTooLarge)
			q.swap(key, absent, absent, store.ErrTooLarge)
			q.refuse(p.increment("first", 1), q.increment(key, 1), p.increment("last", 1))
		}
		q.load(p.sized(store.MaxKey), absent)
		q.add(p.key("first"), 0, 0)
		q.add(p.key("last"), 0, 0)
	},
}, {
	name: "largest value",
	says: "values of up to MaxValue bytes are accepted, as old and as new",
	test: func(p *probe) {
		large, larger := repeat("0123456789", store.MaxValue-1), repeat("9876543210", store.MaxValue)
		p.swap("k", absent, large, nil)
		p.load("k", large)
		p.swap("k", large, larger, nil)
		p.load("k", larger)
		p.swap("k", larger[:store.MaxValue-1]+"!", "other", store.ErrConflict)
		p.swap("k", larger, absent, nil)
		p.load("k", absent)
	},
}, {
	name: "value outside the limits",
	says: "a value of more than MaxValue bytes is refused with ErrTooLarge, and nothing changes",
	test: func(p *probe) {
		large := repeat("0123456789", store.MaxValue+1)
		p.swap("k", absent, large, store.ErrTooLarge)
		p.load("k", absent)
		p.swap("k", absent, "one", nil)
		p.swap("k", "one", large, store.ErrTooLarge)
		p.load("k", "one")
	},
}, {
	name: "most increments",
	says: "one Add takes from none to MaxAdds increments",
	test: func(p *probe) {
		p.addAll(nil)
		var adds []store.Increment
		var want []int64
		for i := range int64(store.MaxAdds) {
			adds = append(adds, p.increment(repeat("c", int(i)+1), i))
			want = append(want, i)
		}
		p.addAll(adds, want...)
		p.addAll(nil)
	},
}, {
	name: "increments outside the limits",
	says: "an Add of more than MaxAdds increments is refused with ErrTooLarge, and nothing changes",
	test: func(p *probe) {
		adds := make([]store.Increment, store.MaxAdds+1)
		for i := range adds {
			adds[i] = p.increment("c", 1)
		}
		p.refuse(adds...)
		p.add("c", 0, 0)
	},
}}

// refuse demands that an Add is outside the limits.
func (p *probe) refuse(adds ...store.Increment) {
	if p.err != nil {
		return
	}
	_, err := p.store.Add(p.ctx, adds...)
	p.outcome(err, store.ErrTooLarge, "Add outside the limits")
}

// bare returns a probe whose keys are the names alone, for scripts in which the length of a key counts.
func (p *probe) bare() *probe {
	q := *p
	q.prefix = ""
	return &q
}

// sized returns a key of exactly size bytes that nobody else uses.
func (p *probe) sized(size int) string {
	return repeat(p.key("sized")+".", size)
}
