package verify_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func goodOptions() verify.Options {
	return verify.Options{
		Store:    new(memstore.Store),
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": new(channeltest.Inbox), "email": new(channeltest.Inbox)},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US", "CA"}}},
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	if _, err := verify.New(goodOptions()); err != nil {
		t.Fatal(err)
	}
	onProfile := func(change func(*verify.Profile)) func(*verify.Options) { return profile(change) }
	for _, tt := range []struct {
		names  string // what the error must name
		change func(*verify.Options)
	}{
		{"Store", func(o *verify.Options) { o.Store = nil }},
		{"Key", func(o *verify.Options) { o.Key = nil }},
		{"Key", func(o *verify.Options) { o.Key = make([]byte, 32) }},
		{"Key", func(o *verify.Options) { o.Key = o.Key[:31] }},
		{"Key", func(o *verify.Options) { o.Key = []byte("an example key, as from a README file") }},
		{"seal key 2", func(o *verify.Options) { o.SealKeys = [][]byte{verify.NewKey(), []byte("short")} }},
		{"Channels", func(o *verify.Options) { o.Channels = nil }},
		{"Channels", func(o *verify.Options) { o.Channels["sms"] = nil }},
		{"Channels", func(o *verify.Options) { o.Channels[""] = new(channeltest.Inbox) }},
		{"Profiles", func(o *verify.Options) { o.Profiles = nil }},
		{"Name", func(o *verify.Options) { o.Profiles = append(o.Profiles, o.Profiles[0]) }},
		{"SendTimeout", func(o *verify.Options) { o.SendTimeout = -time.Second }},
		{"StoreTimeout", func(o *verify.Options) { o.StoreTimeout = -time.Second }},
		{"MaxSending", func(o *verify.Options) { o.MaxSending = -1 }},
		{"Limits.Starts", func(o *verify.Options) { o.Limits.Starts = verify.Rate{Count: -1, Per: time.Hour} }},
		{"Limits.FailedChecks", func(o *verify.Options) { o.Limits.FailedChecks = verify.Rate{Count: 1} }},
		{"Limits.FailedChecksPerRecipient", func(o *verify.Options) {
			o.Limits.FailedChecksPerRecipient = verify.Rate{Count: 1, Per: 32 * day}
		}},
		{"Name", onProfile(func(p *verify.Profile) { p.Name = "" })},
		{"Brand", onProfile(func(p *verify.Profile) { p.Brand = strings.Repeat("x", 65) })},
		{"Regions", onProfile(func(p *verify.Profile) { p.Regions = nil })},
		{`"UK"`, onProfile(func(p *verify.Profile) { p.Regions = []string{"UK"} })},
		{`"us"`, onProfile(func(p *verify.Profile) { p.Regions = []string{"us"} })},
		{`"fax"`, onProfile(func(p *verify.Profile) { p.Channels = []string{"fax"} })},
		{"CodeLength", onProfile(func(p *verify.Profile) { p.CodeLength = 3 })},
		{"CodeLength", onProfile(func(p *verify.Profile) { p.CodeLength = 11 })},
		{"CodeLength", onProfile(func(p *verify.Profile) { p.CodeLength = -6 })},
		{"Lifetime", onProfile(func(p *verify.Profile) { p.Lifetime = 11 * time.Minute })},
		{"Lifetime", onProfile(func(p *verify.Profile) { p.Lifetime = 25 * time.Hour; p.UnsafeLifetime = true })},
		{"Lifetime", onProfile(func(p *verify.Profile) { p.Lifetime = time.Second })},
		{"Attempts", onProfile(func(p *verify.Profile) { p.Attempts = -1 })},
		{"Attempts", onProfile(func(p *verify.Profile) { p.Attempts = 21 })},
		{"Sends", onProfile(func(p *verify.Profile) { p.Sends = -1 })},
		{"DailySends", onProfile(func(p *verify.Profile) { p.DailySends = -1 })},
		{"DailyFailures", onProfile(func(p *verify.Profile) { p.DailyFailures = 101 })},
		{"Cooldown", onProfile(func(p *verify.Profile) { p.Cooldown = []time.Duration{-1} })},
		{"Resend", onProfile(func(p *verify.Profile) { p.Resend = 3 })},
		{"Brand", onProfile(func(p *verify.Profile) { p.Brand = "Acme 123456" })},
		{"Origin", onProfile(func(p *verify.Profile) { p.Origin = "https://example.com" })},
		{"AppHash", onProfile(func(p *verify.Profile) { p.AppHash = "short" })},
	} {
		o := goodOptions()
		tt.change(&o)
		_, err := verify.New(o)
		if err == nil || !strings.Contains(err.Error(), tt.names) {
			t.Errorf("%s: %v", tt.names, err)
		}
	}
}

// S2: settings that are too easy to guess are refused unless the profile accepts them by name.
func TestRisk(t *testing.T) {
	for _, tt := range []struct {
		length, attempts, sends int
		policy                  verify.Resend
		ok                      bool
	}{
		{6, 5, 5, verify.SameCode, true},
		{6, 5, 5, verify.NewCode, true},
		{6, 5, 5, verify.KeepPrevious, true}, // exactly 1 in 20 000
		{6, 6, 5, verify.KeepPrevious, false},
		{6, 10, 5, verify.SameCode, true},
		{6, 10, 6, verify.SameCode, false},
		{5, 5, 5, verify.SameCode, false},
		{5, 1, 5, verify.SameCode, true},
		{4, 5, 5, verify.SameCode, false},
		{4, 1, 1, verify.SameCode, false},
		{7, 20, 20, verify.SameCode, true},
		{10, 20, 20, verify.KeepPrevious, true},
	} {
		o := goodOptions()
		p := &o.Profiles[0]
		p.CodeLength, p.Attempts, p.Sends, p.Resend = tt.length, tt.attempts, tt.sends, tt.policy
		if _, err := verify.New(o); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt, err)
		}
		p.AcceptRisk = true
		if _, err := verify.New(o); err != nil {
			t.Errorf("%+v accepted: %v", tt, err)
		}
	}
	risk := verify.Profile{}.Risk()
	if risk.Verification != 25e-6 || risk.Day != 1e-4 {
		t.Errorf("default risk is %v", risk)
	}
}

func TestDefaults(t *testing.T) {
	e, err := verify.New(goodOptions())
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Profile("")
	if err != nil {
		t.Fatal(err)
	}
	if p.CodeLength != 6 || p.Lifetime != 10*time.Minute || p.Attempts != 5 || p.Sends != 5 || p.DailyFailures != 100 ||
		p.Cooldown[0] != 30*time.Second || p.Channels[0] != "sms" {
		t.Errorf("defaults: %+v", p)
	}
	if p.Regions[0] = "GB"; func() string { p, _ := e.Profile(""); return p.Regions[0] }() != "US" {
		t.Error("a profile can be changed from outside")
	}
	if _, err := e.Profile("nobody"); err == nil {
		t.Error("an unknown profile is found")
	}
}

func TestOptionsAreCopied(t *testing.T) {
	o := goodOptions()
	e, err := verify.New(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Profiles[0].Regions[0] = "JM"
	o.Profiles[0].Brand = "Evil"
	copy(o.Key, bytes.Repeat([]byte{1}, 32))
	delete(o.Channels, "sms")
	v := mustStart(t, e, verify.StartRequest{To: "+14155552671"})
	if v.Channel != "sms" {
		t.Errorf("sent through %q", v.Channel)
	}
}
