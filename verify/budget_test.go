package verify_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

var clientIP = netip.MustParseAddr("192.0.2.7")

func limited(starts, checks, perRecipient int) func(*verify.Options) {
	return func(o *verify.Options) {
		o.Limits = verify.Limits{
			Starts:                   verify.Rate{Count: starts, Per: time.Hour},
			FailedChecks:             verify.Rate{Count: checks, Per: time.Hour},
			FailedChecksPerRecipient: verify.Rate{Count: perRecipient, Per: 24 * time.Hour},
		}
	}
}

// S23: one client starts no more than its budget, from two engines at once, and the limit fades as a sliding window.
func TestClientStarts(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		c := newClock()
		key := verify.NewKey()
		same := func(o *verify.Options) { o.Key = key }
		one, inbox1 := verifytest.New(t, withStore(s), c.set, limited(10, 100, 100), same)
		two, inbox2 := verifytest.New(t, withStore(s), c.set, limited(10, 100, 100), same)
		pair := []*verify.Engine{one, two}
		start := func(i int) error {
			_, err := pair[i%2].Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(i), ClientIP: clientIP})
			return err
		}
		started, errs := together(100, start)
		for i := 100; started < 10 && i < 110; i++ { // those that were refused beside each other
			if start(i) == nil {
				started++
			}
		}
		if sent := len(inbox1.Messages()) + len(inbox2.Messages()); started != 10 || sent != 10 {
			t.Fatalf("%d started, %d messages", started, sent)
		}
		throttled, ok := errors.AsType[*verify.ThrottledError](errs[0])
		if !ok || throttled.Budget != verify.BudgetClientStarts {
			t.Fatal(errs[0])
		}
		throttled, _ = errors.AsType[*verify.ThrottledError](start(200))
		c.Advance(throttled.RetryAfter - time.Second)
		if err := start(201); err == nil {
			t.Error("started a second before RetryAfter")
		}
		c.Advance(2 * time.Second)
		if err := start(202); err != nil {
			t.Errorf("a second after RetryAfter: %v", err)
		}
		if err := start(203); err == nil {
			t.Error("the whole budget is back at once")
		}
	})
}

func TestClientAddresses(t *testing.T) {
	for _, tt := range []struct {
		a, b   string
		shared bool
	}{
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "::ffff:192.0.2.7", true},
		{"192.0.2.7", "192.0.2.8", false},
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:0:ffff::1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
	} {
		e, _ := verifytest.New(t, limited(1, 1, 1))
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(1), ClientIP: netip.MustParseAddr(tt.a)})
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(2), ClientIP: netip.MustParseAddr(tt.b)})
		if (err != nil) != tt.shared {
			t.Errorf("%s and %s: %v", tt.a, tt.b, err)
		}
	}
	e, _ := verifytest.New(t, limited(1, 1, 1))
	for i := range 5 { // no address, no limit
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(i)})
	}
}

// S8, S9: failed checks of one client are bounded over all numbers, and of one number; a right code is refused like a wrong one.
func TestClientFailures(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		checks, perRecipient int
		numbers              int
	}{{"over all numbers", 7, 100, 5}, {"of one number", 100, 3, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			e, inbox := verifytest.New(t, limited(100, tt.checks, tt.perRecipient))
			var ids, codes []string
			for i := range tt.numbers {
				ids = append(ids, mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(i)}).ID)
				codes = append(codes, lastCode(t, inbox))
			}
			answered := 0
			for i := range 20 {
				n := i % tt.numbers
				_, err := e.Check(t.Context(), verify.CheckRequest{ID: ids[n], Code: wrong(codes[n]), ClientIP: clientIP})
				if errors.Is(err, verify.ErrIncorrect) {
					answered++
				}
			}
			if want := min(tt.checks, tt.perRecipient); answered != want {
				t.Errorf("%d guesses were answered, want %d", answered, want)
			}
			before, _ := e.Status(t.Context(), verify.Ref{ID: ids[0]})
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: ids[0], Code: codes[0], ClientIP: clientIP})
			throttled, ok := errors.AsType[*verify.ThrottledError](err)
			if !ok || throttled.Budget != verify.BudgetClientFailures {
				t.Fatalf("right code: %v", err)
			}
			if after, _ := e.Status(t.Context(), verify.Ref{ID: ids[0]}); after.AttemptsLeft != before.AttemptsLeft {
				t.Error("a refused guess was counted")
			}
			other := netip.MustParseAddr("198.51.100.1")
			if _, err := e.Check(t.Context(), verify.CheckRequest{ID: ids[0], Code: codes[0], ClientIP: other}); err != nil {
				t.Errorf("another client: %v", err)
			}
		})
	}
}

