package main

var subjectMutants = []Mutant{
	{
		ID: "S3", Says: "a code is good at its very deadline",
		File: "verify/internal/subject/subject.go", Old: "if e.State == Pending && now < e.Expires {", New: "if e.State == Pending && now <= e.Expires {",
		Package: "./verify/internal/subject", Test: "TestExpiry",
	},
	{
		ID: "S4", Says: "an approved entry stays open",
		File: "verify/internal/subject/check.go", Old: "e.finish(Approved, tag)\n\tfor i := range s.Entries {\n\t\ts.Entries[i].Live, s.Entries[i].Custom = false, \"\"\n\t}", New: "e.Tag = tag",
		Package: "./verify/internal/subject", Test: "TestApproveOnce",
	},
	{
		ID: "S4", Says: "one approval leaves the code alive for other ids",
		File: "verify/internal/subject/check.go", Old: "\tfor i := range s.Entries {\n\t\ts.Entries[i].Live, s.Entries[i].Custom = false, \"\"\n\t}\n", New: "",
		Package: "./verify/internal/subject", Test: "TestStranger",
	},
	{
		ID: "S6", Says: "a resend forgets the wrong guesses of an id",
		File: "verify/internal/subject/start.go", Old: "e.Sends++", New: "e.Sends++\n\te.Guesses = nil",
		Package: "./verify/internal/subject", Test: "TestResendKeepsFailures",
	},
	{
		ID: "S6", Says: "a start forgets the failures of an address",
		File: "verify/internal/subject/start.go", Old: "s.Profile = in.Profile", New: "s.Profile, s.Failures = in.Profile, nil",
		Package: "./verify/internal/subject", Test: "TestDailyFailures",
	},
	{
		ID: "S7", Says: "one guess too many",
		File: "verify/internal/subject/check.go", Old: "if e.AttemptsLeft() <= 0 {", New: "if e.AttemptsLeft() < 0 {",
		Package: "./verify/internal/subject", Test: "TestGuessesAreCounted",
	},
	{
		ID: "S8", Says: "failures of an address are not counted",
		File: "verify/internal/subject/check.go", Old: "\ts.Failures.add(now)\n", New: "",
		Package: "./verify/internal/subject", Test: "TestDailyFailures",
	},
	{
		ID: "S8", Says: "the right code passes at the daily bound",
		File: "verify/internal/subject/check.go", Old: "limit := int(e.MaxFailures); s.Failures.Sum(now) >= limit {", New: "limit := int(e.MaxFailures); s.Failures.Sum(now) > limit {",
		Package: "./verify/internal/subject", Test: "TestRefusedRightCodeAtTheCap",
	},
	{
		ID: "S13", Says: "a canceled code is good",
		File: "verify/internal/subject/check.go", Old: "e.finish(Canceled, tag)", New: "e.Tag = tag",
		Package: "./verify/internal/subject", Test: "TestCancel",
	},
	{
		ID: "S24", Says: "the pause between sends does not grow",
		File: "verify/internal/subject/start.go", Old: "r.Cooldowns[min(int(s.Level), len(r.Cooldowns)-1)]", New: "r.Cooldowns[0]",
		Package: "./verify/internal/subject", Test: "TestCooldown",
	},
	{
		ID: "S31", Says: "an id is found without what it is bound to",
		File: "verify/internal/subject/subject.go", Old: "e.ID == id && e.Bound == bound", New: "e.ID == id",
		Package: "./verify/internal/subject", Test: "TestStranger",
	},
	{
		ID: "S74", Says: "a call does not know its own approval again",
		File: "verify/internal/subject/check.go", Old: "if e.Tag == tag || Tag(e.ID) == tag {", New: "if Tag(e.ID) == tag {",
		Package: "./verify/internal/subject", Test: "TestVerdict",
	},
	{
		ID: "S84", Says: "a clock that is set back keeps codes alive",
		File: "verify/internal/subject/subject.go", Old: "if e := &s.Entries[i]; e.State == Pending {\n\t\t\te.finish(Expired, e.Tag)", New: "if e := &s.Entries[i]; e.State == Pending {\n\t\t\te.Tag = Tag{}",
		Package: "./verify/internal/subject", Test: "TestClockSetBack",
	},
	{
		ID: "S84", Says: "a clock that is set back locks an address for as long",
		File: "verify/internal/subject/subject.go", Old: "s.NextSend = min(s.NextSend, now+s.Cooldown)", New: "",
		Package: "./verify/internal/subject", Test: "TestClockSetBack",
	},
	{
		ID: "S84", Says: "a clock that jumps ahead by a day forgets failures",
		File: "verify/internal/subject/window.go", Old: "\twindowHours = 24\n", New: "\twindowHours = 23\n",
		Package: "./verify/internal/subject", Test: "TestClockJumpsAhead",
	},
	{
		ID: "S85", Says: "a clock that is a little behind moves the time back",
		File: "verify/internal/subject/subject.go", Old: "return s.Latest, false", New: "return now, false",
		Package: "./verify", Test: "TestTwoClocks",
	},
}
