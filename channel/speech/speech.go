// Package speech describes a spoken message without saying who speaks it, and renders it for the markup languages of
// voice providers.
package speech

import "time"

// A Speech is a message to be read aloud, with repetitions already written out.
type Speech struct {
	Lang  string // BCP 47 tag of the language, which is also the voice's
	Parts []Part
}

// A Part is one stretch of a Speech: text, characters that are spoken one by one, or silence.
type Part struct {
	Kind  Kind
	Text  string        // for Text and Digits
	Pause time.Duration // for Pause
}

// A Kind says how a Part is spoken.
type Kind uint8

const (
	Text   Kind = iota // words, as a sentence
	Digits             // digits or letters, one by one
	Pause              // silence
)
