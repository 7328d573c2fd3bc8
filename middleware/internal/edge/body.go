// Package edge reads the bodies of requests and writes answers, the same way for all handlers.
package edge

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 8 << 10

const bodyTime = 10 * time.Second // for all of a body

// The media types of bodies.
const (
	JSON = "application/json"
	Form = "application/x-www-form-urlencoded"
)

var (
	// ErrTooLarge reports a body of more than MaxBody.
	ErrTooLarge = errors.New("edge: the body is too large")

	// ErrIncomplete reports a body that did not arrive whole and in time.
	ErrIncomplete = errors.New("edge: the body is incomplete")
)

// MediaType returns the body's type if it is JSON or a form, in UTF-8 and not compressed.
func MediaType(h http.Header) (string, bool) {
	types := h["Content-Type"]
	if len(types) != 1 || len(h["Content-Encoding"]) > 0 {
		return "", false
	}
	if types[0] == JSON {
		return types[0], true
	}
	kind, params, err := mime.ParseMediaType(types[0])
	if err != nil || kind != JSON && kind != Form {
		return "", false
	}
	charset, ok := params["charset"]
	return kind, len(params) == 0 || ok && len(params) == 1 && strings.EqualFold(charset, "utf-8")
}

// ReadBody reads a body that is small and arrives in time. Call LimitBody first.
func ReadBody(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		w.Header().Set("Connection", "close") // what is left of it is not worth waiting for
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return "", ErrTooLarge
		}
		return "", ErrIncomplete
	}
	// Or the server takes the end of that time for the end of the connection, while a message is being sent.
	setReadDeadline(w, r, time.Time{})
	return string(body), nil
}

// LimitBody limits how long the body may take, whether it is read here or, after a refusal, by the server.
func LimitBody(w http.ResponseWriter, r *http.Request) {
	setReadDeadline(w, r, time.Now().Add(bodyTime))
}

// setReadDeadline sets a deadline, since the server's own limits may be off, or be for uploads. A server that is no less strict, or
// cannot do it, keeps its own.
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
