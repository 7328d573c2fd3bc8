package twiliov2

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/codeword-go/codeword/middleware/internal/field"
)

// params reads typed parameters, each into a place that keeps its value if the parameter is missing. What is wrong first is the error.
type params struct {
	fields field.Fields
	err    error
}

func (p *params) refuse(name string) {
	if p.err == nil {
		p.err = invalid(name)
	}
}

// need refuses a request without the parameter.
func (p *params) need(name string) {
	if p.fields.Get(name) == "" {
		p.refuse(name)
	}
}

// text reads at most so many characters, none of them for control.
func (p *params) text(name string, most int, into *string) {
	if !p.fields.Has(name) {
		return
	}
	value := p.fields.Get(name)
	if utf8.RuneCountInString(value) > most || strings.ContainsFunc(value, deceptiveText) {
		p.refuse(name)
	}
	*into = value
}

func deceptiveText(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }

// nullable reads a text that is null when it is empty.
func (p *params) nullable(name string, into **string) {
	value := ""
	if p.text(name, 256, &value); !p.fields.Has(name) {
		return
	}
	*into = nil
	if value != "" {
		*into = &value
	}
}

// sid reads a nullable SID.
func (p *params) sid(name, prefix string, into **string) {
	p.nullable(name, into)
	if p.fields.Get(name) != "" && !isSID(prefix, p.fields.Get(name)) {
		p.refuse(name)
	}
}

func (p *params) flag(name string, into *bool) {
	switch value := p.fields.Get(name); {
	case value == "":
	case strings.EqualFold(value, "true"):
		*into = true
	case strings.EqualFold(value, "false"):
		*into = false
	default:
		p.refuse(name)
	}
}

func (p *params) number(name string, low, high int, into *int) {
	value := p.fields.Get(name)
	if value == "" {
		return
	}
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil || int(n) < low || int(n) > high {
		p.refuse(name)
		return
	}
	*into = int(n)
}

// choice refuses what is none of the values, unless the parameter is missing.
func (p *params) choice(name string, values ...string) string {
	value := p.fields.Get(name)
	if value == "" {
		return ""
	}
	if slices.Contains(values, value) {
		return value
	}
	p.refuse(name)
	return ""
}

// pairs reads a flat JSON object of texts and whole numbers, whose names may come once.
func (p *params) pairs(name string) field.Fields {
	value := p.fields.Get(name)
	if value == "" {
		return nil
	}
	pairs, err := field.JSON(value, nil)
	if err != nil {
		p.refuse(name)
	}
	return pairs
}

// decode reads JSON of that form.
func (p *params) decode(name string, into any) {
	if value := p.fields.Get(name); value != "" && json.Unmarshal([]byte(value), into) != nil {
		p.refuse(name)
	}
}
