package locale_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/locale"
)

// A messageFile is one file of messages/ as the tests see it.
type messageFile struct {
	tag  string
	data []byte
	text map[string]string // by path
}

func parse(t testing.TB, tag string, data []byte) messageFile {
	t.Helper()
	text, err := locale.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return messageFile{tag, data, text}
}

func readFile(t testing.TB, tag string) messageFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("messages", tag+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, tag, data)
}

// allFiles reads every file that is shipped.
func allFiles(t testing.TB) []messageFile {
	t.Helper()
	names, err := filepath.Glob("messages/*.json")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	var files []messageFile
	for _, name := range names {
		files = append(files, readFile(t, strings.TrimSuffix(filepath.Base(name), ".json")))
	}
	return files
}

// TestMessages checks every file that is shipped: what Check wants, and each rule of quality.
func TestMessages(t *testing.T) {
	for _, f := range allFiles(t) {
		t.Run(f.tag, func(t *testing.T) {
			if err := locale.Check(f.tag, f.data); err != nil {
				t.Fatal(err)
			}
			for _, rule := range rules {
				for _, fault := range rule.check(t, f) {
					t.Errorf("%s: %s", rule.name, fault)
				}
			}
		})
	}
}

// An edit replaces a piece of a file, once.
type edit struct{ tag, old, new string }

func (e edit) apply(t *testing.T) messageFile {
	t.Helper()
	data := string(readFile(t, e.tag).data)
	if !strings.Contains(data, e.old) {
		t.Fatalf("%s has no %q to spoil", e.tag, e.old)
	}
	return parse(t, e.tag, []byte(strings.Replace(data, e.old, e.new, 1)))
}

// TestRules spoils a good file for each rule and wants it to be noticed.
func TestRules(t *testing.T) {
	for _, rule := range rules {
		if len(rule.spoilt) == 0 {
			t.Errorf("nothing proves that %q can fail", rule.name)
		}
		for _, e := range rule.spoilt {
			t.Run(rule.name, func(t *testing.T) {
				if len(rule.check(t, e.apply(t))) == 0 {
					t.Errorf("%s: %q for %q goes unnoticed", e.tag, e.new, e.old)
				}
			})
		}
	}
}

