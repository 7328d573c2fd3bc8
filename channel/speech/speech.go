// Package speech describes a spoken message without saying who speaks it, and renders it for the markup languages of
// voice providers.
//
// A code is spoken as single characters between commas ("1, 2, 3"), the one form that every voice in every language
// reads out digit by digit; "123" would be read as a number.
package speech

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Speech is a message to be read aloud, with repetitions already written out.
type Speech struct {
	Lang  string // BCP 47 tag of the language, which is also the voice's
	Parts []Part
}

// A Part is one stretch of a Speech: text, characters that are spoken one by one, or silence.
type Part struct {
	Kind  Kind
	Text  string        // for Text and Digits
	Pause time.Duration // for Pause; at most 10 s are rendered, and none at all if it is not positive
}

// A Kind says how a Part is spoken.
type Kind uint8

const (
	Text   Kind = iota // words, as a sentence
	Digits             // digits or letters, one by one; anything else in the text is left out
	Pause              // silence
)

// Plain returns the message as one line of text, such as "Your code is: 1, 2, 3. Again: 1, 2, 3.", for providers
// that take nothing but text. Control and bidirectional characters are left out, and so are pauses.
func (s Speech) Plain() string {
	var b strings.Builder
	for _, p := range s.Parts {
		join(&b, p.spoken())
	}
	return b.String()
}

// spoken returns the words of p, cleaned; none if p is a pause.
func (p Part) spoken() string {
	switch p.Kind {
	case Text:
		return clean(p.Text)
	case Digits:
		return strings.Join(p.characters(), ", ")
	default:
		return ""
	}
}

// characters returns the digits and letters of p.
func (p Part) characters() []string {
	var out []string
	for _, r := range p.Text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, string(r))
		}
	}
	return out
}

// clean leaves one line: white space and controls become single spaces, and whatever XML forbids, or could turn the
// order of the text around, disappears. The two joiners stay, since Persian and Indic words are written with them.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == zwnj || r == zwj:
			return r
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == utf8.RuneError, r&0xFFFE == 0xFFFE:
			return -1
		default:
			return r
		}
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

const (
	zwnj = '\u200c'
	zwj  = '\u200d'
)

// join appends text to b, with a space before a word but none before punctuation.
func join(b *strings.Builder, text string) {
	if b.Len() > 0 {
		b.WriteString(gap(text))
	}
	b.WriteString(text)
}

// gap returns what stands between text and the text before it.
func gap(text string) string {
	first, _ := utf8.DecodeRuneInString(text)
	opening := unicode.In(first, unicode.Ps, unicode.Pi) || first == '¿' || first == '¡'
	if text == "" || unicode.IsPunct(first) && !opening {
		return ""
	}
	return " "
}
