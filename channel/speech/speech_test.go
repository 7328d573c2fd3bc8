package speech_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/codeword-go/codeword/channel/speech"
)

func text(s string) speech.Part   { return speech.Part{Text: s} }
func digits(s string) speech.Part { return speech.Part{Kind: speech.Digits, Text: s} }
func pause(d time.Duration) speech.Part {
	return speech.Part{Kind: speech.Pause, Pause: d}
}

func ExampleSpeech_Plain() {
	s := speech.Speech{Lang: "en", Parts: []speech.Part{
		text("Your code is: "), digits("012345"), text("."),
		pause(time.Second),
		text("Again: "), digits("012345"), text("."),
	}}
	fmt.Println(s.Plain())
	// Output: Your code is: 0, 1, 2, 3, 4, 5. Again: 0, 1, 2, 3, 4, 5.
}

func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []speech.Part
		want  string
	}{
		{"nothing", nil, ""},
		{"letters one by one", []speech.Part{digits("Ab-1 9\u202e")}, "A, b, 1, 9"},
		{"digits first", []speech.Part{digits("12"), text("ആണ് കോഡ്.")}, "1, 2 ആണ് കോഡ്."},
		{"opening bracket", []speech.Part{digits("1"), text("(Acme)")}, "1 (Acme)"},
		{"controls", []speech.Part{text("a\x00b\r\nc\u2028d\te\u0085f")}, "a b c d e f"},
		{"bidi", []speech.Part{text("a\u202eb\u2066c\u2069\u200f\u200e\u061cd")}, "abcd"},
		{"joiners stay", []speech.Part{text("می\u200cشود \u0d15\u200d")}, "می\u200cشود \u0d15\u200d"},
		{"illegal", []speech.Part{text("a\ufffeb\uffff\U0001fffe\xff\xed\xa0\x80c")}, "abc"},
		{"empty parts", []speech.Part{text(" "), digits("."), text("a"), pause(1), text("")}, "a"},
		{"unknown kind", []speech.Part{{Kind: 99, Text: "a"}}, ""},
	} {
		if got := (speech.Speech{Parts: tt.parts}).Plain(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestMarkup(t *testing.T) {
	s := speech.Speech{Lang: "de-AT", Parts: []speech.Part{
		text(`Der Code von <Say>"R&D"</Say>:`), digits("1a2"), text("."),
		pause(1500 * time.Millisecond), pause(0), pause(time.Hour),
		text("Noch einmal:"), digits("1a2"),
		pause(time.Nanosecond),
	}}
	const escaped = `Der Code von &lt;Say&gt;&#34;R&amp;D&#34;&lt;/Say&gt;:`
	for _, tt := range []struct {
		name   string
		render func() ([]byte, error)
		want   string
	}{
		{"TwiML", s.TwiML, `<Response><Say language="de-AT">` + escaped + ` 1, a, 2.</Say><Pause length="2"></Pause>` +
			`<Pause length="10"></Pause><Say language="de-AT">Noch einmal: 1, a, 2</Say><Pause length="1"></Pause></Response>`},
		{"TeXML", func() ([]byte, error) { return s.TeXML("") },
			`<Response><Say language="de-AT" voice="alice">` + escaped + ` 1, a, 2.</Say><Pause length="2"></Pause>` +
				`<Pause length="10"></Pause><Say language="de-AT" voice="alice">Noch einmal: 1, a, 2</Say><Pause length="1"></Pause></Response>`},
		{"TeXML with a hostile voice", func() ([]byte, error) {
			return speech.Speech{Lang: "en", Parts: []speech.Part{text("a")}}.TeXML("Polly\"\n<\u202e>")
		}, `<Response><Say language="en-US" voice="Polly&#34; &lt;&gt;">a</Say></Response>`},
		{"SSML", s.SSML, `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="de-AT"> ` + escaped +
			` 1<break time="400ms"></break>a<break time="400ms"></break>2.<break time="1500ms"></break><break time="10000ms"></break>` +
			` Noch einmal: 1<break time="400ms"></break>a<break time="400ms"></break>2<break time="0ms"></break></speak>`},
	} {
		got, err := tt.render()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if want := xml.Header + tt.want; string(got) != want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, want)
		}
	}
}

func TestMarkupRefuses(t *testing.T) {
	fits := speech.Speech{Lang: "en", Parts: []speech.Part{text(strings.Repeat("x", speech.MaxText))}}
	for _, tt := range []struct {
		name   string
		speech speech.Speech
		want   error
	}{
		{"fits", fits, nil},
		{"one byte more", speech.Speech{Lang: "en", Parts: append(fits.Parts, text("."))}, speech.ErrTooLong},
		{"no voice", speech.Speech{Lang: "ur"}, speech.ErrNoVoice},
		{"no language", speech.Speech{}, speech.ErrNoVoice},
		{"hostile language", speech.Speech{Lang: `en-US"><Dial>`}, speech.ErrNoVoice},
	} {
		for name, render := range renderers(tt.speech) {
			if out, err := render(); !errors.Is(err, tt.want) || (err != nil) != (out == nil) {
				t.Errorf("%s, %s: %d bytes, %v; want %v", tt.name, name, len(out), err, tt.want)
			}
		}
	}
}

