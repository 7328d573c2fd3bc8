// Package locale writes the messages that carry a one-time code: text messages, e-mails and calls, and the words of the
// pages around them, in the language of the person who reads them.
//
//	l, _ := locale.Default().Match(requested, region)
//	text := l.SMS(locale.Message{Brand: "Acme", Code: "493021", Valid: 10 * time.Minute})
//
// A text message fits one segment for brands of up to twelve characters and names the service. Whatever a message is
// given is cleaned first: no brand, payee or amount can add a line, a link, a second code or a change of writing
// direction, whoever chose it.
//
// The messages live in files, one for each language, that are read when the language is first needed; messages/README.md
// says how to write one. A file that no native speaker has signed off yet says so ("review").
package locale

import (
	"fmt"

	"golang.org/x/text/language"
)

// A Locale writes messages in one language. It is immutable and safe for concurrent use.
type Locale struct {
	tag, name, dir string
	plurals        counter
	text           map[string]template // by the path that the file has it under
	sms            smsTemplates
	short          forms // minutes as text messages say them
	long           forms // and as everyone else does
	speaker        func(*Locale) *Locale
}

// smsTemplates are the parts of a text message, whole sentences, found once because they are needed often.
type smsTemplates struct{ code, nobrand, payment, ttl, safe template }

// forms are the plural forms of a text. Those that a language does not have are the same as the last resort, Other.
type forms [len(categoryNames)]template

func newLocale(f file, speaker func(*Locale) *Locale) (*Locale, error) {
	l := &Locale{tag: f["tag"], name: f["name"], dir: f["dir"], text: make(map[string]template, len(f)), speaker: speaker}
	l.plurals = newCounter(language.Make(l.tag))
	for path, text := range f {
		t, err := parseTemplate(text, "{", "}", fieldNames)
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %s: %w", l.tag, path, err)
		}
		l.text[path] = t
	}
	l.sms = smsTemplates{
		code:    l.text["sms.code"],
		nobrand: l.text["sms.code_nobrand"],
		payment: l.text["sms.payment"],
		ttl:     l.text["sms.ttl"],
		safe:    l.text["sms.safe"],
	}
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
