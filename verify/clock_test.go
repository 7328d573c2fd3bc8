package verify_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const day = 24 * time.Hour

// S84: a clock that is set back a day revives no code, refills no limit, and locks nobody longer than a cool-down.
func TestClockSteps(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		c := newClock()
		e, inbox := verifytest.New(t, withStore(keeping{new(memstore.Store)}), c.set, profile(func(p *verify.Profile) { p.DailySends, p.DailyFailures = 3, 2 }))
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		code := lastCode(t, inbox)
		check(t, e, v.ID, wrong(code))
		if ahead {
			c.Advance(day)
			_, err := check(t, e, v.ID, code)
			wantError(t, "a day ahead", err, verify.ErrExpired)
			mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		}
		c.Advance(-day)
		_, err := check(t, e, v.ID, code)
		wantError(t, "set back", err, verify.ErrExpired)
		c.Advance(time.Minute)
		v = mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		_, err = check(t, e, v.ID, wrong(lastCode(t, inbox)))
		wantError(t, "the second failure", err, verify.ErrIncorrect)
		_, err = check(t, e, v.ID, lastCode(t, inbox))
		wantError(t, "at the cap", err, verify.ErrThrottled)
	}
}

// keeping is a store whose values do not expire, as if its clock stood still.
type keeping struct{ store.Store }

// S84: under a clock that walks at random by up to a day, no code is good again once it was seen to be expired, and none lives much
// longer in steady time than its lifetime and the skew.
func TestRandomClock(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		c := newClock()
		e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.CodeLength = 8 }))
		elapsed := time.Duration(0) // in steady time, less what small steps back have won
		sent := map[string]time.Duration{}
		codes := map[string]string{}
		sends := 0
		for range 150 {
			pass := time.Duration(rnd.Int64N(int64(4 * time.Minute)))
			c.Advance(pass)
			elapsed += pass
			if rnd.IntN(8) == 0 {
				step := []time.Duration{day, -day, 9 * time.Minute, -9 * time.Minute, time.Hour, -time.Hour}[rnd.IntN(6)]
				c.Advance(step)
				if step == -9*time.Minute { // taken for two clocks that differ
					elapsed += step
				}
			}
			if v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone}); err == nil {
				sends++
				code := lastCode(t, inbox)
				if _, known := sent[code]; !known {
					sent[code] = elapsed
				}
				codes[v.ID] = code
			} else if !errors.Is(err, verify.ErrThrottled) {
				t.Fatal(err)
			}
			for id, code := range codes {
				if rnd.IntN(4) > 0 {
					continue
				}
				if _, err := check(t, e, id, code); err != nil {
					continue
				}
				if age := elapsed - sent[code]; age >= 20*time.Minute { // lifetime and skew
					t.Fatalf("seed %d: a code was good after %s", seed, age)
				}
				delete(codes, id)
				break
			}
		}
		if sends < 20 {
			t.Errorf("seed %d: only %d sends, the walk tries little", seed, sends)
		}
	}
}

// S85: two engines whose clocks are five minutes apart count as one.
func TestTwoClocks(t *testing.T) {
	fast, slow := newClock(), newClock()
	slow.Advance(-5 * time.Minute)
	s, key := new(memstore.Store), verify.NewKey()
	with := func(c *clock) func(*verify.Options) {
		return func(o *verify.Options) { o.Store, o.Key, o.Now = s, key, c.Now }
	}
	a, inboxA := verifytest.New(t, with(fast))
	b, inboxB := verifytest.New(t, with(slow))
	v := mustStart(t, a, verify.StartRequest{Channel: "sms", To: phone})
	_, err := b.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
	wantError(t, "within the cool-down", err, verify.ErrThrottled)
	if _, err := check(t, b, v.ID, lastCode(t, inboxA)); err != nil {
		t.Errorf("by the slow clock: %v", err)
	}
	v = mustStart(t, b, verify.StartRequest{Channel: "sms", To: phone})
	fast.Advance(5 * time.Minute)
	slow.Advance(5 * time.Minute)
	if _, err := check(t, a, v.ID, lastCode(t, inboxB)); err != nil { // or it was dated back when it was started
		t.Errorf("by the fast clock: %v", err)
	}
}
