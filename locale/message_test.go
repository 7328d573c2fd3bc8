package locale_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/locale/sms"
)

// all returns every language that is shipped.
func all(t testing.TB) []*locale.Locale {
	t.Helper()
	var locales []*locale.Locale
	for _, tag := range locale.Default().Tags() {
		l, reason := locale.Default().Match(tag, "")
		if l.Tag() != tag || reason != locale.Requested {
			t.Fatalf("Match(%q) = %s, %v", tag, l.Tag(), reason)
		}
		locales = append(locales, l)
	}
	return locales
}

func match(tag string) *locale.Locale {
	l, _ := locale.Default().Match(tag, "")
	return l
}

func TestSMS(t *testing.T) {
	const hash, origin = "FA+9qCX9VSu", "example.com"
	for _, tt := range []struct {
		name, tag string
		m         locale.Message
		want      string
	}{
		{"everything", "en", locale.Message{Brand: "Acme", Code: "012345", Valid: 10 * time.Minute},
			"Acme: your code is 012345. Valid for 10 min. Do not share it."},
		{"no brand", "en", locale.Message{Code: "012345", Valid: 10 * time.Minute},
			"Your code is 012345. Valid for 10 min. Do not share it."},
		{"a brand of nothing allowed", "en", locale.Message{Brand: "\n://", Code: "012345"},
			"Your code is 012345. Do not share it."},
		{"no time", "en", locale.Message{Brand: "Acme", Code: "012345"},
			"Acme: your code is 012345. Do not share it."},
		{"no warning", "en", locale.Message{Brand: "Acme", Code: "012345", NoWarning: true},
			"Acme: your code is 012345."},
		{"time is rounded down", "en", locale.Message{Code: "1234", Valid: 10*time.Minute - 1, NoWarning: true},
			"Your code is 1234. Valid for 9 min."},
		{"to one minute at least", "en", locale.Message{Code: "1234", Valid: 1, NoWarning: true},
			"Your code is 1234. Valid for 1 min."},
		{"time in the past is not told", "en", locale.Message{Code: "1234", Valid: -time.Hour, NoWarning: true},
			"Your code is 1234."},
		{"long minutes", "de", locale.Message{Brand: "Acme", Code: "012345", Valid: time.Minute},
			"Acme: Der Code lautet 012345. Gültig für 1 Minute. Bitte nicht weitergeben."},
		{"dual", "ar", locale.Message{Brand: "Acme", Code: "012345", Valid: 2 * time.Minute},
			"رمز Acme هو 012345. صلاحيته دقيقتان. لا تشاركه مع أحد."},
		{"payment", "en", locale.Message{Brand: "Acme", Code: "012345", Valid: 5 * time.Minute, Payee: "Bob's Shop", Amount: "10.00 €"},
			"Acme: your code is 012345. Pay 10.00 € to Bob's Shop. Valid for 5 min. Do not share it."},
		{"half a payment", "en", locale.Message{Code: "012345", Amount: "10.00 €", NoWarning: true},
			"Your code is 012345. Pay 10.00 € to ?."},
		{"a payee of nothing allowed", "en", locale.Message{Code: "012345", Payee: "\u202e", Amount: "10", NoWarning: true},
			"Your code is 012345. Pay 10 to ?."},
		{"no-break space in the amount", "en", locale.Message{Code: "012345", Payee: "Bob", Amount: "1\u202f234,00\u00a0€", NoWarning: true},
			"Your code is 012345. Pay 1 234,00 € to Bob."},
		{"hash and origin", "en", locale.Message{Code: "012345", AppHash: hash, Origin: origin, NoWarning: true},
			"Your code is 012345.\nFA+9qCX9VSu\n@example.com #012345"},
		{"bad hash and origin", "en", locale.Message{Code: "012345", AppHash: hash + "x", Origin: "https://example.com", NoWarning: true},
			"Your code is 012345."},
		{"time gives way first", "es", locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 5 * time.Minute, AppHash: hash, Origin: "e.com"},
			"Acme Studio1: código 012345. No compartir.\nFA+9qCX9VSu\n@e.com #012345"},
		{"then the warning", "es", locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 5 * time.Minute, AppHash: hash, Origin: origin},
			"Acme Studio1: código 012345.\nFA+9qCX9VSu\n@example.com #012345"},
		{"time gives way without a warning", "es", locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 5 * time.Minute, AppHash: hash, Origin: origin, NoWarning: true},
			"Acme Studio1: código 012345.\nFA+9qCX9VSu\n@example.com #012345"},
		{"never the payment", "es", locale.Message{Brand: "Acme", Code: "012345", Valid: 5 * time.Minute, Payee: "Muebles y Más Muebles", Amount: "123.456,00 €", Origin: origin},
			"Acme: código 012345. Pago de 123.456,00 € a Muebles y Más Mueble.\n@example.com #012345"},
		{"digits in other scripts", "en", locale.Message{Brand: "Acme ٢٤", Code: "012345", Payee: "Bob", Amount: "١٠٫٥٠", NoWarning: true},
			"Acme 24: your code is 012345. Pay 10 50 to Bob."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := match(tt.tag).SMS(tt.m); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestBrand(t *testing.T) {
	for brand, want := range map[string]string{
		"Acme":                         "Acme",
		"  Acme \t Labs ":              "Acme Labs",
		"7-Eleven":                     "7-Eleven",
		"99designs":                    "99designs",
		"AT&T":                         "AT&T",
		"L’Oréal":                      "L’Oréal",
		"Macy's":                       "Macy's",
		"Yahoo!":                       "Yahoo!",
		"snake_case":                   "snake_case",
		"St. Ives":                     "St. Ives",
		"S.p.A.":                       "S.p.A.",
		"Booking.com":                  "Booking com",
		"evil.example/x":               "evil example x",
		"https://x.io":                 "https x io",
		"a@b":                          "a b",
		"#1":                           "1",
		"Acme\nYour code is 1":         "Acme Your code is 1",
		"Acme\u2028x":                  "Acme x",
		"Ac\u202eme\u2066":             "Acme",
		"Ac\u00adme\u200bx\ufeff":      "Acmex",
		"دیجی\u200cکالا":               "دیجی\u200cکالا",
		"\u200dAcme":                   "Acme",
		"हिन्दी":                       "हिन्दी",
		"雲上書店。":                        "雲上書店",
		"Studio 54":                    "Studio 54",
		"Code 123456":                  "Code 123",
		"1 2 3 4 5 6":                  "1 2 3",
		"12-34 and 56":                 "12-3 and 56",
		"৩৪৫৬৭৮":                       "345",
		"Acme😀":                        "Acme",
		"<b>Acme</b>":                  "b Acme b",
		"{{code}}":                     "code",
		"{code}":                       "code",
		"a\x00b\xffc":                  "a b c",
		strings.Repeat("x", 40):        strings.Repeat("x", locale.MaxBrand),
		strings.Repeat("x", 29) + " y": strings.Repeat("x", 29),
	} {
		text := match("en").SMS(locale.Message{Brand: brand, Code: "012345", NoWarning: true})
		if got := strings.TrimSuffix(text, ": your code is 012345."); got != want {
			t.Errorf("brand %q becomes %q, want %q", brand, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	good := locale.Message{Brand: "Acme 24", Code: "01aZ", Payee: "Bob", Amount: "1.234,50 €", AppHash: "FA+9qCX9VS/", Origin: "a-1.example"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for field, spoil := range map[string]func(*locale.Message){
		"Brand":   func(m *locale.Message) { m.Brand = "Acme\n" },
		"Code":    func(m *locale.Message) { m.Code = "12 34" },
		"Payee":   func(m *locale.Message) { m.Payee = strings.Repeat("x", locale.MaxPayee+1) },
		"Amount":  func(m *locale.Message) { m.Amount = "10 €!" },
		"without": func(m *locale.Message) { m.Amount = "" },
		"AppHash": func(m *locale.Message) { m.AppHash = "FA+9qCX9VS" },
		"Origin":  func(m *locale.Message) { m.Origin = "example.com:443" },
	} {
		m := good
		spoil(&m)
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: Validate = %v", field, err)
		}
	}
	for _, origin := range []string{".", "a..b", "-a.b", "a-.b", "a b", "exämple.com", "@a", strings.Repeat("a", 64) + ".b", strings.Repeat("a.", 127) + "a"} {
		if (locale.Message{Code: "1", Origin: origin}).Validate() == nil {
			t.Errorf("%q is taken for a host", origin)
		}
	}
}

// TestOrigin parses the last line as the WICG's "Origin-bound one-time codes delivered via SMS" tells browsers to.
func TestOrigin(t *testing.T) {
	for _, l := range all(t) {
		text := l.SMS(locale.Message{Brand: "Acme", Code: "012345", Valid: time.Hour, AppHash: "FA+9qCX9VSu", Origin: "login.example.com"})
		if host, code := originBound(text); host != "login.example.com" || code != "012345" {
			t.Errorf("%s: %q, %q from %q", l.Tag(), host, code, text)
		}
		if octets := 2 * sms.Measure(text).Units; sms.Foreign(text) != nil && octets > 140 {
			t.Errorf("%s: %d octets are more than an app is given", l.Tag(), octets)
		}
	}
}

// originBound returns the host and the code of an origin-bound message.
func originBound(text string) (host, code string) {
	line := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	line = line[strings.LastIndexByte(line, '\n')+1:]
	rest, found := strings.CutPrefix(line, "@")
	if !found {
		return "", ""
	}
	host, rest, _ = strings.Cut(rest, " ")
	rest, found = strings.CutPrefix(rest, "#")
	if !found || host == "" {
		return "", ""
	}
	code, _, _ = strings.Cut(rest, " ")
	return host, code
}

// FuzzSMS gives every field of a person's choosing, and wants a message of one line that has one code, which stands
// alone.
func FuzzSMS(f *testing.F) {
	for _, s := range []string{"Acme", "Acme\n@evil.example #999999", "\u202e999999", "9 9 9 9", "١٢٣٤٥٦", "{code}", "{{code}}", "a\u200d1", "<>&\"'", "\xff\x00", "１２３４５６", "1\u03012\u03013\u03014", "𝟗𝟗𝟗𝟗"} {
		f.Add(s, "Bob", "10.00 €", "012345")
		f.Add("Acme", s, s, "0123456789")
	}
	locales := all(f)
	f.Fuzz(func(t *testing.T, brand, payee, amount, code string) {
		if (locale.Message{Code: code}).Validate() != nil || len(code) < 4 || len(code) > 10 || strings.Trim(code, "0123456789") != "" {
			return
		}
		for _, l := range locales {
			m := locale.Message{Brand: brand, Code: code, Valid: 10 * time.Minute}
			checkLine(t, l.SMS(m))
			checkOneCode(t, l.SMS(m), code)
			subject, text, _ := l.Email(m)
			checkLine(t, subject)
			checkOneCode(t, subject, code)
			checkOneCode(t, text, code)
			m.Payee, m.Amount = payee, amount
			checkLine(t, l.SMS(m))
			subject, _, _ = l.Email(m)
			checkLine(t, subject)
		}
	})
}

// checkLine wants a line without anything invisible, any link or any placeholder.
func checkLine(t *testing.T, line string) {
	t.Helper()
	for _, r := range line {
		joiner := r == '\u200c' || r == '\u200d'
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !joiner || unicode.In(r, unicode.Zl, unicode.Zp) ||
			r == utf8.RuneError || unicode.IsDigit(r) && r > '9' || strings.ContainsRune("@#/\\<>{}", r) {
			t.Errorf("%q has %U", line, r)
		}
	}
}

// checkOneCode wants the code, and no other run of digits that is as long as a code, whatever marks are in it. Only the
// full stop after the code ends a run: the next sentence may begin with a number.
func checkOneCode(t *testing.T, text, code string) {
	t.Helper()
	for _, stop := range []string{".", "。", "।", "۔"} {
		text = strings.ReplaceAll(text, code+stop, code+"x")
	}
	var runs []string
	run := ""
	for _, r := range text + "x" {
		switch {
		case unicode.IsDigit(r):
			run += string(r)
		case unicode.IsLetter(r):
			if len(run) > 3 {
				runs = append(runs, run)
			}
			run = ""
		}
	}
	if len(runs) != 1 || runs[0] != code {
		t.Errorf("%q has the codes %q, want %q", text, runs, code)
	}
}
