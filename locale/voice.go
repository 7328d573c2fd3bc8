package locale

import (
	"time"

	"github.com/codeword-go/codeword/channel/speech"
)

const roundPause = time.Second

// Speech returns the message as it is spoken in a call: the code twice, one character at a time. In a language that
// voices do not speak it is English, text and voice together.
func (l *Locale) Speech(m Message) speech.Speech {
	if s := l.speaker(l); s != l {
		return s.Speech(m)
	}
	v := m.values(l, &l.long)
	code := l.text["voice.code"]
	if v[fieldBrand] == "" {
		code = l.text["voice.code_nobrand"]
	}
	s := speech.Speech{Lang: l.tag}
	s.Parts = l.say(s.Parts, code, &v)
	if v[fieldPayee] != "" {
		s.Parts = l.say(s.Parts, l.text["voice.payment"], &v)
	}
	s.Parts = append(s.Parts, speech.Part{Kind: speech.Pause, Pause: roundPause})
	s.Parts = l.say(s.Parts, l.text["voice.again"], &v)
	s.Parts = append(s.Parts, speech.Part{Kind: speech.Pause, Pause: roundPause})
	if !m.NoWarning {
		s.Parts = l.say(s.Parts, l.text["voice.safe"], &v)
	}
	s.Parts = l.say(s.Parts, l.text["voice.bye"], &v)
	return s
}

// say appends a sentence, with the code, if it has one, as characters of their own.
func (l *Locale) say(parts []speech.Part, t template, v *values) []speech.Part {
	before, after := t.split(fieldCode, v)
	parts = append(parts, speech.Part{Kind: speech.Text, Text: before})
	if t.has(fieldCode) {
		parts = append(parts, speech.Part{Kind: speech.Digits, Text: v[fieldCode]})
	}
	if after != "" {
		parts = append(parts, speech.Part{Kind: speech.Text, Text: after})
	}
	return parts
}

// speaker returns the locale that speaks for l: l itself, the Cyrillic one for Serbian in Latin letters because the
// voice reads only Cyrillic, or English.
func (c *Catalog) speaker(l *Locale) *Locale {
	if l.tag == "sr-Latn" {
		if cyrillic, ok := c.locales["sr"]; ok {
			return cyrillic()
		}
		return c.locales[english]()
	}
	if _, ok := speech.Voice(l.tag); ok || l.tag == english {
		return l
	}
	return c.locales[english]()
}
