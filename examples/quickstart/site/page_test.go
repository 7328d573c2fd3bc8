package site_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/locale"
)

func TestPagesInEveryLanguage(t *testing.T) {
	b := visit(t)
	b.signIn("sms", "+1 415 555 2671")
	b.post("/verify/start", `{"channel":"email","to":"ada@example.com"}`)
	for _, tag := range locale.Default().Tags() {
		l, _ := locale.Default().Match(tag, "")
		for _, path := range []string{"/", "/account", "/inbox"} {
			t.Run(tag+path, func(t *testing.T) {
				res, body := b.get(path + "?lang=" + tag)
				if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
					t.Fatalf("%s, %s", res.Status, res.Header.Get("Content-Type"))
				}
				if want := `<html lang="` + tag + `" dir="` + l.Dir() + `">`; !strings.Contains(body, want) {
					t.Errorf("there is no %s", want)
				}
				parse(t, body)
			})
		}
	}
}

// parse checks that elements are closed in order, that what people read has words, and that the texts of the script are all there.
func parse(t *testing.T, page string) {
	t.Helper()
	var open, words []string // the elements around, and the text in each
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!doctype html>")))
	d.Strict = false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if slices.Contains([]string{"meta", "link", "input"}, token.Name.Local) {
				continue
			}
			open, words = append(open, token.Name.Local), append(words, "")
		case xml.CharData:
			if len(words) > 0 {
				words[len(words)-1] += string(token)
			}
		case xml.EndElement:
			last := len(open) - 1
			if last < 0 || open[last] != token.Name.Local {
				t.Fatalf("</%s> closes %q", token.Name.Local, open)
			}
			name, text := open[last], strings.TrimSpace(words[last])
			if text == "" && slices.Contains([]string{"title", "h1", "label", "button", "a"}, name) {
				t.Errorf("an empty <%s>", name)
			}
			if name == "script" && text != "" {
				checkTexts(t, text)
			}
			open, words = open[:last], words[:last]
			if last > 0 {
				words[last-1] += text
			}
		}
	}
	if len(open) > 0 {
		t.Errorf("%q stay open", open)
	}
}

func checkTexts(t *testing.T, data string) {
	t.Helper()
	var texts map[string]any
	if err := json.Unmarshal([]byte(data), &texts); err != nil {
		t.Fatal(err)
	}
	if len(texts) != 14 {
		t.Errorf("the script has %d texts, want 14", len(texts))
	}
	for key, text := range texts {
		if forms, ok := text.(map[string]any); ok {
			text = forms["other"]
		}
		if text == "" || text == nil {
			t.Errorf("the text %q is empty", key)
		}
	}
}

func TestLanguage(t *testing.T) {
	b := visit(t)
	for _, test := range []struct{ query, accept, want string }{
		{"", "", "en"},
		{"", "de-CH, fr;q=0.9", "de"},
		{"", "fr;q=0.5, ar;q=0.8", "ar"},
		{"", "tlh, x-nothing;q=0.9, es-MX;q=0.1", "es"},
		{"", "*", "en"},
		{"", "not a list of ;;; languages", "en"},
		{"?lang=ar", "de", "ar"},
		{"?lang=tlh", "de", "de"},
		{"?lang=%22%3E%3Cscript%3E", "", "en"},
	} {
		_, body := b.get("/"+test.query, "Accept-Language", test.accept)
		if !strings.Contains(body, `<html lang="`+test.want+`"`) {
			t.Errorf("%q with Accept-Language %q is not answered in %s", test.query, test.accept, test.want)
		}
		// What was asked for stays, for the messages and the pages that follow; what the browser prefers does not need to.
		asked := test.query == "?lang="+test.want
		if strings.Contains(body, `data-next="/account?lang=`+test.want+`"`) != asked || strings.Contains(body, `data-locale="`+test.want+`"`) != asked {
			t.Errorf("%q with Accept-Language %q: the language is to stay: %v", test.query, test.accept, asked)
		}
	}
}

func TestChannelOfPhones(t *testing.T) {
	b := visit(t)
	_, texted := b.get("/?lang=de")
	if !strings.Contains(texted, `data-phone-channel="sms"`) || !strings.Contains(texted, `href="/?channel=call&amp;lang=de"`) {
		t.Error("phones are not texted, or there is no way to have them called")
	}
	_, called := b.get("/?channel=call&lang=de")
	if !strings.Contains(called, `data-phone-channel="call"`) || !strings.Contains(called, `href="/?lang=de"`) {
		t.Error("phones are not called, or there is no way back")
	}
	if !strings.Contains(called, `href="/?channel=call&amp;lang=fr"`) {
		t.Error("another language forgets the channel")
	}
}
