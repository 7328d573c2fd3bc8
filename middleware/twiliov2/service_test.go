package twiliov2_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func TestServices(t *testing.T) {
	a := open(t)
	created := a.post("/v2/Services", "FriendlyName", "My First Verify Service").want(201).golden("service_created")
	sid := created.text("sid")
	fetched := a.get("/v2/Services/" + sid).want(200).golden("service_fetched")
	if string(fetched.raw) != string(created.raw) {
		t.Errorf("fetched %s\nafter    %s", fetched.raw, created.raw)
	}
	a.post("/v2/Services/"+sid, "FriendlyName", "Other", "CodeLength", "8").want(200).golden("service_updated")
	a.get("/v2/Services/" + sid).want(200).has(map[string]any{"friendly_name": "Other", "code_length": 8.0})
	a.get("/v2/Services").want(200).golden("services_listed")
	a.delete("/v2/Services/" + sid).want(204).golden("service_deleted")
	a.get("/v2/Services/"+sid).fails(404, 20404)
	a.post("/v2/Services/"+sid, "FriendlyName", "Third").fails(404, 20404)
	a.delete("/v2/Services/"+sid).fails(404, 20404)
}

// Every parameter is kept and told, and an update leaves what it does not name.
func TestServiceParameters(t *testing.T) {
	const hj, cr, mg = "HJ00000000000000000000000000000001", "CR00000000000000000000000000000002", "MG00000000000000000000000000000003"
	a := open(t)
	sid := a.post("/v2/Services", "FriendlyName", "All", "CodeLength", "10", "LookupEnabled", "true", "SkipSmsToLandlines", "true",
		"DtmfInputRequired", "false", "TtsName", "Alice", "Psd2Enabled", "true", "DoNotShareWarningEnabled", "true", "CustomCodeEnabled", "true",
		"DefaultTemplateSid", hj, "Totp.TimeStep", "60", "Totp.CodeLength", "8", "Totp.Skew", "2", "Totp.Issuer", "Issuer",
		"Push.IncludeDate", "true", "Push.ApnCredentialSid", cr, "Push.FcmCredentialSid", cr, "Whatsapp.MsgServiceSid", mg,
		"Whatsapp.From", "whatsapp:+14155552671", "Passkeys.RelyingParty.Id", "example.com", "Passkeys.RelyingParty.Name", "Example",
		"Passkeys.RelyingParty.Origins", "https://example.com", "Passkeys.AuthenticatorAttachment", "platform",
		"Passkeys.DiscoverableCredentials", "preferred", "Passkeys.UserVerification", "required", "VerifyEventSubscriptionEnabled", "true",
		"SomethingNew", "is passed over").want(201).golden("service_parameters").text("sid")
	a.post("/v2/Services/"+sid, "TtsName", "").want(200).golden("service_parameters_updated")
}

func TestServiceRefuses(t *testing.T) {
	a := open(t)
	tests := []struct{ parameter, value string }{
		{"FriendlyName", ""},
		{"FriendlyName", strings.Repeat("a", 33)},
		{"FriendlyName", "Call 555 12 now"},
		{"FriendlyName", "a1b2c3d4e5"},
		{"FriendlyName", "two\nlines"},
		{"FriendlyName", "example.com/win"},
		{"CodeLength", "3"},
		{"CodeLength", "11"},
		{"CodeLength", "six"},
		{"CodeLength", "+6"},
		{"LookupEnabled", "yes"},
		{"DefaultTemplateSid", "HJ1"},
		{"Totp.TimeStep", "19"},
		{"Totp.CodeLength", "9"},
		{"Totp.Skew", "3"},
		{"Push.ApnCredentialSid", "CRx"},
		{"Whatsapp.MsgServiceSid", "CR00000000000000000000000000000002"},
		{"TtsName", strings.Repeat("a", 257)},
		{"SkipSmsToLandlines", "true"}, // without lookup
	}
	for _, test := range tests {
		pairs := with([]string{test.parameter, test.value}, "FriendlyName", "Good")
		got := a.post("/v2/Services", pairs...).fails(400, 60200)
		if got.text("message") != "Invalid parameter: "+test.parameter {
			t.Errorf("%s %q: %s", test.parameter, test.value, got.raw)
		}
		a.post("/v2/Services/"+a.service, test.parameter, test.value).fails(400, 60200)
	}
	a.post("/v2/Services").fails(400, 60200).golden("error_60200_friendly_name")
	a.post("/v2/Services", "FriendlyName", "Good", "DefaultTemplateSid", "HJ"+strings.Repeat("a", 32)).fails(400, 60228)
	if n := len(a.get("/v2/Services").list("services")); n != 1 {
		t.Errorf("%d services", n)
	}
	a.get("/v2/Services/" + a.service).has(map[string]any{"friendly_name": "Acme", "code_length": 6.0})
}

