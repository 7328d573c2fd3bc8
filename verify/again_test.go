package verify_test

import (
	"errors"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// S4: a start that lost the answer of its swap, and finds it written over, sends no code that was used meanwhile.
func TestStartDecidedTwice(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, inbox := verifytest.New(t, withStore(hooked), profile(func(p *verify.Profile) { p.Cooldown, p.Sends = []time.Duration{0}, 6 }))
	start := func(r verify.StartRequest) verify.Verification {
		t.Helper()
		r.Channel, r.To = "sms", phone
		return mustStart(t, e, r)
	}
	oldest, older, newest := start(verify.StartRequest{}), start(verify.StartRequest{}), start(verify.StartRequest{})
	if _, err := check(t, e, oldest.ID, lastCode(t, inbox)); err != nil {
		t.Fatal(err)
	}
	used := ""
	hooked.swap = func(do func() error) error {
		hooked.swap = nil
		err := do()
		start(verify.StartRequest{ResumeID: newest.ID})
		used = lastCode(t, inbox)
		if _, err := check(t, e, newest.ID, used); err != nil {
			t.Error(err)
		}
		return errors.Join(err, errBroken)
	}
	if v := start(verify.StartRequest{ResumeLatest: true}); v.ID != older.ID {
		t.Fatal("it was decided once")
	}
	_, err := check(t, e, older.ID, used)
	wantError(t, "a used code", err, verify.ErrIncorrect)
}

func noCooldown(p *verify.Profile) { p.Cooldown = []time.Duration{0} }

// A start that lost the answer of its swap, and whose verification has ended or has lost its code by the time it learns of that, sends
// nothing and says so: a code that there is by then belongs to others.
func TestStartEndedMeanwhile(t *testing.T) {
	for name, meanwhile := range map[string]func(e *verify.Engine, inbox *channeltest.Inbox){
		"its code was used through another id": func(e *verify.Engine, inbox *channeltest.Inbox) {
			v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
			if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
				t.Error(err)
			}
			mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		},
		"its id was approved": func(e *verify.Engine, inbox *channeltest.Inbox) {
			v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeLatest: true})
			if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			hooked := &hookedStore{Store: new(memstore.Store)}
			e, inbox := verifytest.New(t, withStore(hooked), profile(noCooldown))
			sent := 0
			hooked.swap = func(do func() error) error {
				hooked.swap = nil
				err := do()
				meanwhile(e, inbox)
				sent = len(inbox.Messages())
				return errors.Join(err, errBroken)
			}
			_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
			wantError(t, "start", err, verify.ErrNotSent)
			if n := len(inbox.Messages()); n != sent {
				t.Errorf("%d messages were sent", n-sent)
			}
		})
	}
}

// A resend that lost the answer of its swap, and was overtaken by one that the channel refused, still sends its message.
func TestResendOvertakenByUnsent(t *testing.T) {
	for _, key := range []string{"", "key"} {
		hooked := &hookedStore{Store: new(memstore.Store)}
		e, inbox := verifytest.New(t, withStore(hooked), profile(noCooldown))
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		hooked.swap = func(do func() error) error {
			hooked.swap = nil
			err := do()
			inbox.Once(channeltest.Fail(channel.ErrNotSent))
			_, unsent := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID})
			wantError(t, "the other", unsent, verify.ErrNotSent)
			return errors.Join(err, errBroken)
		}
		v = mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID, IdempotencyKey: key})
		if n := len(inbox.Messages()); n != 2 || v.Sends != 2 {
			t.Errorf("key %q: %d messages, %d sends, want 2", key, n, v.Sends)
		}
	}
}

// Taking a send back, after an answer that was lost, does not take back another one that was counted at the same moment.
func TestTakeBackOnce(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	c := newClock()
	e, inbox := verifytest.New(t, withStore(hooked), c.set, profile(func(p *verify.Profile) { p.DailySends = 3 }))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	c.Advance(time.Minute)
	swaps := 0
	hooked.swap = func(do func() error) error {
		err := do()
		if swaps++; swaps != 2 {
			return err
		}
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		return errBroken
	}
	inbox.Once(channeltest.Fail(channel.ErrNotSent))
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID})
	wantError(t, "resend", err, verify.ErrNotSent)
	sent := 2
	for range 3 {
		c.Advance(10 * time.Minute)
		if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone}); err == nil {
			sent++
		}
	}
	if sent != 3 {
		t.Errorf("%d messages, want 3", sent)
	}
}

// A driver that sends a swap twice, and reports a conflict with itself, neither spends guesses nor swallows a verdict or a message.
func TestConflictWithOneself(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	hooked.swap = func(do func() error) error { return errors.Join(do(), do()) }
	e, inbox := verifytest.New(t, withStore(hooked))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	got, err := check(t, e, v.ID, wrong(code))
	wantError(t, "wrong code", err, verify.ErrIncorrect)
	if got.AttemptsLeft != 4 {
		t.Errorf("%d attempts left", got.AttemptsLeft)
	}
	if _, err := check(t, e, v.ID, code); err != nil {
		t.Error(err)
	}
}
