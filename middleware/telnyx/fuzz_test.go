package telnyx_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzRequest sends whatever bodies and paths to every route: each is answered in Telnyx's form, none by a failure of ours, and what is not one
// object is refused.
func FuzzRequest(f *testing.F) {
	methods := []string{"GET", "POST", "PATCH", "DELETE", "HEAD"}
	for i, request := range clientRequests {
		f.Add(byte(i), request.path, request.body)
	}
	for _, body := range []string{"", "null", "[]", `{"a":1,"a":2}`, `{"name":"A","sms":{"app_name":"\ud83d"}}`, `{"name":"A","daily_spend_limit":1e308}`,
		`{"text":"{{code}}{{code}}"}`, `{"code":"\u0000","verify_profile_id":"` + profileID + `"}`, `{"name":"A","sms":null,"call":{"whitelisted_destinations":["*",null]}}`} {
		for i, path := range []string{"/v2/verify_profiles", "/v2/verifications/sms", verifyBy, "/v2/verify_profiles/templates", "/v2/verify_profiles/" + profileID} {
			f.Add(byte(i), path, body)
		}
	}
	f.Fuzz(func(t *testing.T, n byte, path, body string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \r\n\t") {
			return
		}
		method := methods[int(n)%len(methods)]
		r, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		if err != nil {
			return // a server would not have read it either
		}
		s := open(t)
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		var answer struct {
			Data   json.RawMessage
			Errors []struct{ Code, Title string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code >= 500 {
			t.Fatalf("%s %s %q: %d %s", method, path, body, w.Code, w.Body)
		}
		if good := w.Code == 200; good != (answer.Data != nil) || good == (len(answer.Errors) == 1) {
			t.Errorf("%s %s %q: %d %s", method, path, body, w.Code, w.Body)
		}
		if w.Code == 200 && (method == "POST" || method == "PATCH") && !json.Valid([]byte(body)) {
			t.Errorf("%s %s took %q", method, path, body)
		}
	})
}
