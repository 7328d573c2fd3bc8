//go:build linux

package promise_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// behind is how much the second engine's clock is behind the first one's.
const behind = 5 * time.Minute

// bounds are small, so that walks run into every one of them: those of one cool-down into the sends of a lifetime, those of the other into
// the cool-down.
var bounds = verify.Profile{
	Name: "test", Brand: "Test", Regions: []string{verify.AllRegions}, AllowPossible: true, CodeLength: 8,
	Lifetime: 10 * time.Minute, Attempts: 3, Sends: 4, DailySends: 20, DailyFailures: 16,
}

var cooldowns = []time.Duration{time.Minute, 4 * time.Minute}

// A walk is what two engines are asked at random about one address, and what they have answered. Its times are the first engine's, which
// no step sets back.
type walk struct {
	t        *testing.T
	rnd      *rand.Rand
	now      time.Time
	cooldown time.Duration
	engines  [2]*verify.Engine
	inboxes  [2]*channeltest.Inbox
	seen     map[string]int // outcomes

	ids      []string
	codes    map[string]string    // by id
	expires  map[string]time.Time // by id, as it was told
	judged   map[string]int       // wrong guesses by id
	ended    map[string]bool      // ids that were approved, canceled or spent, or whose code was used through another
	approved map[string]bool      // codes
	sends    []time.Time
	rest     []time.Time // sends that count for the cool-down: those since the last success
	failures []time.Time // wrong guesses since the last success
}

// newWalk begins with the next full hour, since limits go by the hour, and a walk is to be the same every time.
func newWalk(t *testing.T, cooldown time.Duration, open func(testing.TB) store.Store) *walk {
	t.Helper()
	w := &walk{
		t: t, rnd: rand.New(rand.NewPCG(uint64(cooldown), 3)), now: time.Now().Truncate(time.Hour).Add(time.Hour), cooldown: cooldown,
		seen:  map[string]int{},
		codes: map[string]string{}, expires: map[string]time.Time{}, judged: map[string]int{}, ended: map[string]bool{}, approved: map[string]bool{},
	}
	key, profile := verify.NewKey(), bounds
	profile.Cooldown = []time.Duration{w.cooldown}
	for i := range w.engines {
		w.engines[i], w.inboxes[i] = verifytest.New(t, func(o *verify.Options) {
			o.Store, o.Key, o.Profiles = open(t), key, []verify.Profile{profile}
			o.Now = func() time.Time { return w.now.Add(-time.Duration(i) * behind) }
		})
	}
	return w
}

func (w *walk) step() {
	w.t.Helper()
	w.now = w.now.Add(time.Duration(w.rnd.Int64N(int64(30 * time.Second))))
	if w.rnd.IntN(60) == 0 {
		w.now = w.now.Add(time.Duration(w.rnd.Int64N(int64(12 * time.Hour))))
	}
	engine := w.rnd.IntN(2)
	if w.rnd.IntN(3) == 0 || len(w.ids) == 0 {
		w.start(engine)
		return
	}
	id := w.ids[max(0, len(w.ids)-1-w.rnd.IntN(3))]
	switch w.rnd.IntN(16) {
	case 0:
		w.cancel(engine, id)
	case 1, 2, 3:
		w.check(engine, id, w.codes[id])
	default:
		w.check(engine, id, otherThan(w.codes[id]))
	}
}

