package main

// historyMutants are caught because no order of the requests explains the answers.
var historyMutants = []Mutant{
	{
		ID: "S18", Says: "a conflict is answered without deciding again",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n",
		New:     "err = e.commit(bound, name, key, old, s)\n\t\t\tif errors.Is(err, store.ErrConflict) {\n\t\t\t\told, _ = e.storeLoad(bound, key)\n\t\t\t\terr = e.commit(bound, name, key, old, s)\n\t\t\t}\n",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S18", Says: "a decision overwrites what others have decided meanwhile",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n",
		New:     "old, _ = e.storeLoad(bound, key)\n\t\t\terr = e.commit(bound, name, key, old, s)\n",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S18", Says: "what was decided is decided again after a lost answer",
		Dir: "verify", Old: "if err == nil && try > 0 {",
		New:     "if err == nil && try < 0 {",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S18", Says: "a swap of unknown outcome counts as done",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil {",
		New:     "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil || !unchanged(err) {",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S6", Says: "a resend forgets the guesses",
		Dir: "verify/internal/subject", Old: "e.Sends++",
		New:     "e.Sends++\n\te.Guesses = nil",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S4", Says: "an approval does not use up the verification",
		Dir: "verify/internal/subject", Old: "e.finish(now, Approved, tag)\n",
		New:     "e.Tag, e.Updated = tag, now\n",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S13", Says: "a canceled verification goes on",
		Dir: "verify/internal/subject", Old: "\te.finish(now, Canceled, tag)\n\ts.wipe()\n\treturn Decision{Outcome: Done",
		New:     "\te.Tag, e.Updated = tag, now\n\ts.wipe()\n\treturn Decision{Outcome: Done",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S4", Says: "the code of a verification that has ended comes back",
		Dir: "verify/internal/subject", Old: "\ts.Secret, s.SecretExpires, s.Generation = [SecretSize]byte{}, 0, 0\n",
		New:     "",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S18", Says: "a call does not find its own verdict",
		Dir: "verify/internal/subject", Old: "if e.Tag == tag || Tag(e.ID) == tag {",
		New:     "if e.Tag == tag {",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S13", Says: "an older code stays good although a new one was sent",
		Dir: "verify/internal/subject", Old: "in.Rules.Resend == KeepPrevious && !opened && e.Live",
		New:     "!opened && e.Live",
		Package: "./store/enginetest/history", Test: "TestHistories/memory",
	},
	{
		ID: "S4", Says: "a start that decides again makes the same secret",
		Dir: "verify", Old: "\t_, _ = rand.Read(s.in.Secret[:])",
		New:     "\tif s.in.Secret == [20]byte{} {\n\t\t_, _ = rand.Read(s.in.Secret[:])\n\t}",
		Package: "./verify", Test: "TestStartDecidedTwice",
	},
}
