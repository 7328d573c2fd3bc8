package verify_test

import (
	"context"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// An id that has ended does not show by the cool-down what becomes of others.
func TestEndedIDDoesNotWatch(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
	ref := verify.Ref{ID: stranger.ID, Handle: "stranger"}
	if _, err := e.Cancel(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	c.Advance(30 * time.Second)
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
	before, _ := e.Status(t.Context(), ref)
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: lastCode(t, inbox)}); err != nil {
		t.Fatal(err)
	}
	after, _ := e.Status(t.Context(), ref)
	if after.ResendIn != before.ResendIn {
		t.Errorf("ResendIn of the stranger's canceled id goes from %s to %s with the victim's approval", before.ResendIn, after.ResendIn)
	}
}

// Ids that share a purpose alone may have different holders.
func TestPurposeIsNoHandle(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Purpose: "login"})
	code := lastCode(t, inbox)
	c.Advance(30 * time.Second)
	stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Purpose: "login"})
	ref := verify.Ref{ID: stranger.ID, Purpose: "login"}
	before, _ := e.Status(t.Context(), ref)
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Purpose: "login", Code: code}); err != nil {
		t.Fatal(err)
	}
	after, _ := e.Status(t.Context(), ref)
	if after.ResendIn != before.ResendIn {
		t.Errorf("the stranger's ResendIn goes from %s to %s with the victim's approval", before.ResendIn, after.ResendIn)
	}
}

// A check that the client's limit refuses is told to the host as what it left behind.
func TestThrottledCheckIsToldPending(t *testing.T) {
	var told []verify.Event
	e, inbox := verifytest.New(t, limited(30, 1, 30), func(o *verify.Options) {
		o.OnEvent = func(_ context.Context, ev verify.Event) { told = append(told, ev) }
	})
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	for _, typed := range []string{wrong(code), code} {
		_, _ = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: typed, ClientIP: clientIP})
	}
	last := told[len(told)-1]
	now, _ := e.Status(t.Context(), verify.Ref{ID: v.ID})
	if last.Kind == verify.EventThrottled && last.Status != now.Status {
		t.Errorf("the event %v has status %s, the verification is %s", last.Kind, last.Status, now.Status)
	}
}

// A decision of the host whose answer was lost is told like any other.
func TestLostAnswerOfResolveIsTold(t *testing.T) {
	lose := false
	hooked := &hookedStore{Store: new(memstore.Store)}
	hooked.swap = func(do func() error) error {
		if err := do(); err != nil || !lose {
			return err
		}
		lose = false
		return errBroken
	}
	told := 0
	e, _ := verifytest.New(t, withStore(hooked), func(o *verify.Options) {
		o.OnEvent = func(_ context.Context, ev verify.Event) {
			if ev.Kind == verify.EventApproved {
				told++
			}
		}
	})
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	lose = true
	got, err := e.Resolve(t.Context(), verify.Ref{ID: v.ID}, true)
	if err != nil || got.Status != verify.StatusApproved {
		t.Fatal(got.Status, err)
	}
	if told != 1 {
		t.Errorf("approved, and told %d times", told)
	}
}

// Under SameCode a resend keeps the code that is on its way, whatever length it asks for.
func TestResendKeepsTheLength(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	c.Advance(time.Minute)
	mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID, CodeLength: 8})
	if _, err := check(t, e, v.ID, code); err != nil {
		t.Errorf("the first code: %v", err)
	}
}

// What is forgotten first is what was finished first.
func TestFinishedLastIsRemembered(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
	code := lastCode(t, inbox)
	for n := range 3 {
		c.Advance(time.Duration(30<<n) * time.Second)
		s := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
		if _, err := e.Cancel(t.Context(), verify.Ref{ID: s.ID, Handle: "stranger"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: code}); err != nil {
		t.Fatal(err)
	}
	if v, err := e.Status(t.Context(), verify.Ref{ID: victim.ID, Handle: "victim"}); err != nil {
		t.Errorf("the verification that was finished last: %v %v", v.Status, err)
	}
}

// A decoy of a host's code that is resumed has a code of the engine's, and says so.
func TestResumedDecoyIsNotChosen(t *testing.T) {
	c := newClock()
	e, _ := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	a := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "abcdef"})
	c.Advance(time.Minute)
	b := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "abcdef"})
	if _, err := check(t, e, a.ID, "abcdef"); err != nil {
		t.Fatal(err)
	}
	c.Advance(2 * time.Minute)
	if v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeID: b.ID}); v.CustomCode {
		t.Error("a code of the engine's is told as the host's")
	}
}

// Resumed by the id alone, a decoy looks like any other verification.
func TestNobodyResumesByID(t *testing.T) {
	for name, nobody := range map[string]bool{"somebody": false, "nobody": true} {
		c := newClock()
		e, inbox := verifytest.New(t, c.set)
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "h", Nobody: nobody})
		c.Advance(time.Minute)
		again, err := e.Start(t.Context(), verify.StartRequest{ResumeID: v.ID, Handle: "h"})
		if err != nil || again.ID != v.ID || again.Sends != 2 {
			t.Errorf("%s: %+v, %v", name, again, err)
		}
		if sent := len(inbox.Messages()); nobody && sent > 0 || !nobody && sent != 2 {
			t.Errorf("%s: %d messages", name, sent)
		}
	}
}

// A stranger who starts again cannot tell by the code's end whether the one before was used up.
func TestNextStartTellsNothingByItsEnd(t *testing.T) {
	expires := map[bool]time.Duration{}
	for _, approved := range []bool{false, true} {
		c := newClock()
		e, inbox := verifytest.New(t, c.set)
		victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
		code := lastCode(t, inbox)
		c.Advance(30 * time.Second)
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
		if approved {
			if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: code}); err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(2 * time.Minute)
		expires[approved] = mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"}).ExpiresIn
	}
	if expires[false] != expires[true] {
		t.Errorf("the stranger's second code expires in %s, and in %s if the victim was approved", expires[false], expires[true])
	}
}
