package twiliov2

import (
	"net/http"
	"strings"
)

// anyAccount stands in answers when the credentials name a key instead of an account.
const anyAccount = "AC00000000000000000000000000000000"

// authenticate returns the account that a request speaks for, if its credentials are good.
func (h *Handler) authenticate(r *http.Request) (account string, ok bool) {
	if len(r.Header["Authorization"]) != 1 {
		return "", false
	}
	user, password, ok := r.BasicAuth()
	if !h.keys.Has(password) || !ok {
		return "", false
	}
	switch {
	case isSID("AC", user):
		return user, true
	case strings.HasPrefix(user, "AC"), strings.HasPrefix(user, "SK"):
		return anyAccount, true
	}
	return "", false
}
