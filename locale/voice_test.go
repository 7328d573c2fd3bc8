package locale_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/codeword-go/codeword/channel/speech"
	"github.com/codeword-go/codeword/locale"
)

func TestSpeech(t *testing.T) {
	m := locale.Message{Brand: "Acme", Code: "0123", Payee: "Bob", Amount: "10 €"}
	want := "Your Acme code is: 0, 1, 2, 3. This code approves a payment of 10 € to Bob. Once more, your code is: 0, 1, 2, 3. " +
		"Do not share this code with anyone. Goodbye."
	if got := match("en").Speech(m).Plain(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := match("de").Speech(locale.Message{Code: "0123"}).Plain(), "Der Code lautet: 0, 1, 2, 3. Der Code"; !strings.HasPrefix(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	m = locale.Message{Code: "aB1", NoWarning: true}
	if got, want := match("en").Speech(m).Plain(), "Your code is: a, B, 1. Once more, your code is: a, B, 1. Goodbye."; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestSpeechEverywhere wants two rounds with a pause between them, in a language that has a voice, and documents
// that hold whatever a brand may hold.
func TestSpeechEverywhere(t *testing.T) {
	for _, l := range all(t) {
		for _, brand := range []string{"Acme", "", "&<>\"'\x00\u202e", "</Say><Dial>+15550100</Dial>"} {
			s := l.Speech(locale.Message{Brand: brand, Code: "012345"})
			digits, pauses := 0, 0
			for _, p := range s.Parts {
				switch p.Kind {
				case speech.Digits:
					if digits++; p.Text != "012345" {
						t.Errorf("%s: digits %q", l.Tag(), p.Text)
					}
				case speech.Pause:
					if digits != pauses+1 {
						t.Errorf("%s: %d pauses after %d rounds", l.Tag(), pauses, digits)
					}
					pauses++
				}
			}
			if digits != 2 || pauses != 2 || strings.Count(s.Plain(), "0, 1, 2, 3, 4, 5") != 2 {
				t.Errorf("%s: %d rounds, %d pauses: %q", l.Tag(), digits, pauses, s.Plain())
			}
			if _, ok := speech.Voice(s.Lang); !ok {
				t.Errorf("%s: nobody speaks %q", l.Tag(), s.Lang)
			}
			document, err := s.TwiML()
			if err != nil {
				t.Errorf("%s: %v", l.Tag(), err)
			}
			if names := elements(t, document); strings.Trim(names, "SP") != "R" || strings.Count(names, "S") != 3 {
				t.Errorf("%s: elements %s in %s", l.Tag(), names, document)
			}
		}
	}
}

// elements returns the initials of a document's elements.
func elements(t *testing.T, document []byte) (names string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(string(document))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		if start, ok := token.(xml.StartElement); ok {
			names += start.Name.Local[:1]
		}
	}
}

// TestSpeaker covers the languages that no voice speaks, and the Latin Serbian that only a Cyrillic text makes one
// speak.
func TestSpeaker(t *testing.T) {
	c := pseudoCatalog(t, "et", "sw", "sr-Latn", "sr", "zh-HK")
	for tag, want := range map[string]string{"et": "en", "sw": "en", "sr-Latn": "sr", "sr": "sr", "zh-HK": "zh-HK"} {
		if got := get(t, c, tag).Speech(login).Lang; got != want {
			t.Errorf("%s is spoken in %s, want %s", tag, got, want)
		}
	}
	c, err := locale.New(locale.Options{FS: fstest.MapFS{"sr-Latn.json": {Data: pseudo(t, "sr-Latn")}}})
	if err != nil {
		t.Fatal(err)
	}
	want := "en"
	if _, reason := c.Match("sr", ""); reason == locale.Requested {
		want = "sr"
	}
	if got := get(t, c, "sr-Latn").Speech(login).Lang; got != want {
		t.Errorf("sr-Latn is spoken in %s, want %s", got, want)
	}
}
