package middleware

import (
	"log/slog"
	"net/http"

	"github.com/codeword-go/codeword/middleware/internal/edge"
)

// serve answers one request with the JSON that act returns, or a problem. act sets cookies, and writes nothing.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, method string, act func(http.ResponseWriter, *http.Request) ([]byte, error)) {
	defer func() {
		edge.AfterPanic(recover(), func(err error) { h.fail(w, r, problemInternal.about(err)) })
	}()
	edge.LimitBody(w, r)
	if err := h.admit(w, r, method); err != nil {
		h.refuse(w, r, err)
		return
	}
	body, err := act(w, r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	edge.Write(w, http.StatusOK, "application/json; charset=utf-8", body)
}

// admit refuses other methods, HEAD and OPTIONS among them, and other sites' pages.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request, method string) error {
	if r.Method != method {
		w.Header().Set("Allow", method)
		return problemMethod
	}
	if h.o.BackEnd {
		if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
			return problemCrossOrigin // a browser, which has no business here
		}
		return nil
	}
	if h.origins.Check(r) != nil {
		return problemCrossOrigin
	}
	return nil
}

func (h *Handler) notFound(w http.ResponseWriter, r *http.Request) {
	edge.LimitBody(w, r)
	h.refuse(w, r, problemPath)
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refused := refuse(err)
	if refused.status == http.StatusInternalServerError || refused.status == http.StatusServiceUnavailable {
		h.fail(w, r, refused)
		return
	}
	refused.write(w)
}

// fail tells the host what has failed, and the client where the host finds it.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, refused refusal) {
	id := edge.Report(r.Context(), h.o.Logger, "verification request failed", refused.cause, slog.String("code", refused.code))
	refused.detail += " The log has more under " + id + "."
	refused.write(w)
}

func (r refusal) write(w http.ResponseWriter) {
	if r.retryAfter > 0 {
		edge.RetryAfter(w.Header(), r.retryAfter)
	}
	edge.Write(w, r.status, "application/problem+json; charset=utf-8", r.append(make([]byte, 0, 512)))
}
