package middleware

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

// Start serves the start of a verification: it sends a code, and gives the browser the secret that its check needs.
func (h *Handler) Start(w http.ResponseWriter, r *http.Request) {
	h.serve(w, r, http.MethodPost, h.start)
}

func (h *Handler) start(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	fields, err := readFields(w, r, h.startFields)
	if err != nil {
		return nil, err
	}
	c, err := h.caller(r, fields)
	if err != nil {
		return nil, err
	}
	if !h.o.BackEnd && c.secret == "" {
		c.secret = newSecret()
	}
	request, err := h.startRequest(c, fields)
	if err != nil {
		return nil, err
	}
	v, err := h.engine.Start(r.Context(), request)
	if invalid, ok := errors.AsType[*verify.InvalidError](err); ok && invalid.Field == "profile" && !h.o.BackEnd {
		return nil, errors.New("Profile: the engine has no such profile")
	}
	if err != nil {
		return nil, outcome(err, v)
	}
	if !h.o.BackEnd {
		// Only now: of two starts at once, the one that is refused must not take the other's cookie away.
		http.SetCookie(w, h.o.Cookies.handle(c.secret))
	}
	b := answer(v)
	b = appendSeconds(b, "expires_in", v.ExpiresIn)
	b = appendSeconds(b, "resend_in", v.ResendIn)
	return append(b, '}'), nil
}

func (h *Handler) startRequest(c caller, f field.Fields) (verify.StartRequest, error) {
	s := verify.StartRequest{
		Profile:        c.profile,
		Channel:        f.Get("channel"),
		To:             f.Get("to"),
		CountryCode:    f.Get("country_code"),
		PhoneNumber:    f.Get("phone_number"),
		Locale:         f.Get("locale"),
		ClientIP:       c.ip,
		Handle:         c.handle(h.o.BackEnd),
		Purpose:        h.o.Purpose,
		IdempotencyKey: f.Get("idempotency_key"),
	}
	if h.o.Recipient != nil {
		s.To, s.Nobody = c.recipient, c.nobody
	}
	if !h.o.BackEnd {
		return s, nil
	}
	s.CustomCode = f.Get("custom_code")
	if length := f.Get("code_length"); length != "" {
		n, err := strconv.ParseUint(length, 10, 8)
		if err != nil || n == 0 {
			return s, &verify.InvalidError{Field: "code_length", Reason: "must be 4 to 10"}
		}
		s.CodeLength = int(n)
	}
	return s, nil
}
