package locale_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/codeword-go/codeword/locale"
	"golang.org/x/text/language"
)

func oneFile(tag string, data []byte) fs.FS {
	return fstest.MapFS{tag + ".json": {Data: data}}
}

// load returns the locale that a file makes.
func load(t testing.TB, f messageFile) *locale.Locale {
	t.Helper()
	c, err := locale.New(locale.Options{FS: oneFile(f.tag, f.data)})
	if err != nil {
		t.Fatal(err)
	}
	return get(t, c, f.tag)
}

func get(t testing.TB, c *locale.Catalog, tag string) *locale.Locale {
	t.Helper()
	l, reason := c.Match(tag, "")
	if l.Tag() != tag || reason != locale.Requested {
		t.Fatalf("Match(%q) = %s, %v", tag, l.Tag(), reason)
	}
	return l
}

// pseudo writes a message file for any language: the English texts in letters of another alphabet, with the plural
// forms, direction and script that the language has.
func pseudo(t testing.TB, tag string) []byte {
	t.Helper()
	script, _ := language.Make(tag).Script()
	dir, first := "ltr", 'а' // Cyrillic
	if script.String() == "Arab" || script.String() == "Hebr" {
		dir, first = "rtl", 'ء'
	}
	disguise := func(text string) string {
		var out strings.Builder
		inField := false
		for _, r := range text {
			if inField = r == '{' || inField && r != '}'; !inField && 'a' <= r|0x20 && r|0x20 <= 'z' {
				r = first + (r|0x20-'a')%26
			}
			out.WriteRune(r)
		}
		return out.String()
	}
	var tree map[string]any
	if err := json.Unmarshal(readFile(t, "en").data, &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(v any, from int) any
	walk = func(v any, from int) any {
		switch v := v.(type) {
		case string:
			return disguise(v)
		case []any:
			for i := range v {
				v[i] = walk(v[i], from)
			}
		case map[string]any:
			if other, ok := v["other"]; ok {
				forms := map[string]any{"other": walk(other, from)}
				for _, name := range locale.PluralForms(tag, from) {
					forms[name] = forms["other"]
				}
				return forms
			}
			for key := range v {
				v[key] = walk(v[key], from)
			}
		}
		return v
	}
	for key := range tree {
		from := 0
		if key == "minutes" {
			from = 1
		}
		tree[key] = walk(tree[key], from)
	}
	tree["tag"], tree["name"], tree["dir"], tree["script"] = tag, "Pseudo", dir, script.String()
	// The English sentence begins with the brand.
	tree["sms"].(map[string]any)["code"] = disguise("code {brand}: is {code}.")
	tree["email"].(map[string]any)["subject"] = disguise("code {brand}: is {code}")
	data, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// pseudoCatalog has some languages in disguise.
func pseudoCatalog(t testing.TB, tags ...string) *locale.Catalog {
	t.Helper()
	files := fstest.MapFS{}
	for _, tag := range tags {
		files[tag+".json"] = &fstest.MapFile{Data: pseudo(t, tag)}
	}
	c, err := locale.New(locale.Options{FS: files})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPseudo writes everything in languages of which no word is in Latin letters, so that any Latin letter comes from
// the program.
func TestPseudo(t *testing.T) {
	c := pseudoCatalog(t, allTags[1:]...) // without English
	if got := c.Tags(); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(allTags))) || got[0] != "en" {
		t.Errorf("Tags = %q", got)
	}
	m := locale.Message{Brand: "Жук", Code: "012345", Valid: 5e11, Payee: "Жук", Amount: "10 ₽"}
	for _, tag := range allTags[1:] {
		l := get(t, c, tag)
		subject, text, page := l.Email(m)
		_, page, _ = strings.Cut(page, "<body")
		shown := []string{l.SMS(m), subject, text, visible("<body" + page)}
		for _, name := range texts {
			shown = append(shown, l.Text(name), l.TextTo(name, "Жук"), l.TextCount(name, 3))
		}
		if s := l.Speech(m); s.Lang == tag {
			shown = append(shown, s.Plain())
		}
		for _, s := range shown {
			if i := strings.IndexFunc(s, func(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }); i >= 0 {
				t.Errorf("%s: Latin letters in %q", tag, s)
			}
		}
	}
}

// visible returns the text of a page without its tags.
func visible(page string) string {
	var out strings.Builder
	for page != "" {
		text, rest, _ := strings.Cut(page, "<")
		out.WriteString(text)
		_, page, _ = strings.Cut(rest, ">")
	}
	return out.String()
}

// TestIdeographicStops wants no space where the full stop is as wide as one.
func TestIdeographicStops(t *testing.T) {
	data := strings.ReplaceAll(string(pseudo(t, "zh-Hans")), `."`, `。"`)
	l := load(t, parse(t, "zh-Hans", []byte(data)))
	_, text, _ := l.Email(login)
	for _, s := range []string{l.SMS(login), text} {
		if strings.Count(s, "。") < 3 || strings.Contains(s, "。 ") {
			t.Errorf("%q", s)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	es := readFile(t, "es")
	for name, tt := range map[string]struct {
		o    locale.Options
		want string
	}{
		"broken file":     {locale.Options{FS: oneFile("es", []byte("{"))}, "es"},
		"faulty file":     {locale.Options{FS: oneFile("es", []byte(strings.Replace(string(es.data), "Adiós.", "", 1)))}, "voice.bye"},
		"misnamed file":   {locale.Options{FS: oneFile("pt", es.data)}, "tag"},
		"no directory":    {locale.Options{FS: noFS{}}, "Options.FS"},
		"unknown region":  {locale.Options{RegionLocales: map[string]string{"be": "fr"}}, `"be"`},
		"unknown locale":  {locale.Options{RegionLocales: map[string]string{"BE": "tlh"}}, `"tlh"`},
		"locale by alias": {locale.Options{RegionLocales: map[string]string{"BE": "FR"}}, `"FR"`},
	} {
		if c, err := locale.New(tt.o); err == nil || c != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: New = %v, %v", name, c, err)
		}
	}
}

type noFS struct{}

func (noFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func TestHostFiles(t *testing.T) {
	es := readFile(t, "es")
	replaced := strings.Replace(string(es.data), "No compartir.", "Es un secreto.", 1)
	regions := map[string]string{"US": "es"}
	c, err := locale.New(locale.Options{FS: fstest.MapFS{
		"es.json":       {Data: []byte(replaced)},
		"et.json":       {Data: pseudo(t, "et")},
		"README.md":     {Data: []byte("x")},
		"other/fr.json": {Data: []byte("x")},
	}, RegionLocales: regions})
	if err != nil {
		t.Fatal(err)
	}
	regions["US"] = "fr"
	if l, _ := c.Match("", "US"); !strings.HasSuffix(l.SMS(login), "Es un secreto.") {
		t.Errorf("the host's file or region is not used: %q", l.SMS(login))
	}
	if l, reason := c.Match("", "EE"); l.Tag() != "et" || reason != locale.Country {
		t.Errorf("Match = %s, %v", l.Tag(), reason)
	}
	if strings.Contains(match("es").SMS(login), "secreto") {
		t.Error("the host's file has reached the built-in catalog")
	}
}

func TestConcurrentUse(t *testing.T) {
	c, err := locale.New(locale.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for _, tag := range c.Tags() {
				l, _ := c.Match(tag, fmt.Sprint(i))
				l.SMS(login)
				l.Email(login)
				l.Speech(login)
			}
		})
	}
	wg.Wait()
}
