package verify_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// S4: a code is approved once, however it is presented again.
func TestApprovedOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		e, inbox := verifytest.New(t, withStore(s))
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		code := lastCode(t, inbox)
		got, err := check(t, e, v.ID, code)
		if err != nil || got.Status != verify.StatusApproved || got.ID != v.ID || got.Recipient() != phone {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, r := range []verify.CheckRequest{{ID: v.ID, Code: code}, {To: phone, Code: code}, {To: "+1 415 555 2671", Code: code}} {
			_, err := e.Check(t.Context(), r)
			wantError(t, "again", err, verify.ErrUsed)
		}
		if v, err := e.Status(t.Context(), verify.Ref{ID: v.ID}); err != nil || v.Status != verify.StatusApproved {
			t.Errorf("status %s, %v", v.Status, err)
		}
	})
}

// S3: the last nanosecond counts, on every store.
func TestExpiryToTheNanosecond(t *testing.T) {
	for name, open := range stores {
		for _, tt := range []struct {
			wait time.Duration
			want error
		}{{10*time.Minute - 1, nil}, {10 * time.Minute, verify.ErrExpired}} {
			t.Run(name+"/"+tt.wait.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					e, inbox := verifytest.New(t, withStore(open(t)))
					v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
					time.Sleep(tt.wait)
					_, err := check(t, e, v.ID, lastCode(t, inbox))
					if !errors.Is(err, tt.want) {
						t.Errorf("%v, want %v", err, tt.want)
					}
				})
			})
		}
	}
}

// S7: after the last attempt the right code is refused as well.
func TestAttempts(t *testing.T) {
	e, inbox := verifytest.New(t)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	for left := 4; left >= 0; left-- {
		got, err := check(t, e, v.ID, wrong(code))
		wantError(t, "wrong", err, verify.ErrIncorrect)
		if got.AttemptsLeft != left {
			t.Errorf("%d attempts left, want %d", got.AttemptsLeft, left)
		}
	}
	got, err := check(t, e, v.ID, code)
	wantError(t, "right", err, verify.ErrMaxAttempts)
	if got.Status != verify.StatusMaxAttempts {
		t.Errorf("status %s", got.Status)
	}
}

