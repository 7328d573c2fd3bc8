package telnyx_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
)

func TestSecondStart(t *testing.T) {
	s := open(t)
	first, code := s.start(number, "")
	second, again := s.start(number, "")
	if first == second || code != again {
		t.Fatalf("ids %s and %s, codes equal: %v", first, second, code == again)
	}
	list := s.get(byNumber).ok(t)
	if list.text(t, "data.0.id") != second || list.text(t, "data.1.id") != first || list.at(t, "meta.total_results") != 2.0 {
		t.Errorf("listed as %s", list.body)
	}
	for range 5 { // charged to the newest
		if got := s.check(number, wrong(code)); got != "rejected" {
			t.Fatalf("a wrong code is %s", got)
		}
	}
	if s.status(second) != "invalid" || s.status(first) != "pending" {
		t.Errorf("the newest is %s, the other one %s", s.status(second), s.status(first))
	}
	burnt := s.post("/v2/verifications/"+second+"/actions/verify", `{"code":"`+code+`"}`).ok(t).text(t, "data.response_code")
	if burnt != "max_attempts_exceeded" {
		t.Errorf("the right code by the burnt id is %s", burnt)
	}
	for range 4 { // the other one is the newest now, with guesses of its own
		s.check(number, wrong(code))
	}
	if got := s.check(number, code); got != "accepted" || s.status(first) != "accepted" || s.status(second) != "invalid" {
		t.Errorf("the right code is %s, the ids %s and %s", got, s.status(first), s.status(second))
	}
}

func TestFiveWrongCodes(t *testing.T) {
	s := open(t)
	id, code := s.start(number, "")
	for range 5 {
		if got := s.check(number, wrong(code)); got != "rejected" {
			t.Fatalf("a wrong code is %s", got)
		}
	}
	for _, typed := range []string{code, wrong(code), "1"} {
		if got := s.check(number, typed); got != "max_attempts_exceeded" {
			t.Errorf("%q of %q after five wrong ones is %s", typed, code, got)
		}
	}
	if got := s.status(id); got != "invalid" {
		t.Errorf("the status is %s", got)
	}
}

// wrong returns another code of the same length.
func wrong(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

func TestCodeLength(t *testing.T) {
	s := open(t)
	for i, length := range []int{4, 5, 6, 7, 8, 9, 10} {
		s.patch("/v2/verify_profiles/"+profileID, fmt.Sprintf(`{"sms":{"code_length":%d}}`, length)).ok(t)
		to := fmt.Sprintf("+1303555%04d", i)
		_, code := s.start(to, "")
		if len(code) != length {
			t.Errorf("%d digits instead of %d", len(code), length)
		}
		if got := s.check(to, code); got != "accepted" {
			t.Errorf("%d digits: %s", length, got)
		}
	}
	s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"code_length":null}}`).ok(t)
	if _, code := s.start(number, ""); len(code) != 5 {
		t.Errorf("by default %d digits", len(code))
	}
}

func TestCodeLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"default_timeout_secs":120},"call":{"default_verification_timeout_secs":600}}`).ok(t)
		for i, test := range []struct {
			channel, more string
			life          int
		}{
			{"sms", "", 120}, {"sms", `,"timeout_secs":60`, 60}, {"sms", `,"timeout_secs":600`, 600}, {"sms", `,"timeout_secs":null`, 120},
			{"call", "", 600}, {"flashcall", "", 300}, {"flashcall", `,"timeout_secs":90`, 90}, {"whatsapp", "", 300},
		} {
			to := fmt.Sprintf("+1303555%04d", i)
			a := s.post("/v2/verifications/"+test.channel, `{"phone_number":"`+to+`","verify_profile_id":"`+profileID+`"`+test.more+`}`).ok(t)
			if a.at(t, "data.timeout_secs") != float64(test.life) {
				t.Errorf("%s%s: %s", test.channel, test.more, a.body)
			}
			code, _ := s.inbox.Code(t.Context(), to)
			life := time.Duration(test.life) * time.Second
			time.Sleep(life - time.Millisecond)
			if got := s.check(to, wrong(code)); got != "rejected" {
				t.Errorf("%s%s: just before its end: %s", test.channel, test.more, got)
			}
			time.Sleep(time.Millisecond)
			if got := s.check(to, code); got != "expired" {
				t.Errorf("%s%s: at its end: %s", test.channel, test.more, got)
			}
			if got := s.status(a.text(t, "data.id")); got != "expired" {
				t.Errorf("%s%s: status %s", test.channel, test.more, got)
			}
		}
	})
}

