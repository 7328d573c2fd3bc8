package field_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

var specs = []field.Spec{{Name: "code"}, {Name: "to"}, {Name: "length", Integer: true}}

func TestJSON(t *testing.T) {
	tests := []struct{ body, code, to, length string }{
		{`{}`, "", "", ""},
		{" \t\r\n{ } \n", "", "", ""},
		{`{"code":"000123"}`, "000123", "", ""},
		{`{ "code" : "1" , "to" : "2" }`, "1", "2", ""},
		{`{"length":6}`, "", "", "6"},
		{`{"length":0}`, "", "", "0"},
		{`{"length":"6"}`, "", "", "6"},
		{`{"code":"a\"\\\/\b\f\n\r\tz"}`, "a\"\\/\b\f\n\r\tz", "", ""},
		{`{"code":"\u0031\u00e9\u20AC\ud83d\ude00\u0000"}`, "1é€😀\x00", "", ""},
		{`{"c\u006fde":"1"}`, "1", "", ""},
		{`{"code":"é😀\ufffd�"}`, "é😀\ufffd\ufffd", "", ""},
	}
	for _, test := range tests {
		f, err := field.JSON(test.body, specs)
		if err != nil {
			t.Errorf("%s: %v", test.body, err)
			continue
		}
		if f.Get("code") != test.code || f.Get("to") != test.to || f.Get("length") != test.length {
			t.Errorf("%s: read as %v", test.body, f)
		}
	}
}

