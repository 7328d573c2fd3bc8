package locale_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
)

func TestTemplate(t *testing.T) {
	m := locale.Message{Brand: "Acme", Code: "012345", Valid: 10 * time.Minute}
	payment := m
	payment.Payee, payment.Amount = "Bob", "10 €"
	suffixed := m
	suffixed.AppHash, suffixed.Origin = "FA+9qCX9VSu", "example.com"
	hostile := m
	hostile.Brand = "{{code}}\n999999"
	for _, tt := range []struct {
		template string
		m        locale.Message
		want     string
	}{
		{"Your {{app_name}} code is: {{code}}.", m, "Your Acme code is: 012345."},
		{"{{code}} ist der Code für {{friendly_name}}, {{ttl}} Minuten lang.", m, "012345 ist der Code für Acme, 10 Minuten lang."},
		{"{{code}}", m, "012345"},
		{"验证码{{code}}，请勿泄露。", m, "验证码012345，请勿泄露。"},
		{"G-{{code}}\nbye", m, "G-012345\nbye"},
		{"{{code}} {{ttl}}", locale.Message{Code: "1234"}, "1234 1"},
		{"{{code}} for {{amount}} to {{payee}}", payment, "012345 for 10 € to Bob"},
		{"Code {{code}} for {{amount}}.", payment, "Code 012345 for 10 €. Pay 10 € to Bob."},
		{"Code {{code}} for {{payee}}.", payment, "Code 012345 for Bob. Pay 10 € to Bob."},
		{"Code {{code}}.", payment, "Code 012345. Pay 10 € to Bob."},
		{"{{app_name}}: {{code}}", suffixed, "Acme: 012345\nFA+9qCX9VSu\n@example.com #012345"},
		{"{{app_name}}: {{code}}", hostile, "code 999: 012345"},
	} {
		parsed, err := locale.ParseTemplate(tt.template)
		if err != nil {
			t.Errorf("%q: %v", tt.template, err)
			continue
		}
		if got := match("en").SMSFrom(parsed, tt.m); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.template, got, tt.want)
		}
	}
}

func TestTemplateRefuses(t *testing.T) {
	for _, template := range []string{
		"", "Your code.", "{{app_name}}", "{{code", "code}}", "{code}", "{{kode}}", "{{ code }}", "{{brand}} {{code}}", "{{code}} }", "{{{code}}}",
		"1{{code}}", "{{code}}1", "x{{code}}", "{{code}}s", "٣{{code}}", "{{code}}{{code}}", "{{ttl}}{{code}}", "{{code}}{{app_name}}",
		"{{code}}\r\n", "{{code}}\x00", "{{code}}\u202e", "{{code}}\xff", "{{code}}" + strings.Repeat(" ", locale.MaxTemplate),
	} {
		if parsed, err := locale.ParseTemplate(template); parsed != nil || !errors.Is(err, locale.ErrTemplate) {
			t.Errorf("%q: %v", template, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{{code}}", "Your {{app_name}} code is: {{code}}.", "{{{{code}}}}", "}}{{", "{{code}} {{ttl}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := locale.ParseTemplate(s)
		if err != nil {
			return
		}
		text := match("en").SMSFrom(parsed, locale.Message{Brand: "Acme", Code: "019283", Valid: time.Minute})
		before, after, found := strings.Cut(text, "019283")
		if !found || strings.ContainsAny(text, "{}") || strings.HasSuffix(before, "0") || strings.HasPrefix(after, "0") {
			t.Errorf("%q makes %q", s, text)
		}
	})
}