// TestCheck spoils a good file in each way that Check is there to notice.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit
		want string
	}{
		{"wrong tag", edit{"es", `"tag": "es"`, `"tag": "pt"`}, "tag: is not the name"},
		{"wrong direction", edit{"ar", `"dir": "rtl"`, `"dir": "ltr"`}, "dir: is not rtl"},
		{"wrong script", edit{"es", `"script": "Latn"`, `"script": "Cyrl"`}, "script: is not Latn"},
		{"missing key", edit{"es", `"bye": "Adiós."`, `"by": "Adiós."`}, "voice.bye: is missing"},
		{"unknown key", edit{"es", `"bye": "Adiós."`, `"bye": "Adiós.", "hello": "Hola."`}, "voice.hello: is not part"},
		{"key in another case", edit{"es", `"bye":`, `"Bye":`}, "voice.Bye: is not part"},
		{"key twice", edit{"es", `"bye": "Adiós."`, `"bye": "Chao.", "bye": "Adiós."`}, "voice.bye: is there twice"},
		{"no text", edit{"es", `"Adiós."`, `""`}, "voice.bye: is empty"},
		{"no code word", edit{"es", `"código"`, `""`}, "code_word: is missing"},
		{"null", edit{"es", `"Adiós."`, `null`}, "neither text nor number"},
		{"stray brace", edit{"es", `"Adiós."`, `"Adiós.}"`}, "stray brace"},
		{"stray brace in the code word", edit{"es", `    "código"`, `    "código", "{"`}, "code_word.1: stray brace"},
		{"dotted key", edit{"es", `"tag": "es"`, `"sms.code": "código {code}.", "tag": "es"`}, "sms.code: has a dot"},
		{"unclosed placeholder", edit{"es", `{code}.`, `{code.`}, "stray brace"},
		{"unknown placeholder", edit{"es", `{code}.`, `{kode}.`}, `unknown placeholder "kode"`},
		{"missing placeholder", edit{"es", `"{brand}: código {code}."`, `"Código {code}."`}, "sms.code: has not exactly"},
		{"placeholder twice", edit{"es", `"{brand}: código {code}."`, `"{brand}: código {code} {code}."`}, "sms.code: has not exactly"},
		{"placeholder of another text", edit{"es", `"Válido {minutes}."`, `"Válido {minutes} {code}."`}, "sms.ttl: has not exactly"},
		{"double braces", edit{"es", `{code}.`, `{{code}}.`}, "unknown placeholder"},
		{"plural form missing", edit{"ar", `"two": "دقيقتان",`, ``}, "minutes.long.two: is missing"},
		{"plural form too many", edit{"es", `"one": "{n} minuto",`, `"one": "{n} minuto", "two": "{n} minutos",`}, "minutes.long.two: is a plural form"},
		{"plural form of many numbers without number", edit{"fr", `"Le code est incorrect. Il reste {n} essai."`, `"Il reste un essai."`}, "wrong_code.one: has not exactly"},
		{"double space", edit{"es", `No compartir.`, `No  compartir.`}, "spaces"},
		{"trailing space", edit{"es", `No compartir.`, `No compartir. `}, "spaces"},
		{"no-break space", edit{"fr", `{brand} : le`, `{brand}\u00a0: le`}, "invisible character U+00A0"},
		{"soft hyphen", edit{"es", `compartir`, `compar\u00adtir`}, "invisible character U+00AD"},
		{"bidi control", edit{"ar", `رمز {brand}`, `رمز \u2066{brand}`}, "invisible character U+2066"},
		{"line feed", edit{"es", `No compartir.`, `No\ncompartir.`}, "control character"},
		{"tab", edit{"es", `No compartir.`, `No\tcompartir.`}, "control character"},
		{"digit", edit{"es", `No compartir.`, `No 24 compartir.`}, "digit"},
		{"native digit", edit{"ar", `مع أحد`, `مع أحد ٣`}, "digit"},
		{"percent", edit{"es", `No compartir.`, `No compartir %s.`}, `'%'`},
		{"markup", edit{"es", `No compartir.`, `No <b>compartir.`}, `'<'`},
		{"link", edit{"es", `No compartir.`, `No compartir: x.com/a.`}, `'/'`},
		{"no code word in a code text", edit{"es", `"{brand}: código {code}."`, `"{brand}: clave {code}."`}, "sms.code: has none of code_word"},
		{"code late", edit{"es", `"{brand}: código {code}."`, `"{brand}: el código de verificación es {code}."`}, "sms.code: has the code too late"},
		{"suffix on the code", edit{"es", `{code}.`, `{code}s.`}, "joined to the code"},
		{"dash on the code", edit{"es", `{code}.`, `{code}-s.`}, "joined to the code"},
		{"text after the code of an e-mail", edit{"es", `"Tu código: {code}"`, `"Tu código: {code}."`}, "does not end with the code"},
		{"nothing between brand and code", edit{"es", `"{brand}: código {code}."`, `"Código {brand}: {code}."`}, "no word between"},
		{"brand first in Arabic", edit{"ar", `"رمز {brand} هو {code}."`, `"{brand}: رمز {code}."`}, "begin with a letter"},
		{"only a foreign word between brand and code in Arabic", edit{"ar", `"رمز {brand} هو {code}."`, `"رمز {brand} is {code}."`}, "no word between"},
		{"nothing between brand and code in Arabic", edit{"ar", `"رمز {brand} هو {code}."`, `"رمز {brand}: {code}."`}, "no word between"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := string(readFile(t, tt.tag).data)
			if !strings.Contains(data, tt.old) {
				t.Fatalf("%s has no %q to spoil", tt.tag, tt.old)
			}
			err := locale.Check(tt.tag, []byte(strings.Replace(data, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check = %v, want %q", err, tt.want)
			}
		})
	}
	for name, data := range map[string]string{"nothing": "", "list": "[]", "not JSON": "{", "two values": "{} {}", "text": `"x"`} {
		t.Run(name, func(t *testing.T) {
			if locale.Check("en", []byte(data)) == nil {
				t.Error("accepted")
			}
		})
	}
}

// FuzzCheck spoils good files. What Check lets pass has to make a catalog, and messages that still have their code.
func FuzzCheck(f *testing.F) {
	files := make(map[string]string)
	for _, file := range allFiles(f) {
		files[file.tag] = string(file.data)
	}
	f.Add("es", "No compartir.", "Es un secreto.")
	f.Add("ar", "{n} دقائق", "{n} دقيقة")
	f.Add("en", "{code}", "{brand}")
	f.Add("en", "\"one\"", "\"two\"")
	f.Add("de", "\"tag\": \"de\"", "\"tag\": [1, {}, null]")
	f.Add("fr", "}", "")
	f.Fuzz(func(t *testing.T, tag, old, new string) {
		data := []byte(strings.Replace(files[tag], old, new, 1))
		if err := locale.Check(tag, data); err != nil {
			return
		}
		c, err := locale.New(locale.Options{FS: oneFile(tag, data)})
		if err != nil {
			t.Fatalf("New refuses what Check accepts: %v", err)
		}
		l, reason := c.Match(tag, "")
		if l.Tag() != tag || reason != locale.Requested {
			t.Errorf("Match(%q) = %s, %v", tag, l.Tag(), reason)
		}
		subject, text, page := l.Email(login)
		for _, s := range []string{l.SMS(login), subject, text, page} {
			if strings.Count(s, login.Code) == 0 {
				t.Errorf("%q has no code", s)
			}
		}
		l.Speech(login)
	})
}