func TestRightCodesCostNoBudget(t *testing.T) {
	e, inbox := verifytest.New(t, limited(100, 2, 2))
	for i := range 5 {
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(i)})
		if _, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: lastCode(t, inbox), ClientIP: clientIP}); err != nil {
			t.Error(err)
		}
	}
}

// A message that could not be sent costs the client nothing. One that the provider rejects does: it was called (S23).
func TestUnsentIsRefunded(t *testing.T) {
	e, inbox := verifytest.New(t, limited(2, 1, 1))
	start := func(n int) error {
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(n), ClientIP: clientIP})
		return err
	}
	inbox.Once(channeltest.Fail(channel.ErrNotSent), channeltest.Fail(channel.ErrRejected))
	wantError(t, "not sent", start(1), verify.ErrNotSent)
	wantError(t, "rejected", start(2), verify.ErrNotSent)
	if err := start(3); err != nil {
		t.Error(err)
	}
	wantError(t, "the third that reaches the provider", start(4), verify.ErrThrottled)
}

// S48: right and wrong codes make the same calls to the store until the verdict is certain; then a right one gets back what it paid.
func TestCallsDoNotTell(t *testing.T) {
	calls := ""
	hooked := &hookedStore{Store: new(memstore.Store)}
	hooked.load = func(string) error { calls += "load "; return nil }
	hooked.swap = func(do func() error) error { calls += "swap "; return do() }
	hooked.add = func(do func() ([]int64, error)) ([]int64, error) { calls += "add "; return do() }
	e, inbox := verifytest.New(t, withStore(hooked))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ClientIP: clientIP})
	if calls != "load add swap " {
		t.Errorf("a start calls %s", calls)
	}
	code := lastCode(t, inbox)
	for _, tt := range []struct{ code, want string }{{wrong(code), "load add swap "}, {code, "load add swap add "}} {
		calls = ""
		e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: tt.code, ClientIP: clientIP})
		if calls != tt.want {
			t.Errorf("a check calls %s, want %s", calls, tt.want)
		}
	}
}

// S48: a client whose failures are used up is refused at the same cost whether the code is right or wrong, since such a guess is not counted.
func TestRefusalDoesNotTell(t *testing.T) {
	calls := ""
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, inbox := verifytest.New(t, withStore(hooked), limited(100, 1, 100))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: wrong(code), ClientIP: clientIP})
	wantError(t, "the only failure", err, verify.ErrIncorrect)
	hooked.load = func(string) error { calls += "load "; return nil }
	hooked.swap = func(do func() error) error { calls += "swap "; return do() }
	hooked.add = func(do func() ([]int64, error)) ([]int64, error) { calls += "add "; return do() }
	for _, code := range []string{wrong(code), code} {
		calls = ""
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, ClientIP: clientIP})
		wantError(t, "refused", err, verify.ErrThrottled)
		if calls != "load add add " {
			t.Errorf("a refusal calls %s", calls)
		}
	}
}

// S20, S48: a guess whose verdict nobody is told leaves the same in the client's budget whether it was right or wrong.
func TestUntoldVerdictsLeaveNoTrace(t *testing.T) {
	type scene struct {
		e      *verify.Engine
		hooked *hookedStore
		cancel context.CancelFunc
		id     string
		code   string
	}
	tests := []struct {
		name    string
		happens func(t *testing.T, s scene)
		want    error
		charged bool
	}{
		{"the caller hangs up", func(t *testing.T, s scene) {
			s.hooked.add = func(do func() ([]int64, error)) ([]int64, error) { s.cancel(); return do() }
		}, verify.ErrUnavailable, false},
		{"others use the guesses up first", func(t *testing.T, s scene) {
			s.hooked.swap = func(do func() error) error {
				s.hooked.swap = nil
				for range 5 {
					check(t, s.e, s.id, wrong(s.code))
				}
				return do()
			}
		}, verify.ErrMaxAttempts, false},
		{"the store fails", func(t *testing.T, s scene) {
			s.hooked.swap = func(func() error) error { return errBroken }
		}, verify.ErrUnavailable, true},
	}
	for _, tt := range tests {
		for _, right := range []bool{true, false} {
			t.Run(fmt.Sprint(tt.name, ", right ", right), func(t *testing.T) {
				hooked := &hookedStore{Store: new(memstore.Store)}
				e, inbox := verifytest.New(t, withStore(hooked), limited(100, 2, 100), func(o *verify.Options) { o.StoreTimeout = 20 * time.Millisecond })
				v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
				code := lastCode(t, inbox)
				typed := code
				if !right {
					typed = wrong(code)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				tt.happens(t, scene{e, hooked, cancel, v.ID, code})
				_, err := e.Check(ctx, verify.CheckRequest{ID: v.ID, Code: typed, ClientIP: clientIP})
				wantError(t, "check", err, tt.want)
				hooked.add, hooked.swap = nil, nil

				left := 0 // failures that the client still has
				for range 3 {
					w := mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(left + 1)})
					_, err := e.Check(t.Context(), verify.CheckRequest{ID: w.ID, Code: wrong(lastCode(t, inbox)), ClientIP: clientIP})
					if !errors.Is(err, verify.ErrIncorrect) {
						break
					}
					left++
				}
				if want := map[bool]int{true: 1, false: 2}[tt.charged]; left != want {
					t.Errorf("%d failures are left, want %d", left, want)
				}
			})
		}
	}
}

