package middleware

import (
	"net/http"

	"github.com/codeword-go/codeword/verify"
)

// Status serves the state of the verification whose id is the last element of the path. It proves nothing: a receipt does.
func (h *Handler) Status(w http.ResponseWriter, r *http.Request) {
	h.serve(w, r, http.MethodGet, h.status)
}

func (h *Handler) status(_ http.ResponseWriter, r *http.Request) ([]byte, error) {
	_, id, _ := cutLast(r.URL.EscapedPath(), '/')
	if id == "" { // the engine would look for an address
		return nil, verify.ErrNotFound
	}
	c, err := h.caller(r, nil)
	if err != nil {
		return nil, err
	}
	v, err := h.engine.Status(r.Context(), verify.Ref{ID: id, Handle: c.handle(h.o.BackEnd), Purpose: h.o.Purpose})
	if err != nil {
		return nil, outcome(err, v)
	}
	b := answer(v)
	b = appendSeconds(b, "expires_in", v.ExpiresIn)
	b = appendNumber(b, "attempts_left", int64(v.AttemptsLeft))
	b = appendSeconds(b, "resend_in", v.ResendIn)
	return append(b, '}'), nil
}