// S10, S11: what cannot be a code is refused and costs nothing; what is typed around a code does not matter.
func TestTypedCodes(t *testing.T) {
	e, inbox := verifytest.New(t, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	v := mustStart(t, e, verify.StartRequest{To: email, CustomCode: "000123"})
	for _, bad := range []string{"", "0", "123", "00123", "0000123", "00000000123", "abcdef", "00012e", "000 12", "000123\n", "000\u00a0123", "⁰⁰⁰¹²³"} {
		_, err := check(t, e, v.ID, bad)
		wantError(t, bad, err, verify.ErrInvalid)
	}
	if got, err := e.Status(t.Context(), verify.Ref{ID: v.ID}); err != nil || got.AttemptsLeft != 5 {
		t.Errorf("%d attempts left, %v", got.AttemptsLeft, err)
	}
	_ = inbox
	if _, err := check(t, e, v.ID, " ٠٠٠-١٢٣ "); err != nil {
		t.Error(err)
	}
}

// S5: a code is good for its profile, address, purpose and id alone, and a miss is charged where it was tried.
func TestCodesAreBound(t *testing.T) {
	base := verify.StartRequest{Profile: "test", To: email, Purpose: "login", Handle: "alice"}
	for name, other := range map[string]verify.StartRequest{
		"profile":   {Profile: "second", To: email, Purpose: "login", Handle: "alice"},
		"recipient": {Profile: "test", To: "other@example.com", Purpose: "login", Handle: "alice"},
		"purpose":   {Profile: "test", To: email, Purpose: "payment", Handle: "alice"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			e, inbox := verifytest.New(t, c.set, func(o *verify.Options) {
				second := o.Profiles[0]
				second.Name, o.Profiles[0].CodeLength, second.CodeLength = "second", 10, 10
				o.Profiles = append(o.Profiles, second)
			})
			a := mustStart(t, e, base)
			code := lastCode(t, inbox)
			c.Advance(time.Minute)
			b := mustStart(t, e, other)
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: b.ID, Code: code, Purpose: other.Purpose, Handle: other.Handle})
			wantError(t, "A's code at B", err, verify.ErrIncorrect)
			if b, _ = e.Status(t.Context(), verify.Ref{ID: b.ID, Purpose: other.Purpose, Handle: other.Handle}); b.AttemptsLeft != 4 {
				t.Errorf("B has %d attempts left", b.AttemptsLeft)
			}
			if a, _ = e.Status(t.Context(), verify.Ref{ID: a.ID, Purpose: base.Purpose, Handle: base.Handle}); a.AttemptsLeft != 5 {
				t.Errorf("A has %d attempts left", a.AttemptsLeft)
			}
			_, err = e.Check(t.Context(), verify.CheckRequest{ID: a.ID, Code: code, Purpose: "login", Handle: "mallory"})
			wantError(t, "with another handle", err, verify.ErrNotFound)
			_, err = e.Check(t.Context(), verify.CheckRequest{ID: a.ID, Code: code, Purpose: "payment", Handle: "alice"})
			wantError(t, "with another purpose", err, verify.ErrNotFound)
			if _, err = e.Check(t.Context(), verify.CheckRequest{ID: a.ID, Code: code, Purpose: "login", Handle: "alice"}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	e, _ := verifytest.New(t)
	for name, ref := range map[string]verify.Ref{
		"no id": {ID: "x"}, "unknown id": {ID: "00000000-0000-0000-0000-000000000000"}, "unknown number": {To: phone},
	} {
		_, err := e.Status(t.Context(), ref)
		wantError(t, name, err, verify.ErrNotFound)
		_, err = e.Cancel(t.Context(), ref)
		wantError(t, name, err, verify.ErrNotFound)
		_, err = e.Check(t.Context(), verify.CheckRequest{ID: ref.ID, To: ref.To, Code: "123456"})
		wantError(t, name, err, verify.ErrNotFound)
	}
	_, err := e.Status(t.Context(), verify.Ref{To: "nobody"})
	wantError(t, "no recipient", err, verify.ErrInvalidRecipient)
	_, err = e.Status(t.Context(), verify.Ref{To: phone, Profile: "x"})
	wantError(t, "no profile", err, verify.ErrInvalid)
}

// S13: canceling voids the code, of one's own id alone.
func TestCancel(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	a := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "a"})
	c.Advance(time.Minute)
	b := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "b"})
	code := lastCode(t, inbox)
	v, err := e.Cancel(t.Context(), verify.Ref{ID: a.ID, Handle: "a"})
	if err != nil || v.Status != verify.StatusCanceled {
		t.Fatalf("%s, %v", v.Status, err)
	}
	_, err = e.Check(t.Context(), verify.CheckRequest{ID: a.ID, Handle: "a", Code: code})
	wantError(t, "after cancel", err, verify.ErrCanceled)
	if _, err = e.Check(t.Context(), verify.CheckRequest{ID: b.ID, Handle: "b", Code: code}); err != nil {
		t.Errorf("the other id: %v", err)
	}
	_, err = e.Cancel(t.Context(), verify.Ref{ID: b.ID, Handle: "b"})
	wantError(t, "cancel what is approved", err, verify.ErrUsed)
}

// A stranger who starts the victim's number can neither spend the victim's guesses, nor cancel, nor watch.
func TestStranger(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		c := newClock()
		e, inbox := verifytest.New(t, withStore(s), c.set)
		victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
		code := lastCode(t, inbox)
		c.Advance(30 * time.Second)
		stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
		ref := verify.Ref{ID: stranger.ID, Handle: "stranger"}
		for range 5 {
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: stranger.ID, Handle: "stranger", Code: wrong(code)})
			wantError(t, "guess", err, verify.ErrIncorrect)
		}
		c.Advance(time.Minute)
		watcher := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
		for _, ref := range []verify.Ref{{ID: victim.ID}, {ID: victim.ID, Handle: "stranger"}, {To: phone}, {To: phone, Handle: "nobody"}} {
			_, err := e.Status(t.Context(), ref)
			wantError(t, "status", err, verify.ErrNotFound)
			_, err = e.Cancel(t.Context(), ref)
			wantError(t, "cancel", err, verify.ErrNotFound)
			_, err = e.Check(t.Context(), verify.CheckRequest{ID: ref.ID, To: ref.To, Handle: ref.Handle, Code: code})
			wantError(t, "check", err, verify.ErrNotFound)
		}
		ref.ID = watcher.ID
		before, _ := e.Status(t.Context(), ref)
		v, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: code})
		if err != nil || v.AttemptsLeft != 5 {
			t.Fatalf("the victim: %d attempts left, %v", v.AttemptsLeft, err)
		}
		after, err := e.Status(t.Context(), ref)
		if err != nil || after.Status != before.Status || after.AttemptsLeft != before.AttemptsLeft || after.ExpiresIn != before.ExpiresIn {
			t.Errorf("the watcher sees a change from %s to %s", before.Status, after.Status)
		}
		_, err = e.Check(t.Context(), verify.CheckRequest{ID: watcher.ID, Handle: "stranger", Code: code})
		wantError(t, "the used code under the watcher's id", err, verify.ErrIncorrect)
	})
}

