package telnyx_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
)

const (
	byNumber = "/v2/verifications/by_phone_number/" + number
	verifyBy = byNumber + "/actions/verify"
	about    = `"phone_number":"` + number + `","verify_profile_id":"` + profileID + `"`
	proves   = `,"verify_profile_id":"` + profileID + `"}`
)

// TestSuccessBodies holds every kind of success to its golden file.
func TestSuccessBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		created := s.post("/v2/verify_profiles", fullProfile)
		created.golden(t, "profile_create")
		id := created.text(t, "data.id")
		s.post("/v2/verify_profiles", `{"name":"Bare"}`).golden(t, "profile_create_bare")
		s.get("/v2/verify_profiles/"+id).golden(t, "profile_fetch")
		s.patch("/v2/verify_profiles/"+id, `{"name":"Renamed","sms":{"code_length":6},"call":null}`).golden(t, "profile_update")
		s.get("/v2/verify_profiles?page%5Bsize%5D=2").golden(t, "profile_list")
		s.send("DELETE", "/v2/verify_profiles/"+id, "").golden(t, "profile_delete")
		s.get("/v2/verify_profiles/templates").golden(t, "template_list")
		template := s.post("/v2/verify_profiles/templates", `{"text":"{{code}} for {{app_name}}"}`)
		template.golden(t, "template_create")
		s.patch("/v2/verify_profiles/templates/"+template.text(t, "data.id"), `{"text":"Code: {{code}}"}`).golden(t, "template_update")

		for _, kind := range []string{"sms", "call", "flashcall", "whatsapp"} {
			s.post("/v2/verifications/"+kind, `{`+about+`}`).golden(t, "start_"+kind)
		}
		custom := s.post("/v2/verifications/sms", `{`+about+`,"custom_code":"43612","timeout_secs":120}`)
		custom.golden(t, "start_custom_code")
		s.get("/v2/verifications/"+custom.text(t, "data.id")).golden(t, "verification_fetch")
		s.get(byNumber).golden(t, "verification_list")
		s.post(verifyBy, `{"code":"00000"`+proves).golden(t, "verify_rejected")
		s.post(verifyBy, `{"code":"43612"`+proves).golden(t, "verify_accepted")
		s.inbox.Once(channeltest.Fail(channel.ErrRejected))
		s.post("/v2/verifications/sms", `{"phone_number":"+13035550003","verify_profile_id":"`+profileID+`"}`).golden(t, "start_not_sent")

		late, code := s.start("+13035550001", "")
		time.Sleep(5 * time.Minute)
		s.post("/v2/verifications/"+late+"/actions/verify", `{"code":"`+code+`"}`).golden(t, "verify_expired")
		burnt, _ := s.start("+13035550002", "")
		for range 5 {
			s.post("/v2/verifications/"+burnt+"/actions/verify", `{"code":"0000"}`)
			s.post("/v2/verifications/"+burnt+"/actions/verify", `{"code":"99999"}`)
		}
		s.post("/v2/verifications/"+burnt+"/actions/verify", `{"code":"99999"}`).golden(t, "verify_max_attempts_exceeded")
	})
}

const fullProfile = `{"name":"Full","language":"es-MX","webhook_url":"https://example.com/hook","webhook_failover_url":"https://example.org/hook",
	"daily_spend_limit":12.5,"daily_spend_limit_enabled":true,
	"sms":{"messaging_template_id":"0abb5b4f-459f-445a-bfcd-488998b7572d","app_name":"Acme Shop","alpha_sender":"Acme","code_length":8,
		"whitelisted_destinations":["US","CA"],"default_verification_timeout_secs":600},
	"call":{"app_name":"Acme-Shop","default_timeout_secs":120,"whitelisted_destinations":["*"]},
	"flashcall":{"app_name":"Acme","future":[{"unknown":null}]},
	"whatsapp":{"sender_phone_number":"+13035550100","template_id":"t1","waba_id":"w1"}}`

