package edge

import "net/http"

// Write writes a whole answer, which nobody may cache or take for another kind.
func Write(w http.ResponseWriter, status int, kind string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever is not there to read it has lost the answer
}
