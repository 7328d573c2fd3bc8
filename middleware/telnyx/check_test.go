package telnyx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/verify"
)

func TestVerifyByNumber(t *testing.T) {
	s := open(t)
	id, code := s.start(number, "")
	for _, step := range []struct{ code, want string }{
		{wrong(code), "rejected"}, {"1", "rejected"}, {"letters", "rejected"}, {code[:4], "rejected"}, // only the first is a guess
		{code, "accepted"}, {code, "rejected"}, {wrong(code), "rejected"}, {"1", "rejected"},
	} {
		if got := s.check(number, step.code); got != step.want {
			t.Errorf("%q of %q: %s, want %s", step.code, code, got, step.want)
		}
	}
	if s.status(id) != "accepted" {
		t.Error("the status is " + s.status(id))
	}
}

func TestPathForms(t *testing.T) {
	for _, path := range []string{"+13035551234", "%2B13035551234", "%2b1303555%31234"} {
		s := open(t)
		_, code := s.start(number, "")
		a := s.post("/v2/verifications/by_phone_number/"+path+"/actions/verify", `{"code":"`+code+`"`+proves).ok(t)
		if a.text(t, "data.phone_number") != number || a.text(t, "data.response_code") != "accepted" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	s := open(t)
	for _, path := range []string{"13035551234", "%2B1%20303%20555%201234", "+1-303-555-1234", "+0303555123", "+1", "%EF%BC%8B13035551234", "+1303555123456789"} {
		s.get("/v2/verifications/by_phone_number/"+path).refused(t, 400, "10016", "phone_number")
		s.post("/v2/verifications/by_phone_number/"+path+"/actions/verify", `{"code":"1"`+proves).refused(t, 400, "10016", "phone_number")
	}
	// The engine's to refuse.
	s.get("/v2/verifications/by_phone_number/+130355512").refused(t, 400, "10016", "phone_number")
	s.post("/v2/verifications/by_phone_number/+130355512/actions/verify", `{"code":"12345"`+proves).refused(t, 400, "10016", "phone_number")
	for _, path := range []string{"", "a%2Fb", "+1303555%00", "..", "%2e", "+13035551234%5C", "+13035551234/actions", "+13035551234/"} {
		s.get("/v2/verifications/by_phone_number/"+path).refused(t, 404, "10005", "")
	}
}

func TestVerifyRefusals(t *testing.T) {
	s := open(t)
	id, code := s.start(number, "")
	custom, _ := s.start("+13035550001", `,"custom_code":"12345"`)
	byID := "/v2/verifications/" + id + "/actions/verify"
	for _, test := range []struct {
		path, body   string
		status       int
		code, source string
	}{
		{verifyBy, `{}`, 400, "10004", "/code"},
		{verifyBy, `{"code":""` + proves, 400, "10004", "/code"},
		{verifyBy, `{"code":null` + proves, 400, "10004", "/code"},
		{verifyBy, `{"code":12345` + proves, 400, "10015", "/code"},
		{verifyBy, `{"code":"` + code + `"}`, 400, "10004", "/verify_profile_id"},
		{verifyBy, `{"code":"` + code + `","verify_profile_id":"x"}`, 400, "10006", "/verify_profile_id"},
		{verifyBy, `{"code":"` + code + `","verify_profile_id":"` + nowhere + `"}`, 404, "10005", ""},
		{verifyBy, `{"code":"` + wrong(code) + `","code":"` + code + `"` + proves, 400, "10023", ""},
		{"/v2/verifications/by_phone_number/+13035559999/actions/verify", `{"code":"12345"` + proves, 404, "10005", ""},
		{"/v2/verifications/by_phone_number/+13035559999/actions/verify", `{"code":"1"` + proves, 404, "10005", ""},
		{byID, `{}`, 400, "10004", "/code"},
		{byID, `{"code":null,"status":null}`, 400, "10004", "/code"},
		{byID, `{"status":"accepted"}`, 400, "10015", "/status"}, // had no custom code
		{byID, `{"status":"approved"}`, 400, "10032", "/status"},
		{byID, `{"status":true}`, 400, "10015", "/status"},
		{"/v2/verifications/" + custom + "/actions/verify", `{"status":"ACCEPTED"}`, 400, "10032", "/status"},
		{"/v2/verifications/" + nowhere + "/actions/verify", `{"code":"12345"}`, 404, "10005", ""},
		{"/v2/verifications/sms/actions/verify", `{"code":"12345"}`, 400, "10006", "id"},
	} {
		s.post(test.path, test.body).refused(t, test.status, test.code, test.source)
	}
	if got := s.check(number, code); got != "accepted" {
		t.Errorf("after requests that judged nothing: %s", got)
	}
}

func TestStatusOfCustomCodes(t *testing.T) {
	for i, test := range []struct{ body, want, status string }{
		{`{"status":"accepted"}`, "accepted", "accepted"},
		{`{"status":"rejected"}`, "rejected", "invalid"},
		{`{"code":"12345"}`, "accepted", "accepted"},
		{`{"code":"12345","status":"accepted"}`, "accepted", "accepted"},
		{`{"code":"54321","status":"accepted"}`, "rejected", "pending"}, // the code decides
		{`{"code":"12345","status":"rejected"}`, "rejected", "invalid"},
		{`{"code":"12345","status":null}`, "accepted", "accepted"},
	} {
		s := open(t)
		id, _ := s.start(fmt.Sprintf("+1303555%04d", i), `,"custom_code":"12345"`)
		path := "/v2/verifications/" + id + "/actions/verify"
		if got := s.post(path, test.body).ok(t).text(t, "data.response_code"); got != test.want || s.status(id) != test.status {
			t.Errorf("%s: %s, then %s", test.body, got, s.status(id))
		}
		if test.status == "pending" {
			continue
		}
		for _, again := range []string{test.body, `{"status":"accepted"}`, `{"code":"12345"}`} { // accepted is told once
			if got := s.post(path, again).ok(t).text(t, "data.response_code"); got != "rejected" {
				t.Errorf("%s after %s: %s", again, test.body, got)
			}
		}
	}
}

// TestProfilesAreApart holds that a code is good in its own profile alone, and that others' verifications are not there.
func TestProfilesAreApart(t *testing.T) {
	s := open(t)
	other := s.post("/v2/verify_profiles", `{"name":"Other"}`).ok(t).text(t, "data.id")
	_, code := s.start(number, "")
	s.post(verifyBy, `{"code":"`+code+`","verify_profile_id":"`+other+`"}`).refused(t, 404, "10005", "")

	foreign, err := s.engine.Start(t.Context(), verify.StartRequest{Profile: "test", Channel: "sms", To: "+13035550002"})
	if err != nil {
		t.Fatal(err)
	}
	code, _ = s.inbox.Code(t.Context(), "+13035550002")
	for range 6 {
		s.post("/v2/verifications/"+foreign.ID+"/actions/verify", `{"code":"000000"}`).refused(t, 404, "10005", "")
	}
	s.get("/v2/verifications/"+foreign.ID).refused(t, 404, "10005", "")
	if list := s.get("/v2/verifications/by_phone_number/+13035550002").ok(t); list.at(t, "meta.total_results") != 0.0 {
		t.Error(list.body)
	}
	if _, err := s.engine.Check(t.Context(), verify.CheckRequest{ID: foreign.ID, Code: code}); err != nil {
		t.Errorf("somebody else's guesses were spent: %v", err)
	}
}

func TestMalformedIDs(t *testing.T) {
	s := open(t)
	for _, id := range []string{"1", strings.ReplaceAll(nowhere, "-", ""), strings.ReplaceAll(nowhere, "-", "0"), nowhere + "0", "g" + nowhere[1:], "-" + nowhere[1:]} {
		s.get("/v2/verifications/"+id).refused(t, 400, "10006", "id")
		s.get("/v2/verify_profiles/"+id).refused(t, 400, "10006", "id")
	}
}

func TestListByNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		other := s.post("/v2/verify_profiles", `{"name":"Other"}`).ok(t).text(t, "data.id")
		var want []string
		for _, profile := range []string{profileID, other, profileID, other} {
			a := s.post("/v2/verifications/sms", `{"phone_number":"`+number+`","verify_profile_id":"`+profile+`"}`).ok(t)
			want = append([]string{a.text(t, "data.id")}, want...)
			time.Sleep(time.Second)
		}
		var got []string
		for _, page := range []string{"1", "2"} {
			a := s.get(byNumber + "?page[size]=2&page[number]=" + page).ok(t)
			got = append(got, a.text(t, "data.0.id"), a.text(t, "data.1.id"))
		}
		if !slices.Equal(got, want) {
			t.Errorf("listed %q, want %q", got, want)
		}
	})
}

