package twiliov2_test

import (
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/verify"
)

func TestStart(t *testing.T) {
	a := open(t)
	started := a.start().want(201).golden("verification_started")
	fetched := a.get(a.at("Verifications", started.text("sid"))).want(200)
	if string(fetched.raw) != string(started.raw) {
		t.Errorf("fetched %s\nafter    %s", fetched.raw, started.raw)
	}
	byNumber := a.get(a.at("Verifications", number)).want(200)
	escaped := a.get(a.at("Verifications", "%2B14155552671")).want(200)
	if string(byNumber.raw) != string(started.raw) || string(escaped.raw) != string(started.raw) {
		t.Errorf("fetched by number %s\nafter              %s", byNumber.raw, started.raw)
	}
}

func TestChannels(t *testing.T) {
	a := open(t)
	for _, channel := range []string{"sms", "call", "email", "whatsapp", "auto"} {
		to := number
		if channel == "email" {
			to = mail
		}
		a.post(a.at("Verifications"), "To", to, "Channel", channel).want(201).golden("verification_by_" + channel).
			has(map[string]any{"channel": channel, "to": to})
		messages := a.inbox.Messages()
		if m := messages[len(messages)-1]; m.Channel != channel || m.To.Reveal() != to {
			t.Errorf("sent by %s", m.Channel)
		}
		a.post(a.at("VerificationCheck"), "To", to, "Code", a.code()).want(201).has(map[string]any{"status": "approved"})
	}
}

