package main_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

const (
	service = "VA0123456789abcdef0123456789abcdef"
	profile = "4900017a-e7c8-e79e-0a7c-0d98f49b09cc"
)

var basic = "Basic " + base64.StdEncoding.EncodeToString([]byte("AC"+strings.Repeat("a", 32)+":"+key))

// The SDKs have tests of their own; here is what the gateway itself does for them.
func TestVendorsAtOneAddress(t *testing.T) {
	g := start(t, "-brand", "Acme", "-twilio-service", service, "-telnyx-profile", profile)
	tests := []struct {
		name, method, path, body, authorization string
		status                                  int
		wants                                   map[string]any
	}{
		{"authy", "POST", "/protected/json/phones/verification/start?api_key=" + key, `{"country_code":1,"phone_number":"4155552671"}`, "",
			200, map[string]any{"success": true}},
		{"authy without key", "POST", "/protected/json/phones/verification/start", `{}`, "", 401, map[string]any{"error_code": "60001"}},
		{"feedback without key", "POST", "/2010-04-01/Accounts/x/SMS/Messages/y/Feedback.json", "", "", 401, map[string]any{"error_code": "60001"}},
		{"twilio", "GET", "/v2/Services/" + service, "", basic, 200, map[string]any{"friendly_name": "Acme", "account_sid": "AC" + strings.Repeat("a", 32)}},
		{"twilio without key", "GET", "/v2/Services", "", "", 401, map[string]any{"code": 20003.0}},
		{"twilio, unknown", "GET", "/v2/Unknown", "", basic, 404, map[string]any{"code": 20404.0}},
		{"telnyx", "GET", "/v2/verify_profiles/" + profile, "", "Bearer " + key, 200, nil},
		{"telnyx without key", "GET", "/v2/verify_profiles", "", "", 401, nil},
		{"telnyx with twilio's", "GET", "/v2/verify_profiles", "", basic, 401, nil},
		{"telnyx verification", "POST", "/v2/verifications/sms", `{"phone_number":"+14155552672","verify_profile_id":"` + profile + `"}`, "Bearer " + key, 200, nil},
	}
	for _, test := range tests {
		var authorization []string
		if test.authorization != "" {
			authorization = []string{test.authorization}
		}
		a := g.send(test.method, test.path, test.body, authorization...)
		if a.status != test.status {
			t.Errorf("%s: %d %v", test.name, a.status, a.body)
		}
		for name, want := range test.wants {
			if a.body[name] != want {
				t.Errorf("%s: %s is %v, want %v", test.name, name, a.body[name], want)
			}
		}
	}
	if sent := g.messages(); len(sent) != 2 || sent[0].Profile != "authy" || sent[1].Profile != "telnyx/"+profile {
		t.Errorf("the outbox has %+v", sent)
	}
}

// A check of Authy's has the code, the number and the key in its URL.
func TestNothingIsLogged(t *testing.T) {
	g := start(t)
	post := "/protected/json/phones/verification/start?country_code=1&phone_number=4155552671&api_key=" + key
	if a := g.send("POST", post, ""); a.status != 200 {
		t.Fatalf("%d %v", a.status, a.body)
	}
	code := g.last().Code
	check := "/protected/json/phones/verification/check?country_code=1&phone_number=4155552671&api_key=" + key + "&verification_code="
	if a := g.send("GET", check+wrong(code), ""); a.status != 401 {
		t.Errorf("wrong code: %d %v", a.status, a.body)
	}
	if a := g.send("GET", check+code, ""); a.status != 200 {
		t.Errorf("right code: %d %v", a.status, a.body)
	}
	g.send("GET", "/nobody"+check+code, "")
	g.stop()
	if !strings.Contains(g.stderr.String(), "verification approved") {
		t.Errorf("the log says %s", g.stderr)
	}
	for _, secret := range []string{"4155552671", key, "verification_code", "/protected/"} {
		if strings.Contains(g.stderr.String(), secret) {
			t.Errorf("the log has a secret: %s", g.stderr)
		}
	}
}

func TestEnsuredOnce(t *testing.T) {
	dir := t.TempDir()
	stay := []string{"-store", "bolt:" + dir + "/test.db", "-key-file", dir + "/test.key", "-twilio-service", service, "-telnyx-profile", profile}
	for range 2 {
		g := start(t, stay...)
		if a := g.send("GET", "/v2/Services", "", basic); a.status != 200 || len(a.body["services"].([]any)) != 1 {
			t.Errorf("%d %v", a.status, a.body)
		}
		g.stop()
	}
}

func TestLinks(t *testing.T) {
	link := func(g *running) string {
		a := g.send("GET", "/v2/Services/"+service, "", basic)
		if a.status != 200 {
			t.Fatalf("%d %v", a.status, a.body)
		}
		return a.body["url"].(string)
	}
	own := start(t, "-twilio-service", service)
	if got := link(own); !strings.HasPrefix(got, own.base+"/v2/") {
		t.Errorf("link to %s", got)
	}
	if got := link(start(t, "-twilio-service", service, "-base-url", "https://verify.example.com")); !strings.HasPrefix(got, "https://verify.example.com/v2/") {
		t.Errorf("with -base-url: link to %s", got)
	}
}
