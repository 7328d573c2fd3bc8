package verify_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func TestShelf(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		e, _ := verifytest.New(t, withStore(s))
		shelf := e.Shelf("templates")
		var want []string
		for i := range 5 {
			id := fmt.Sprint("id ", i)
			if err := shelf.Create(t.Context(), id, []byte(id)); err != nil {
				t.Fatal(err)
			}
			want = append(want, id)
		}
		wantError(t, "create again", shelf.Create(t.Context(), "id 1", nil), verify.ErrExists)
		if err := shelf.Delete(t.Context(), "id 3"); err != nil {
			t.Fatal(err)
		}
		want = slices.Delete(want, 3, 4)
		wantError(t, "delete again", shelf.Delete(t.Context(), "id 3"), verify.ErrNotFound)
		_, err := shelf.Load(t.Context(), "id 3")
		wantError(t, "load", err, verify.ErrNotFound)
		if got, err := shelf.IDs(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v", got, err)
		}
		_, errs := together(20, func(int) error {
			return shelf.Update(t.Context(), "id 0", func(b []byte) ([]byte, error) { return append(b, '.'), nil })
		})
		if got, err := shelf.Load(t.Context(), "id 0"); len(errs) > 0 || string(got) != "id 0"+strings.Repeat(".", 20) {
			t.Errorf("%q, %v, %v", got, err, errs)
		}
		wantError(t, "refused", shelf.Update(t.Context(), "id 0", func([]byte) ([]byte, error) { return nil, errBroken }), errBroken)
		wantError(t, "too long", shelf.Create(t.Context(), "long", make([]byte, verify.MaxDocument+1)), verify.ErrInvalid)
		if err := shelf.Create(t.Context(), "longest", make([]byte, verify.MaxDocument)); err != nil {
			t.Error(err)
		}
		if ids, err := e.Shelf("others").IDs(t.Context()); err != nil || len(ids) != 0 {
			t.Errorf("another shelf holds %q, %v", ids, err)
		}
	})
}

// Whoever creates and deletes one id at once, a document that is there is listed.
func TestShelfCreateAgainstDelete(t *testing.T) {
	e, _ := verifytest.New(t)
	shelf := e.Shelf("x")
	for range 200 {
		together(8, func(i int) error {
			if i%2 == 0 {
				return shelf.Create(t.Context(), "id", []byte("text"))
			}
			return shelf.Delete(t.Context(), "id")
		})
		_, err := shelf.Load(t.Context(), "id")
		ids, _ := shelf.IDs(t.Context())
		if err == nil && len(ids) != 1 {
			t.Fatalf("the document is there, the index holds %q", ids)
		}
	}
}

func TestShelfOfManyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("creates a thousand documents")
	}
	e, _ := verifytest.New(t)
	shelf := e.Shelf("many")
	const n = 1100
	for i := range n {
		if err := shelf.Create(t.Context(), fmt.Sprintf("%06d", i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	ids, err := shelf.IDs(t.Context())
	if err != nil || len(ids) != n || !slices.IsSorted(ids) {
		t.Errorf("%d ids, %v", len(ids), err)
	}
}

// A change whose answer was lost took effect once.
func TestShelfLostAnswer(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, _ := verifytest.New(t, withStore(hooked))
	shelf := e.Shelf("x")
	if err := shelf.Create(t.Context(), "id", []byte("a")); err != nil {
		t.Fatal(err)
	}
	lost := false
	hooked.swap = func(do func() error) error {
		if lost {
			return do()
		}
		lost = true
		return errors.Join(do(), errBroken)
	}
	if err := shelf.Update(t.Context(), "id", func(b []byte) ([]byte, error) { return append(b, 'b'), nil }); err != nil {
		t.Fatal(err)
	}
	if got, _ := shelf.Load(t.Context(), "id"); string(got) != "ab" {
		t.Errorf("%q", got)
	}
}

func TestShelfIsSealedAnew(t *testing.T) {
	s, key, old, fresh := new(memstore.Store), verify.NewKey(), verify.NewKey(), verify.NewKey()
	with := func(sealKeys ...[]byte) *verify.Shelf {
		e, _ := verifytest.New(t, withStore(s), func(o *verify.Options) { o.Key, o.SealKeys = key, sealKeys })
		return e.Shelf("x")
	}
	if err := with(old).Create(t.Context(), "id", []byte("text")); err != nil {
		t.Fatal(err)
	}
	for _, sealKeys := range [][][]byte{{fresh, old}, {fresh}} {
		shelf := with(sealKeys...)
		ids, err := shelf.IDs(t.Context())
		if err != nil || !slices.Equal(ids, []string{"id"}) {
			t.Fatalf("with %d keys: %q, %v", len(sealKeys), ids, err)
		}
		if got, err := shelf.Load(t.Context(), "id"); err != nil || string(got) != "text" {
			t.Fatalf("with %d keys: %q, %v", len(sealKeys), got, err)
		}
	}
}

func TestStoredProfiles(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		c, key := newClock(), verify.NewKey()
		same := func(o *verify.Options) { o.Key = key }
		one, inbox := verifytest.New(t, withStore(s), c.set, same)
		two, _ := verifytest.New(t, withStore(s), c.set, same)
		p := verify.Profile{Name: "shop/1", Brand: "Shop", Regions: []string{"US"}, CodeLength: 8}
		for name, bad := range map[string]verify.Profile{
			"no group": {Name: "shop", Regions: p.Regions}, "no regions": {Name: "shop/2"}, "risky": {Name: "shop/2", Regions: p.Regions, CodeLength: 4},
		} {
			wantError(t, name, one.CreateProfile(t.Context(), bad, nil), verify.ErrInvalid)
		}
		if err := one.CreateProfile(t.Context(), p, []byte(`{"a":1}`)); err != nil {
			t.Fatal(err)
		}
		wantError(t, "again", one.CreateProfile(t.Context(), p, nil), verify.ErrExists)
		for _, e := range []*verify.Engine{one, two} {
			if got, attachment, err := e.StoredProfile(t.Context(), p.Name); err != nil || got.CodeLength != 8 || string(attachment) != `{"a":1}` {
				t.Fatalf("%+v, %s, %v", got, attachment, err)
			}
		}
		v := mustStart(t, one, verify.StartRequest{Profile: p.Name, To: phone})
		if code := lastCode(t, inbox); len(code) != 8 || inbox.Messages()[0].Brand != "Shop" {
			t.Errorf("a code of %d digits", len(code))
		}
		mustStart(t, two, verify.StartRequest{Profile: p.Name, To: number(1)}) // has cached it now

		err := one.UpdateProfile(t.Context(), p.Name, func(p *verify.Profile, _ *[]byte) error { p.Regions = []string{"GB"}; return nil })
		if err != nil {
			t.Fatal(err)
		}
		_, err = one.Start(t.Context(), verify.StartRequest{Profile: p.Name, To: number(2)})
		wantError(t, "at once here", err, verify.ErrNotAllowed)
		c.Advance(verify.ProfileAge)
		_, err = two.Start(t.Context(), verify.StartRequest{Profile: p.Name, To: number(2)})
		wantError(t, "in time elsewhere", err, verify.ErrNotAllowed)
		wantError(t, "a bad change", one.UpdateProfile(t.Context(), p.Name, func(p *verify.Profile, _ *[]byte) error {
			p.Attempts = 99
			return nil
		}), verify.ErrInvalid)

		if names, err := two.StoredProfiles(t.Context(), "shop"); err != nil || !slices.Equal(names, []string{"shop/1"}) {
			t.Errorf("%q, %v", names, err)
		}
		if err := one.DeleteProfile(t.Context(), p.Name); err != nil {
			t.Fatal(err)
		}
		_, err = one.Start(t.Context(), verify.StartRequest{Profile: p.Name, To: number(3)})
		wantError(t, "deleted", err, verify.ErrInvalid)
		if _, err := one.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: inbox.Messages()[0].Code.Reveal()}); err != nil {
			t.Errorf("a code on its way: %v", err)
		}
	})
}

// S12: the code confirms one payment, and any other refuses and voids it.
func TestPayments(t *testing.T) {
	paid := verify.Payment{Amount: "10.00 €", Payee: "Corner Shop"}
	for name, other := range map[string]verify.Payment{
		"amount": {Amount: "10.0 €", Payee: "Corner Shop"}, "case": {Amount: "10.00 €", Payee: "corner shop"}, "space": {Amount: "10.00 €", Payee: "Corner Shop "},
		"homoglyph": {Amount: "10.00 €", Payee: "Cоrner Shop"}, "shifted": {Amount: "10.00 € Corner", Payee: "Shop"}, "none": {},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.Payments = true }))
			v := mustStart(t, e, verify.StartRequest{To: phone, Channel: "sms", Payment: paid})
			if text := inbox.Messages()[0].Text.Reveal(); !strings.Contains(text, paid.Amount) || !strings.Contains(text, paid.Payee) {
				t.Error("the message does not show the payment")
			}
			code := lastCode(t, inbox)
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, Payment: other})
			wantError(t, "other", err, verify.ErrCanceled)
			_, err = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, Payment: paid})
			wantError(t, "the right one afterwards", err, verify.ErrCanceled)
			c.Advance(time.Minute)
			v = mustStart(t, e, verify.StartRequest{To: phone, Channel: "sms", Payment: paid})
			if _, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: lastCode(t, inbox), Payment: paid}); err != nil {
				t.Error(err)
			}
		})
	}
	e, _ := verifytest.New(t, profile(func(p *verify.Profile) { p.Payments = true }))
	for name, bad := range map[string]verify.Payment{
		"nothing": {}, "no payee": {Amount: "1"}, "no amount": {Payee: "Shop"}, "line": {Amount: "1", Payee: "Shop\nnew"},
		"direction": {Amount: "1", Payee: "Shop\u202e"}, "long": {Amount: "1", Payee: strings.Repeat("x", 65)},
	} {
		_, err := e.Start(t.Context(), verify.StartRequest{To: phone, Payment: bad})
		wantError(t, name, err, verify.ErrInvalid)
	}
	e, _ = verifytest.New(t)
	_, err := e.Start(t.Context(), verify.StartRequest{To: phone, Payment: paid})
	wantError(t, "a profile without payments", err, verify.ErrInvalid)
}

