package locale

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTemplate is the longest custom template, in bytes.
const MaxTemplate = 1600

// ErrTemplate is wrapped by the errors of ParseTemplate.
var ErrTemplate = errors.New("locale: bad template")

// A Template is a text message of the host's own, in whatever language it was written. It is immutable.
type Template struct{ template template }

// templateFields are the placeholders of custom templates, under the names that the hosted services use.
var templateFields = map[string]field{
	"code":          fieldCode,
	"friendly_name": fieldBrand,
	"app_name":      fieldBrand,
	"ttl":           fieldNumber,
	"payee":         fieldPayee,
	"amount":        fieldAmount,
}

// ParseTemplate reads a custom template. Its placeholders are {{code}}, which has to be there, {{friendly_name}} or
// {{app_name}} for the brand, {{ttl}} for the whole minutes that are left, {{payee}} and {{amount}}. Other braces,
// invisible characters, and letters, digits or placeholders that touch the code are refused, with an error that wraps
// ErrTemplate.
func ParseTemplate(text string) (*Template, error) {
	if len(text) > MaxTemplate {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTemplate, MaxTemplate)
	}
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) && !isJoiner(r) {
			return nil, fmt.Errorf("%w: invisible character %U", ErrTemplate, r)
		}
	}
	t, err := parseTemplate(text, "{{", "}}", templateFields)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTemplate, err)
	}
	if !t.has(fieldCode) {
		return nil, fmt.Errorf("%w: no {{code}}", ErrTemplate)
	}
	if t.touchesCode() {
		return nil, fmt.Errorf("%w: something touches {{code}}", ErrTemplate)
	}
	return &Template{t}, nil
}

// touchesCode tells whether a letter or digit that could belong to the code, or another field, stands next to it.
func (t template) touchesCode() bool {
	joins := func(r rune) bool { return isCodeRune(r) || unicode.IsDigit(r) }
	for i, p := range t {
		if p.field != fieldCode {
			continue
		}
		next := t[i+1] // a template ends with text
		before, _ := utf8.DecodeLastRuneInString(p.text)
		after, _ := utf8.DecodeRuneInString(next.text)
		if joins(before) || joins(after) || p.text == "" && i > 0 || next.text == "" && next.field != fieldNone {
			return true
		}
	}
	return false
}

// SMSFrom is SMS with a text of the host's own, of which nothing is left out. A payment that it does not tell follows
// it, as do the lines for the phone.
func (l *Locale) SMSFrom(t *Template, m Message) string {
	m.Valid = max(m.Valid, 1)
	v := m.values(l, &l.short)
	text := t.template.render(&v)
	if v[fieldPayee] != "" && !(t.template.has(fieldPayee) && t.template.has(fieldAmount)) {
		text = sentences(strings.TrimRight(text, " \n"), l.sms.payment.render(&v))
	}
	return string(m.appendSuffix([]byte(text), v[fieldCode]))
}
