package main

var sealMutants = []Mutant{
	{
		ID: "S63", Says: "every value is sealed under the same nonce",
		Dir:     "verify/internal/seal",
		Old:     "nonce := dst[start+1 : start+1+nonceSize]\n\t_, _ = rand.Read(nonce) // never fails",
		New:     "nonce := dst[start+1 : start+1+nonceSize]\n\t_ = rand.Read",
		Package: "./verify/internal/seal", Test: "TestSealOpen",
	},
	{
		ID: "S63", Says: "a value opens under another name",
		Dir: "verify/internal/seal", Old: "copy(aad[2:], name[:])", New: "",
		Package: "./verify/internal/seal", Test: "TestOpenRefuses",
	},
	{
		ID: "S64", Says: "names do not depend on the key",
		Dir: "verify/internal/seal", Old: `newMACs(derive(key, "name", sha256.Size))`, New: `newMACs(make([]byte, sha256.Size))`,
		Package: "./verify/internal/seal", Test: "TestNames",
	},
	{
		ID: "S66", Says: "only the first sealing key opens",
		Dir: "verify/internal/seal", Old: "for i := range k.seals {", New: "for i := range k.seals[:1] {",
		Package: "./verify/internal/seal", Test: "TestRotation",
	},
	{
		ID: "S67", Says: "short keys are taken",
		Dir: "verify/internal/seal", Old: "if len(key) < MinKey {", New: "if len(key) < MinKey-1 {",
		Package: "./verify/internal/seal", Test: "TestNewRefusesKeys",
	},
	{
		ID: "S67", Says: "a key of zeros is taken",
		Dir: "verify/internal/seal", Old: "if repeated || counting {", New: "if repeated && counting {",
		Package: "./verify/internal/seal", Test: "TestNewRefusesKeys",
	},
	{
		ID: "S67", Says: "sealing keys are not looked at",
		Dir: "verify/internal/seal", Old: "if err := check(sk); err != nil {", New: "if err := check(key); err != nil {",
		Package: "./verify/internal/seal", Test: "TestNewRefusesKeys",
	},
}
