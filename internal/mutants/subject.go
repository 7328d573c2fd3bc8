package main

var subjectMutants = []Mutant{
	{
		ID: "S4", Says: "a send that is taken back brings a used code back",
		Dir: "verify/internal/subject", Old: "if !e.Live || e.Tag != u.tag", New: "if e.Tag != u.tag",
		Package: "./verify/internal/subject", Test: "TestTakeBackOfDecoy",
	},
	{
		ID: "S24", Says: "a send can be taken back twice",
		Dir: "verify/internal/subject", Old: "\t\t*e = *u.entry ", New: "\t\t*e = *u.entry; e.Tag = u.tag ",
		Package: "./verify", Test: "TestTakeBackOnce",
	},
	{
		ID: "S6", Says: "an approval shows in the cool-down of other ids",
		Dir: "verify/internal/subject", Old: "watched = watched || other.State == Pending && !ones", New: "watched = watched && ones",
		Package: "./verify", Test: "TestApprovalDoesNotShowInTheCooldown",
	},
	{
		ID: "S12", Says: "a voided payment counts as decided by its tag",
		Dir: "verify/internal/subject", Old: "e.finish(now, Canceled, e.Tag)\n\t\ts.wipe()\n\t\treturn Decision{Outcome: WasCanceled", New: "e.finish(now, Canceled, in.Tag)\n\t\ts.wipe()\n\t\treturn Decision{Outcome: WasCanceled",
		Package: "./verify/internal/subject", Test: "TestVoidedPaymentHasNoVerdict",
	},
	{
		ID: "S3", Says: "a code is good at its very deadline",
		Dir: "verify/internal/subject", Old: "if e.State == Pending && now < e.Expires {", New: "if e.State == Pending && now <= e.Expires {",
		Package: "./verify/internal/subject", Test: "TestExpiry",
	},
	{
		ID: "S4", Says: "an approved entry stays open",
		Dir: "verify/internal/subject", Old: "e.finish(now, Approved, tag)\n", New: "e.Tag, e.Updated = tag, now\n",
		Package: "./verify/internal/subject", Test: "TestApproveOnce",
	},
	{
		ID: "S4", Says: "one approval leaves the code alive for other ids",
		Dir: "verify/internal/subject", Old: "\t\tother.Live = false\n", New: "",
		Package: "./verify/internal/subject", Test: "TestStranger",
	},
	{
		ID: "S6", Says: "a resend forgets the wrong guesses of an id",
		Dir: "verify/internal/subject", Old: "e.Sends++", New: "e.Sends++\n\te.Guesses = nil",
		Package: "./verify/internal/subject", Test: "TestResendKeepsFailures",
	},
	{
		ID: "S6", Says: "a start forgets the failures of an address",
		Dir: "verify/internal/subject", Old: "s.Profile = in.Profile", New: "s.Profile, s.Failures = in.Profile, nil",
		Package: "./verify/internal/subject", Test: "TestDailyFailures",
	},
	{
		ID: "S7", Says: "one guess too many",
		Dir: "verify/internal/subject", Old: "if e.AttemptsLeft() <= 0 {", New: "if e.AttemptsLeft() < 0 {",
		Package: "./verify/internal/subject", Test: "TestGuessesAreCounted",
	},
	{
		ID: "S8", Says: "failures of an address are not counted",
		Dir: "verify/internal/subject", Old: "\ts.Failures.add(now)\n", New: "",
		Package: "./verify/internal/subject", Test: "TestDailyFailures",
	},
	{
		ID: "S8", Says: "the right code passes at the daily bound",
		Dir: "verify/internal/subject", Old: "limit := int(e.MaxFailures); s.Failures.Sum(now) >= limit {", New: "limit := int(e.MaxFailures); s.Failures.Sum(now) > limit {",
		Package: "./verify/internal/subject", Test: "TestRefusedRightCodeAtTheCap",
	},
	{
		ID: "S13", Says: "a canceled code is good",
		Dir: "verify/internal/subject", Old: "e.finish(now, Canceled, tag)", New: "e.Tag, e.Updated = tag, now",
		Package: "./verify/internal/subject", Test: "TestCancel",
	},
	{
		ID: "S24", Says: "the pause between sends does not grow",
		Dir: "verify/internal/subject", Old: "r.Cooldowns[min(int(s.Level), len(r.Cooldowns)-1)]", New: "r.Cooldowns[0]",
		Package: "./verify/internal/subject", Test: "TestCooldown",
	},
	{
		ID: "S31", Says: "an id is found without what it is bound to",
		Dir: "verify/internal/subject", Old: "e.ID == id && e.Bound == bound", New: "e.ID == id",
		Package: "./verify/internal/subject", Test: "TestStranger",
	},
	{
		ID: "S74", Says: "a call does not know its own approval again",
		Dir: "verify/internal/subject", Old: "if e.Tag == tag || Tag(e.ID) == tag {", New: "if Tag(e.ID) == tag {",
		Package: "./verify/internal/subject", Test: "TestVerdict",
	},
	{
		ID: "S84", Says: "a clock that is set back keeps codes alive",
		Dir: "verify/internal/subject", Old: "e.finish(now, Expired, e.Tag)", New: "e.Updated = now",
		Package: "./verify/internal/subject", Test: "TestClockSetBack",
	},
	{
		ID: "S84", Says: "a clock that is set back locks an address for as long",
		Dir: "verify/internal/subject", Old: "s.NextSend = min(s.NextSend, now+s.Cooldown)", New: "",
		Package: "./verify/internal/subject", Test: "TestClockSetBack",
	},
	{
		ID: "S84", Says: "a clock that jumps ahead by a day forgets failures",
		Dir: "verify/internal/subject", Old: "\twindowHours = 24\n", New: "\twindowHours = 23\n",
		Package: "./verify/internal/subject", Test: "TestClockJumpsAhead",
	},
	{
		ID: "S85", Says: "a clock that is a little behind moves the time back",
		Dir: "verify/internal/subject", Old: "return s.Latest, false", New: "return now, false",
		Package: "./verify", Test: "TestTwoClocks",
	},
}