func TestChannelRefused(t *testing.T) {
	a := open(t, only("sms"))
	a.start("Channel", "call").fails(400, 60223).golden("error_60223")
	a.start("Channel", "whatsapp").fails(400, 60223)
	a.start("Channel", "email", "To", mail).fails(400, 60217).golden("error_60217")
	a.start("Channel", "sna").fails(400, 60001).golden("error_60001")
	a.start("Channel", "auto").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: Channel"})
	a.start("Channel", "rbm").fails(400, 60200)
	a.start("Channel", "SMS").fails(400, 60200)
	a.start("To", mail).fails(400, 60200).has(map[string]any{"message": "Invalid parameter: To"})
	if n := len(a.inbox.Messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestStartRefuses(t *testing.T) {
	a := open(t)
	a.update("CustomCodeEnabled", "true")
	tests := []struct{ parameter, value string }{
		{"To", ""},
		{"To", "14155552671"},
		{"To", "+1415555"},
		{"To", number + ";ext=1"},
		{"To", "nobody"},
		{"Channel", ""},
		{"Channel", "pigeon"},
		{"Locale", "tlh"},
		{"Locale", "xx-nonsense"},
		{"CustomCode", "123"},
		{"CustomCode", "12345678901"},
		{"CustomCode", "12 34"},
		{"CustomFriendlyName", strings.Repeat("a", 31)},
		{"CustomFriendlyName", "example.com/win"},
		{"DeviceIp", "300.1.2.3"},
		{"DeviceIp", "fe80::1%eth0"},
		{"RateLimits", `[]`},
		{"RateLimits", `{"a":"1","a":"2"}`},
		{"RateLimits", `{"unknown":"1"}`},
		{"ChannelConfiguration", `[`},
		{"ChannelConfiguration", `"text"`},
		{"TemplateCustomSubstitutions", `{"a":`},
		{"Templates", `{}`},
		{"Templates", `[` + strings.Repeat(`{},`, 10) + `{}]`},
		{"AppHash", "short"},
		{"RiskCheck", "maybe"},
		{"EnableSnaClientToken", "1"},
		{"Tags", `{"a":"` + strings.Repeat("x", 129) + `"}`},
		{"Tags", `{"` + strings.Repeat("x", 129) + `":"a"}`},
		{"Tags", `{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":"","11":""}`},
		{"Tags", `{"a":{}}`},
	}
	for _, test := range tests {
		got := a.start(test.parameter, test.value).fails(400, 60200)
		if got.text("message") != "Invalid parameter: "+test.parameter {
			t.Errorf("%s %q: %s", test.parameter, test.value, got.raw)
		}
	}
	a.start("To", "").golden("error_60200_to")
	a.start("Channel", "call", "SendDigits", "12;34").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: SendDigits"})
	if n := len(a.inbox.Messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// What changes nothing here is taken all the same.
func TestStartParameters(t *testing.T) {
	a := open(t)
	a.start("CustomMessage", "deprecated", "RiskCheck", "disable", "EnableSnaClientToken", "true", "Tags", `{"a":"b","c":"d"}`,
		"ChannelConfiguration", `{"from":"a@example.com","substitutions":{"name":"Foo"}}`, "TemplateCustomSubstitutions", `{"foo":"bar"}`,
		"DeviceIp", "2001:db8::1", "SendDigits", "not for text messages", "SomethingNew", "x").want(201)
	a.start("Channel", "call", "SendDigits", "1234#").want(201)
	messages := a.inbox.Messages()
	if got := messages[1].Extension.Reveal(); got != "1234#" {
		t.Errorf("dialled %q", got)
	}
}

func TestWording(t *testing.T) {
	a := open(t)
	a.start("Locale", "de", "CustomFriendlyName", "Other Name", "AppHash", "FA+9qCX9VSu").want(201)
	m := a.inbox.Messages()[0]
	text := m.Text.Reveal()
	if m.Locale != "de" || !strings.Contains(text, "Other Name") || strings.Contains(text, "Acme") || !strings.HasSuffix(text, "FA+9qCX9VSu") {
		t.Errorf("in %s: %s", m.Locale, text)
	}
	a.start("Channel", "call", "AppHash", "FA+9qCX9VSu").fails(400, 60602).golden("error_60602")
	a.start("AppHash", "FA 9qCX9VSu").fails(400, 60200)
}

// S6: a start by number keeps the SID and the code, whatever the channel, and each send is told.
func TestResend(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code := a.code()
	a.clock.advance(time.Minute)
	a.start("Channel", "call").want(201).has(map[string]any{"sid": sid, "channel": "call"})
	a.clock.advance(time.Minute)
	again := a.start().want(201).golden("verification_resent").has(map[string]any{"sid": sid})
	if a.code() != code {
		t.Error("another code was sent")
	}
	var channels []string
	seen := make(map[any]bool)
	for _, send := range again.list("send_code_attempts") {
		channels = append(channels, send["channel"].(string))
		seen[send["attempt_sid"]] = true
	}
	if got := strings.Join(channels, " "); got != "SMS CALL SMS" || len(seen) != 3 {
		t.Errorf("sent by %s under %d SIDs", got, len(seen))
	}
	a.check(code).want(201).has(map[string]any{"status": "approved", "sid": sid})
}

func TestCustomCode(t *testing.T) {
	a := open(t)
	a.start("CustomCode", "1234567").want(201)
	if a.code() == "1234567" {
		t.Error("a custom code was taken although the service takes none")
	}
	a.update("CustomCodeEnabled", "true")
	for _, code := range []string{"1234", "0123456789", "abcDEF"} {
		a.start("CustomCode", code).want(201)
		if a.code() != code {
			t.Errorf("sent %q instead of %q", a.code(), code)
		}
	}
	a.check("abcDEF").want(201).has(map[string]any{"status": "approved"})
}

func TestMaxSends(t *testing.T) {
	a := open(t)
	for range 5 {
		a.start().want(201)
	}
	a.start().fails(429, 60203).golden("error_60203")
	if n := len(a.inbox.Messages()); n != 5 {
		t.Errorf("%d messages", n)
	}
	a.check(a.code()).want(201)
	a.start().want(201) // a success starts over
	for range 4 {
		a.start().want(201)
	}
	a.start().fails(429, 60203)
	a.clock.advance(10 * time.Minute)
	a.start().want(201)
}

// S31: canceling gives no sends back.
func TestMaxSendsAfterCancel(t *testing.T) {
	a := open(t)
	for range 5 {
		a.start().want(201)
		a.post(a.at("Verifications", number), "Status", "canceled").want(200)
	}
	a.start().fails(429, 60203)
	a.clock.advance(10 * time.Minute)
	a.start().want(201)
}

func TestCancel(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code := a.code()
	a.post(a.at("Verifications", sid), "Status", "canceled").want(200).golden("verification_canceled")
	a.post(a.at("Verifications", sid), "Status", "canceled").want(200)
	a.get(a.at("Verifications", sid)).want(200).has(map[string]any{"status": "canceled", "valid": false})
	a.get(a.at("Verifications", number)).want(200).has(map[string]any{"status": "canceled"})
	a.check(code).fails(404, 20404)
	a.check(code, "VerificationSid", sid).fails(404, 20404)
	a.post(a.at("Verifications", sid), "Status", "approved").fails(404, 20404)
	next := a.start().want(201).text("sid")
	if next == sid || a.code() == code {
		t.Error("the canceled verification goes on")
	}
	a.post(a.at("Verifications", number), "Status", "canceled").want(200).has(map[string]any{"sid": next})
}

func TestApprove(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	a.post(a.at("Verifications", number), "Status", "approved").want(200).golden("verification_approved").has(map[string]any{"sid": sid})
	a.get(a.at("Verifications", sid)).fails(404, 20404)
	a.check(a.code()).fails(404, 20404)
	a.post(a.at("Verifications", sid), "Status", "approved").fails(404, 20404)
	a.post(a.at("Verifications", sid), "Status", "deleted").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: Status"})
	a.post(a.at("Verifications", sid)).fails(400, 60200)
}

func TestFetchNotFound(t *testing.T) {
	a := open(t)
	for _, key := range []string{
		"VE" + strings.Repeat("0", 32), "VE0", "ve" + strings.Repeat("0", 32), number, mail, "nobody", "VA" + strings.Repeat("0", 32),
	} {
		got := a.get(a.at("Verifications", key)).fails(404, 20404)
		if want := "The requested resource " + a.at("Verifications", key) + " was not found"; got.text("message") != want {
			t.Errorf("%s, want %s", got.text("message"), want)
		}
		a.post(a.at("Verifications", key), "Status", "canceled").fails(404, 20404)
	}
	a.service = "VA" + strings.Repeat("0", 32)
	a.start().fails(404, 20404).golden("error_20404")
	a.check("123456").fails(404, 20404)
}

func TestExpiry(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	a.clock.advance(10*time.Minute - time.Millisecond)
	a.get(a.at("Verifications", sid)).want(200).has(map[string]any{"status": "pending"})
	a.clock.advance(time.Millisecond)
	a.get(a.at("Verifications", sid)).fails(404, 20404)
	a.check(a.code()).fails(404, 20404)
	if next := a.start().want(201).text("sid"); next == sid {
		t.Error("the expired verification goes on")
	}
}

// S5: neither another service nor what the host does itself can use a service's verification, or the other way round.
func TestServicesApart(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code := a.code()
	first := a.service
	a.service = a.post("/v2/Services", "FriendlyName", "Second").text("sid")
	a.get(a.at("Verifications", sid)).fails(404, 20404)
	a.post(a.at("Verifications", sid), "Status", "approved").fails(404, 20404)
	a.check(code, "VerificationSid", sid).fails(404, 20404)
	a.check(code).fails(404, 20404)
	if _, err := a.engine.Check(t.Context(), verify.CheckRequest{ID: sid[2:], Code: code}); err == nil {
		t.Error("the host's own check has approved it")
	}
	own, err := a.engine.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number})
	if err != nil {
		t.Fatal(err)
	}
	a.check(a.code(), "VerificationSid", "VE"+strings.ReplaceAll(own.ID, "-", "")).fails(404, 20404)
	a.service = first
	a.check(code).want(201).has(map[string]any{"status": "approved", "sid": sid})
}
