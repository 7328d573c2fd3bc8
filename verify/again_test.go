package verify_test

import (
	"errors"
	"testing"
	"time"

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
