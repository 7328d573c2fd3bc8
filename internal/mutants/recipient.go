package main

var recipientMutants = []Mutant{
	{
		ID: "S25", Says: "regions go by calling code",
		Dir: "verify/recipient", Old: "return s.regions[r.Region]", New: "return s.callingCodes[r.CallingCode]",
		Package: "./verify/recipient", Test: "TestRegionSetGoesByTheNumber",
	},
	{
		ID: "S33", Says: "what was typed is the key",
		Dir: "verify/recipient", Old: "key := address\n", New: "key := typed\n",
		Package: "./verify/recipient", Test: "TestEverySpellingOfOneNumber",
	},
	{
		ID: "S33", Says: "digits of other scripts are read one off",
		Dir: "verify/recipient", Old: "for _, t := range unicode.Nd.R32 {\n\t\tif rune(t.Lo) <= r && r <= rune(t.Hi) {\n\t\t\treturn '0' + (r-rune(t.Lo))%10",
		New:     "for _, t := range unicode.Nd.R32 {\n\t\tif rune(t.Lo) <= r && r <= rune(t.Hi) {\n\t\t\treturn '0' + (r-rune(t.Lo)+1)%10",
		Package: "./verify/recipient", Test: "TestEverySpellingOfOneNumber",
	},
	{
		ID: "S34", Says: "characters that no number has are dropped",
		Dir: "verify/recipient", Old: `return "", refuse("a character that no phone number has")`, New: "continue",
		Package: "./verify/recipient", Test: "TestParseRefuses",
	},
	{
		ID: "S34", Says: "numbers that are only possible are taken",
		Dir: "verify/recipient", Old: "!(o.AllowPossible && phonenumbers", New: "!(phonenumbers",
		Package: "./verify/recipient", Test: "TestParseRefuses",
	},
	{
		ID: "S34", Says: "a plus may stand anywhere",
		Dir: "verify/recipient", Old: "\t\t\tif n > 0 {\n\t\t\t\treturn \"\", refuse(\"a plus that does not lead the phone number\")\n\t\t\t}\n", New: "\t\t\tif n > 0 {\n\t\t\t\tcontinue\n\t\t\t}\n",
		Package: "./verify/recipient", Test: "TestParseRefuses",
	},
	{
		ID: "S35", Says: "an address with two readings is taken",
		Dir: "verify/recipient", Old: "if address != typed && !stable(address) {", New: "if address != typed && address == \"\" {",
		Package: "./verify/recipient", Test: "TestAllowPossible",
	},
	{
		ID: "S36", Says: "an Argentine mobile number has two keys",
		Dir: "verify/recipient", Old: "if len(national) == 11 && national[0] == '9' {", New: "if len(national) == 12 && national[0] == '9' {",
		Package: "./verify/recipient", Test: "TestTwinsHaveOneKey",
	},
	{
		ID: "S38", Says: "signs in a local part go unchecked",
		Dir: "verify/recipient", Old: "if len(local) > maxLocal || !dotAtom(local) {", New: "if len(local) > maxLocal || local == \"\" {",
		Package: "./verify/recipient", Test: "TestParseRefusesEmail",
	},
	{
		ID: "S58", Says: "a recipient prints its whole address",
		Dir: "verify/recipient", Old: "func (r Recipient) String() string { return Mask(r.Address()) }", New: "func (r Recipient) String() string { return r.Address() }",
		Package: "./verify/recipient", Test: "TestNothingPrintsAnAddress",
	},
}
