package field

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON reads a body that is one flat object of strings, with the fields that specs names, or with any if specs is nil. Names match exactly and come once; null, nesting, other types, lone surrogates,
// a byte order mark and anything behind the object are refused. The error is a *verify.InvalidError.
//
// encoding/json takes all of these, the last of two names, and names in any case.
func JSON(body string, specs []Spec) (Fields, error) {
	p := parser{rest: body}
	fields := make(Fields, 0, len(specs))
	if !p.token('{') {
		return nil, p.malformed()
	}
	if p.token('}') {
		return fields, p.end()
	}
	for {
		name, ok := p.text()
		if !ok || !p.token(':') {
			return nil, p.malformed()
		}
		spec, err := find(specs, name)
		if err != nil {
			return nil, err
		}
		value, err := p.value(spec)
		if err != nil {
			return nil, err
		}
		if fields, err = fields.add(spec.Name, value); err != nil {
			return nil, err
		}
		if p.token(',') {
			continue
		}
		if !p.token('}') {
			return nil, p.malformed()
		}
		return fields, p.end()
	}
}

// A parser holds what is still to be read.
type parser struct{ rest string }

func (p *parser) malformed() error {
	return invalid("", "the body is no JSON object of strings")
}

func (p *parser) end() error {
	if p.skip(); p.rest != "" {
		return p.malformed()
	}
	return nil
}

func (p *parser) skip() {
	for p.rest != "" && (p.rest[0] == ' ' || p.rest[0] == '\n' || p.rest[0] == '\r' || p.rest[0] == '\t') {
		p.rest = p.rest[1:]
	}
}

// token reads one character that stands for itself, if it comes next.
func (p *parser) token(c byte) bool {
	if p.skip(); p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) value(s Spec) (string, error) {
	p.skip()
	if s.Integer {
		if value, ok := p.integer(); ok {
			return value, nil
		}
	}
	if !strings.HasPrefix(p.rest, `"`) {
		return "", invalid(s.Name, "must be a string")
	}
	value, ok := p.text()
	if !ok {
		return "", p.malformed()
	}
	return value, nil
}

// integer reads a number without sign, fraction, exponent and leading zero.
func (p *parser) integer() (string, bool) {
	n := 0
	for n < len(p.rest) && '0' <= p.rest[n] && p.rest[n] <= '9' {
		n++
	}
	if n == 0 || n > 9 || n > 1 && p.rest[0] == '0' {
		return "", false
	}
	value := p.rest[:n]
	p.rest = p.rest[n:]
	return value, true
}

// text reads a string. Without escapes it is a part of the body.
func (p *parser) text() (string, bool) {
	if !p.token('"') {
		return "", false
	}
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			value := p.rest[:i]
			p.rest = p.rest[i+1:]
			return value, utf8.ValidString(value)
		case c == '\\':
			return p.escaped(i)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped reads a string whose first escape is at i.
func (p *parser) escaped(i int) (string, bool) {
	plain := []byte(p.rest[:i])
	p.rest = p.rest[i:]
	for p.rest != "" {
		c := p.rest[0]
		p.rest = p.rest[1:]
		switch {
		case c == '"':
			return string(plain), utf8.Valid(plain)
		case c < ' ':
			return "", false
		case c != '\\':
			plain = append(plain, c)
		default:
			r, ok := p.escape()
			if !ok {
				return "", false
			}
			plain = utf8.AppendRune(plain, r)
		}
	}
	return "", false
}

// escape reads what comes behind a backslash. Half of a surrogate pair is no character.
func (p *parser) escape() (rune, bool) {
	if p.rest == "" {
		return 0, false
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	if c != 'u' {
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			return 0, false
		}
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	r, ok := p.unit()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	if !strings.HasPrefix(p.rest, `\u`) {
		return 0, false
	}
	p.rest = p.rest[2:]
	second, ok := p.unit()
	r = utf16.DecodeRune(r, second)
	return r, ok && r != utf8.RuneError
}

// unit reads four hexadecimal digits.
func (p *parser) unit() (rune, bool) {
	if len(p.rest) < 4 {
		return 0, false
	}
	for i := range 4 {
		if c := p.rest[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
			return 0, false // ParseUint takes a sign and underscores
		}
	}
	n, _ := strconv.ParseUint(p.rest[:4], 16, 16)
	p.rest = p.rest[4:]
	return rune(n), true
}
