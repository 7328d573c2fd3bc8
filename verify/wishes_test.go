package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func TestMessageWishes(t *testing.T) {
	e, inbox := verifytest.New(t)
	template, err := locale.ParseTemplate("{{code}} for {{app_name}}")
	if err != nil {
		t.Fatal(err)
	}
	mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Brand: "Shop", AppHash: "abcDEF12345", Template: template})
	m := inbox.Messages()[0]
	lines := strings.Split(m.Text.Reveal(), "\n")
	if m.Brand != "Shop" || lines[0] != m.Code.Reveal()+" for Shop" || lines[len(lines)-1] != "abcDEF12345" {
		t.Errorf("another text: %d lines, brand %q", len(lines), m.Brand)
	}
	mustStart(t, e, verify.StartRequest{Channel: "call", To: number(1), Extension: "1w2#"})
	if inbox.Messages()[1].Extension.Reveal() != "1w2#" {
		t.Error("the extension is lost")
	}
	for name, r := range map[string]verify.StartRequest{
		"brand":                {Channel: "sms", Brand: "code 123456"},
		"app_hash":             {Channel: "sms", AppHash: "short"},
		"extension":            {Channel: "call", Extension: "12;34"},
		"extension of SMS":     {Channel: "sms", Extension: "12"},
		"lifetime":             {Channel: "sms", Lifetime: 11 * time.Minute},
		"lifetime, short":      {Channel: "sms", Lifetime: time.Second},
		"lifetime, not at all": {Channel: "sms", Lifetime: -time.Minute},
	} {
		r.To = number(2)
		_, err := e.Start(t.Context(), r)
		wantError(t, name, err, verify.ErrInvalid)
		if field, _, _ := strings.Cut(name, ","); !strings.Contains(err.Error(), strings.Fields(field)[0]) {
			t.Errorf("%v does not name %s", err, field)
		}
	}
}

func TestLifetime(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	short := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Lifetime: 5 * time.Minute})
	if short.ExpiresIn != 5*time.Minute || !strings.Contains(inbox.Messages()[0].Text.Reveal(), "5 min") {
		t.Errorf("expires in %s", short.ExpiresIn)
	}
	c.Advance(time.Minute)
	if long := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Lifetime: 10 * time.Minute}); long.ExpiresIn != 4*time.Minute {
		t.Errorf("the code that lives expires in %s", long.ExpiresIn)
	}
	c.Advance(4 * time.Minute)
	_, err := check(t, e, short.ID, lastCode(t, inbox))
	wantError(t, "at its end", err, verify.ErrExpired)
	long := mustStart(t, e, verify.StartRequest{To: email})
	c.Advance(time.Minute)
	if v := mustStart(t, e, verify.StartRequest{To: email, Lifetime: 2 * time.Minute}); v.ExpiresIn != 2*time.Minute || long.ExpiresIn != 10*time.Minute {
		t.Errorf("a shorter id of a living code expires in %s", v.ExpiresIn)
	}
}

func TestVerifications(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set, profile(custom))
	if all, err := e.Verifications(t.Context(), "", phone); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	first := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "246802"})
	c.Advance(time.Minute)
	if _, err := check(t, e, first.ID, "246802"); err != nil {
		t.Fatal(err)
	}
	second := mustStart(t, e, verify.StartRequest{Channel: "call", To: phone})
	c.Advance(time.Minute)
	check(t, e, second.ID, wrong(lastCode(t, inbox)))
	all, err := e.Verifications(t.Context(), "", "+1 415 555 2671")
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if v := all[0]; v.ID != second.ID || v.Status != verify.StatusPending || v.CustomCode || v.UpdatedAt.Sub(v.CreatedAt) != time.Minute {
		t.Errorf("newest: %+v", v)
	}
	if v := all[1]; v.ID != first.ID || v.Status != verify.StatusApproved || !v.CustomCode || v.UpdatedAt.Sub(v.CreatedAt) != time.Minute {
		t.Errorf("oldest: %+v", v)
	}
}
