package main

var middlewareMutants = []Mutant{
	{
		ID: "S45", Says: "HEAD checks a code at the vendor's path",
		Dir: "middleware/authyv1", Old: "case r.Method != c.method:", New: "case r.Method != c.method && r.Method != http.MethodHead:",
		Package: "./middleware/authyv1", Test: "TestMethods",
	},
	{
		ID: "S54", Says: "values stand in XML as they are",
		Dir: "middleware/authyv1", Old: "_ = xml.EscapeText(b, fmt.Append(nil, value))", New: "fmt.Fprint(b, value)",
		Package: "./middleware/authyv1", Test: "FuzzEscaping",
	},
	{
		ID: "S5", Says: "a verification can be carried from one session to another",
		Dir: "middleware", Old: "c.secret, c.profile, c.recipient, c.binding}", New: "c.secret, c.profile, c.recipient}",
		Package: "./middleware", Test: "TestBindingOfHost",
	},
	{
		ID: "S40", Says: "a body without a length is read to its end",
		Dir: "middleware/internal/edge", Old: "io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))", New: "io.ReadAll(r.Body)",
		Package: "./middleware", Test: "TestTooLarge",
	},
	{
		ID: "S41", Says: "a body may take as long as it likes",
		Dir: "middleware/internal/edge", Old: "_ = http.NewResponseController(w).SetReadDeadline(t)", New: "_ = t",
		Package: "./middleware", Test: "TestReadDeadline",
	},
	{
		ID: "S42", Says: "JSON is taken as text, which any page may send",
		Dir: "middleware/internal/edge", Old: "kind != JSON && kind != Form {", New: "kind != JSON && kind != Form && kind != \"text/plain\" {",
		Package: "./middleware", Test: "TestContentTypes",
	},
	{
		ID: "S43", Says: "of two fields of one name the first counts",
		Dir: "middleware/internal/field", Old: `return nil, invalid(printable(name), "is given twice")`, New: "return f, nil",
		Package: "./middleware/internal/field", Test: "TestJSONRefuses",
	},
	{
		ID: "S43", Says: "names of fields are taken in any case",
		Dir: "middleware/internal/field", Old: "if s.Name == name {", New: "if strings.EqualFold(s.Name, name) {",
		Package: "./middleware/internal/field", Test: "TestJSONRefuses",
	},
	{
		ID: "S44", Says: "of two parameters of one name the first counts",
		Dir: "middleware/internal/field", Old: `return nil, invalid(printable(name), "is given twice")`, New: "return f, nil",
		Package: "./middleware/internal/field", Test: "TestFormRefuses",
	},
	{
		ID: "S45", Says: "HEAD does what the method does",
		Dir: "middleware", Old: "if r.Method != method {", New: "if r.Method != method && r.Method != http.MethodHead {",
		Package: "./middleware", Test: "TestMethods",
	},
	{
		ID: "S46", Says: "anybody's X-Forwarded-For is believed",
		Dir: "middleware", Old: "\tif !contains(trusted, peer) {\n\t\treturn peer\n\t}\n\tfor", New: "\tfor",
		Package: "./middleware", Test: "TestForwardedFor",
	},
	{
		ID: "S46", Says: "the first line of X-Forwarded-For counts",
		Dir: "middleware", Old: "range slices.Backward(lines)", New: "range lines",
		Package: "./middleware", Test: "TestForwardedFor",
	},
	{
		ID: "S47", Says: "a check tells that a code was used",
		Dir: "middleware", Old: "{verify.ErrUsed, problemGone},", New: "{verify.ErrUsed, problemInvalid},",
		Package: "./middleware", Test: "TestCheckNotFound",
	},
	{
		ID: "S47", Says: "whoever knows an id sees its status",
		Dir: "middleware", Old: "c.secret, c.profile, c.recipient, c.binding}", New: "c.profile, c.recipient, c.binding}",
		Package: "./middleware", Test: "TestStatus",
	},
	{
		ID: "S50", Says: "pages of other sites are served",
		Dir: "middleware", Old: "if h.origins.Check(r) != nil {", New: "if h.origins.Check(r) != nil && r.Method == http.MethodGet {",
		Package: "./middleware", Test: "TestCrossOrigin",
	},
	{
		ID: "S51", Says: "answers may be cached",
		Dir: "middleware/internal/edge", Old: "\theader.Set(\"Cache-Control\", \"no-store\")\n", New: "",
		Package: "./middleware", Test: "TestHeaders",
	},
	{
		ID: "S52", Says: "a panic goes on to the server, which prints it",
		Dir: "middleware/internal/edge", Old: "refuse(ErrPanic)", New: "panic(value)",
		Package: "./middleware", Test: "TestPanics",
	},
	{
		ID: "S5", Says: "a receipt is good for every session",
		Dir: "middleware", Old: "terms.Binding = g.requirement.Binding(r)", New: "_ = g.requirement.Binding(r)",
		Package: "./middleware", Test: "TestRequireVerified",
	},
}
