package telnyx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/codeword-go/codeword/middleware/internal/edge"
	"github.com/codeword-go/codeword/middleware/internal/field"
)

// A call is one request on its way.
type call struct {
	*Handler
	ctx   context.Context
	vars  map[string]string
	query field.Fields
	text  field.Value // the body of a POST or PATCH
}

// envelope is what every answer but a list is in.
type envelope struct {
	Data any `json:"data"`
}

// ServeHTTP serves the routes of the package.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { edge.AfterPanic(recover(), func(err error) { h.refuse(w, r, err) }) }()
	edge.LimitBody(w, r)
	answer, err := h.serve(w, r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	write(w, http.StatusOK, answer)
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) (any, error) {
	if !h.authentic(r.Header) {
		return nil, refusedKey
	}
	do, vars, err := find(r)
	if err != nil {
		return nil, err
	}
	c := &call{Handler: h, ctx: r.Context(), vars: vars}
	if r.Method == http.MethodPost || r.Method == http.MethodPatch {
		c.text, err = readBody(w, r)
	} else {
		c.query, err = readQuery(r)
	}
	if err != nil {
		return nil, err
	}
	return do(c)
}

// authentic reports whether there is one key, and a good one.
func (h *Handler) authentic(header http.Header) bool {
	lines := header["Authorization"]
	if len(lines) != 1 {
		return false
	}
	scheme, token, _ := strings.Cut(lines[0], " ")
	return h.keys.Has(token) && strings.EqualFold(scheme, "Bearer")
}

// readBody reads a body, of which the query is no part. What this package does not know in it is passed over, as Telnyx does.
func readBody(w http.ResponseWriter, r *http.Request) (field.Value, error) {
	if kind, ok := edge.MediaType(r.Header); !ok || kind != edge.JSON {
		return field.Value{}, refusedMediaType
	}
	text, err := edge.ReadBody(w, r)
	switch {
	case errors.Is(err, edge.ErrTooLarge):
		return field.Value{}, refusedSize
	case err != nil:
		return field.Value{}, refusedJSON.because("The body did not arrive whole and in time.")
	}
	v, err := field.Tree(text)
	if err != nil {
		return v, refusedJSON.because("The body is no JSON object, or a name in it is given twice.")
	}
	return v, nil
}

func readQuery(r *http.Request) (field.Fields, error) {
	query, err := field.Form(r.URL.RawQuery, nil)
	if err != nil {
		return nil, refusedRequest.because("The query is not made of name=value pairs, or a name is given twice.")
	}
	return query, nil
}

func write(w http.ResponseWriter, status int, answer any) {
	text, _ := json.Marshal(answer) // answers are made of texts and numbers
	edge.Write(w, status, "application/json; charset=utf-8", text)
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := refusalOf(err)
	if f.status >= http.StatusInternalServerError {
		f = f.because(f.detail + " The log has more under " + edge.Report(r.Context(), h.logger, "telnyx: request failed", err, slog.String("code", f.code)) + ".")
	}
	header := w.Header()
	switch f.status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		edge.RetryAfter(header, max(f.retryAfter, 1))
		// The SDKs would try again by themselves, and keep the person waiting for what will be refused again.
		header.Set("X-Should-Retry", "false")
	}
	write(w, f.status, f)
}
