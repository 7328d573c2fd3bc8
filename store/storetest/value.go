package storetest

import "github.com/codeword-go/codeword/store"

var valueRules = []rule{{
	name: "load missing",
	says: "Load of a key that holds nothing returns ErrNotFound and no value",
	test: func(p *probe) {
		p.load("k", absent)
		p.load("k", absent)
	},
}, {
	name: "create",
	says: "an empty old stores a value under a key that holds nothing",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.load("k", "one")
		p.load("k", "one")
	},
}, {
	name: "create twice",
	says: "an empty old is refused with ErrConflict by a key that holds a value, and changes nothing",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.swap("k", absent, "two", store.ErrConflict)
		p.swap("k", absent, "one", store.ErrConflict)
		p.load("k", "one")
	},
}, {
	name: "swap",
	says: "CompareAndSwap replaces the value that it is told the key holds",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.swap("k", "one", "a longer two", nil)
		p.load("k", "a longer two")
		p.swap("k", "a longer two", "3", nil)
		p.load("k", "3")
	},
}, {
	name: "swap for the same",
	says: "a value may be swapped for itself",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.swap("k", "one", "one", nil)
		p.load("k", "one")
	},
}, {
	name: "stale swap",
	says: "an old that the key does not hold is refused with ErrConflict, and changes nothing",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.swap("k", "one", "two", nil)
		p.swap("k", "one", "three", store.ErrConflict)
		p.swap("k", "three", "three", store.ErrConflict)
		p.load("k", "two")
	},
}, {
	name: "swap missing",
	says: "an old is refused with ErrConflict by a key that holds nothing, and creates nothing",
	test: func(p *probe) {
		p.swap("k", "one", "two", store.ErrConflict)
		p.load("k", absent)
		p.swap("k", absent, "one", nil)
	},
}, {
	name: "compare whole",
	says: "old is compared whole: neither a beginning of the value nor a continuation of it will do",
	test: func(p *probe) {
		p.swap("k", absent, "value", nil)
		for _, old := range []string{"v", "valu", "value ", "value\x00", "value2", "alue"} {
			p.swap("k", old, "other", store.ErrConflict)
		}
		p.load("k", "value")
	},
}, {
	name: "compare bytes",
	says: "old is compared byte by byte: not by its length, not as text",
	test: func(p *probe) {
		p.swap("k", absent, "value\u00e9", nil)
		for _, old := range []string{"walue\u00e9", "valuf\u00e9", "VALUE\u00e9", "value\u00e8", "value\u00c9", "valuee\u0301"} {
			p.swap("k", old, "other", store.ErrConflict)
		}
		p.load("k", "value\u00e9")
	},
}, {
	name: "binary",
	says: "a value is any bytes, NUL and invalid UTF-8 included",
	test: func(p *probe) {
		var all [256]byte
		for i := range all {
			all[i] = byte(i)
		}
		values := []string{string(all[:]), "\x00", "\x00\x00", "\xff\xfe", "a\x00b", "a\x00c", " a ", "a\r\n", "\\x00", "null", "0"}
		before := absent
		for _, v := range values {
			p.swap("k", before, v, nil)
			p.load("k", v)
			before = v
		}
		p.swap("nul", absent, "a\x00b", nil)
		p.swap("nul", "a\x00c", "other", store.ErrConflict)
		p.swap("nul", "a", "other", store.ErrConflict)
		p.load("nul", "a\x00b")
	},
}, {
	name: "remove",
	says: "an empty new removes the value, and the key holds nothing from then on",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.swap("k", "one", absent, nil)
		p.load("k", absent)
		p.swap("k", "one", "two", store.ErrConflict)
		p.swap("k", "one", absent, store.ErrConflict)
		p.swap("k", absent, "two", nil)
		p.load("k", "two")
	},
}, {
	name: "remove stale",
	says: "an empty new removes nothing unless old is what the key holds",
	test: func(p *probe) {
		p.swap("k", absent, "two", nil)
		p.swap("k", "one", absent, store.ErrConflict)
		p.swap("k", "tw", absent, store.ErrConflict)
		p.swap("k", absent, absent, store.ErrConflict)
		p.load("k", "two")
	},
}, {
	name: "remove missing",
	says: "an empty old and an empty new together are granted exactly if the key holds nothing",
	test: func(p *probe) {
		p.swap("k", absent, absent, nil)
		p.load("k", absent)
		p.swap("k", "one", absent, store.ErrConflict)
		p.swap("k", absent, "one", nil)
		p.swap("k", absent, absent, store.ErrConflict)
		p.load("k", "one")
	},
}, {
	name: "nil is empty",
	says: "a nil slice and an empty one are the same, as old and as new",
	test: func(p *probe) {
		for _, empty := range [][]byte{nil, {}} {
			p.swapBytes("k", empty, []byte("one"), nil)
			p.load("k", "one")
			p.swapBytes("k", empty, []byte("two"), store.ErrConflict)
			p.swapBytes("k", []byte("one"), empty, nil)
			p.load("k", absent)
			p.swapBytes("k", empty, empty, nil)
		}
	},
}}
