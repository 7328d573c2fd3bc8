package locale

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// A field is what stands in the place of a placeholder.
type field uint8

const (
	fieldNone field = iota
	fieldBrand
	fieldCode
	fieldMinutes // a whole phrase, such as "10 min"
	fieldNumber
	fieldPayee
	fieldAmount
	fieldTo
	fieldCount
)

// fieldNames are the placeholders of message files.
var fieldNames = map[string]field{
	"brand":   fieldBrand,
	"code":    fieldCode,
	"minutes": fieldMinutes,
	"n":       fieldNumber,
	"payee":   fieldPayee,
	"amount":  fieldAmount,
	"to":      fieldTo,
}

type values [fieldCount]string

// A template is a text that has been cut at its placeholders.
type template []piece

// A piece is literal text and the field that follows it.
type piece struct {
	text  string
	units int // of text in UTF-16
	field field
}

var errBrace = errors.New("stray brace")

// parseTemplate cuts s at placeholders between open and close. A brace anywhere else, and a name that is not in names,
// is an error.
func parseTemplate(s, open, close string, names map[string]field) (template, error) {
	t := make(template, 0, 1+strings.Count(s, open))
	for {
		text, rest, found := strings.Cut(s, open)
		if strings.ContainsAny(text, "{}") {
			return nil, errBrace
		}
		if !found {
			return append(t, newPiece(text, fieldNone)), nil
		}
		name, after, closed := strings.Cut(rest, close)
		if !closed {
			return nil, errBrace
		}
		f, known := names[name]
		if !known {
			return nil, fmt.Errorf("unknown placeholder %q", name)
		}
		t = append(t, newPiece(text, f))
		s = after
	}
}

func newPiece(text string, f field) piece {
	p := piece{text: text, field: f}
	for _, r := range text {
		p.units += utf16.RuneLen(r)
	}
	return p
}

func (t template) append(b []byte, v *values) []byte {
	for _, p := range t {
		b = append(b, p.text...)
		b = append(b, v[p.field]...)
	}
	return b
}

// maxUnits bounds the UTF-16 units of what append appends, counting what varies by its bytes. It spares measuring most
// messages.
func (t template) maxUnits(v *values) (units int) {
	for _, p := range t {
		units += p.units + len(v[p.field])
	}
	return units
}

func (t template) render(v *values) string {
	var array [256]byte
	return string(t.append(array[:0], v))
}

func (t template) has(f field) bool {
	for _, p := range t {
		if p.field == f {
			return true
		}
	}
	return false
}

// split returns what stands before and after f.
func (t template) split(f field, v *values) (before, after string) {
	for i, p := range t {
		if p.field == f {
			return template(t[:i]).render(v) + p.text, t[i+1:].render(v)
		}
	}
	return t.render(v), ""
}