// TestErrorBodies holds every kind of error to its golden file.
func TestErrorBodies(t *testing.T) {
	broken := newStore(t)
	s := open(t, func(o *setup) { o.engine.Store = broken })
	start := "/v2/verifications/sms"
	for _, test := range []struct {
		name, method, path, body string
		headers                  []string
	}{
		{"error_10009_key", "GET", "/v2/verify_profiles", "", []string{"Authorization: Bearer wrong-key-of-length"}},
		{"error_10010_region", "POST", start, `{"phone_number":"+4915123456789","verify_profile_id":"` + profileID + `"}`, nil},
		{"error_10010_built_in", "PATCH", "/v2/verify_profiles/templates/" + builtInIDs[:36], `{"text":"{{code}}"}`, nil},
		{"error_10005_route", "GET", "/v2/verifications", "", nil},
		{"error_10005_profile", "GET", "/v2/verify_profiles/" + nowhere, "", nil},
		{"error_10005_verification", "GET", "/v2/verifications/" + nowhere, "", nil},
		{"error_10006_id", "GET", "/v2/verifications/123", "", nil},
		{"error_10006_profile_id", "POST", start, `{"phone_number":"` + number + `","verify_profile_id":"123"}`, nil},
		{"error_10004_missing", "POST", start, `{"verify_profile_id":"` + profileID + `"}`, nil},
		{"error_10023_json", "POST", start, `{`, nil},
		{"error_10016_number", "POST", start, `{"phone_number":"3035551234","verify_profile_id":"` + profileID + `"}`, nil},
		{"error_10016_path", "GET", "/v2/verifications/by_phone_number/13035551234", "", nil},
		{"error_10032_enum", "POST", "/v2/verify_profiles", `{"name":"A","sms":{"whitelisted_destinations":["US","XX"]}}`, nil},
		{"error_10033_range", "POST", start, `{` + about + `,"timeout_secs":601}`, nil},
		{"error_10033_page", "GET", "/v2/verify_profiles?page[size]=0", "", nil},
		{"error_10017_related", "POST", "/v2/verify_profiles", `{"name":"A","call":{"messaging_template_id":"` + nowhere + `"}}`, nil},
		{"error_10015_type", "POST", start, `{` + about + `,"custom_code":12345}`, nil},
		{"error_10015_method", "PUT", "/v2/verify_profiles", `{"name":"A"}`, nil},
		{"error_10015_media_type", "POST", start, `a=b`, []string{"Content-Type: application/x-www-form-urlencoded"}},
		{"error_10015_size", "POST", start, `{"a":"` + strings.Repeat("x", 8<<10) + `"}`, nil},
	} {
		if test.name == "error_10010_region" {
			s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"whitelisted_destinations":["US"]}}`).ok(t)
		}
		s.send(test.method, test.path, test.body, test.headers...).golden(t, test.name)
	}
	for range 5 {
		s.start(number, "")
	}
	limited := s.post(start, `{`+about+`}`)
	limited.golden(t, "error_10011_limit")
	if seconds, err := strconv.Atoi(limited.header.Get("Retry-After")); err != nil || seconds < 200 || seconds > 300 || limited.header.Get("X-Should-Retry") != "false" {
		t.Errorf("limited with headers %v", limited.header)
	}
	broken.broken.Store(true)
	s.post(verifyBy, `{"code":"12345"`+proves).golden(t, "error_10007_unavailable")
	broken.broken.Store(false)
	err := s.engine.UpdateProfile(t.Context(), "telnyx/"+profileID, func(_ *verify.Profile, attachment *[]byte) error {
		*attachment = []byte("[]")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.post(start, `{`+about+`}`).golden(t, "error_10007_internal")
	if !strings.Contains(s.log.String(), "error_id") {
		t.Error("the log does not name the error")
	}
}
