package locale

import (
	_ "embed"
	"html"
	"strings"
)

// emailHTML has markers in double brackets because style sheets are full of braces.
//
//go:embed email.html
var emailHTML string

// An email is what both bodies of an e-mail tell: finished texts, empty where there is nothing to tell.
type email struct{ subject, brand, label, code, payment, notes, ignore string }

// Email returns the message as an e-mail: a subject of one line, plain text, and a page of HTML that loads nothing and
// in which every field is escaped.
func (l *Locale) Email(m Message) (subject, text, page string) {
	v := m.values(l, &l.long)
	e := email{brand: v[fieldBrand], code: v[fieldCode], ignore: l.text["email.ignore"].render(&v)}
	before, _ := l.text["email.code"].split(fieldCode, &v)
	e.label = strings.TrimRight(before, " :：")
	e.subject = l.text["email.subject"].render(&v)
	if e.brand == "" {
		e.subject = l.text["email.subject_nobrand"].render(&v)
	}
	if v[fieldPayee] != "" {
		e.payment = l.text["email.payment"].render(&v)
	}
	if v[fieldMinutes] != "" {
		e.notes = l.text["email.ttl"].render(&v)
	}
	if !m.NoWarning {
		e.notes = sentences(e.notes, l.text["email.safe"].render(&v))
	}
	return e.subject, paragraphs(e.brand, before+e.code, e.payment, e.notes, e.ignore), e.page(l)
}

func (e email) page(l *Locale) string {
	start := "left"
	if l.dir == "rtl" {
		start = "right"
	}
	return strings.NewReplacer(
		"[[lang]]", html.EscapeString(l.tag),
		"[[dir]]", l.dir,
		"[[start]]", start,
		"[[subject]]", html.EscapeString(e.subject),
		"[[brand]]", element(`<p class="ink" style="margin:0 0 20px; font-size:18px; font-weight:700; color:#16191d;">`, e.brand),
		"[[label]]", html.EscapeString(e.label),
		"[[code]]", html.EscapeString(e.code),
		"[[payment]]", element(`<p class="ink" style="margin:0 0 12px; color:#16191d;">`, e.payment),
		"[[notes]]", element(`<p class="ink" style="margin:0; color:#16191d;">`, e.notes),
		"[[ignore]]", html.EscapeString(e.ignore),
	).Replace(emailHTML)
}

// element returns a paragraph, or nothing if it would be empty.
func element(start, text string) string {
	if text == "" {
		return ""
	}
	return start + html.EscapeString(text) + "</p>\n"
}

// paragraphs joins those that are not empty.
func paragraphs(all ...string) string {
	var b strings.Builder
	for _, p := range all {
		if p != "" {
			b.WriteString(p + "\n\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sentences joins two, either of which may be empty.
func sentences(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return string(space([]byte(a))) + b
}