// A store that has no room for a client's counters refuses the right code as well: wrong ones are not counted then.
func TestFullStoreDoesNotTell(t *testing.T) {
	s, err := boltstore.Open(t.TempDir()+"/full.db", boltstore.Options{MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e, inbox := verifytest.New(t, withStore(s))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)
	for _, code := range []string{wrong(code), code} {
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, ClientIP: clientIP})
		wantError(t, "check", err, verify.ErrUnavailable)
	}
}

// A start whose first swap may have taken effect is not refunded because of what came after it.
func TestUncertainStartIsNotRefunded(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, _ := verifytest.New(t, withStore(hooked), limited(1, 1, 1), func(o *verify.Options) { o.StoreTimeout = 20 * time.Millisecond })
	swaps := 0
	hooked.swap = func(func() error) error {
		if swaps++; swaps == 1 {
			return errBroken
		}
		return store.ErrConflict
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(1), ClientIP: clientIP})
	wantError(t, "start", err, verify.ErrUnavailable)
	hooked.swap = nil
	_, err = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(2), ClientIP: clientIP})
	wantError(t, "the next", err, verify.ErrThrottled)
}

// S48: what others of the same client see while a guess is being refused is the same whether it is right or wrong.
func TestRefusalInProgressDoesNotTell(t *testing.T) {
	var told [2]time.Duration
	for i := range told {
		hooked := &hookedStore{Store: new(memstore.Store)}
		e, inbox := verifytest.New(t, withStore(hooked), newClock().set, limited(100, 2, 100))
		other := mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(1)})
		otherCode := lastCode(t, inbox)
		for range 2 {
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: other.ID, Code: wrong(otherCode), ClientIP: clientIP})
			wantError(t, "failure", err, verify.ErrIncorrect)
		}
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		code := lastCode(t, inbox)
		guess := []string{code, wrong(code)}[i]
		adds := 0
		hooked.add = func(do func() ([]int64, error)) ([]int64, error) {
			if adds++; adds == 2 { // the guess is about to be given back
				hooked.add = nil
				_, err := e.Check(t.Context(), verify.CheckRequest{ID: other.ID, Code: wrong(otherCode), ClientIP: clientIP})
				throttled, _ := errors.AsType[*verify.ThrottledError](err)
				told[i] = throttled.RetryAfter
			}
			return do()
		}
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: guess, ClientIP: clientIP})
		wantError(t, "refused", err, verify.ErrThrottled)
	}
	if told[0] != told[1] {
		t.Errorf("another check has to wait %v if the guess is right, and %v if it is wrong", told[0], told[1])
	}
}

// S48: an addition that fails after it took effect leaves the same for a right and a wrong code.
func TestLostAdditionDoesNotTell(t *testing.T) {
	var left [2]bool
	for i := range left {
		hooked := &hookedStore{Store: new(memstore.Store)}
		e, inbox := verifytest.New(t, withStore(hooked), limited(100, 1, 100))
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		code := lastCode(t, inbox)
		hooked.add = func(do func() ([]int64, error)) ([]int64, error) {
			hooked.add = nil
			_, err := do()
			return nil, errors.Join(err, errBroken)
		}
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: []string{code, wrong(code)}[i], ClientIP: clientIP})
		wantError(t, "check", err, verify.ErrUnavailable)
		w := mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(1)})
		_, err = e.Check(t.Context(), verify.CheckRequest{ID: w.ID, Code: wrong(lastCode(t, inbox)), ClientIP: clientIP})
		left[i] = errors.Is(err, verify.ErrIncorrect)
	}
	if left[0] != left[1] {
		t.Errorf("a failure is left: %t if the code was right, %t if it was wrong", left[0], left[1])
	}
}
