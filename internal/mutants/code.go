package main

var codeMutants = []Mutant{
	{
		ID: "S1", Says: "a long code is one HOTP value",
		Dir: "verify/internal/code", Old: "if length <= 6 {", New: "if length <= 10 {",
		Package: "./verify/internal/code", Test: "TestGenerateIsUniform",
	},
	{
		ID: "S1", Says: "both pieces of a code come from one counter value",
		Dir: "verify/internal/code", Old: "piece(key, 2*n+1, length-5)", New: "piece(key, 2*n, length-5)",
		Package: "./verify/internal/code", Test: "TestGenerateJoinsPieces",
	},
	{
		ID: "S1", Says: "an empty secret yields codes",
		Dir: "verify/internal/code", Old: "if len(secret) != SecretSize {", New: "if len(secret) > SecretSize {",
		Package: "./verify/internal/code", Test: "TestGenerateRefuses",
	},
	{
		ID: "S5", Says: "codes of every purpose are the same",
		Dir: "verify", Old: `if purpose != "" || e.Alias`, New: `if e.Alias`,
		Package: "./verify", Test: "TestCodesAreBound",
	},
	{
		ID: "S10", Says: "signs that are not cleaned away are dropped all the same",
		Dir: "verify/internal/code", Old: "case r == ' ' || r == '-':", New: "case r == ' ' || r == '-' || r == '.':",
		Package: "./verify/internal/code", Test: "TestClean",
	},
}