func TestJSONRefuses(t *testing.T) {
	tests := []struct{ name, body, field string }{
		{"nothing", ``, ""},
		{"only space", ` `, ""},
		{"string", `"code"`, ""},
		{"array", `[{"code":"1"}]`, ""},
		{"null", `null`, ""},
		{"byte order mark", "\ufeff{}", ""},
		{"unfinished", `{`, ""},
		{"unfinished name", `{"code`, ""},
		{"unfinished value", `{"code":"1`, ""},
		{"unfinished escape", `{"code":"1\`, ""},
		{"unfinished unit", `{"code":"\u00`, ""},
		{"no value", `{"code":}`, "code"},
		{"no colon", `{"code" "1"}`, ""},
		{"no comma", `{"code":"1" "to":"2"}`, ""},
		{"comma behind", `{"code":"1",}`, ""},
		{"comma before", `{,"code":"1"}`, ""},
		{"second object", `{"code":"1"}{"code":"2"}`, ""},
		{"trailing text", `{"code":"1"} x`, ""},
		{"trailing brace", `{}}`, ""},
		{"name without quotes", `{code:"1"}`, ""},
		{"single quotes", `{'code':'1'}`, ""},
		{"comment", `{"code":"1"/**/}`, ""},
		{"duplicate", `{"code":"1","code":"1"}`, "code"},
		{"duplicate by escape", `{"code":"1","c\u006fde":"2"}`, "code"},
		{"other case", `{"Code":"1"}`, "Code"},
		{"upper case", `{"CODE":"1"}`, "CODE"},
		{"unknown", `{"admin":"1"}`, "admin"},
		{"unknown that may be a number", `{"14155552671":"1"}`, ""},
		{"null value", `{"code":null}`, "code"},
		{"true", `{"code":true}`, "code"},
		{"number", `{"code":123456}`, "code"},
		{"float", `{"length":1e5}`, ""},
		{"fraction", `{"length":6.0}`, ""},
		{"negative", `{"length":-1}`, "length"},
		{"leading zero", `{"length":06}`, "length"},
		{"huge", `{"length":1234567890}`, "length"},
		{"nested object", `{"code":{"a":"b"}}`, "code"},
		{"nested array", `{"code":["1"]}`, "code"},
		{"deep", `{"code":` + strings.Repeat("[", 8000), "code"},
		{"control character", "{\"code\":\"1\n\"}", ""},
		{"control behind escape", "{\"code\":\"\\n\n\"}", ""},
		{"bad escape", `{"code":"\x31"}`, ""},
		{"bad unit", `{"code":"\u00g0"}`, ""},
		{"signed unit", `{"code":"\u+031"}`, ""},
		{"invalid UTF-8", "{\"code\":\"\xff\"}", ""},
		{"invalid UTF-8 behind escape", "{\"code\":\"\\n\xff\"}", ""},
		{"invalid UTF-8 in name", "{\"\xffcode\":\"\"}", ""},
		{"surrogate in UTF-8", "{\"code\":\"\xed\xa0\x80\"}", ""},
		{"lone high surrogate", `{"code":"\ud83d"}`, ""},
		{"lone low surrogate", `{"code":"\ude00"}`, ""},
		{"surrogates reversed", `{"code":"\ude00\ud83d"}`, ""},
		{"high surrogate and letter", `{"code":"\ud83d\u0041"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := field.JSON(test.body, specs)
			refusedOver(t, f, err, test.field)
		})
	}
}

func refusedOver(t *testing.T, f field.Fields, err error, name string) {
	t.Helper()
	invalid, ok := errors.AsType[*verify.InvalidError](err)
	if !ok {
		t.Fatalf("read as %v, %v", f, err)
	}
	if invalid.Field != name {
		t.Errorf("refused over %q, want %q", invalid.Field, name)
	}
}

func TestForm(t *testing.T) {
	tests := []struct{ body, code, to string }{
		{"", "", ""},
		{"code=000123", "000123", ""},
		{"code=1&to=%2B1+415", "1", "+1 415"},
		{"c%6Fde=1", "1", ""},
		{"code=", "", ""},
		{"code=a=b", "a=b", ""},
		{"code=%C3%A9", "é", ""},
		{"code=1%262%3B", "1&2;", ""},
	}
	for _, test := range tests {
		f, err := field.Form(test.body, specs)
		if err != nil || f.Get("code") != test.code || f.Get("to") != test.to {
			t.Errorf("%q: read as %v, %v", test.body, f, err)
		}
	}
}

func TestFormRefuses(t *testing.T) {
	tests := []struct{ name, body, field string }{
		{"duplicate", "code=1&code=1", "code"},
		{"duplicate by escape", "code=1&c%6Fde=1", "code"},
		{"unknown", "admin=1", "admin"},
		{"other case", "Code=1", "Code"},
		{"array", "code[]=1", ""},
		{"semicolon", "code=1;to=2", ""},
		{"bad escape", "code=%zz", ""},
		{"bad escape in name", "co%zzde=1", ""},
		{"cut escape", "code=%4", ""},
		{"no value", "code", ""},
		{"empty pair", "code=1&&to=2", ""},
		{"trailing separator", "code=1&", ""},
		{"invalid UTF-8", "code=%ff", ""},
		{"JSON", `{"code":"1"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := field.Form(test.body, specs)
			refusedOver(t, f, err, test.field)
		})
	}
}

func TestAnyField(t *testing.T) {
	for _, read := range []func() (field.Fields, error){
		func() (field.Fields, error) { return field.Form("To=%2B1&AnyThing=7&empty=", nil) },
		func() (field.Fields, error) { return field.JSON(`{"To":"+1","AnyThing":7,"empty":""}`, nil) },
	} {
		f, err := read()
		if err != nil || f.Get("To") != "+1" || f.Get("AnyThing") != "7" || !f.Has("empty") || f.Has("other") {
			t.Errorf("read as %v, %v", f, err)
		}
		var got strings.Builder
		for name, value := range f.All() {
			got.WriteString(name + "=" + value + " ")
		}
		if got.String() != "To=+1 AnyThing=7 empty= " {
			t.Errorf("ranged over %q", got.String())
		}
	}
	f, err := field.Form("a1=1&a1=2", nil)
	refusedOver(t, f, err, "") // the name may be somebody's number
	f, err = field.JSON(`{"To":"1","T\u006f":"2"}`, nil)
	refusedOver(t, f, err, "To")
}

// FuzzJSON holds the parser against encoding/json: what it takes, that takes too, with the same values and no other fields.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"code":"1","to":"2","length":6}`, `{"code":"\ud83d\ude00\n"}`, `{"code":"\ud83d"}`, `{"code":"1","code":"2"}`, `{"Code":null}`,
		"{\"to\":\"\xff\"}", `{"length":0}`, `{"length":01}`, ` { "to" : "é" } `, `{"code":"1"}{`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		fields, err := field.JSON(body, specs)
		if err != nil {
			if _, ok := errors.AsType[*verify.InvalidError](err); !ok {
				t.Fatal(err)
			}
			return
		}
		var want map[string]any
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&want); err != nil || len(want) != len(fields) || !utf8.ValidString(body) {
			t.Fatalf("%q: read as %v, encoding/json has %v, %v", body, fields, want, err)
		}
		for name, value := range want {
			if n, ok := value.(json.Number); ok {
				value = n.String()
			}
			if fields.Get(name) != value {
				t.Fatalf("%q: %s is %q, encoding/json has %q", body, name, fields.Get(name), value)
			}
		}
	})
}

// FuzzForm holds the parser against net/url.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "code=1&to=2", "code=%2B1+2", "code=1;to=2", "code=%zz", "code", "&", "code=1&code=2", "length=6"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		fields, err := field.Form(body, specs)
		if err != nil {
			return
		}
		want, err := url.ParseQuery(body)
		if err != nil || len(want) != len(fields) {
			t.Fatalf("%q: read as %v, net/url has %v, %v", body, fields, want, err)
		}
		for name, values := range want {
			if len(values) != 1 || fields.Get(name) != values[0] {
				t.Fatalf("%q: %s is %q, net/url has %q", body, name, fields.Get(name), values)
			}
		}
	})
}

// Names are compared each with each, so there are not many of them.
func TestTooManyFields(t *testing.T) {
	var form, object strings.Builder
	for i := range 200 {
		fmt.Fprintf(&form, "n%d=1&", i)
		fmt.Fprintf(&object, `"n%d":"1",`, i)
	}
	f, err := field.Form(strings.TrimSuffix(form.String(), "&"), nil)
	refusedOver(t, f, err, "")
	f, err = field.JSON("{"+strings.TrimSuffix(object.String(), ",")+"}", nil)
	refusedOver(t, f, err, "")
}
