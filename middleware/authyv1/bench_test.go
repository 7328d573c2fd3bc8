package authyv1_test

import (
	"net/http/httptest"
	"testing"

	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// BenchmarkStatus is a request that finds a verification in memory.
func BenchmarkStatus(b *testing.B) {
	e, _ := verifytest.New(b, func(o *verify.Options) { o.Profiles = []verify.Profile{authyv1.Profile("authy", "Acme", "US")} })
	h, err := authyv1.New(e, authyv1.Options{APIKeys: []string{key}, AcceptCodesInURLs: true})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := e.Start(b.Context(), verify.StartRequest{Channel: "sms", To: number}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request("GET", api+"status?"+person, ""))
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