func renderers(s speech.Speech) map[string]func() ([]byte, error) {
	return map[string]func() ([]byte, error){
		"TwiML": s.TwiML,
		"TeXML": func() ([]byte, error) { return s.TeXML("") },
		"SSML":  s.SSML,
	}
}

func TestVoice(t *testing.T) {
	// The shipped tags, each with its <Say> language or "-".
	const table = `af af-ZA, ar ar-XA, az -, be -, bg bg-BG, bn bn-IN, bs -, ca ca-ES, cs cs-CZ, da da-DK, de de-DE,
		el el-GR, en en-US, en-GB en-GB, es es-ES, et -, eu -, fa -, fi fi-FI, fil fil-PH, fr fr-FR, gl -, gu gu-IN,
		he he-IL, hi hi-IN, hr -, hu hu-HU, id id-ID, it it-IT, ja ja-JP, ka -, kk -, km -, kn kn-IN, ko ko-KR, ky -,
		lt -, lv lv-LV, mk -, ml ml-IN, mr mr-IN, ms ms-MY, my -, nb nb-NO, nl nl-NL, pa pa-IN, pl pl-PL, pt-BR pt-BR,
		pt-PT pt-PT, ro ro-RO, ru ru-RU, sk sk-SK, sl -, sq -, sr sr-RS, sr-Latn sr-RS, sv sv-SE, sw -, ta ta-IN,
		te te-IN, th th-TH, tr tr-TR, uk uk-UA, ur -, vi vi-VN, zh-HK zh-HK, zh-Hans zh-CN, zh-Hant zh-TW`
	rows := strings.Split(table, ",")
	if len(rows) != 68 {
		t.Fatalf("%d rows, want the 68 shipped tags", len(rows))
	}
	for _, row := range rows {
		f := strings.Fields(row)
		got, ok := speech.Voice(f[0])
		if want := strings.TrimPrefix(f[1], "-"); got != want || ok != (want != "") {
			t.Errorf("Voice(%q) = %q, %v; want %q", f[0], got, ok, want)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add("Acme", "123456", "Again", int64(time.Second))
	f.Add(`&<>"'`, "<1>", "]]>", int64(-1))
	f.Add("\x00\x0b\u202e\ufffe\xff", "٣\u0301", "\u2066\u2028", int64(1<<62))
	f.Add("</Say><Dial>+14155552671</Dial>", "", "", int64(0))
	f.Fuzz(func(t *testing.T, a, code, b string, wait int64) {
		s := speech.Speech{Lang: "en", Parts: []speech.Part{text(a), digits(code), pause(time.Duration(wait)), text(b)}}
		if strings.ContainsFunc(s.Plain(), hostile) {
			t.Fatalf("Plain holds a hostile character: %+q", s.Plain())
		}
		n := len([]rune(strings.ReplaceAll(speech.Speech{Parts: s.Parts[1:2]}.Plain(), ", ", "")))
		says := 0
		for _, half := range [][]speech.Part{s.Parts[:2], s.Parts[3:]} {
			if (speech.Speech{Parts: half}).Plain() != "" {
				says++
			}
		}
		pauses := 0
		if wait > 0 {
			pauses = 1
		}
		want := map[string]map[string]int{
			"TwiML": {"Response": 1, "Say": says, "Pause": pauses},
			"TeXML": {"Response": 1, "Say": says, "Pause": pauses},
			"SSML":  {"speak": 1, "break": max(n-1, 0) + pauses},
		}
		for name, render := range renderers(s) {
			out, err := render()
			if errors.Is(err, speech.ErrTooLong) && len(s.Plain()) > speech.MaxText {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			got, words := parse(t, out)
			for element := range want[name] {
				if got[element] != want[name][element] {
					t.Fatalf("%s: %v, want %v\n%s", name, got, want[name], out)
				}
				delete(got, element)
			}
			if len(got) > 0 {
				t.Fatalf("%s: elements of the text: %v\n%s", name, got, out)
			}
			plain := s.Plain()
			if name == "SSML" { // has no commas in the code
				continue
			}
			if squeeze(words) != squeeze(plain) {
				t.Fatalf("%s: says %q, want %q", name, words, plain)
			}
		}
	})
}

// parse counts the elements of a document and collects its text. It fails if the document is not well-formed.
func parse(t *testing.T, doc []byte) (map[string]int, string) {
	t.Helper()
	elements, words := map[string]int{}, ""
	dec := xml.NewDecoder(bytes.NewReader(doc))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return elements, words
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, doc)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			elements[tok.Name.Local]++
		case xml.CharData:
			words += string(tok)
			if strings.ContainsFunc(strings.TrimPrefix(string(tok), "\n"), hostile) {
				t.Fatalf("a hostile character in %+q", tok)
			}
		case xml.Comment, xml.Directive:
			t.Fatalf("a comment or directive in %s", doc)
		}
	}
}

func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
