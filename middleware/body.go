package middleware

import (
	"errors"
	"net/http"

	"github.com/codeword-go/codeword/middleware/internal/edge"
	"github.com/codeword-go/codeword/middleware/internal/field"
)

// readFields reads a request's body. The query is no part of it.
func readFields(w http.ResponseWriter, r *http.Request, specs []field.Spec) (field.Fields, error) {
	kind, ok := edge.MediaType(r.Header)
	if !ok {
		return nil, problemMediaType
	}
	body, err := edge.ReadBody(w, r)
	if errors.Is(err, edge.ErrTooLarge) {
		return nil, problemTooLarge
	}
	if err != nil {
		return nil, problemBody
	}
	read := field.Form
	if kind == edge.JSON {
		read = field.JSON
	}
	fields, err := read(body, specs)
	if err != nil {
		return nil, problemInvalid.about(err) // whichever field it is about
	}
	return fields, nil
}
