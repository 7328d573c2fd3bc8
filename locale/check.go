package locale

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// maxCodeOffset is where a code begins at the latest, in characters: what a notification shows.
const maxCodeOffset = 40

// Check says what is wrong with a message file, data, for the language tag. Its error names every fault that could make
// a message misleading, unreadable or incomplete; the wording is for people to judge. New checks the host's files with
// it.
func Check(tag string, data []byte) error {
	f, err := parseFile(data)
	if err != nil {
		return fmt.Errorf("%w (in the file for %q)", err, tag)
	}
	c := &checker{file: f, tag: tag}
	c.duplicates(data)
	c.identity()
	c.structure()
	if len(c.faults) == 0 {
		for _, path := range slices.Sorted(maps.Keys(f)) {
			c.characters(path)
		}
		c.codes()
	}
	return errors.Join(c.faults...)
}

type checker struct {
	file   file
	tag    string
	tally  [2][len(categoryNames)]int // from 0, and from 1
	faults []error
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("locale: %s: %s: %s", c.tag, path, fmt.Sprintf(format, args...)))
}

// duplicates finds keys that an object has twice, of which encoding/json would take the last.
func (c *checker) duplicates(data []byte) {
	d := json.NewDecoder(bytes.NewReader(data))
	var walk func(path string)
	walk = func(path string) {
		token, _ := d.Token()
		switch token {
		case json.Delim('{'):
			seen := make(map[string]bool)
			for d.More() {
				name, _ := d.Token()
				key := strings.TrimPrefix(fmt.Sprintf("%s.%v", path, name), ".")
				if seen[key] {
					c.fault(key, "is there twice")
				}
				if strings.Contains(fmt.Sprint(name), ".") {
					c.fault(key, "has a dot in its name")
				}
				seen[key] = true
				walk(key)
			}
			d.Token()
		case json.Delim('['):
			for d.More() {
				walk(path)
			}
			d.Token()
		}
	}
	walk("")
}

func (c *checker) identity() {
	if c.file["tag"] != c.tag {
		c.fault("tag", "is not the name of the file")
	}
	lang, err := language.Parse(c.tag)
	if err != nil || lang.String() != c.tag {
		c.fault("tag", "is not a BCP 47 tag in its usual spelling")
	}
	c.tally = [...][len(categoryNames)]int{newCounter(lang).tally(0), newCounter(lang).tally(1)}
	script, _ := lang.Script()
	if c.file["script"] != script.String() {
		c.fault("script", "is not %s, which the language is written in", script)
	}
	want := "ltr"
	if slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa"}, script.String()) {
		want = "rtl"
	}
	if c.file["dir"] != want {
		c.fault("dir", "is not %s", want)
	}
}

// structure compares the texts of the file, and their placeholders, with the schema.
func (c *checker) structure() {
	known := make(map[string]bool)
	for _, e := range schema {
		if e.count {
			c.forms(e, known)
			continue
		}
		known[e.path] = true
		if text, ok := c.file[e.path]; ok {
			c.fields(e.path, text, e.fields)
		} else if e.path != "minutes.short" {
			c.fault(e.path, "is missing")
		}
	}
	for i := 0; ; i++ {
		path := fmt.Sprintf("code_word.%d", i)
		if c.file[path] == "" {
			break
		}
		known[path] = true
		c.fields(path, c.file[path], nil)
	}
	if !known["code_word.0"] {
		c.fault("code_word", "is missing")
	}
	for _, path := range slices.Sorted(maps.Keys(c.file)) {
		if !known[path] {
			c.fault(path, "is not part of the format")
		}
	}
}

// forms wants a text for each plural form that some number needs, and for the last resort. The form of a single
// number may say it in words.
func (c *checker) forms(e entry, known map[string]bool) {
	numbers := c.tally[e.first]
	for form, name := range categoryNames {
		path := e.path + "." + name
		known[path] = true
		text, ok := c.file[path]
		switch needed := numbers[form] > 0 || name == "other"; {
		case !ok && needed:
			c.fault(path, "is missing")
		case ok && !needed:
			c.fault(path, "is a plural form that the language does not have")
		case ok && numbers[form] == 1 && !strings.ContainsAny(text, "{}"):
		case ok:
			c.fields(path, text, e.fields)
		}
	}
}

func (c *checker) fields(path, text string, want []field) {
	t, err := parseTemplate(text, "{", "}", fieldNames)
	if err != nil {
		c.fault(path, "%v", err)
		return
	}
	var have []field
	for _, p := range t {
		if p.field != fieldNone {
			have = append(have, p.field)
		}
	}
	slices.Sort(have)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(have, want) {
		c.fault(path, "has not exactly the placeholders of this text")
	}
}

// characters refuses what could be mistaken for something else, or not be seen at all.
func (c *checker) characters(path string) {
	text := c.file[path]
	if text == "" || strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
		c.fault(path, "is empty or has spaces at an end or in a row")
	}
	if path == "review.sources" {
		return
	}
	for _, r := range text {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r):
			c.fault(path, "has a control character or is not UTF-8")
		case unicode.Is(unicode.Cf, r) && !isJoiner(r) || unicode.IsSpace(r) && r != ' ':
			c.fault(path, "has the invisible character %U", r)
		case unicode.IsDigit(r):
			c.fault(path, "has a digit of its own")
		case strings.ContainsRune("%$<>`@#/", r):
			c.fault(path, "has the character %q", r)
		}
	}
}

// codes looks at the texts that tell a code.
func (c *checker) codes() {
	for _, e := range schema {
		if !slices.Contains(e.fields, fieldCode) {
			continue
		}
		text := c.file[e.path]
		if !c.namesCode(text) {
			c.fault(e.path, "has none of code_word")
		}
		before, after, _ := strings.Cut(text, "{code}")
		shown := strings.Replace(before, "{brand}", strings.Repeat("x", 12), 1)
		if utf8.RuneCountInString(shown) > maxCodeOffset && !strings.HasPrefix(e.path, "voice.") {
			c.fault(e.path, "has the code too late")
		}
		if first, _ := utf8.DecodeRuneInString(after); unicode.In(first, unicode.L, unicode.M, unicode.Pc, unicode.Pd) {
			c.fault(e.path, "has something joined to the code")
		}
		if e.path == "email.code" && after != "" {
			c.fault(e.path, "does not end with the code")
		}
		c.apart(e.path, text)
		if c.file["dir"] == "rtl" && !isRightToLeft(text) {
			c.fault(e.path, "does not begin with a letter that is written from right to left")
		}
	}
}

func (c *checker) namesCode(text string) bool {
	for i := 0; ; i++ {
		word, ok := c.file[fmt.Sprintf("code_word.%d", i)]
		if !ok {
			return false
		}
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			return true
		}
	}
}

// apart wants a word between brand and code, or a brand that ends in digits would run into the code. Where text is
// written from right to left the word also keeps the two from changing places.
func (c *checker) apart(path, text string) {
	brand, code := strings.Index(text, "{brand}"), strings.Index(text, "{code}")
	if brand < 0 {
		return
	}
	between := text[min(brand, code):max(brand, code)]
	between = between[strings.IndexByte(between, '}')+1:]
	for _, r := range between {
		if unicode.IsLetter(r) && (c.file["dir"] == "ltr" || isRightToLeft(string(r))) {
			return
		}
	}
	c.fault(path, "has no word between brand and code")
}

// isRightToLeft tells whether the first letter of s is written from right to left.
func isRightToLeft(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
		}
	}
	return false
}