func TestLongLife(t *testing.T) {
	s := open(t, func(o *setup) { o.engine.Profiles[0].UnsafeLifetime = true })
	a := s.post("/v2/verifications/sms", `{`+about+`,"timeout_secs":86400}`).ok(t)
	if a.at(t, "data.timeout_secs") != 86400.0 {
		t.Error(a.body)
	}
	s.post("/v2/verifications/sms", `{`+about+`,"timeout_secs":86401}`).refused(t, 400, "10033", "/timeout_secs")
}

func TestStartRefusals(t *testing.T) {
	s := open(t)
	for _, test := range []struct {
		name, channel, body string
		status              int
		code, source        string
	}{
		{"empty", "sms", `{}`, 400, "10004", "/phone_number"},
		{"null number", "sms", `{"phone_number":null,"verify_profile_id":"` + profileID + `"}`, 400, "10004", "/phone_number"},
		{"no profile", "sms", `{"phone_number":"` + number + `"}`, 400, "10004", "/verify_profile_id"},
		{"number of another type", "sms", `{"phone_number":13035551234,"verify_profile_id":"` + profileID + `"}`, 400, "10015", "/phone_number"},
		{"number with spaces", "sms", `{"phone_number":"+1 303 555 1234","verify_profile_id":"` + profileID + `"}`, 400, "10016", "/phone_number"},
		{"impossible number", "sms", `{"phone_number":"+1303555123","verify_profile_id":"` + profileID + `"}`, 400, "10016", "/phone_number"},
		{"e-mail address", "sms", `{"phone_number":"a@example.com","verify_profile_id":"` + profileID + `"}`, 400, "10016", "/phone_number"},
		{"unknown profile", "sms", `{"phone_number":"` + number + `","verify_profile_id":"` + nowhere + `"}`, 404, "10005", ""},
		{"life of nothing", "sms", `{` + about + `,"timeout_secs":0}`, 400, "10033", "/timeout_secs"},
		{"life of a fraction", "sms", `{` + about + `,"timeout_secs":120.5}`, 400, "10033", "/timeout_secs"},
		{"life in text", "sms", `{` + about + `,"timeout_secs":"120"}`, 400, "10015", "/timeout_secs"},
		{"custom code too short", "sms", `{` + about + `,"custom_code":"123"}`, 400, "10015", "/custom_code"},
		{"custom code too long", "sms", `{` + about + `,"custom_code":"12345678901"}`, 400, "10015", "/custom_code"},
		{"custom code of letters", "whatsapp", `{` + about + `,"custom_code":"abcd"}`, 400, "10015", "/custom_code"},
		{"custom code with a space", "call", `{` + about + `,"custom_code":"12 345"}`, 400, "10015", "/custom_code"},
		{"bad extension", "call", `{` + about + `,"extension":"1;2"}`, 400, "10015", "/extension"},
		{"empty extension", "call", `{` + about + `,"extension":""}`, 400, "10015", "/extension"},
		{"twice", "sms", `{` + about + `,"phone_number":"+13035550000"}`, 400, "10023", ""},
		{"other case", "sms", `{"Phone_Number":"` + number + `","verify_profile_id":"` + profileID + `"}`, 400, "10004", "/phone_number"},
		{"list", "sms", `[{` + about + `}]`, 400, "10023", ""},
		{"two bodies", "sms", `{` + about + `}{}`, 400, "10023", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.t = t
			s.post("/v2/verifications/"+test.channel, test.body).refused(t, test.status, test.code, test.source)
		})
	}
	if n := len(s.inbox.Messages()); n > 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func TestUnknownFieldsArePassedOver(t *testing.T) {
	s := open(t)
	s.post("/v2/verifications/sms", `{`+about+`,"extension":"12","call_timeout_secs":30,"x":{"y":[null,{"z":1.5e3}]}}`).ok(t)
	s.post("/v2/verifications/flashcall", `{`+about+`,"custom_code":"12345"}`).ok(t)
	if m := s.inbox.Messages()[1]; m.Code.Reveal() != "4711" || m.Extension.Reveal() != "" {
		t.Error("a flash call took a custom code")
	}
}

