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
	{
		ID: "S71", Says: "a file that others can read stays so",
		File: "store/boltstore/file.go", Old: "return f.Chmod(0o600)", New: "return nil",
		Package: "./store/boltstore", Test: "TestExistingFileIsMadePrivate",
	},
	{
		ID: "S76", Says: "a file that is in use is waited for",
		File: "store/boltstore/store.go", Old: "o.LockTimeout = 500 * time.Millisecond", New: "o.LockTimeout = 5 * time.Second",
		Package: "./store/boltstore", Test: "TestLocked",
	},
	{
		ID: "S77", Says: "a lost header page undoes the last transaction without a word",
		File: "store/boltstore/header.go", Old: "if whole0 && whole1 && max(", New: "if whole0 != whole1 || max(",
		Package: "./store/boltstore", Test: "TestLostHeaderPage",
	},
	{
		ID: "S77", Says: "the size of a file is not compared with its header",
		File: "store/boltstore/header.go", Old: "if newest.high > uint64(info.Size())/pageSize {", New: "if newest.high > uint64(info.Size()) {",
		Package: "./store/boltstore", Test: "TestTruncatedFile",
	},
	{
		ID: "S77", Says: "pages that are in use may be free as well",
		File: "store/boltstore/tree.go", Old: "if !t.visit(order.Uint64(ids[8*i:]), 1) {", New: "if order.Uint64(ids[8*i:]) >= t.high {",
		Package: "./store/boltstore", Test: "TestPagesThatDoNotHoldTogether",
	},
	{
		ID: "S77", Says: "a fault in the mapped file ends the process",
		File: "store/boltstore/enter.go", Old: "\tdefer debug.SetPanicOnFault(debug.SetPanicOnFault(true))\n", New: "\t_ = debug.SetPanicOnFault\n",
		Package: "./store/boltstore", Test: "TestFileTruncatedWhileOpen",
	},
	{
		ID: "S79", Says: "writes are acknowledged before they are synced",
		File: "store/boltstore/file.go", Old: "NoStatistics: true,", New: "NoStatistics: true, NoSync: true,",
		Package: "./store/boltstore", Test: "TestEverySwapIsSynced",
	},
	{
		ID: "S87", Says: "expired entries are never removed",
		File: "store/boltstore/expiry.go", Old: "return int64(m)*minute <= r.now", New: "return int64(m)*minute <= r.now && m == 0",
		Package: "./store/boltstore", Test: "TestWritesSweep",
	},
}
