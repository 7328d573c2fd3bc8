package middleware

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/codeword-go/codeword/middleware/internal/field"
)

const (
	maxBody  = 8 << 10
	bodyTime = 10 * time.Second // for all of a body
)

// readFields reads a request's body. The query is no part of it.
func readFields(w http.ResponseWriter, r *http.Request, specs []field.Spec) (field.Fields, error) {
	kind, ok := mediaType(r.Header)
	if !ok {
		return nil, problemMediaType
	}
	body, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	read := field.Form
	if kind == "application/json" {
		read = field.JSON
	}
	fields, err := read(body, specs)
	if err != nil {
		return nil, problemInvalid.about(err) // whichever field it is about
	}
	return fields, nil
}

// mediaType returns the body's type if it is JSON or a form, in UTF-8 and not compressed.
func mediaType(h http.Header) (string, bool) {
	types := h["Content-Type"]
	if len(types) != 1 || len(h["Content-Encoding"]) > 0 {
		return "", false
	}
	if types[0] == "application/json" {
		return types[0], true
	}
	kind, params, err := mime.ParseMediaType(types[0])
	if err != nil || kind != "application/json" && kind != "application/x-www-form-urlencoded" {
		return "", false
	}
	charset, ok := params["charset"]
	return kind, len(params) == 0 || ok && len(params) == 1 && strings.EqualFold(charset, "utf-8")
}

// readBody reads a body that is small and arrives in time.
func readBody(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := readAll(w, r)
	if err != nil {
		w.Header().Set("Connection", "close") // what is left of it is not worth waiting for
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return "", problemTooLarge
		}
		return "", problemBody
	}
	// Or the server takes the end of that time for the end of the connection, while a message is being sent.
	setReadDeadline(w, r, time.Time{})
	return string(body), nil
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

// setReadDeadline limits how long the body may take, whether it is read here or, after a refusal, by the server; its own limits may be
// off, or be for uploads. A server that is no less strict, or cannot do it, keeps its own.
func setReadDeadline(w http.ResponseWriter, r *http.Request, t time.Time) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if ok && server.ReadTimeout > 0 && server.ReadTimeout <= bodyTime {
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(t)
}
