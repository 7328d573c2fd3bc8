package locale

import (
	"encoding/json"
	"fmt"
	"strconv"

	"golang.org/x/text/language"
)

// A file is a message file flattened: {"sms": {"ttl": "..."}} is "sms.ttl", and the elements of a list are numbered.
type file map[string]string

func parseFile(data []byte) (file, error) {
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	f := make(file, 128)
	return f, f.flatten("", tree)
}

func (f file) flatten(path string, v any) error {
	switch v := v.(type) {
	case string:
		f[path] = v
	case float64:
		f[path] = strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		for i, element := range v {
			if err := f.flatten(path+"."+strconv.Itoa(i), element); err != nil {
				return err
			}
		}
	case map[string]any:
		if path != "" {
			path += "."
		}
		for key, element := range v {
			if err := f.flatten(path+key, element); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("locale: %s: neither text nor number", path)
	}
	return nil
}

// A Locale writes messages in one language. It is immutable and safe for concurrent use.
type Locale struct {
	tag, dir string
	name     string
	plurals  counter
	text     map[string]template // by the path that the file has it under
	sms      smsTemplates
	short    forms // minutes as text messages say them
	long     forms // and as everyone else does
	speaker  func(*Locale) *Locale
}

// smsTemplates are the parts of a text message, whole sentences, found once because they are needed often.
type smsTemplates struct{ code, nobrand, payment, ttl, safe template }

// forms are the plural forms of a text. Those that a language does not have are the same as the last resort, Other.
type forms [len(categoryNames)]template

func newLocale(f file, speaker func(*Locale) *Locale) (*Locale, error) {
	l := &Locale{tag: f["tag"], dir: f["dir"], name: f["name"], plurals: newCounter(language.Make(f["tag"])), speaker: speaker}
	l.text = make(map[string]template, len(f))
	for path, text := range f {
		t, err := parseTemplate(text, "{", "}", fieldNames)
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %s: %w", l.tag, path, err)
		}
		l.text[path] = t
	}
	l.sms = smsTemplates{l.text["sms.code"], l.text["sms.code_nobrand"], l.text["sms.payment"], l.text["sms.ttl"], l.text["sms.safe"]}
	l.long = l.forms("minutes.long")
	l.short = l.long
	if short, ok := l.text["minutes.short"]; ok {
		for i := range l.short {
			l.short[i] = short
		}
	}
	return l, nil
}

func (l *Locale) forms(path string) (f forms) {
	other := l.text[path+".other"]
	for i, name := range categoryNames {
		if f[i] = l.text[path+"."+name]; f[i] == nil {
			f[i] = other
		}
	}
	return f
}

// Tag returns the BCP 47 tag of the language.
func (l *Locale) Tag() string { return l.tag }

// Name returns what the language calls itself, for a choice of languages.
func (l *Locale) Name() string { return l.name }

// Dir returns the direction that the language is written in, "ltr" or "rtl": the value of HTML's dir attribute.
func (l *Locale) Dir() string { return l.dir }
