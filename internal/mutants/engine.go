package main

var engineMutants = []Mutant{
	{
		ID: "S2", Says: "codes that are easily guessed are accepted",
		Dir: "verify", Old: "<= MaxRisk*(1+rounding)", New: "<= 1+rounding",
		Package: "./verify", Test: "TestRisk",
	},
	{
		ID: "S3", Says: "codes may live for a day",
		Dir: "verify", Old: "return 10 * time.Minute", New: "return 20 * time.Minute",
		Package: "./verify", Test: "TestNewNamesWhatIsWrong",
	},
	{
		ID: "S5", Says: "a code is good in every profile",
		Dir: "verify", Old: `e.keys.Name("subject", p.Name, to.Key())`, New: `e.keys.Name("subject", to.Key())`,
		Package: "./verify", Test: "TestCodesAreBound",
	},
	{
		ID: "S5", Says: "a verification is found without its handle and purpose",
		Dir: "verify", Old: `if handle == "" && purpose == "" {`, New: `if handle == "" || purpose != "" {`,
		Package: "./verify", Test: "TestCodesAreBound",
	},
	{
		ID: "S9", Says: "wrong codes are given back to the client",
		Dir: "verify", Old: "err == nil && d.Outcome != subject.Incorrect ||", New: "err == nil ||",
		Package: "./verify", Test: "TestClientFailures",
	},
	{
		ID: "S48", Says: "a client that is refused sees by the cost whether the code was right",
		Dir: "verify", Old: "case subject.Done, subject.Incorrect:", New: "case subject.Incorrect:",
		Package: "./verify", Test: "TestRefusalDoesNotTell",
	},
	{
		ID: "S48", Says: "a refusal in progress shows in the counters if the code was wrong",
		Dir: "verify", Old: "case subject.Done, subject.Incorrect:", New: "case subject.Incorrect:",
		Package: "./verify", Test: "TestRefusalInProgressDoesNotTell",
	},
	{
		ID: "S48", Says: "a right code needs no room for the client's counters",
		Dir: "verify", Old: "case subject.Done, subject.Incorrect:", New: "case subject.Incorrect:",
		Package: "./verify", Test: "TestFullStoreDoesNotTell",
	},
	{
		ID: "S48", Says: "a guess that others overtook stays charged",
		Dir: "verify", Old: "err == nil && d.Outcome != subject.Incorrect ||", New: "err == nil && d.Outcome == subject.Done ||",
		Package: "./verify", Test: "TestUntoldVerdictsLeaveNoTrace",
	},
	{
		ID: "S48", Says: "a guess of unknown outcome is given back",
		Dir: "verify", Old: "|| unchanged(err) { // but not", New: "|| err != nil { // but not",
		Package: "./verify", Test: "TestUntoldVerdictsLeaveNoTrace",
	},
	{
		ID: "S12", Says: "a changed payment is refused, but the code stays good",
		Dir: "verify/internal/subject", Old: "e.finish(now, Canceled, e.Tag)\n\t\ts.wipe()\n", New: "e.Updated = now\n",
		Package: "./verify", Test: "TestPayments",
	},
	{
		ID: "S12", Says: "a code confirms any payment",
		Dir: "verify/internal/subject", Old: "if e.Payment != in.Payment {", New: "if e.Payment == \"\" && in.Payment != \"\" {",
		Package: "./verify", Test: "TestPayments",
	},
	{
		ID: "S15", Says: "a flash call allows as many guesses as a code of six digits",
		Dir: "verify", Old: "min(p.Attempts, pool/20)", New: "min(p.Attempts, pool)",
		Package: "./verify", Test: "TestFlashCall",
	},
	{
		ID: "S16", Says: "the answer is given although the swap was lost to somebody else",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil {", New: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil || errors.Is(err, store.ErrConflict) {",
		Package: "./verify", Test: "TestParallelWrongAnswers",
	},
	{
		ID: "S17", Says: "an approval is told although the swap was lost to somebody else",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil {", New: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil || errors.Is(err, store.ErrConflict) {",
		Package: "./verify", Test: "TestParallelRightAnswers",
	},
	{
		ID: "S19", Says: "a start that lost its swap sends all the same",
		Dir: "verify", Old: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil {", New: "err = e.commit(bound, name, key, old, s)\n\t\t\tif err == nil || errors.Is(err, store.ErrConflict) {",
		Package: "./verify", Test: "TestParallelStarts",
	},
	{
		ID: "S20", Says: "after an unclear outcome a guess is judged again",
		Dir: "verify", Old: "uncertain = uncertain || !unchanged(err)", New: "uncertain = uncertain && unchanged(err)",
		Package: "./verify", Test: "TestLostAnswer",
	},
	{
		ID: "S20", Says: "after a conflict with itself a guess is judged again",
		Dir: "verify", Old: "if err == nil && try > 0 {", New: "if err == nil && uncertain {",
		Package: "./verify", Test: "TestConflictWithOneself",
	},
	{
		ID: "S4", Says: "a start whose code is gone sends that of others",
		Dir: "verify", Old: "if !entry.Live {", New: "if !sub.HasSecret() {",
		Package: "./verify", Test: "TestStartEndedMeanwhile",
	},
	{
		ID: "S23", Says: "a client's budget is never used up",
		Dir: "verify", Old: "sums[2*i+1]); wait > 0 {", New: "sums[2*i+1]); wait > 1000*time.Hour {",
		Package: "./verify", Test: "TestClientStarts",
	},
	{
		ID: "S23", Says: "every IPv6 address has a budget of its own",
		Dir: "verify", Old: "addr.Prefix(64)", New: "addr.Prefix(128)",
		Package: "./verify", Test: "TestClientAddresses",
	},
	{
		ID: "S25", Says: "numbers outside the profile's regions are served",
		Dir: "verify", Old: "if !p.regions.Contains(to) {", New: "if !p.regions.Contains(to) && to.Address() == \"\" {",
		Package: "./verify", Test: "TestRegionsAndLines",
	},
	{
		ID: "S26", Says: "premium numbers are served",
		Dir: "verify", Old: "\tdefault:\n\t\tif p.AllowAnyLine {\n", New: "\tdefault:\n\t\tif p.AllowAnyLine || to.Address() != \"\" {\n",
		Package: "./verify", Test: "TestRegionsAndLines",
	},
	{
		ID: "S30", Says: "a budget that cannot be charged is taken for free",
		Dir: "verify", Old: "\tif err != nil {\n\t\treturn unavailable(err)\n\t}\n\tc.paid = true", New: "\tif err != nil {\n\t\treturn nil\n\t}\n\tc.paid = true",
		Package: "./verify", Test: "TestStoreFails",
	},
	{
		ID: "S56", Says: "an error repeats what the provider said, which may hold the code",
		Dir: "verify", Old: `e.channel + " " + why`, New: `e.channel + " " + why + e.cause().Error()`,
		Package: "./verify", Test: "TestNothingIsPrinted",
	},
	{
		ID: "S58", Says: "an event prints the whole address",
		Dir: "verify", Old: "ID: v.ID, To: s.to.String(),", New: "ID: v.ID, To: s.to.Address(),",
		Package: "./verify", Test: "TestNothingIsPrinted",
	},
	{
		ID: "S66", Says: "a sealing key that is told behind the first is forgotten",
		Dir: "verify", Old: "seal.New(o.Key, o.SealKeys...)", New: "seal.New(o.Key, o.SealKeys[:min(1, len(o.SealKeys))]...)",
		Package: "./verify", Test: "TestRotation",
	},
	{
		ID: "S70", Says: "a record that does not open is taken for none",
		Dir: "verify", Old: "return nil, err // locked", New: "return old, nil // locked",
		Package: "./verify", Test: "TestCorruptRecord",
	},
	{
		ID: "S72", Says: "the message leaves before the swap",
		Dir: "verify", Old: "return d, s.charge.pay(ctx)",
		New: `if place, err := s.outlet.enter(); err == nil {
		_ = s.engine.deliver(ctx, s, place, sub, s.engine.verification(s.name, sub, d.Entry), d.Entry)
	}
	return d, s.charge.pay(ctx)`,
		Package: "./verify", Test: "TestCrash",
	},
	{
		ID: "S75", Says: "a store that cannot read is taken for an empty one",
		Dir: "verify", Old: "\tif errors.Is(err, store.ErrNotFound) {\n\t\treturn nil, nil\n\t}\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tb := getBuffer()", New: "\tif err != nil {\n\t\treturn nil, nil\n\t}\n\tb := getBuffer()",
		Package: "./verify", Test: "TestStoreFails",
	},
	{
		ID: "S75", Says: "a store that panics ends the process",
		Dir: "verify", Old: "if recover() != nil {\n\t\t*err = errPanic", New: "if *err != nil {\n\t\t*err = errPanic",
		Package: "./verify", Test: "TestStoreFails",
	},
	{
		ID: "S89", Says: "any number of messages may be on their way",
		Dir: "verify", Old: "make(chan struct{}, inFlight)", New: "make(chan struct{}, inFlight+1000)",
		Package: "./verify", Test: "TestChannelHangs",
	},
	{
		ID: "S89", Says: "a channel's time-out is an hour",
		Dir: "verify", Old: "ctx, cancel := context.WithTimeout(ctx, timeout)\n\tdone", New: "ctx, cancel := context.WithTimeout(ctx, timeout+time.Hour)\n\tdone",
		Package: "./verify", Test: "TestLateResult",
	},
	{
		ID: "S89", Says: "a channel that panics ends the process",
		Dir: "verify", Old: "if recover() != nil {\n\t\t\terr = errPanic", New: "if err != nil {\n\t\t\terr = errPanic",
		Package: "./verify", Test: "TestFailedSends",
	},
	{
		ID: "S91", Says: "a caller who has left is served",
		Dir: "verify", Old: "if ctx.Err() != nil && !uncertain {", New: "if ctx.Err() != nil && uncertain {",
		Package: "./verify", Test: "TestCallerHangsUp",
	},
	{
		ID: "S91", Says: "a caller who leaves during the swap takes its outcome along",
		Dir: "verify", Old: "\t\tctx = context.WithoutCancel(ctx)\n", New: "\t\tctx = context.WithValue(ctx, grace, nil)\n",
		Package: "./verify", Test: "TestCallerHangsUp",
	},
}
