package field

import (
	"slices"
	"strings"
)

// A Kind is what a Value is.
type Kind uint8

// The kinds. A value that is missing is Absent, and null is not.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	Text
	List
	Object
)

// A Value is a JSON value as it was read.
type Value struct {
	Kind  Kind
	Text  string  // of a text; a number or a truth value as it was written
	Items []Value // of a list, and of an object in the order of its names
	names []string
}

// maxDepth is how deep lists and objects may be nested.
const maxDepth = 4

// Tree reads a body that is one object of whatever values. Names match exactly and come once in each object, names that nobody asks for among them;
// lone surrogates, a byte order mark, more than four levels and anything behind the object are refused. The error is a *verify.InvalidError.
func Tree(body string) (Value, error) {
	p := parser{rest: body}
	if p.skip(); !strings.HasPrefix(p.rest, "{") {
		return Value{}, p.malformed()
	}
	v, err := p.any(maxDepth)
	if err != nil {
		return Value{}, err
	}
	return v, p.end()
}

// Get returns what an object has under a name. What is no object has nothing.
func (v Value) Get(name string) Value {
	if i := slices.Index(v.names, name); i >= 0 {
		return v.Items[i]
	}
	return Value{}
}

// any reads a value with at most so many levels.
func (p *parser) any(depth int) (Value, error) {
	p.skip()
	switch {
	case p.rest == "":
		return Value{}, p.malformed()
	case p.rest[0] == '"':
		text, ok := p.text()
		if !ok {
			return Value{}, p.malformed()
		}
		return Value{Kind: Text, Text: text}, nil
	case p.rest[0] == '{' || p.rest[0] == '[':
		if depth == 0 {
			return Value{}, p.malformed()
		}
		return p.nest(depth - 1)
	}
	return p.scalar()
}

// nest reads a list or an object whose values have at most so many levels.
func (p *parser) nest(depth int) (v Value, err error) {
	v.Kind, v.Items = List, []Value{}
	end := byte(']')
	if p.token('{') {
		v.Kind, end = Object, '}'
	} else {
		p.token('[')
	}
	if p.token(end) {
		return v, nil
	}
	for {
		if v.Kind == Object {
			name, ok := p.text()
			if !ok || !p.token(':') {
				return Value{}, p.malformed()
			}
			if len(v.names) >= maxNames {
				return Value{}, invalid("", "the body has too many fields")
			}
			if slices.Contains(v.names, name) {
				return Value{}, invalid(printable(name), "is given twice")
			}
			v.names = append(v.names, name)
		}
		item, err := p.any(depth)
		if err != nil {
			return Value{}, err
		}
		v.Items = append(v.Items, item)
		if p.token(',') {
			continue
		}
		if !p.token(end) {
			return Value{}, p.malformed()
		}
		return v, nil
	}
}

// scalar reads null, a truth value or a number.
func (p *parser) scalar() (Value, error) {
	n := strings.IndexAny(p.rest, ",]} \t\r\n")
	if n < 0 {
		return Value{}, p.malformed()
	}
	word := p.rest[:n]
	v := Value{Kind: Number, Text: word}
	switch {
	case word == "null":
		v.Kind = Null
	case word == "true", word == "false":
		v.Kind = Bool
	case !isNumber(word):
		return Value{}, p.malformed()
	}
	p.rest = p.rest[n:]
	return v, nil
}

// isNumber reports whether a word is a number as JSON writes them.
func isNumber(word string) bool {
	digits := func(s string) string { return strings.TrimLeft(s, "0123456789") }
	whole := strings.TrimPrefix(word, "-")
	rest := digits(whole)
	if n := len(whole) - len(rest); n == 0 || n > 1 && whole[0] == '0' {
		return false
	}
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		if rest = digits(fraction); len(rest) == len(fraction) {
			return false
		}
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	return rest != "" && digits(rest) == ""
}