// TestOnlyDocumentedMethods holds that other methods do nothing, above all that HEAD spends no guess.
func TestOnlyDocumentedMethods(t *testing.T) {
	store := newStore(t)
	s := open(t, func(o *setup) { o.engine.Store = store })
	id, code := s.start(number, "")
	template := "/v2/verify_profiles/templates"
	for path, methods := range map[string]string{
		"/v2/verify_profiles": "GET POST", "/v2/verify_profiles/" + profileID: "GET PATCH DELETE",
		template: "GET POST", template + "/" + nowhere: "PATCH",
		"/v2/verifications/sms": "POST", "/v2/verifications/call": "POST", "/v2/verifications/flashcall": "POST", "/v2/verifications/whatsapp": "POST",
		"/v2/verifications/" + id: "GET", "/v2/verifications/" + id + "/actions/verify": "POST", byNumber: "GET", verifyBy: "POST",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"} {
			if strings.Contains(" "+methods+" ", " "+method+" ") {
				continue
			}
			before := store.loads.Load()
			s.send(method, path, `{"code":"`+wrong(code)+`"`+proves).refused(t, 405, "10015", "")
			if store.loads.Load() != before {
				t.Errorf("%s %s reads the store", method, path)
			}
		}
	}
	if got := s.check(number, code); got != "accepted" {
		t.Error(got)
	}
}

func TestUnknownRoutes(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/", "/v2", "/v2/", "/v2/verifications", "/v2/verifications/", "/v2/verify_profiles/", "/v2//verify_profiles",
		"/v2/verifications/psd2/x", "/v2/verifications/" + nowhere + "/actions", "/v2/verifications/" + nowhere + "/actions/check", "/v2/verify_profile",
		"/v2/Verify_profiles", "/v2/verify_profiles/templates/" + nowhere + "/x", "/v2/verifications/..%2f" + nowhere} {
		s.get(path).refused(t, 404, "10005", "")
	}
	s.post("/v2/verifications", `{"type":"sms",`+about+`}`).refused(t, 404, "10005", "")
	for _, path := range []string{"dtmf_confirm", "psd2", "rcs"} {
		s.post("/v2/verifications/"+path, `{`+about+`}`).refused(t, 405, "10015", "")
	}
	for _, path := range []string{"/verify_profiles", "/telnyx/v2/verify_profiles"} { // mounted stripped, and below something
		s.get(path).ok(t)
	}
}
