package middleware

import (
	"maps"
	"net/http"

	"github.com/codeword-go/codeword/verify"
)

// Check serves the check of a code. The one request whose code is right gets the receipt.
func (h *Handler) Check(w http.ResponseWriter, r *http.Request) {
	h.serve(w, r, http.MethodPost, h.check)
}

func (h *Handler) check(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	fields, err := readFields(w, r, h.checkFields)
	if err != nil {
		return nil, err
	}
	c, err := h.caller(r, fields)
	if err != nil {
		return nil, err
	}
	id := fields.Get("id")
	if id == "" { // the engine would look for an address
		return nil, &verify.InvalidError{Field: "id", Reason: "is missing"}
	}
	v, err := h.engine.Check(r.Context(), verify.CheckRequest{
		ID: id, Code: fields.Get("code"), ClientIP: c.ip, Handle: c.handle(h.o.BackEnd), Purpose: h.o.Purpose,
	})
	if err != nil {
		return nil, outcome(err, v)
	}
	if !h.o.BackEnd {
		if err := h.approved(w, r, c, v); err != nil {
			return nil, err
		}
	}
	return append(answer(v), '}'), nil
}

// approved gives the browser its receipt, once the host agrees.
func (h *Handler) approved(w http.ResponseWriter, r *http.Request, c caller, v verify.Verification) error {
	token, receipt, err := h.engine.IssueReceipt(v, c.binding, h.o.ReceiptLifetime)
	if err != nil {
		return err
	}
	if err := h.tellHost(w, r, receipt); err != nil {
		return seamError{"OnApproved", err}
	}
	http.SetCookie(w, h.o.Cookies.receipt(token, receipt))
	return nil
}

// tellHost calls OnApproved, and unless that succeeds takes back the headers that it set: no session may begin with a refusal.
func (h *Handler) tellHost(w http.ResponseWriter, r *http.Request, receipt verify.Receipt) (err error) {
	if h.o.OnApproved == nil {
		return nil
	}
	before, agreed := w.Header().Clone(), false
	defer func() {
		if !agreed {
			clear(w.Header())
			maps.Copy(w.Header(), before)
		}
	}()
	err = h.o.OnApproved(w, r, receipt)
	agreed = err == nil
	return err
}
