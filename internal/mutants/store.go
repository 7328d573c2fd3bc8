package main

var storeMutants = []Mutant{
	{
		ID: "S16", Says: "the memory store swaps whatever is there",
		File: "store/memstore/memstore.go", Old: "if held.value(now) != string(old) {", New: "if held == nil && len(old) > 0 {",
		Package: "./store/memstore", Test: "TestStore",
	},
	{
		ID: "S16", Says: "the memory store's swaps of one key run at once",
		File: "store/memstore/memstore.go", Old: "\tif held.value(now) != string(old) {\n\t\treturn store.ErrConflict\n\t}\n",
		New:     "\tif held.value(now) != string(old) {\n\t\treturn store.ErrConflict\n\t}\n\tsh.mu.Unlock()\n\ttime.Sleep(time.Microsecond)\n\tsh.mu.Lock()\n",
		Package: "./store/memstore", Test: "TestStore",
	},
	{
		ID: "S86", Says: "the memory store has no bound",
		File: "store/memstore/memstore.go", Old: "if held+n > limit {", New: "if held+n > limit && n < 0 {",
		Package: "./store/memstore", Test: "TestFull",
	},
	{
		ID: "S16", Says: "a swap that was right when it was read is not looked at again in its transaction",
		File: "store/boltstore/apply.go", Old: "\tprevious, err := w.match(key, old)\n", New: "\tprevious, err := w.find(key)\n",
		Package: "./store/boltstore", Test: "TestStore",
	},
	{
		ID: "S16", Says: "expired values are there",
		File: "store/boltstore/apply.go", Old: "if rec == nil || rec.expires <= r.now {", New: "if rec == nil {",
		Package: "./store/boltstore", Test: "TestExpiryIsExactToTheMillisecond",
	},
}
