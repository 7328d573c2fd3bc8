package storetest

import (
	"math"

	"github.com/codeword-go/codeword/store"
)

var counterRules = []rule{{
	name: "count",
	says: "a missing counter starts at zero, and Add returns the sum after the addition",
	test: func(p *probe) {
		p.add("c", 1, 1)
		p.add("c", 1, 2)
		p.add("c", 40, 42)
		p.add("other", 7, 7)
		p.add("c", 1, 43)
	},
}, {
	name: "count nothing",
	says: "a delta of zero reads the counter",
	test: func(p *probe) {
		p.add("c", 0, 0)
		p.add("c", 5, 5)
		p.add("c", 0, 5)
		p.add("c", 0, 5)
	},
}, {
	name: "count down",
	says: "a negative delta is subtracted, below zero as well",
	test: func(p *probe) {
		p.add("c", 3, 3)
		p.add("c", -2, 1)
		p.add("c", -1, 0)
		p.add("c", -4, -4)
		p.add("c", 5, 1)
		p.add("new", -1, -1)
	},
}, {
	name: "sums in order",
	says: "Add returns one sum for each increment, in their order",
	test: func(p *probe) {
		p.addAll([]store.Increment{p.increment("b", 20), p.increment("c", 30), p.increment("a", 10)}, 20, 30, 10)
		p.addAll([]store.Increment{p.increment("c", 1), p.increment("new", 5), p.increment("a", 2), p.increment("b", 3)}, 31, 5, 12, 23)
	},
}, {
	name: "one key twice",
	says: "a key that occurs more than once in one Add is added to each time, and each sum is the one after its own addition",
	test: func(p *probe) {
		p.addAll([]store.Increment{p.increment("c", 1), p.increment("c", 2), p.increment("a", 10), p.increment("c", 4)}, 1, 3, 10, 7)
		p.addAll([]store.Increment{p.increment("c", 0), p.increment("c", -7), p.increment("c", 0)}, 7, 0, 0)
		p.add("c", 0, 0)
	},
}, {
	name: "count in 64 bits",
	says: "a counter holds every int64 exactly",
	test: func(p *probe) {
		p.add("c", 1<<53, 1<<53)
		p.add("c", 1, 1<<53+1)
		p.add("c", math.MaxInt64-(1<<53+1), math.MaxInt64)
		p.add("c", 0, math.MaxInt64)
		p.add("c", -math.MaxInt64, 0)
		p.add("c", math.MinInt64, math.MinInt64)
		p.add("c", 0, math.MinInt64)
		p.add("c", 1, math.MinInt64+1)
	},
}}
