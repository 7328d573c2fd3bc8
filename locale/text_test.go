package locale_test

import (
	"bytes"
	"html/template"
	"maps"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
)

var texts = []locale.Text{
	locale.TextTitle, locale.TextIntro, locale.TextLanguage, locale.TextPhone, locale.TextEmail, locale.TextUsePhone,
	locale.TextUseEmail, locale.TextSend, locale.TextSent, locale.TextCode, locale.TextVerify, locale.TextBack,
	locale.TextResend, locale.TextWelcome, locale.TextSignOut, locale.TextInbox, locale.TextInboxEmpty,
	locale.TextExpired, locale.TextTooManyTries, locale.TextBadPhone, locale.TextBadEmail, locale.TextBadRegion,
	locale.TextNotSent, locale.TextUnavailable, locale.TextError,
	locale.TextEnterCode, locale.TextSignedInAs, locale.TextResendIn, locale.TextWrongCode,
}

// TestTexts wants every text to be there in every language, and nothing to be left of its placeholders.
func TestTexts(t *testing.T) {
	const to = "+1 ••• •• 71"
	for _, l := range all(t) {
		seen := make(map[string]locale.Text)
		for _, name := range texts {
			text := l.Text(name) + l.TextCount(name, 3)
			switch name {
			case locale.TextEnterCode, locale.TextSignedInAs:
				if text = l.TextTo(name, to); !bytes.Contains([]byte(text), []byte(to)) {
					t.Errorf("%s: %s does not say to whom: %q", l.Tag(), name, text)
				}
			case locale.TextResendIn, locale.TextWrongCode:
				if !bytes.Contains([]byte(text), []byte("3")) {
					t.Errorf("%s: %s does not count: %q", l.Tag(), name, text)
				}
			}
			if text == "" || bytes.ContainsAny([]byte(text), "{}") {
				t.Errorf("%s: %s is %q", l.Tag(), name, text)
			}
			if other, ok := seen[text]; ok && name != locale.TextCode {
				t.Errorf("%s: %s and %s are both %q", l.Tag(), name, other, text)
			}
			seen[text] = name
		}
	}
	if got := match("en").Text("no such text") + match("en").TextCount("title", 1); got != "" {
		t.Errorf("an unknown text is %q", got)
	}
}

func TestTextCount(t *testing.T) {
	for _, tt := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 0, "You can send again in 0 seconds."},
		{"en", 1, "You can send again in 1 second."},
		{"en", 30, "You can send again in 30 seconds."},
		{"en", -5, "You can send again in 0 seconds."},
		{"fr", 0, "Nouvel envoi possible dans 0 seconde."},
		{"ar", 0, "يمكن إعادة الإرسال الآن."},
		{"ar", 2, "يمكن إعادة الإرسال بعد ثانيتين."},
		{"ar", 3, "يمكن إعادة الإرسال بعد 3 ثوانٍ."},
		{"ar", 11, "يمكن إعادة الإرسال بعد 11 ثانية."},
	} {
		if got := match(tt.tag).TextCount(locale.TextResendIn, tt.n); got != tt.want {
			t.Errorf("%s: %d: %q, want %q", tt.tag, tt.n, got, tt.want)
		}
	}
}

func TestWait(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second:         "Too many requests. Try again in 0 seconds.",
		1:                    "Too many requests. Try again in 1 second.",
		90 * time.Second:     "Too many requests. Try again in 90 seconds.",
		91 * time.Second:     "Too many requests. Try again in 2 minutes.",
		10 * time.Minute:     "Too many requests. Try again in 10 minutes.",
		90 * time.Minute:     "Too many requests. Try again in 90 minutes.",
		90*time.Minute + 1:   "Too many requests. Try again in 2 hours.",
		24 * time.Hour:       "Too many requests. Try again in 24 hours.",
		24*time.Hour + 1:     "Too many requests. Try again in 25 hours.",
		365 * 24 * time.Hour: "Too many requests. Try again in 8760 hours.",
	} {
		if got := match("en").Wait(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestForms(t *testing.T) {
	want := map[string]string{
		"one":   "That code is not right. {n} try left.",
		"other": "That code is not right. {n} tries left.",
	}
	if got := match("en").Forms(locale.TextWrongCode); !maps.Equal(got, want) {
		t.Errorf("Forms = %q", got)
	}
}

// Text is meant for templates, where a constant is out of reach.
func TestTextInTemplate(t *testing.T) {
	page := template.Must(template.New("").Parse(`<h1>{{.Text "title"}}</h1>{{.TextTo "enter_code" "<x>"}}`))
	var b bytes.Buffer
	if err := page.Execute(&b, match("en")); err != nil {
		t.Fatal(err)
	}
	if want := "<h1>Sign in</h1>Enter the code sent to &lt;x&gt;."; b.String() != want {
		t.Errorf("%s, want %s", b.String(), want)
	}
}
