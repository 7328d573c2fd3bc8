package authyv1_test

import (
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func ref() verify.Ref { return verify.Ref{Profile: "authy", To: number} }

// S59, S69
func TestNewRefuses(t *testing.T) {
	e, _ := verifytest.New(t, func(o *verify.Options) {
		o.Profiles = append(o.Profiles, authyv1.Profile("authy", "Acme", "US"))
	})
	good := func() authyv1.Options {
		return authyv1.Options{APIKeys: []string{key}, AcceptCodesInURLs: true, Profile: "authy"}
	}
	if _, err := authyv1.New(e, good()); err != nil {
		t.Error(err)
	}
	tests := []struct {
		want   string
		change func(*authyv1.Options)
	}{
		{"APIKeys", func(o *authyv1.Options) { o.APIKeys = nil }},
		{"APIKeys", func(o *authyv1.Options) { o.APIKeys = []string{key, "short-secret"} }},
		{"AcceptCodesInURLs", func(o *authyv1.Options) { o.AcceptCodesInURLs = false }},
		{"Profile", func(o *authyv1.Options) { o.Profile = "none" }},
		{"AcceptRisk", func(o *authyv1.Options) { o.Profile = "" }},
	}
	for _, test := range tests {
		o := good()
		test.change(&o)
		_, err := authyv1.New(e, o)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "short-secret") {
			t.Errorf("%s: %v", test.want, err)
		}
	}
	if _, err := authyv1.New(e, authyv1.Options{Profile: "none"}); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("not every option is named: %v", err)
	}
	if _, err := authyv1.New(nil, good()); err == nil {
		t.Error("made without an engine")
	}
}

// S2
func TestProfile(t *testing.T) {
	p := authyv1.Profile("authy", "Acme", "US", "CA")
	if p.CodeLength != 4 || p.Lifetime != 10*time.Minute || !p.AcceptRisk || !p.CustomCodes || len(p.Regions) != 2 {
		t.Errorf("made %+v", p)
	}
	if odds := 1 / p.Risk().Verification; odds < 399 || odds > 401 {
		t.Errorf("1 in %.0f, want what the package comment says", odds)
	}
}