// S6: neither a resend, nor another channel, nor a new start gives back a guess.
func TestResendKeepsGuesses(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	for range 4 {
		check(t, e, v.ID, wrong(code))
	}
	for _, channel := range []string{"call", "sms"} {
		c.Advance(2 * time.Minute)
		again := mustStart(t, e, verify.StartRequest{Channel: channel, To: phone, ResumeLatest: true})
		if again.AttemptsLeft != 1 {
			t.Errorf("%d attempts left after a resend, want 1", again.AttemptsLeft)
		}
	}
	_, err := check(t, e, v.ID, wrong(code))
	wantError(t, "fifth wrong", err, verify.ErrIncorrect)
	_, err = check(t, e, v.ID, code)
	wantError(t, "right", err, verify.ErrMaxAttempts)
}

// S8: whatever an attacker starts, an address sees no more wrong guesses in a day than its cap.
func TestDailyFailures(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		c := newClock()
		e, inbox := verifytest.New(t, withStore(s), c.set, profile(func(p *verify.Profile) {
			p.DailyFailures, p.DailySends = 17, 1000
		}))
		answered := 0
		for range 40 {
			v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
			if err == nil {
				for range 6 {
					if _, err := check(t, e, v.ID, wrong(lastCode(t, inbox))); errors.Is(err, verify.ErrIncorrect) {
						answered++
					}
				}
			} else if throttled, ok := errors.AsType[*verify.ThrottledError](err); !ok || throttled.Budget != verify.BudgetFailures {
				t.Fatal(err)
			}
			c.Advance(30 * time.Minute)
		}
		if answered != 17 {
			t.Errorf("%d guesses were answered in 20 hours, want 17", answered)
		}
	})
}

// S31: who burns attempts on somebody's number for an hour blocks it no longer than one cool-down.
func TestLockoutIsBounded(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	for range 120 {
		if v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone}); err == nil {
			for range 5 {
				check(t, e, v.ID, wrong(lastCode(t, inbox)))
			}
		}
		c.Advance(30 * time.Second)
	}
	c.Advance(8 * time.Minute)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "owner"})
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Handle: "owner", Code: lastCode(t, inbox)}); err != nil {
		t.Error(err)
	}
}

func TestResendPolicies(t *testing.T) {
	for _, tt := range []struct {
		policy verify.Resend
		same   bool
		old    error
	}{
		{verify.SameCode, true, nil},
		{verify.NewCode, false, verify.ErrIncorrect},
		{verify.KeepPrevious, false, nil},
	} {
		for _, useOld := range []bool{false, true} {
			c := newClock()
			e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.Resend, p.CodeLength = tt.policy, 10 }))
			v := mustStart(t, e, verify.StartRequest{To: email})
			old := lastCode(t, inbox)
			c.Advance(time.Minute)
			mustStart(t, e, verify.StartRequest{To: email, ResumeID: v.ID})
			code := lastCode(t, inbox)
			if (code == old) != tt.same {
				t.Errorf("policy %d: same code: %v", tt.policy, code == old)
			}
			want := error(nil)
			if useOld {
				code, want = old, tt.old
			}
			if _, err := check(t, e, v.ID, code); !errors.Is(err, want) {
				t.Errorf("policy %d, old code %v: %v, want %v", tt.policy, useOld, err, want)
			}
		}
	}
}

func TestForget(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		e, inbox := verifytest.New(t, withStore(s))
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		if err := e.Forget(t.Context(), "", "+1 415 555 2671"); err != nil {
			t.Fatal(err)
		}
		_, err := check(t, e, v.ID, lastCode(t, inbox))
		wantError(t, "check", err, verify.ErrNotFound)
		if err := e.Forget(t.Context(), "", phone); err != nil {
			t.Errorf("forgetting nothing: %v", err)
		}
	})
}

// A profile that changes breaks no code on its way, not even one whose length it no longer has.
func TestChangedProfile(t *testing.T) {
	key, s := verify.NewKey(), stores["memstore"](t)
	with := func(length, attempts int) func(*verify.Options) {
		return func(o *verify.Options) {
			o.Key, o.Store = key, s
			o.Profiles[0].CodeLength, o.Profiles[0].Attempts = length, attempts
		}
	}
	before, inbox := verifytest.New(t, with(7, 3))
	v := mustStart(t, before, verify.StartRequest{To: email})
	after, _ := verifytest.New(t, with(9, 5))
	got, err := check(t, after, v.ID, wrong(lastCode(t, inbox)))
	wantError(t, "wrong", err, verify.ErrIncorrect)
	if got.AttemptsLeft != 2 {
		t.Errorf("%d attempts left, want 2", got.AttemptsLeft)
	}
	if _, err := check(t, after, v.ID, lastCode(t, inbox)); err != nil {
		t.Error(err)
	}
}
