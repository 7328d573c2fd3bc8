package locale_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
)

func TestEmail(t *testing.T) {
	subject, text, _ := match("en").Email(locale.Message{
		Brand: "Acme", Code: "012345", Valid: 10 * time.Minute, Payee: "Bob", Amount: "10.00 €",
	})
	if want := "Acme: your code is 012345"; subject != want {
		t.Errorf("subject %q, want %q", subject, want)
	}
	want := `Acme

Your code: 012345

This code approves a payment of 10.00 € to Bob.

It is valid for 10 minutes. Do not share it with anyone.

If you did not ask for this code, you can ignore this email.
`
	if text != want {
		t.Errorf("text %q, want %q", text, want)
	}
	subject, text, _ = match("de").Email(locale.Message{Code: "012345", NoWarning: true})
	if want := "Der Code lautet 012345"; subject != want {
		t.Errorf("subject %q, want %q", subject, want)
	}
	if want := "Code: 012345\n\nWurde kein Code angefordert, kann diese E-Mail ignoriert werden.\n"; text != want {
		t.Errorf("text %q, want %q", text, want)
	}
}

// TestEmailPage wants the page to tell what the text tells, to be marked with its language, and to load nothing.
func TestEmailPage(t *testing.T) {
	remote := regexp.MustCompile(`(?i)https?:|//|url\(|src=|href=|@import|<script|<img|<link`)
	marker := regexp.MustCompile(`\[\[\w*\]\]`)
	for _, l := range all(t) {
		for _, m := range []locale.Message{
			{Brand: "Acme & Söhne", Code: "012345", Valid: 10 * time.Minute, Payee: "Bob's", Amount: "10 €"},
			{Code: "012345", NoWarning: true},
		} {
			_, text, page := l.Email(m)
			if found := remote.FindString(page); found != "" {
				t.Errorf("%s: the page has %q", l.Tag(), found)
			}
			if found := marker.FindString(page); found != "" {
				t.Errorf("%s: %s is left", l.Tag(), found)
			}
			start := map[string]string{"ltr": "left", "rtl": "right"}[l.Dir()]
			if !strings.Contains(page, `<html lang="`+l.Tag()+`" dir="`+l.Dir()+`">`) || !strings.Contains(page, "text-align:"+start) {
				t.Errorf("%s: language or direction is missing", l.Tag())
			}
			if m.Brand != "" && (strings.Count(page, "Acme &amp; Söhne") != 2 || !strings.Contains(page, "Bob&#39;s")) {
				t.Errorf("%s: a field is not escaped", l.Tag())
			}
			shown := strings.Join(strings.Fields(unescape.Replace(visible(page))), " ")
			for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
				if label, code, ok := strings.Cut(strings.Replace(paragraph, "：0", ": 0", 1), ": 0"); ok {
					paragraph = strings.TrimSpace(label) + " 0" + code
				}
				if !strings.Contains(shown, paragraph) {
					t.Errorf("%s: the page lacks %q: %s", l.Tag(), paragraph, shown)
				}
			}
			if strings.Contains(page, "></p>") {
				t.Errorf("%s: an empty paragraph", l.Tag())
			}
		}
	}
}

func TestEmailLabel(t *testing.T) {
	data := strings.Replace(string(readFile(t, "es").data), "Tu código: {code}", "Clave & código: {code}", 1)
	_, _, page := load(t, parse(t, "es", []byte(data))).Email(login)
	if !strings.Contains(page, ">Clave &amp; código</p>") {
		t.Errorf("the label is not escaped: %s", page)
	}
}

var unescape = strings.NewReplacer("&amp;", "&", "&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">")

// FuzzEmail wants every page to have the elements of the template, whatever the fields say.
func FuzzEmail(f *testing.F) {
	for _, s := range []string{"Acme", "<script>", `"><img src=x>`, "[[code]]", "{code}", "&lt;", "a\r\nBcc: x@y"} {
		f.Add(s, s, s)
	}
	tags := regexp.MustCompile(`<[^>]*>`)
	_, _, page := match("en").Email(locale.Message{Brand: "x", Code: "0", Valid: 1, Payee: "x", Amount: "x"})
	want := strings.Join(tags.FindAllString(page, -1), "")
	f.Fuzz(func(t *testing.T, brand, payee, amount string) {
		subject, _, page := match("en").Email(locale.Message{Brand: "x" + brand, Code: "0", Valid: 1, Payee: "x" + payee, Amount: amount})
		if got := strings.Join(tags.FindAllString(page, -1), ""); got != want {
			t.Errorf("elements %s", got)
		}
		if strings.ContainsAny(subject, "\r\n") {
			t.Errorf("subject %q", subject)
		}
	})
}
