package telnyx

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/codeword-go/codeword/middleware/internal/field"
)

// An object reads the members of a JSON object. The first that is wrong is kept, so that they can be read in a row.
type object struct {
	field.Value
	pointer string // to it, from the whole body
	wrong   *error // shared by all objects of a body
}

func (c *call) body() object { return object{Value: c.text, wrong: new(error)} }

func (o object) err() error { return *o.wrong }

func (o object) refuse(name string, f *refusal) {
	if *o.wrong == nil {
		*o.wrong = f.at(o.pointer + "/" + name)
	}
}

// given returns a member if it is of the kind. Null is of every kind and given as the zero Value, which puts a setting back to its default.
func (o object) given(name string, kind field.Kind, want string) (v field.Value, ok bool) {
	switch v = o.Get(name); v.Kind {
	case field.Absent:
		return v, false
	case field.Null:
		return field.Value{}, true
	case kind:
		return v, true
	}
	o.refuse(name, refusedRequest.because("The value must be "+want+"."))
	return v, false
}

// required returns a text that has to be there.
func (o object) required(name string) string {
	v, ok := o.given(name, field.Text, "a string")
	if v.Text == "" && (ok || v.Kind == field.Absent) {
		o.refuse(name, refusedMissing)
	}
	return v.Text
}

// text reads a text that is allowed, or null.
func (o object) text(name string, into *optional, allowed func(string) bool, want string) {
	v, ok := o.given(name, field.Text, "a string")
	if !ok {
		return
	}
	if v.Kind == field.Text && !allowed(v.Text) {
		o.refuse(name, refusedRequest.because("The value must be "+want+"."))
		return
	}
	*into = optional(v.Text)
}

// id reads a UUID, or null.
func (o object) id(name string, into *optional) {
	v, ok := o.given(name, field.Text, "a string")
	if !ok {
		return
	}
	if v.Kind == field.Text && !isUUID(v.Text) {
		o.refuse(name, refusedID)
		return
	}
	*into = optional(strings.ToLower(v.Text))
}

// number reads a whole number within bounds; null is zero.
func (o object) number(name string, into *int, low, high int) {
	v, ok := o.given(name, field.Number, "an integer")
	switch n, err := strconv.Atoi(v.Text); {
	case !ok:
	case v.Kind != field.Number:
		*into = 0
	case err != nil || n < low || n > high:
		o.refuse(name, refusedRange.because("The value must be an integer from "+strconv.Itoa(low)+" to "+strconv.Itoa(high)+"."))
	default:
		*into = n
	}
}

func (o object) flag(name string, into *bool) {
	if v, ok := o.given(name, field.Bool, "true or false"); ok {
		*into = v.Text == "true"
	}
}

// member returns an object within this one. Null is none, and given.
func (o object) member(name string) (m object, given bool) {
	v, given := o.given(name, field.Object, "an object")
	return object{v, o.pointer + "/" + name, o.wrong}, given
}

// An optional is a text that is null where it is empty.
type optional string

// MarshalJSON implements json.Marshaler.
func (t optional) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// only reports whether s has 1 to limit bytes, all of them in the alphabet.
func only(s, alphabet string, limit int) bool {
	return s != "" && len(s) <= limit && strings.Trim(s, alphabet) == ""
}

// plain reports whether s has at most so many bytes and no control characters.
func plain(limit int) func(string) bool {
	return func(s string) bool {
		return len(s) <= limit && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
	}
}