func otherThan(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

func (w *walk) note(err error) { w.seen[outcome(err)]++ }

func (w *walk) start(engine int) {
	w.t.Helper()
	v, err := w.engines[engine].Start(w.t.Context(), verify.StartRequest{Channel: "sms", To: "+14155552671"})
	if err != nil {
		throttled, ok := errors.AsType[*verify.ThrottledError](err)
		if !ok {
			w.t.Fatalf("start: %v", err)
		}
		w.seen[string(throttled.Budget)]++
		return
	}
	w.note(nil)
	messages := w.inboxes[engine].Messages()
	code := messages[len(messages)-1].Code.Reveal()
	w.ids = append(w.ids, v.ID)
	w.codes[v.ID], w.expires[v.ID] = code, v.ExpiresAt
	if v.ExpiresAt.After(w.now.Add(bounds.Lifetime)) {
		w.t.Fatalf("a code lives until %s, %s after it was sent", v.ExpiresAt, v.ExpiresAt.Sub(w.now))
	}
	w.sends, w.rest = append(w.sends, w.now), append(w.rest, w.now)
}

func (w *walk) cancel(engine int, id string) {
	w.t.Helper()
	_, err := w.engines[engine].Cancel(w.t.Context(), verify.Ref{ID: id})
	w.note(err)
	if err == nil {
		w.ended[id] = true
	}
}

func (w *walk) check(engine int, id, code string) {
	w.t.Helper()
	_, err := w.engines[engine].Check(w.t.Context(), verify.CheckRequest{ID: id, Code: code})
	w.note(err)
	right := code == w.codes[id]
	late := w.now.Sub(w.expires[id]) // by the faster clock
	switch {
	case err == nil:
		if !right || w.ended[id] || w.approved[code] || late >= behind {
			w.t.Fatalf("approved: the code is right: %t, is no longer good: %t, was used: %t, is late by %s", right, w.ended[id], w.approved[code], late)
		}
		w.approved[code] = true
		for _, id := range w.ids {
			w.ended[id] = true
		}
		w.rest, w.failures = nil, nil
	case right && !w.ended[id] && late < 0 && !errors.Is(err, verify.ErrThrottled):
		w.t.Fatalf("the right code, good for %s more, is refused: %v", -late, err)
	case errors.Is(err, verify.ErrIncorrect):
		w.failures = append(w.failures, w.now)
		if w.judged[id]++; w.judged[id] >= bounds.Attempts {
			w.ended[id] = true
		}
	}
}

// inspect demands what has to hold after every step, give or take what the clocks differ by.
func (w *walk) inspect() {
	w.t.Helper()
	for id, n := range w.judged {
		if n > bounds.Attempts {
			w.t.Fatalf("%d guesses were judged for %s", n, id)
		}
	}
	for i, at := range w.rest {
		last := len(w.rest) - 1
		if took, least := w.rest[last].Sub(at), time.Duration(last-i)*w.cooldown-behind; took < least {
			w.t.Fatalf("%d sends within %s", last-i+1, took)
		}
	}
	for within, most := range map[time.Duration]int{bounds.Lifetime - behind: bounds.Sends, 2*bounds.Lifetime - behind: 2 * bounds.Sends} {
		if n := after(w.rest, w.now.Add(-within)); n > most {
			w.t.Fatalf("%d sends within %s", n, within)
		}
	}
	day := w.now.Add(behind - 24*time.Hour)
	if n := after(w.sends, day); n > bounds.DailySends {
		w.t.Fatalf("%d sends in a day", n)
	}
	if n := after(w.failures, day); n > bounds.DailyFailures {
		w.t.Fatalf("%d wrong guesses in a day", n)
	}
}

// after counts the times after t. They are in order.
func after(times []time.Time, t time.Time) int {
	i, _ := slices.BinarySearchFunc(times, t, func(at, t time.Time) int { return at.Compare(t) })
	return len(times) - i
}

// S85: whatever two engines whose clocks are five minutes apart are asked about one address, in whatever order, no code is approved twice, none
// outlives its lifetime or dies before it, and no limit is passed, give or take these five minutes.
func TestTwoClocks(t *testing.T) {
	for _, s := range enginetest.Stores {
		t.Run(s.Name, func(t *testing.T) {
			seen := map[string]int{}
			for _, cooldown := range cooldowns {
				w := newWalk(t, cooldown, s.New(t))
				for range 500 {
					w.step()
					w.inspect()
				}
				for what, n := range w.seen {
					seen[what] += n
				}
			}
			t.Log(seen)
			for _, what := range []string{"done", "incorrect", "spent", "used", "cooldown", "sends", "daily_sends", "failures"} {
				if seen[what] < 5 {
					t.Errorf("%s: %d times, the walk tries little", what, seen[what])
				}
			}
		})
	}
}
