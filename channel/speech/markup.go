package speech

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxText is how many bytes of text, in UTF-8, a rendered Speech may hold: what a <Say> verb accepts.
const MaxText = 4096

var (
	// ErrNoVoice reports a Speech in a language that Voice does not know.
	ErrNoVoice = errors.New("speech: no voice for this language")

	// ErrTooLong reports a Speech of more than MaxText bytes.
	ErrTooLong = errors.New("speech: text too long")
)

const (
	maxPause = 10 * time.Second
	between  = 400 * time.Millisecond // from one character of a code to the next, in SSML
)

// TwiML returns the document that has Twilio speak s: <Say> verbs with <Pause> verbs between them.
// Its errors are ErrNoVoice and ErrTooLong.
func (s Speech) TwiML() ([]byte, error) { return s.verbs("") }

// TeXML returns the document that has Telnyx speak s. The voice is "alice" if it is empty, since that is the one which
// follows the language of the text; otherwise a voice of that language, such as "Polly.Vicki".
// Its errors are ErrNoVoice and ErrTooLong.
func (s Speech) TeXML(voice string) ([]byte, error) {
	if voice == "" {
		voice = "alice"
	}
	return s.verbs(voice)
}

// SSML returns s as a <speak> document of the W3C, where silence, not commas, stands between the characters of a code.
// Its errors are ErrNoVoice and ErrTooLong.
func (s Speech) SSML() ([]byte, error) {
	lang, err := s.check()
	if err != nil {
		return nil, err
	}
	var d document
	d.open("speak", "version", "1.0", "xmlns", "http://www.w3.org/2001/10/synthesis", "xml:lang", lang)
	for _, p := range s.Parts {
		switch p.Kind {
		case Text:
			words := clean(p.Text)
			d.text(gap(words) + words)
		case Digits:
			for i, c := range p.characters() {
				if i > 0 {
					d.silence(between)
					d.text(c)
				} else {
					d.text(" " + c)
				}
			}
		case Pause:
			d.silence(p.Pause)
		}
	}
	d.close("speak")
	return d.bytes()
}

// verbs renders s with one <Say> for whatever stands between two pauses.
func (s Speech) verbs(voice string) ([]byte, error) {
	lang, err := s.check()
	if err != nil {
		return nil, err
	}
	var d document
	var words strings.Builder
	say := func() {
		if words.Len() > 0 {
			d.element("Say", words.String(), "language", lang, "voice", voice)
			words.Reset()
		}
	}
	d.open("Response")
	for _, p := range s.Parts {
		if p.Kind != Pause {
			join(&words, p.spoken())
			continue
		}
		if say(); p.Pause > 0 {
			seconds := (min(p.Pause, maxPause) + time.Second - 1) / time.Second
			d.element("Pause", "", "length", strconv.Itoa(int(seconds)))
		}
	}
	say()
	d.close("Response")
	return d.bytes()
}

func (s Speech) check() (lang string, err error) {
	lang, ok := Voice(s.Lang)
	if !ok {
		return "", ErrNoVoice
	}
	if len(s.Plain()) > MaxText {
		return "", ErrTooLong
	}
	return lang, nil
}

// A document is XML that is being written. The first error stays and is told by bytes.
type document struct {
	buf bytes.Buffer
	enc *xml.Encoder
	err error
}

func (d *document) token(t xml.Token) {
	if d.enc == nil {
		d.buf.WriteString(xml.Header)
		d.enc = xml.NewEncoder(&d.buf)
	}
	if d.err == nil {
		d.err = d.enc.EncodeToken(t)
	}
}

// open starts an element. Attributes are pairs of name and value; those without a value are left out.
func (d *document) open(name string, attributes ...string) {
	start := xml.StartElement{Name: xml.Name{Local: name}}
	for i := 0; i < len(attributes); i += 2 {
		if value := clean(attributes[i+1]); value != "" {
			start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: attributes[i]}, Value: value})
		}
	}
	d.token(start)
}

func (d *document) close(name string) { d.token(xml.EndElement{Name: xml.Name{Local: name}}) }

func (d *document) text(text string) { d.token(xml.CharData(text)) }

func (d *document) element(name, text string, attributes ...string) {
	d.open(name, attributes...)
	d.text(text)
	d.close(name)
}

func (d *document) silence(length time.Duration) {
	if length > 0 {
		d.element("break", "", "time", strconv.FormatInt(min(length, maxPause).Milliseconds(), 10)+"ms")
	}
}

func (d *document) bytes() ([]byte, error) {
	if d.err == nil {
		d.err = d.enc.Close()
	}
	if d.err != nil {
		return nil, fmt.Errorf("speech: %w", d.err)
	}
	return d.buf.Bytes(), nil
}
