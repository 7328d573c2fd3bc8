// Package field reads the fields of a request body, a form or a flat JSON object, with one meaning for each body: what two parsers
// could read differently is refused.
package field

import (
	"iter"
	"strings"

	"github.com/codeword-go/codeword/verify"
)

// A Spec is a field that a request may have.
type Spec struct {
	Name    string
	Integer bool // in JSON it may be a whole number of at most nine digits as well
}

// Fields are the fields of one request, in its order.
type Fields []field

type field struct{ name, value string }

// Get returns a field's value, "" if it is missing.
func (f Fields) Get(name string) string {
	for i := range f {
		if f[i].name == name {
			return f[i].value
		}
	}
	return ""
}

// Has reports whether a field is there, with whatever value.
func (f Fields) Has(name string) bool {
	for i := range f {
		if f[i].name == name {
			return true
		}
	}
	return false
}

// All ranges over the names and values.
func (f Fields) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for i := range f {
			if !yield(f[i].name, f[i].value) {
				return
			}
		}
	}
}

// maxNames bounds the names of one body or object, since each is compared with all before it.
const maxNames = 128

// add appends a field, unless it is one too many.
func (f Fields) add(name, value string) (Fields, error) {
	if len(f) >= maxNames {
		return nil, invalid("", "the body has too many fields")
	}
	for i := range f {
		if f[i].name == name {
			return nil, invalid(printable(name), "is given twice")
		}
	}
	return append(f, field{name, value}), nil
}

// find returns the spec of that very name. Without specs any name will do, and any value.
func find(specs []Spec, name string) (Spec, error) {
	if specs == nil {
		return Spec{Name: name, Integer: true}, nil
	}
	for _, s := range specs {
		if s.Name == name {
			return s, nil
		}
	}
	return Spec{}, invalid(printable(name), "is not taken here")
}

// printable returns a name that is nobody's code, number or address, or "".
func printable(name string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	if len(name) > 32 || strings.Trim(name, letters) != "" {
		return ""
	}
	return name
}

func invalid(name, reason string) error { return &verify.InvalidError{Field: name, Reason: reason} }
