package storetest

import (
	"fmt"

	"github.com/codeword-go/codeword/store"
)

var ownershipRules = []rule{{
	name: "loaded value is the caller's",
	says: "what Load returns belongs to the caller, who may write into it",
	test: func(p *probe) {
		p.swap("k", absent, "value", nil)
		first, second := p.loaded("k"), p.loaded("k")
		scribble(first[:cap(first)])
		if p.err == nil && string(second) != "value" {
			p.fail("writing into one loaded value changed another into %s", brief(second))
		}
		p.load("k", "value")
		p.swap("k", "value", "other", nil)
	},
}, {
	name: "loaded value lasts",
	says: "what Load returns stays as it is whatever happens in the store afterwards",
	test: func(p *probe) {
		p.swap("k", absent, "value", nil)
		got := p.loaded("k")
		p.swap("k", "value", "OTHER", nil)
		p.swap("k", "OTHER", absent, nil)
		for i := range 20 {
			p.swap(fmt.Sprint("k", i), absent, repeat("X", 4096), nil)
		}
		if p.err == nil && string(got) != "value" {
			p.fail("a loaded value turned into %s by later swaps", brief(got))
		}
	},
}, {
	name: "given slices are the caller's",
	says: "CompareAndSwap keeps neither slice: the caller may write into both after it",
	test: func(p *probe) {
		value := []byte("value")
		p.swapBytes("k", nil, value, nil)
		scribble(value)
		p.load("k", "value")

		old, next := []byte("value"), []byte("other")
		p.swapBytes("k", old, next, nil)
		scribble(old)
		scribble(next)
		p.load("k", "other")
	},
}, {
	name: "given slices are only read",
	says: "no method writes into what it is given",
	test: func(p *probe) {
		held := []byte("value and room")
		value := held[:5]
		p.swapBytes("k", nil, value, nil)
		p.swapBytes("k", value, value, nil)
		if p.err == nil && string(held) != "value and room" {
			p.fail("CompareAndSwap changed a slice it was given to %s", brief(held))
		}
		adds := []store.Increment{p.increment("b", 2), p.increment("a", 1)}
		p.addAll(adds, 2, 1)
		if p.err == nil && (adds[0].Key != p.key("b") || adds[0].Delta != 2 || adds[1].Delta != 1) {
			p.fail("Add changed the increments it was given")
		}
	},
}}

// loaded returns the value under a key that must hold one.
func (p *probe) loaded(name string) []byte {
	if p.err != nil {
		return nil
	}
	got, err := p.store.Load(p.ctx, p.key(name))
	p.outcome(err, nil, "Load")
	return got
}

func scribble(b []byte) {
	for i := range b {
		b[i] = '#'
	}
}
