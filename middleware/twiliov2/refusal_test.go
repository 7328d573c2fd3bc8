package twiliov2_test

import (
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
)

func TestPSD2(t *testing.T) {
	a := open(t)
	a.start("Amount", "39.99 €", "Payee", "Shop").fails(403, 60204).golden("error_60204")
	a.start().want(201)
	a.check(a.code(), "Amount", "39.99 €").fails(403, 60204)
	a.check(a.code()).want(201).has(map[string]any{"status": "approved"})
	a.update("Psd2Enabled", "true")
	a.start().fails(400, 60206).golden("error_60206")
	a.start("Amount", "39.99 €").fails(400, 60206)
	a.start("Amount", "39.99 €", "Payee", "Shop", "Channel", "call").fails(400, 60214).golden("error_60214")
	a.start("Amount", strings.Repeat("9", 15), "Payee", "Shop").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: Amount"})
	a.start("Amount", "39.99 €", "Payee", "Sh\nop").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: Payee"})
	sid := a.start("Amount", "39.99 €", "Payee", "Shop").want(201).golden("psd2_started").text("sid")
	messages := a.inbox.Messages()
	if text := messages[len(messages)-1].Text.Reveal(); !strings.Contains(text, "39.99 €") || !strings.Contains(text, "Shop") {
		t.Errorf("the message does not tell the payment: %s", text)
	}
	a.get(a.at("Verifications", sid)).want(200).has(map[string]any{"amount": "39.99 €", "payee": "Shop"})
	a.check(a.code()).fails(400, 60206)
	a.check(a.code(), "Amount", "39.99 €", "Payee", "Shop").want(201).golden("psd2_checked")

	a.start("Amount", "39.99 €", "Payee", "Shop").want(201)
	a.check(a.code(), "Amount", "39.90 €", "Payee", "Shop").fails(404, 20404)
	a.check(a.code(), "Amount", "39.99 €", "Payee", "Shop").fails(404, 20404) // voided
}

func TestRecipientNotServed(t *testing.T) {
	a := open(t, func(o *verify.Options) { o.Profiles[0].Regions = []string{"US"} })
	a.start("To", "+447400123456").fails(403, 60605).golden("error_60605")
	a.start("To", "+18005550199").fails(403, 60410).golden("error_60410")
	all := open(t)
	all.start("To", "+449012345678").fails(403, 60410)
}

func TestLandline(t *testing.T) {
	a := open(t)
	const landline = "+442079460018" // of a range in use
	a.start("To", landline).want(201)
	a.update("LookupEnabled", "true", "SkipSmsToLandlines", "true")
	a.start("To", landline).fails(403, 60205).golden("error_60205")
	a.start("To", landline, "Channel", "call").want(201)
	a.start("To", number).want(201)
}

func TestLimits(t *testing.T) {
	a := open(t, func(o *verify.Options) {
		o.Profiles[0].Cooldown = []time.Duration{30 * time.Second}
		o.Limits.Starts = verify.Rate{Count: 2, Per: time.Hour}
	})
	a.start().want(201)
	a.start().fails(429, 60212).golden("error_60212")
	if wait := a.start().header.Get("Retry-After"); wait != "30" {
		t.Errorf("Retry-After %s", wait)
	}
	a.start("To", "+14155552672", "DeviceIp", "192.0.2.1").want(201)
	a.start("To", "+14155552673", "DeviceIp", "192.0.2.1").want(201)
	a.start("To", "+14155552674", "DeviceIp", "192.0.2.1").fails(429, 20429)
	a.start("To", "+14155552674", "DeviceIp", "192.0.2.2").want(201)
	a.start("To", "+14155552675").want(201) // the caller's own address is nobody's
}

func TestNotSent(t *testing.T) {
	a := open(t)
	a.inbox.Once(channeltest.Fail(channel.ErrRejected))
	got := a.start().fails(503, 20503).golden("error_20503")
	if !strings.Contains(a.logged.String(), got.body["details"].(map[string]any)["error_id"].(string)) {
		t.Error("the log has no such error")
	}
	a.start().want(201)
}
