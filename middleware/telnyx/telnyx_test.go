package telnyx_test

import (
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/telnyx"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func TestOptions(t *testing.T) {
	e, _ := verifytest.New(t)
	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{Key: signer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := telnyx.New(e, telnyx.Options{APIKeys: []string{key}, Webhooks: hooks}); err != nil {
		t.Fatal(err)
	}
	if _, err := telnyx.New(nil, telnyx.Options{APIKeys: []string{key}}); err == nil {
		t.Error("takes no engine")
	}
	for field, o := range map[string]telnyx.Options{
		"APIKeys": {}, "APIKeys: number 2": {APIKeys: []string{key, "short"}}, "Profile": {APIKeys: []string{key}, Profile: "none"},
		"Group": {APIKeys: []string{key}, Group: "a/b"}, "Webhooks": {APIKeys: []string{key}, Webhooks: hooks},
	} {
		if _, err := telnyx.New(e, o); err == nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "short\"") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestGroupsAreApart(t *testing.T) {
	s := open(t)
	other, err := telnyx.New(s.engine, telnyx.Options{APIKeys: []string{key}, Group: "second"})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := s.start(number, "")
	s.h = other
	s.get("/v2/verifications/"+id).refused(t, 404, "10005", "")
	s.get("/v2/verify_profiles/"+profileID).refused(t, 404, "10005", "")
	if a := s.get("/v2/verify_profiles").ok(t); a.at(t, "meta.total_results") != 0.0 {
		t.Error(a.body)
	}
}

func TestCredentials(t *testing.T) {
	s := open(t, func(o *setup) { o.options.APIKeys = []string{"another-key-0123456789", key} })
	for _, headers := range [][]string{
		{"Authorization: "}, {"Authorization: Bearer"}, {"Authorization: Bearer "}, {"Authorization: Bearer " + key + "x"}, {"Authorization: Bearer " + key[:len(key)-1]},
		{"Authorization: " + key}, {"Authorization: Basic " + key}, {"Authorization: Bearer  " + key}, {"Authorization: Bearer " + strings.ToLower(key)},
		{"Authorization: Bearer " + key, "Authorization: Bearer " + key}, {"Authorization: Bearer " + key, "Authorization: Bearer x"},
	} {
		for _, path := range []string{"/v2/verify_profiles", "/v2/nowhere"} {
			a := s.send("GET", path, "", headers...)
			a.refused(t, 401, "10009", "")
			if a.header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		}
	}
	s.send("GET", "/v2/verify_profiles", "", "Authorization: bearer "+key).ok(t)
	s.send("GET", "/v2/verify_profiles", "", "Authorization: Bearer another-key-0123456789").ok(t)
}
