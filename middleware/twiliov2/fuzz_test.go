package twiliov2_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/twiliov2"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// FuzzRequest holds that no request makes the handler fail, that every answer is JSON with a status that the contract has, and that no code is
// approved that was not sent.
func FuzzRequest(f *testing.F) {
	const va = "VA00000000000000000000000000000001"
	service := "/v2/Services/" + va
	for _, seed := range []struct{ method, target, body string }{
		{"GET", "/v2/Services?PageSize=2&Page=1&PageToken=PA" + va, ""},
		{"POST", "/v2/Services", "FriendlyName=My+Service&CodeLength=4&CustomCodeEnabled=true"},
		{"POST", service, "Psd2Enabled=false&Totp.Skew=1"},
		{"POST", service + "/Verifications", "To=%2B14155552671&Channel=sms&Locale=de&RateLimits=%7B%22ip%22%3A%22x%22%7D"},
		{"POST", service + "/Verifications", "To=%2B14155552671&Channel=call&SendDigits=1&Tags=%7B%7D&Templates=%5B%5D&DeviceIp=::1"},
		{"GET", service + "/Verifications/+14155552671", ""},
		{"POST", service + "/Verifications/%2B14155552671", "Status=canceled"},
		{"POST", service + "/VerificationCheck", "To=%2B14155552671&Code=123456&Amount=1&Payee=2"},
		{"POST", service + "/VerificationCheck", "VerificationSid=VE00000000000000000000000000000000&Code=1234"},
		{"POST", service + "/RateLimits", "UniqueName=ip&Description=x"},
		{"POST", service + "/RateLimits/ip/Buckets", "Max=1&Interval=60"},
		{"DELETE", service + "/RateLimits/ip", ""},
		{"GET", "/v2/Attempts?Channel=sms&DateCreatedAfter=2026-01-02T03:04:05Z", ""},
		{"GET", "/v2/Attempts/Summary?Country=US", ""},
		{"HEAD", service + "/%00/..//", "a=1&a=2;%zz"},
	} {
		f.Add(seed.method, seed.target, seed.body)
	}
	statuses := []int{200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 429}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		e, _ := verifytest.New(t)
		h, err := twiliov2.New(e, twiliov2.Options{APIKeys: []string{key}})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.EnsureService(t.Context(), va, "Acme"); err != nil {
			t.Fatal(err)
		}
		send := func(method, target, body string) *httptest.ResponseRecorder {
			u, err := url.ParseRequestURI(target)
			if err != nil {
				t.Skip("no target")
			}
			r := &http.Request{Method: method, URL: u, Host: "verify.test", Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(account, key)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r.WithContext(t.Context()))
			return w
		}
		send("POST", service+"/Verifications", "To=%2B14155552671&Channel=sms")
		w := send(method, target, body)
		if !slices.Contains(statuses, w.Code) || w.Code != 204 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("answered %d %q", w.Code, w.Body)
		}
		form, _ := url.ParseQuery(body)
		if bytes.Contains(w.Body.Bytes(), []byte(`"valid":true`)) && form.Get("Status") != "approved" {
			t.Fatalf("%q approved what nobody knows", body)
		}
	})
}