// A name of 32 characters is taken, although a message has room for 30.
func TestLongFriendlyName(t *testing.T) {
	a := open(t)
	name := strings.Repeat("a", 29) + " bc"
	a.update("FriendlyName", name).has(map[string]any{"friendly_name": name})
	a.start().want(201)
	if brand := a.inbox.Messages()[0].Brand; brand != strings.Repeat("a", 29) {
		t.Errorf("the message is from %q", brand)
	}
}

// Short codes and codes of the caller's own are the service's by contract, at the service's risk.
func TestCodeLengths(t *testing.T) {
	a := open(t)
	for _, length := range []int{4, 5, 6, 9, 10} {
		a.update("CodeLength", strconv.Itoa(length))
		to := fmt.Sprintf("+141555526%02d", length)
		a.start("To", to).want(201)
		if got := len(a.code()); got != length {
			t.Errorf("%d digits instead of %d", got, length)
		}
		a.check(a.code(), "To", to).want(201).has(map[string]any{"status": "approved"})
	}
}

// Services follow the profile that they are made like, when the next engine has another.
func TestServicesFollowProfile(t *testing.T) {
	shared := new(memstore.Store)
	secret := verify.NewKey()
	regions := []string{"US", "GB"}
	common := func(o *verify.Options) { o.Store, o.Key, o.Profiles[0].Regions = shared, secret, regions }
	a := open(t, common)
	a.start("To", "+447400123456").want(201)
	regions = []string{"US"}
	b := open(t, common, only("sms"))
	b.service = a.service
	b.start("To", "+447400123456").fails(403, 60605)
	b.start("Channel", "call").fails(400, 60223)
	b.start().want(201)
}

func TestEnsureService(t *testing.T) {
	a := open(t)
	sid := "VA" + strings.Repeat("a", 32)
	for range 2 {
		if err := a.handler.EnsureService(t.Context(), sid, "Known"); err != nil {
			t.Fatal(err)
		}
	}
	a.get("/v2/Services/" + sid).want(200).has(map[string]any{"friendly_name": "Known", "sid": sid})
	a.service = sid
	a.start().want(201)
	for _, test := range []struct{ sid, name string }{{"VA1", "Known"}, {strings.ToUpper(sid), "Known"}, {sid, ""}, {sid, "12345"}} {
		if err := a.handler.EnsureService(t.Context(), test.sid, test.name); !errors.Is(err, verify.ErrInvalid) {
			t.Errorf("%q %q: %v", test.sid, test.name, err)
		}
	}
}

// A service with shorter codes allows no more wrong guesses a day than the profile that it is made like.
func TestShortCodesHaveNoMoreFailures(t *testing.T) {
	a := open(t, func(o *verify.Options) { o.Profiles[0].DailyFailures = 5 })
	a.post("/v2/Services/"+a.service, "CodeLength", "4").want(200)
	p, _, err := a.engine.StoredProfile(t.Context(), "twilio/"+a.service)
	if err != nil {
		t.Fatal(err)
	}
	if p.DailyFailures != 5 {
		t.Errorf("DailyFailures is %d, the host's is 5", p.DailyFailures)
	}
}