// Two payments to one person have two codes.
func TestPaymentsHaveTheirOwnCodes(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.Payments, p.CodeLength = true, 10 }))
	mustStart(t, e, verify.StartRequest{To: phone, Channel: "sms", Payment: verify.Payment{Amount: "1", Payee: "Shop"}})
	first := lastCode(t, inbox)
	c.Advance(time.Minute)
	v := mustStart(t, e, verify.StartRequest{To: phone, Channel: "sms", Payment: verify.Payment{Amount: "2", Payee: "Shop"}, ResumeLatest: true})
	if lastCode(t, inbox) == first {
		t.Fatal("one code confirms both")
	}
	_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: first, Payment: verify.Payment{Amount: "2", Payee: "Shop"}})
	wantError(t, "the code of the other payment", err, verify.ErrIncorrect)
}

func TestResolve(t *testing.T) {
	var events []verify.EventKind
	e, inbox := verifytest.New(t, func(o *verify.Options) { o.OnEvent = kinds(&events) })
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	got, err := e.Resolve(t.Context(), verify.Ref{To: phone}, true)
	if err != nil || got.ID != v.ID || got.Status != verify.StatusApproved {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = check(t, e, v.ID, lastCode(t, inbox))
	wantError(t, "the code", err, verify.ErrUsed)
	_, _, err = e.IssueReceipt(got, "", 0)
	wantError(t, "a receipt for the host's word", err, verify.ErrInvalid)
	v = mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	got, err = e.Resolve(t.Context(), verify.Ref{ID: v.ID}, false)
	if err != nil || got.Status != verify.StatusCanceled {
		t.Errorf("%+v, %v", got, err)
	}
	want := []verify.EventKind{verify.EventSent, verify.EventApproved, verify.EventSent, verify.EventCanceled}
	if !slices.Equal(events, want) {
		t.Errorf("%v", events)
	}
}

func TestDraws(t *testing.T) {
	c := newClock()
	e, _ := verifytest.New(t, c.set)
	i := 0
	start := func(draws ...verify.Draw) error {
		i++
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(i), Draws: draws})
		return err
	}
	perMinute := func(user string) verify.Draw {
		return verify.Draw{Limit: "user", Value: user, Rate: verify.Rate{Count: 2, Per: time.Minute}}
	}
	perHour := verify.Draw{Limit: "user", Value: "a", Rate: verify.Rate{Count: 3, Per: time.Hour}}
	for range 2 {
		if err := start(perMinute("a"), perHour); err != nil {
			t.Fatal(err)
		}
	}
	err := start(perMinute("a"), perHour)
	if throttled, ok := errors.AsType[*verify.ThrottledError](err); !ok || throttled.Budget != verify.BudgetDraw {
		t.Fatal(err)
	}
	if err := start(perMinute("b")); err != nil {
		t.Errorf("another value: %v", err)
	}
	c.Advance(3 * time.Minute)
	if err := start(perMinute("a"), perHour); err != nil {
		t.Errorf("later: %v", err)
	}
	c.Advance(3 * time.Minute)
	wantError(t, "by the hour", start(perMinute("a"), perHour), verify.ErrThrottled)
	wantError(t, "no name", start(verify.Draw{Rate: perHour.Rate}), verify.ErrInvalid)
	wantError(t, "no rate", start(verify.Draw{Limit: "x"}), verify.ErrInvalid)
	wantError(t, "too many", start(make([]verify.Draw, 32)...), verify.ErrInvalid)
}

// S12: a changed payment voids the code, and is not taken for an approval when the answer to the swap that did it was lost.
func TestLostAnswerOfVoidedPayment(t *testing.T) {
	lose := false
	hooked := &hookedStore{Store: new(memstore.Store)}
	hooked.swap = func(do func() error) error {
		if err := do(); err != nil || !lose {
			return err
		}
		lose = false
		return errBroken
	}
	e, inbox := verifytest.New(t, withStore(hooked), profile(func(p *verify.Profile) { p.Payments = true }))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Payment: verify.Payment{Amount: "10.00", Payee: "Acme"}})
	lose = true
	got, err := e.Check(t.Context(), verify.CheckRequest{
		ID: v.ID, Code: wrong(lastCode(t, inbox)), Payment: verify.Payment{Amount: "9999.00", Payee: "Mallory"},
	})
	if err == nil {
		_, _, receiptErr := e.IssueReceipt(got, "", 0)
		t.Errorf("a wrong code for another payment is approved (status %s, receipt error %v)", got.Status, receiptErr)
	}
}
