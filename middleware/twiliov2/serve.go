package twiliov2

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/codeword-go/codeword/middleware/internal/edge"
	"github.com/codeword-go/codeword/middleware/internal/field"
)

// A call is one request on its way.
type call struct {
	*Handler
	ctx     context.Context
	base    string // of links
	path    string
	account string
	vars    map[string]string
	fields  field.Fields // of the body of a POST, of the query otherwise
}

// ServeHTTP serves the paths below /v2/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { edge.AfterPanic(recover(), func(err error) { h.refuse(w, r, err) }) }()
	edge.LimitBody(w, r)
	status, body, err := h.serve(w, r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	write(w, status, body)
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) (status int, body any, err error) {
	account, ok := h.authenticate(r)
	if !ok {
		return 0, nil, faultCredentials
	}
	if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		return 0, nil, faultBrowser // it may send credentials that it remembers
	}
	action, vars, err := find(r)
	if err != nil {
		return 0, nil, err
	}
	c := &call{Handler: h, ctx: r.Context(), base: h.baseURL(r), path: r.URL.Path, account: account, vars: vars}
	if c.fields, err = readFields(w, r); err != nil {
		return 0, nil, err
	}
	body, err = action.do(c)
	return action.status, body, err
}

// readFields reads a POST's body, of which the query is no part, or the query. What this package does not know is passed over, as Twilio
// does.
func readFields(w http.ResponseWriter, r *http.Request) (field.Fields, error) {
	form := r.URL.RawQuery
	if r.Method == http.MethodPost {
		body, err := edge.ReadBody(w, r)
		switch kind, ok := edge.MediaType(r.Header); {
		case errors.Is(err, edge.ErrTooLarge):
			return nil, faultTooLarge
		case err != nil:
			return nil, faultBody
		case body != "" && (!ok || kind != edge.Form):
			return nil, faultMediaType
		}
		form = body
	}
	fields, err := field.Form(form, nil)
	if err != nil {
		return nil, faultBody
	}
	return fields, nil
}

func (h *Handler) baseURL(r *http.Request) string {
	switch {
	case h.base != "":
		return h.base
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func write(w http.ResponseWriter, status int, body any) {
	var text bytes.Buffer
	if status != http.StatusNoContent {
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false) // links are for people as well
		_ = e.Encode(body)     // bodies are made of texts and numbers
	}
	edge.Write(w, status, "application/json; charset=utf-8", text.Bytes())
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := faultOf(err)
	body := map[string]any{
		"code": f.code, "message": f.message, "status": f.status,
		"more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(f.code),
	}
	if f.code == faultNotFound.code {
		body["message"] = "The requested resource " + r.URL.Path + " was not found"
	}
	if f.status >= 500 {
		body["details"] = map[string]string{
			"error_id": edge.Report(r.Context(), h.logger, "twiliov2: request failed", err, slog.Int("code", f.code)),
		}
	}
	if f.retryAfter > 0 {
		edge.RetryAfter(w.Header(), f.retryAfter)
	}
	for name, value := range map[string]string{"Twilio-Reached-Rate-Limit": f.limit, "Allow": f.allow} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Codeword"`)
	}
	write(w, f.status, body)
}
