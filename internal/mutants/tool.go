package main

var toolMutants = []Mutant{
	{
		ID: "S96", Says: "a fault that nobody notices counts as noticed",
		Dir: "internal/mutants", Old: "\tcase err == nil:\n\t\treturn ErrSurvived\n", New: "\tcase err == nil:\n\t\treturn nil\n",
		Package: "./internal/mutants", Test: "TestTry",
	},
	{
		ID: "S96", Says: "a requirement may name a test that does not exist",
		Dir: "internal/requirements", Old: "row.Tests = TestNames(held)", New: "_ = TestNames(held)",
		Package: "./internal/requirements", Test: "TestParse",
	},
	{
		ID: "S96", Says: "a skipped test does not count",
		Dir: "internal/suite", Old: "t.Skipped++", New: "t.Passed++",
		Package: "./internal/suite", Test: "TestTally",
	},
}
