package main

var storeMutants = []Mutant{
	{
		ID: "S16", Says: "the memory store swaps whatever is there",
		Dir: "store/memstore", Old: "if held.value(now) != string(old) {", New: "if held == nil && len(old) > 0 {",
		Package: "./store/memstore", Test: "TestStore",
	},
	{
		ID: "S16", Says: "the memory store's swaps of one key run at once",
		Dir: "store/memstore", Old: "\tif held.value(now) != string(old) {\n\t\treturn store.ErrConflict\n\t}\n",
		New:     "\tif held.value(now) != string(old) {\n\t\treturn store.ErrConflict\n\t}\n\tsh.mu.Unlock()\n\ttime.Sleep(time.Microsecond)\n\tsh.mu.Lock()\n",
		Package: "./store/memstore", Test: "TestStore",
	},
	{
		ID: "S86", Says: "the memory store has no bound",
		Dir: "store/memstore", Old: "if held+n > limit {", New: "if held+n > limit && n < 0 {",
		Package: "./store/memstore", Test: "TestFull",
	},
	{
		ID: "S16", Says: "a swap that was right when it was read is not looked at again in its transaction",
		Dir: "store/boltstore", Old: "\tprevious, err := w.match(key, old)\n", New: "\tprevious, err := w.find(key)\n",
		Package: "./store/boltstore", Test: "TestStore",
	},
	{
		ID: "S16", Says: "expired values are there",
		Dir: "store/boltstore", Old: "if rec == nil || rec.expires <= r.now {", New: "if rec == nil {",
		Package: "./store/boltstore", Test: "TestExpiryIsExactToTheMillisecond",
	},
	{
		ID: "S71", Says: "a file that others can read stays so",
		Dir: "store/boltstore", Old: "return f.Chmod(0o600)", New: "return nil",
		Package: "./store/boltstore", Test: "TestExistingFileIsMadePrivate",
	},
	{
		ID: "S76", Says: "a file that is in use is waited for",
		Dir: "store/boltstore", Old: "o.LockTimeout = 500 * time.Millisecond", New: "o.LockTimeout = 5 * time.Second",
		Package: "./store/boltstore", Test: "TestSecondProcessIsLockedOut",
	},
	{
		ID: "S77", Says: "a lost header page undoes the last transaction without a word",
		Dir: "store/boltstore", Old: "if whole0 && whole1 && max(", New: "if whole0 != whole1 || max(",
		Package: "./store/boltstore", Test: "TestLostHeaderPage",
	},
	{
		ID: "S77", Says: "the size of a file is not compared with its header",
		Dir: "store/boltstore", Old: "if newest.high > uint64(info.Size())/pageSize {", New: "if newest.high > uint64(info.Size()) {",
		Package: "./store/boltstore", Test: "TestTruncatedFile",
	},
	{
		ID: "S77", Says: "pages that are in use may be free as well",
		Dir: "store/boltstore", Old: "if !t.visit(order.Uint64(ids[8*i:]), 1) {", New: "if order.Uint64(ids[8*i:]) >= t.high {",
		Package: "./store/boltstore", Test: "TestPagesThatDoNotHoldTogether",
	},
	{
		ID: "S77", Says: "a fault in the mapped file ends the process",
		Dir: "store/boltstore", Old: "\tdefer debug.SetPanicOnFault(debug.SetPanicOnFault(true))\n\ts.gate.Lock()\n", New: "\t_ = debug.SetPanicOnFault\n\ts.gate.Lock()\n",
		Package: "./store/boltstore", Test: "TestFileTruncatedWhileOpen",
	},
	{
		ID: "S79", Says: "writes are acknowledged before they are synced",
		Dir: "store/boltstore", Old: "NoStatistics: true,", New: "NoStatistics: true, NoSync: true,",
		Package: "./store/boltstore", Test: "TestEverySwapIsSynced",
	},
	{
		ID: "S87", Says: "expired entries are never removed",
		Dir: "store/boltstore", Old: "return int64(m)*minute <= r.now", New: "return int64(m)*minute <= r.now && m == 0",
		Package: "./store/boltstore", Test: "TestWritesSweep",
	},
}