func TestMessages(t *testing.T) {
	s := open(t)
	s.patch("/v2/verify_profiles/"+profileID, `{"language":"es","sms":{"app_name":"Acme Shop"},"call":{"app_name":"Acme Call"}}`).ok(t)
	s.start(number, "")
	s.post("/v2/verifications/call", `{`+about+`,"extension":"1www2WABCDw9"}`).ok(t)
	sent := s.inbox.Messages()
	if m := sent[0]; m.Channel != "sms" || m.Locale != "es" || !strings.Contains(m.Text.Reveal(), "Acme Shop") || m.Extension.Reveal() != "" {
		t.Errorf("%s %s: %s", m.Channel, m.Locale, m.Text.Reveal())
	}
	if m := sent[1]; m.Channel != "call" || !strings.Contains(m.Speech().Plain(), "Acme Call") || m.Extension.Reveal() != "1www2WABCDw9" {
		t.Errorf("%s: %s", m.Channel, m.Speech().Plain())
	}
}

func TestDestinations(t *testing.T) {
	s := open(t, func(o *setup) { o.engine.Profiles[0].Regions = []string{"US", "CA", "DE"} })
	s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"whitelisted_destinations":["US"]},"whatsapp":{"whitelisted_destinations":["*"]}}`).ok(t)
	for _, test := range []struct {
		channel, to string
		ok          bool
	}{
		{"sms", "+13035551234", true},
		{"sms", "+16135550100", false},       // Canada, with the same calling code
		{"sms", "+4915123456789", false},     // Germany
		{"call", "+4915123456789", true},     // has no list
		{"whatsapp", "+16135550101", true},   // everywhere that the host serves
		{"whatsapp", "+447911123456", false}, // which this is not
		{"call", "+447911123456", false},
	} {
		a := s.post("/v2/verifications/"+test.channel, `{"phone_number":"`+test.to+`","verify_profile_id":"`+profileID+`"}`)
		if test.ok {
			a.ok(t)
			continue
		}
		a.refused(t, 403, "10010", "")
	}
	if n := len(s.inbox.Messages()); n != 3 {
		t.Errorf("%d messages were sent", n)
	}
}

// TestCustomCodeIsToldOnce holds that nothing after the start tells a code.
func TestCustomCodeIsToldOnce(t *testing.T) {
	s := open(t)
	id, code := s.start(number, `,"custom_code":"90817263"`)
	if code != "90817263" {
		t.Fatalf("%s was sent", code)
	}
	for _, path := range []string{"/v2/verifications/" + id, byNumber} {
		if a := s.get(path).ok(t); strings.Contains(a.body, code) || !strings.Contains(a.body, `"custom_code":null`) {
			t.Error(a.body)
		}
	}
	if got := s.check(number, code); got != "accepted" {
		t.Error(got)
	}
	if strings.Contains(s.get("/v2/verifications/"+id).body, code) || strings.Contains(s.log.String(), code) {
		t.Error("the code was told")
	}
}

func TestMessageThatIsNotSent(t *testing.T) {
	s := open(t)
	s.inbox.Once(channeltest.Fail(channel.ErrRejected))
	refused := s.post("/v2/verifications/sms", `{`+about+`}`).ok(t)
	if refused.text(t, "data.status") != "error" {
		t.Error(refused.body)
	}
	s.get("/v2/verifications/"+refused.text(t, "data.id")).refused(t, 404, "10005", "") // taken back, with all that it counted

	s.inbox.Once(channeltest.LoseAnswer(context.DeadlineExceeded))
	unclear := s.post("/v2/verifications/sms", `{`+about+`}`).ok(t)
	if unclear.text(t, "data.status") != "pending" {
		t.Error(unclear.body)
	}
	code, err := s.inbox.Code(t.Context(), number)
	if err != nil || s.check(number, code) != "accepted" {
		t.Errorf("the code that did arrive is not accepted, %v", err)
	}
}

func TestChannelThatIsNotThere(t *testing.T) {
	s := open(t, func(o *setup) { delete(o.engine.Channels, "whatsapp") })
	s.post("/v2/verifications/whatsapp", `{`+about+`}`).refused(t, 400, "10015", "")
}
