package main

var channelMutants = []Mutant{
	{
		ID: "S56", Says: "a message that is printed shows its code",
		Dir: "channel", Old: "_, _ = io.WriteString(f, hidden)", New: "_, _ = io.WriteString(f, s.Reveal())",
		Package: "./channel", Test: "TestSecretIsNeverPrinted",
	},
	{
		ID: "S94", Says: "a webhook leads to a private network",
		Dir: "internal/publicnet", Old: "return !slices.ContainsFunc(special, contains)", New: "return slices.ContainsFunc(special, contains) || a.IsPrivate() || !a.IsLoopback()",
		Package: "./channel/webhook", Test: "TestPermits",
	},
	{
		ID: "S94", Says: "an old request is as good as a new one",
		Dir: "channel/webhook", Old: `|| id == "" || now.Sub(time.Unix(seconds, 0)).Abs() > Tolerance {`, New: `|| id == "" || now.Sub(time.Unix(seconds, 0)) < -Tolerance {`,
		Package: "./channel/webhook", Test: "TestVerify",
	},
}
