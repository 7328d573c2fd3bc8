package field_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/internal/field"
)

func TestTree(t *testing.T) {
	v, err := field.Tree(` {"a":"x\u00e9","b":-1.5e+3,"c":[true,null,"y",{}],"d":{"a":{"a":0}},"e":false,"F":[]} `)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		got  field.Value
		kind field.Kind
		text string
		size int
	}{
		{v, field.Object, "", 6},
		{v.Get("a"), field.Text, "xé", 0},
		{v.Get("b"), field.Number, "-1.5e+3", 0},
		{v.Get("c"), field.List, "", 4},
		{v.Get("c").Items[0], field.Bool, "true", 0},
		{v.Get("c").Items[1], field.Null, "null", 0},
		{v.Get("c").Items[3], field.Object, "", 0},
		{v.Get("d").Get("a").Get("a"), field.Number, "0", 0},
		{v.Get("e"), field.Bool, "false", 0},
		{v.Get("f"), field.Absent, "", 0},
		{v.Get("a").Get("a"), field.Absent, "", 0},
	} {
		if test.got.Kind != test.kind || test.got.Text != test.text || len(test.got.Items) != test.size {
			t.Errorf("read as %+v, want %+v", test.got, test)
		}
	}
}

func TestTreeRefuses(t *testing.T) {
	for _, test := range []struct{ name, body, field string }{
		{"nothing", ``, ""},
		{"list", `[]`, ""},
		{"text", `"a"`, ""},
		{"null", `null`, ""},
		{"byte order mark", "\ufeff{}", ""},
		{"unfinished", `{"a":`, ""},
		{"unfinished list", `{"a":[1`, ""},
		{"unfinished number", `{"a":1`, ""},
		{"trailing object", `{}{}`, ""},
		{"trailing comma", `{"a":1,}`, ""},
		{"trailing comma in list", `{"a":[1,]}`, ""},
		{"wrong end", `{"a":[1}`, ""},
		{"no colon", `{"a" 1}`, ""},
		{"bare name", `{a:1}`, ""},
		{"bare word", `{"a":yes}`, ""},
		{"capital", `{"a":True}`, ""},
		{"not a number", `{"a":NaN}`, ""},
		{"leading zero", `{"a":01}`, ""},
		{"leading plus", `{"a":+1}`, ""},
		{"only a minus", `{"a":-}`, ""},
		{"no fraction", `{"a":1.}`, ""},
		{"no whole", `{"a":.5}`, ""},
		{"no exponent", `{"a":1e}`, ""},
		{"half an exponent", `{"a":1e+}`, ""},
		{"hexadecimal", `{"a":0x1}`, ""},
		{"twice", `{"a":1,"a":1}`, "a"},
		{"twice by escape", `{"a":1,"\u0061":2}`, "a"},
		{"twice below", `{"x":[{"a":1,"a":2}]}`, "a"},
		{"twice a number", `{"4155552671":1,"4155552671":1}`, ""},
		{"lone surrogate", `{"a":"\ud83d"}`, ""},
		{"five levels", `{"a":{"a":{"a":{"a":{}}}}}`, ""},
		{"very deep", `{"a":` + strings.Repeat("[", 8000), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := field.Tree(test.body)
			refusedOver(t, nil, err, test.field)
		})
	}
}

// FuzzTree holds the reader against encoding/json: what it takes, that takes too, and means the same.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":"1","b":[1,2.5,-3e7,null],"c":{"d":true}}`, `{"a":1,"a":2}`, `{"a":"\ud83d"}`, `{"A":01}`, `{"a":[{"b":[]}]} x`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		v, err := field.Tree(body)
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if !json.Valid([]byte(body)) || d.Decode(&want) != nil {
			t.Fatalf("%q: taken", body)
		}
		same(t, v, want)
	})
}

func same(t *testing.T, v field.Value, want any) {
	t.Helper()
	switch want := want.(type) {
	case nil:
		if v.Kind != field.Null {
			t.Errorf("null read as %+v", v)
		}
	case bool:
		if v.Kind != field.Bool || (v.Text == "true") != want {
			t.Errorf("%v read as %+v", want, v)
		}
	case json.Number:
		if v.Kind != field.Number || v.Text != want.String() {
			t.Errorf("%v read as %+v", want, v)
		}
	case string:
		if v.Kind != field.Text || v.Text != want {
			t.Errorf("%q read as %+v", want, v)
		}
	case []any:
		if v.Kind != field.List || len(v.Items) != len(want) {
			t.Fatalf("%v read as %+v", want, v)
		}
		for i := range want {
			same(t, v.Items[i], want[i])
		}
	case map[string]any:
		if v.Kind != field.Object || len(v.Items) != len(want) {
			t.Fatalf("%v read as %+v", want, v)
		}
		for name := range want {
			same(t, v.Get(name), want[name])
		}
	}
}
