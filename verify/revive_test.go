package verify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/channel/flashcall"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// rejectLater calls a hook and then rejects the message.
type rejectLater struct{ before func() }

func (r rejectLater) Send(context.Context, channel.Message) (channel.Receipt, error) {
	r.before()
	return channel.Receipt{}, channel.ErrRejected
}

// A resend that is rejected after the code was used through another id brings nothing back: without a secret the code would be one that
// anybody can compute.
func TestTakeBackAfterApproval(t *testing.T) {
	c := newClock()
	var e *verify.Engine
	approve := func() {}
	e, inbox := verifytest.New(t, c.set, func(o *verify.Options) {
		o.Channels["whatsapp"] = rejectLater{func() { approve() }}
	})
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
	code := lastCode(t, inbox)
	c.Advance(30 * time.Second)
	stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
	c.Advance(time.Minute)
	approve = func() {
		if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: code}); err != nil {
			t.Error(err)
		}
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "whatsapp", To: phone, Handle: "stranger", ResumeID: stranger.ID})
	wantError(t, "resend", err, verify.ErrNotSent)
	zero, _ := hotp.GenerateCodeCustom("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: stranger.ID, Handle: "stranger", Code: zero}); err == nil {
		t.Errorf("approved with %s, the code of no secret", zero)
	}
}

// A decoy start is charged to the client like any other.
func TestNobodyIsCharged(t *testing.T) {
	e, _ := verifytest.New(t, limited(3, 1, 1))
	done := 0
	for n := range 10 {
		if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(n), ClientIP: clientIP, Nobody: true}); err == nil {
			done++
		}
	}
	if done != 3 {
		t.Errorf("%d decoys started by a client who has 3 starts", done)
	}
}

// S4: a custom code is approved once, whichever ids have it.
func TestCustomCodeOnce(t *testing.T) {
	c := newClock()
	e, _ := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	a := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "abcdef"})
	c.Advance(time.Minute)
	b := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "abcdef"})
	if _, err := check(t, e, a.ID, "abcdef"); err != nil {
		t.Fatal(err)
	}
	c.Advance(2 * time.Minute)
	mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeID: b.ID})
	if _, err := check(t, e, b.ID, "abcdef"); err == nil {
		t.Error("approved twice")
	}
}

// One place is enough for one start at a time.
func TestOnePlace(t *testing.T) {
	inbox := new(channeltest.Inbox)
	calls, err := flashcall.New(flashcall.Options{Placer: placer{inbox}, Numbers: []string{"+14155550001", "+14155550002"}})
	if err != nil {
		t.Fatal(err)
	}
	e, _ := verifytest.New(t, func(o *verify.Options) {
		o.Channels["flashcall"], o.MaxSending, o.Profiles[0].AcceptRisk = calls, 1, true
	})
	for n := range 200 {
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "flashcall", To: number(n)})
		if throttled, ok := errors.AsType[*verify.ThrottledError](err); ok {
			t.Fatalf("start %d: %v", n, throttled)
		}
	}
}

type hookCoder struct{ before func() }

func (hookCoder) Pool() int { return 100000 }
func (hookCoder) Code(context.Context, string) (channel.Secret, error) {
	return channel.NewSecret("12345"), nil
}
func (h hookCoder) Send(context.Context, channel.Message) (channel.Receipt, error) {
	h.before()
	return channel.Receipt{}, channel.ErrRejected
}

// A resend through a channel that chooses codes, rejected after a write in between has wiped the secret, leaves no code to find.
func TestTakeBackAfterWipe(t *testing.T) {
	c := newClock()
	var e *verify.Engine
	between := func() {}
	e, _ = verifytest.New(t, c.set, func(o *verify.Options) {
		o.Channels["flashcall"] = hookCoder{func() { between() }}
		o.Profiles[0].AcceptRisk, o.Profiles[0].CustomCodes = true, true
	})
	a := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "mallory"})
	c.Advance(time.Minute)
	b := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "mallory", CustomCode: "999999"})
	c.Advance(2 * time.Minute)
	between = func() {
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: b.ID, Handle: "mallory", Code: "111111"})
		wantError(t, "guess", err, verify.ErrIncorrect)
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "flashcall", To: phone, Handle: "mallory", ResumeID: a.ID})
	wantError(t, "resend", err, verify.ErrNotSent)
	zero, _ := hotp.GenerateCodeCustom("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: a.ID, Handle: "mallory", Code: zero}); err == nil {
		t.Errorf("approved with %s, the code of no secret", zero)
	}
}

// After a success, or a quiet hour, the cool-downs begin again with the first.
func TestSuccessStartsOver(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	for range 4 {
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		c.Advance(8 * time.Minute)
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
	}
	if v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone}); v.ResendIn != 30*time.Second {
		t.Errorf("the first message after four successes is followed by a rest of %s, want 30s", v.ResendIn)
	}
}

// Resuming what is approved says so.
func TestResumeAfterApproval(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
		t.Fatal(err)
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID})
	wantError(t, "resume", err, verify.ErrUsed)
}
