package storetest

import "strings"

var keyRules = []rule{{
	name: "keys are told apart",
	says: "keys are compared byte by byte: case, endings and beginnings count",
	test: func(p *probe) {
		names := []string{"k", "K", "kk", "k.", "k0", "k00", "k/", "k/k", "k*", "k%", "k_", "k?", "ak"}
		for _, name := range names {
			p.load(name, absent)
			p.swap(name, absent, "value of "+name, nil)
		}
		for _, name := range names {
			p.load(name, "value of "+name)
		}
		p.swap("k", "value of k", absent, nil)
		for _, name := range names[1:] {
			p.load(name, "value of "+name)
		}
	},
}, {
	name: "counter keys are told apart",
	says: "the keys of counters are compared byte by byte: case, endings and beginnings count",
	test: func(p *probe) {
		names := []string{"c", "C", "cc", "c.", "c0", "c/", "c/c", "c*", "c%", "c_"}
		for i, name := range names {
			p.add(name, int64(i)+1, int64(i)+1)
		}
		for i, name := range names {
			p.add(name, 0, int64(i)+1)
		}
	},
}, {
	name: "key characters",
	says: "a key may hold every character from 0x21 to 0x7e",
	test: func(p *probe) {
		var all strings.Builder
		for c := byte(0x21); c <= 0x7e; c++ {
			all.WriteByte(c)
		}
		for _, name := range []string{all.String(), "'--", `";`, "$1", "{a}b", "{", "}", "%s%d", "../..", `\`, `\x00`, "a:b", "#", "@", "&=?"} {
			p.swap(name, absent, "one", nil)
			p.load(name, "one")
			p.swap(name, "one", absent, nil)
			p.load(name, absent)
			p.add("counter"+name, 1, 1)
			p.add("counter"+name, 1, 2)
		}
	},
}}
