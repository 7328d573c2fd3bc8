package verify_test

import (
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func approved(t *testing.T, e *verify.Engine, code func() string, purpose string) verify.Verification {
	t.Helper()
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Purpose: purpose})
	v, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code(), Purpose: purpose})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReceipt(t *testing.T) {
	c := newClock()
	key := verify.NewKey()
	e, inbox := verifytest.New(t, c.set, func(o *verify.Options) {
		o.Key = key
		other := o.Profiles[0]
		other.Name = "other"
		o.Profiles = append(o.Profiles, other)
	})
	v := approved(t, e, func() string { return lastCode(t, inbox) }, "login")
	token, issued, err := e.IssueReceipt(v, "user 1", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	terms := verify.Terms{Purpose: "login", Binding: "user 1"}
	r, err := e.OpenReceipt(token, terms)
	if err != nil || r.Recipient() != phone || r.To != v.To || r.ID != v.ID || r.Channel != "sms" || r.Purpose != "login" ||
		!r.ApprovedAt.Equal(issued.ApprovedAt) || r.ExpiresAt.Sub(r.ApprovedAt) != time.Hour {
		t.Fatalf("%+v, %v", r, err)
	}
	stranger, _ := verifytest.New(t, c.set)
	c.Advance(10 * time.Minute)
	for name, tt := range map[string]struct {
		e     *verify.Engine
		token string
		terms verify.Terms
		want  error
	}{
		"as it is":      {e, token, terms, nil},
		"young enough":  {e, token, verify.Terms{Purpose: "login", Binding: "user 1", MaxAge: 10 * time.Minute}, nil},
		"too old":       {e, token, verify.Terms{Purpose: "login", Binding: "user 1", MaxAge: 10*time.Minute - 1}, verify.ErrReceipt},
		"other purpose": {e, token, verify.Terms{Purpose: "payment", Binding: "user 1"}, verify.ErrReceipt},
		"no purpose":    {e, token, verify.Terms{Binding: "user 1"}, verify.ErrReceipt},
		"other binding": {e, token, verify.Terms{Purpose: "login", Binding: "user 2"}, verify.ErrReceipt},
		"no binding":    {e, token, verify.Terms{Purpose: "login"}, verify.ErrReceipt},
		"other profile": {e, token, verify.Terms{Profile: "other", Purpose: "login", Binding: "user 1"}, verify.ErrReceipt},
		"no such one":   {e, token, verify.Terms{Profile: "x", Purpose: "login", Binding: "user 1"}, verify.ErrReceipt},
		"other key":     {stranger, token, terms, verify.ErrReceipt},
		"cut":           {e, token[:len(token)-1], terms, verify.ErrReceipt},
		"empty":         {e, "", terms, verify.ErrReceipt},
		"changed":       {e, "A" + token[1:], terms, verify.ErrReceipt},
	} {
		if name == "changed" && token[0] == 'A' {
			continue
		}
		_, err := tt.e.OpenReceipt(tt.token, tt.terms)
		if tt.want == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		} else if tt.want != nil {
			wantError(t, name, err, tt.want)
		}
	}
	c.Advance(50 * time.Minute)
	_, err = e.OpenReceipt(token, terms)
	wantError(t, "at its end", err, verify.ErrReceipt)
}

func TestReceiptNeedsApproval(t *testing.T) {
	e, inbox := verifytest.New(t)
	started := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	_, _, err := e.IssueReceipt(started, "", 0)
	wantError(t, "of a start", err, verify.ErrInvalid)
	v, err := check(t, e, started.ID, lastCode(t, inbox))
	if err != nil {
		t.Fatal(err)
	}
	status, _ := e.Status(t.Context(), verify.Ref{ID: v.ID})
	if status.Status != verify.StatusApproved {
		t.Fatal("not approved")
	}
	_, _, err = e.IssueReceipt(status, "", 0) // a status is no proof
	wantError(t, "of a status", err, verify.ErrInvalid)
	_, _, err = e.IssueReceipt(v, "", 25*time.Hour)
	wantError(t, "for too long", err, verify.ErrInvalid)
	if _, _, err = e.IssueReceipt(v, "", 0); err != nil {
		t.Error(err)
	}
}

func TestConsumeReceipt(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		hooked := &hookedStore{Store: s}
		e, inbox := verifytest.New(t, withStore(hooked))
		v := approved(t, e, func() string { return lastCode(t, inbox) }, "")
		_, r, err := e.IssueReceipt(v, "", 0)
		if err != nil {
			t.Fatal(err)
		}
		hooked.swap = func(func() error) error { return errBroken }
		wantError(t, "while the store fails", e.ConsumeReceipt(t.Context(), r), verify.ErrUnavailable)
		hooked.swap = nil
		once, errs := together(50, func(int) error { return e.ConsumeReceipt(t.Context(), r) })
		if once != 1 || count(errs, verify.ErrReceiptUsed) != 49 {
			t.Errorf("consumed %d times, %v", once, errs)
		}
		wantError(t, "nobody's receipt", e.ConsumeReceipt(t.Context(), verify.Receipt{}), verify.ErrReceipt)
	})
}
