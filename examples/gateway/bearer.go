package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
)

// requireKey lets requests through that have one of the keys as a Bearer token.
func requireKey(keys []string, next http.Handler) http.Handler {
	var hashes [][sha256.Size]byte
	for _, key := range keys {
		hashes = append(hashes, sha256.Sum256([]byte(key)))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := sha256.Sum256([]byte(bearer(r.Header)))
		known := 0
		for i := range hashes { // all of them, so that the time does not tell which
			known |= subtle.ConstantTimeCompare(token[:], hashes[i][:])
		}
		if known == 0 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "unauthorized", "Unauthorized")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bearer returns the token of the one Authorization header, "" if there are more or none.
func bearer(h http.Header) string {
	values := h["Authorization"]
	if len(values) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// refuse answers with a problem, as the native handlers do.
func refuse(w http.ResponseWriter, status int, code, title string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"https://codeword-go.github.io/problems/%s","title":"%s","status":%d,"code":"%[1]s"}`, code, title, status)
}
