package authyv1

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/codeword-go/codeword/middleware/internal/edge"
	"github.com/codeword-go/codeword/middleware/internal/field"
)

// names are the parameters that are looked at; others are passed over.
var names = []string{
	"api_key", "via", "country_code", "phone_number", "locale", "code_length", "custom_code", "custom_message",
	"verification_code", "uuid", "Outcome",
}

// parameters are those of a request's query and of its body, whatever the method: some clients send POSTs whose parameters are in
// the query, and others GETs whose parameters are in a form.
type parameters struct{ query, body map[string]string }

// get returns a parameter's value, the body's before the query's, and "" for none.
func (p parameters) get(name string) string {
	if value, ok := p.body[name]; ok {
		return value
	}
	return p.query[name]
}

// all returns every value of a parameter.
func (p parameters) all(name string) (values []string) {
	for _, part := range []map[string]string{p.query, p.body} {
		if value, ok := part[name]; ok {
			values = append(values, value)
		}
	}
	return values
}

// readParameters reads the query and the body. With an error it returns what it could read, since the API key may be there.
func readParameters(w http.ResponseWriter, r *http.Request) (p parameters, err error) {
	p.query, err = readForm(r.URL.RawQuery)
	text, e := edge.ReadBody(w, r)
	switch kind, ok := edge.MediaType(r.Header); {
	case errors.Is(e, edge.ErrTooLarge):
		return p, faultTooLarge
	case e != nil:
		return p, faultRequest
	case text == "": // some clients name a type all the same
		return p, err
	case !ok:
		return p, faultMediaType
	case kind == edge.JSON:
		p.body, e = readJSON(text)
	default:
		p.body, e = readForm(text)
	}
	if e != nil {
		return p, e
	}
	return p, err
}

func readForm(text string) (map[string]string, error) {
	if len(text) > edge.MaxBody {
		return nil, faultTooLarge
	}
	fields, err := field.Form(text, nil)
	if err != nil {
		if plain, err := url.QueryUnescape(text); err == nil && !utf8.ValidString(plain) {
			return nil, faultUTF8
		}
		return nil, faultRequest
	}
	values := make(map[string]string)
	for name, value := range fields.All() {
		if slices.Contains(names, name) {
			values[name] = value
		}
	}
	return values, nil
}

func readJSON(text string) (map[string]string, error) {
	if !utf8.ValidString(text) {
		return nil, faultUTF8
	}
	tree, err := field.Tree(text)
	if err != nil {
		return nil, faultRequest
	}
	values := make(map[string]string)
	for _, name := range names {
		switch v := tree.Get(name); {
		case v.Kind == field.Absent || v.Kind == field.Null:
		case v.Kind == field.Text, v.Kind == field.Number && !strings.ContainsAny(v.Text, ".eE"):
			values[name] = v.Text
		default:
			return nil, faultRequest
		}
	}
	return values, nil
}
