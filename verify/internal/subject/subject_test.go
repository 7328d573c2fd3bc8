package subject_test

import (
	"slices"
	"testing"

	"github.com/codeword-go/codeword/verify/internal/subject"
)

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	noon   = 1_700_000_000_000
)

var rules = subject.Rules{
	Lifetime:    10 * minute,
	Cooldowns:   []int64{30 * second, minute, 2 * minute},
	Sends:       5,
	DailySends:  20,
	Guesses:     5,
	MaxFailures: 100,
	Length:      6,
}

// A world is a subject with a clock. Its "codes" are texts that name what a code would be derived from.
type world struct {
	*testing.T
	s    *subject.Subject
	now  int64
	tags uint16
	r    subject.Rules
}

// A verdict is a code that fits everywhere and is right or wrong.
type verdict bool

func (verdict) Fits(*subject.Entry) bool                        { return true }
func (v verdict) Matches(*subject.Subject, *subject.Entry) bool { return bool(v) }

func newWorld(t *testing.T) *world { return &world{T: t, s: &subject.Subject{}, now: noon, r: rules} }

func (w *world) tag() subject.Tag {
	w.tags++
	return subject.Tag{0xff, byte(w.tags), byte(w.tags >> 8)}
}

// store encodes the subject and reads it back, as the engine does between any two requests.
func (w *world) store() {
	w.Helper()
	s, err := decode(w.s.Append(nil))
	if err != nil {
		w.Fatal(err)
	}
	w.s = s
}

func (w *world) start(change ...func(*subject.Start)) (subject.Decision, subject.Undo) {
	w.Helper()
	tag := w.tag()
	in := subject.Start{Now: w.now, Rules: &w.r, Profile: "p", Recipient: "r", Channel: "sms", Locale: "en", Tag: tag,
		Secret: [20]byte{1, tag[1], tag[2]}}
	for _, c := range change {
		c(&in)
	}
	d, undo := w.s.Start(in)
	w.store()
	if d.Entry != nil {
		d.Entry = w.find(d.Entry.ID)
	}
	return d, undo
}

// begin starts a verification that must succeed and returns its id.
func (w *world) begin(change ...func(*subject.Start)) [8]byte {
	w.Helper()
	d, _ := w.start(change...)
	if d.Outcome != subject.Done {
		w.Fatalf("start: outcome %d, limit %d, wait %d", d.Outcome, d.Limit, d.Wait)
	}
	return d.Entry.ID
}

func (w *world) find(id [8]byte) *subject.Entry {
	w.Helper()
	for i := range w.s.Entries {
		if w.s.Entries[i].ID == id {
			return &w.s.Entries[i]
		}
	}
	w.Fatalf("entry %v is gone", id)
	return nil
}

func (w *world) guess(id [8]byte, right bool) subject.Decision {
	w.Helper()
	d := w.s.Check(subject.Guess{Now: w.now, ID: id, Tag: w.tag(), Code: verdict(right)})
	w.store()
	return d
}

func (w *world) want(what string, d subject.Decision, outcome subject.Outcome) {
	w.Helper()
	if d.Outcome != outcome {
		w.Fatalf("%s: outcome %d, want %d", what, d.Outcome, outcome)
	}
}

func (w *world) wantLimit(what string, d subject.Decision, limit subject.Limit, wait int64) {
	w.Helper()
	if d.Outcome != subject.Refused || d.Limit != limit || d.Wait != wait {
		w.Fatalf("%s: outcome %d, limit %d, wait %d; want limit %d, wait %d", what, d.Outcome, d.Limit, d.Wait, limit, wait)
	}
}

func resume(id [8]byte) func(*subject.Start) {
	return func(in *subject.Start) { in.Resume, in.ResumeID = true, id }
}

func bound(to byte) func(*subject.Start) {
	return func(in *subject.Start) { in.Bound = [8]byte{to} }
}

func TestApproveOnce(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	w.want("right", w.guess(id, true), subject.Done)
	w.want("right again", w.guess(id, true), subject.WasApproved)
	if w.s.HasSecret() {
		t.Error("the secret outlives the approval")
	}
}

func TestGuessesAreCounted(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	for left := 4; left >= 0; left-- {
		d := w.guess(id, false)
		w.want("wrong", d, subject.Incorrect)
		if got := w.find(id).AttemptsLeft(); got != left {
			t.Errorf("%d attempts left, want %d", got, left)
		}
	}
	w.want("right after five wrong ones", w.guess(id, true), subject.WasMaxAttempts)
}

// S3: good until the last millisecond, not on it.
func TestExpiry(t *testing.T) {
	for _, tt := range []struct {
		after int64
		want  subject.Outcome
	}{{0, subject.Done}, {10*minute - 1, subject.Done}, {10 * minute, subject.WasExpired}, {day, subject.WasExpired}} {
		w := newWorld(t)
		id := w.begin()
		w.now += tt.after
		w.want("right", w.guess(id, true), tt.want)
	}
}

// S6: resending, to the same id or a new one, gives back no guess and forgets no failure.
func TestResendKeepsFailures(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	for range 4 {
		w.guess(id, false)
	}
	w.now += 30 * second
	w.begin(resume(id))
	w.want("fifth wrong", w.guess(id, false), subject.Incorrect)
	w.want("right", w.guess(id, true), subject.WasMaxAttempts)

	w.now += minute
	w.begin()
	if got := w.s.Failures.Sum(w.now); got != 5 {
		t.Errorf("%d failures after a new start, want 5", got)
	}
}

// S8: the address's failures of a day are capped across ids, and only success clears them.
func TestDailyFailures(t *testing.T) {
	w := newWorld(t)
	w.r.MaxFailures = 12
	answered := 0
	for range 10 {
		d, _ := w.start()
		if d.Outcome != subject.Done {
			w.wantLimit("start", d, subject.LimitFailures, d.Wait)
			break
		}
		for range 5 {
			g := w.guess(d.Entry.ID, false)
			if g.Outcome == subject.Incorrect {
				answered++
			} else if g.Outcome != subject.Refused || g.Limit != subject.LimitFailures {
				t.Fatalf("guess: outcome %d", g.Outcome)
			}
		}
		w.now += 11 * minute
	}
	if answered != 12 {
		t.Errorf("%d guesses were answered, want 12", answered)
	}

	w.now = noon + day // not yet: the hours count whole
	if d, _ := w.start(); d.Outcome != subject.Refused || d.Limit != subject.LimitFailures {
		t.Errorf("after 24 hours: outcome %d", d.Outcome)
	}
	w.now = noon + day + 2*hour
	id := w.begin()
	w.want("a day later", w.guess(id, true), subject.Done)
	if got := w.s.Failures.Sum(w.now); got != 0 {
		t.Errorf("%d failures after a success", got)
	}
}

func TestRefusedRightCodeAtTheCap(t *testing.T) {
	w := newWorld(t)
	w.r.MaxFailures = 2
	id := w.begin()
	w.guess(id, false)
	w.guess(id, false)
	if d := w.guess(id, true); d.Outcome != subject.Refused || d.Limit != subject.LimitFailures {
		t.Errorf("right code at the cap: outcome %d", d.Outcome)
	}
}

// S24: the pause between sends grows, and the fifth send is the last within a lifetime.
func TestCooldown(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	for i, pause := range []int64{30 * second, minute, 2 * minute, 2 * minute} {
		w.now += pause - 1
		d, _ := w.start(resume(id))
		w.wantLimit("too early", d, subject.LimitCooldown, 1)
		w.now++
		w.begin(resume(id))
		if got := w.find(id).Sends; int(got) != i+2 {
			t.Errorf("%d sends, want %d", got, i+2)
		}
	}
	w.now += 2 * minute
	d, _ := w.start(resume(id))
	w.wantLimit("sixth", d, subject.LimitSends, 2*minute+30*second)
	d, _ = w.start()
	w.wantLimit("sixth under a new id", d, subject.LimitSends, 2*minute+30*second)
	w.now += 2*minute + 30*second
	w.begin()
}

// A new verification starts with the cool-down and the sends that the address has left.
func TestLimitsOutliveTheVerification(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		id := w.begin()
		w.s.Cancel(w.now, id, false, [8]byte{}, w.tag())
		w.now += 2 * minute
	}
	if got := len(w.s.Recent); got != 3 {
		t.Errorf("%d sends in this lifetime, want 3", got)
	}
	w.begin()
	w.now += 2*minute - 1
	d, _ := w.start()
	w.wantLimit("too early", d, subject.LimitCooldown, 1)
}

func TestDailySends(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		w.begin()
		w.now += 11 * minute
	}
	d, _ := w.start()
	if d.Outcome != subject.Refused || d.Limit != subject.LimitDailySends || d.Wait <= 0 {
		t.Fatalf("21st send: outcome %d, limit %d", d.Outcome, d.Limit)
	}
	w.now += d.Wait - 1
	again, _ := w.start()
	w.wantLimit("just before", again, subject.LimitDailySends, 1)
	w.now++
	w.begin()
}

func TestSuccessStartsOver(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	w.guess(id, false)
	w.guess(id, true)
	w.begin() // at once
	w.now += 30*second - 1
	d, _ := w.start()
	w.wantLimit("the first step of the schedule", d, subject.LimitCooldown, 1)
}

// A stranger's id has guesses of its own, shares the code, and says nothing of what became of the others.
func TestStranger(t *testing.T) {
	w := newWorld(t)
	victim := w.begin(bound(1))
	w.now += 30 * second
	stranger := w.begin(bound(2))
	if a, b := w.find(victim), w.find(stranger); a.Generation != b.Generation || a.Expires != b.Expires {
		t.Error("the ids do not share the code")
	}
	w.want("the victim's id", w.guess(victim, true), subject.NotFound) // without what it is bound to
	check := func(id [8]byte, b byte, right bool) subject.Decision {
		d := w.s.Check(subject.Guess{Now: w.now, ID: id, Bound: [8]byte{b}, Tag: w.tag(),
			Code: verdict(right)})
		w.store()
		return d
	}
	for range 5 {
		w.want("stranger's guess", check(stranger, 2, false), subject.Incorrect)
	}
	w.want("stranger's sixth", check(stranger, 2, true), subject.WasMaxAttempts)
	if got := w.find(victim).AttemptsLeft(); got != 5 {
		t.Errorf("the victim has %d attempts left, want 5", got)
	}
	w.now += minute
	watcher := w.begin(bound(3))
	w.want("cancel by the stranger", w.s.Cancel(w.now, victim, false, [8]byte{3}, w.tag()), subject.NotFound)
	w.want("the victim's right code", check(victim, 1, true), subject.Done)
	if e := w.find(watcher); e.State != subject.Pending || e.AttemptsLeft() != 5 {
		t.Error("the watcher sees that the victim was approved")
	}
	w.want("the used code under the watcher's id", check(watcher, 3, true), subject.Incorrect)
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	first := w.begin()
	w.now += 30 * second
	second := w.begin()
	w.want("cancel", w.s.Cancel(w.now, first, false, [8]byte{}, w.tag()), subject.Done)
	w.want("cancel again", w.s.Cancel(w.now, first, false, [8]byte{}, w.tag()), subject.Done)
	w.want("right after cancel", w.guess(first, true), subject.WasCanceled)
	if !w.s.HasSecret() {
		t.Fatal("canceling one id voids the other's code")
	}
	w.want("the other id", w.s.Cancel(w.now, second, false, [8]byte{}, w.tag()), subject.Done)
	if w.s.HasSecret() {
		t.Error("the code outlives the last id")
	}
	w.want("cancel unknown", w.s.Cancel(w.now, [8]byte{9}, false, [8]byte{}, w.tag()), subject.NotFound)
}

func TestResendPolicies(t *testing.T) {
	for _, tt := range []struct {
		name     string
		policy   subject.Resend
		resent   uint32
		keeps    bool
		separate uint32 // generation of a second id
	}{
		{"same", subject.SameCode, 0, false, 0},
		{"new", subject.NewCode, 1, false, 2},
		{"keep previous", subject.KeepPrevious, 1, true, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.r.Resend = tt.policy
			id := w.begin()
			w.now += 30 * second
			w.begin(resume(id))
			if e := w.find(id); e.Generation != tt.resent || e.KeepsPrevious != tt.keeps || e.Previous != 0 {
				t.Errorf("resent: generation %d, previous %v %d", e.Generation, e.KeepsPrevious, e.Previous)
			}
			w.now += minute
			other := w.begin()
			if e := w.find(other); e.Generation != tt.separate || e.KeepsPrevious {
				t.Errorf("other id: generation %d", e.Generation)
			}
			if e := w.find(id); e.Generation != tt.resent {
				t.Error("a start by somebody else changed the first id's code")
			}
		})
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	key := func(in *subject.Start) { in.Idempotency = [8]byte{7} }
	id := w.begin(key)
	d, _ := w.start(key)
	if d.Outcome != subject.Repeated || d.Entry.ID != id || d.Changed {
		t.Errorf("repeated: outcome %d", d.Outcome)
	}
	if d, _ := w.start(key, bound(1)); d.Outcome == subject.Repeated {
		t.Error("a key works for whoever is bound to something else")
	}
}

func TestAlias(t *testing.T) {
	w := newWorld(t)
	first := w.begin(func(in *subject.Start) { in.Recipient = "a@b.com" })
	w.now += 30 * second
	second := w.begin(func(in *subject.Start) { in.Recipient = "A@b.com" })
	if got := w.s.Address(w.find(first)); got != "a@b.com" {
		t.Errorf("first goes to %q", got)
	}
	if e := w.find(second); w.s.Address(e) != "A@b.com" || e.Alias == "" {
		t.Errorf("second goes to %q", w.s.Address(e))
	}
	w.now += minute
	d, _ := w.start(resume(first), func(in *subject.Start) { in.Recipient = "A@b.com" })
	w.want("resuming under another spelling", d, subject.NotFound)
}

// S12: a check with another payment is refused and voids the code.
func TestPayment(t *testing.T) {
	w := newWorld(t)
	pay := func(what string) func(*subject.Start) { return func(in *subject.Start) { in.Payment = what } }
	check := func(id [8]byte, payment string) subject.Decision {
		d := w.s.Check(subject.Guess{Now: w.now, ID: id, Tag: w.tag(), Code: verdict(true), Payment: payment})
		w.store()
		return d
	}
	id := w.begin(pay("10.00 Shop"))
	w.want("another amount", check(id, "10.0 Shop"), subject.WasCanceled)
	w.want("the right one after it", check(id, "10.00 Shop"), subject.WasCanceled)
	w.now += 30 * second
	id = w.begin(pay("10.00 Shop"))
	w.now += minute
	if d, _ := w.start(pay("99.00 Shop"), resume(id)); d.Outcome != subject.NotFound {
		t.Errorf("another payment resumes it: outcome %d", d.Outcome)
	}
	w.want("right", check(id, "10.00 Shop"), subject.Done)
}

// What voids a payment writes no tag: its call, if the answer is lost, must not take itself for approved.
func TestVoidedPaymentHasNoVerdict(t *testing.T) {
	w := newWorld(t)
	id := w.begin(func(in *subject.Start) { in.Payment = "1 Shop" })
	tag := w.tag()
	w.s.Check(subject.Guess{Now: w.now, ID: id, Tag: tag, Code: verdict(true), Payment: "2 Shop"})
	if d, ok := w.s.Verdict(tag); ok {
		t.Errorf("outcome %d", d.Outcome)
	}
}

func TestResolve(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	w.want("approve", w.s.Resolve(w.now, id, false, [8]byte{}, w.tag(), true), subject.Done)
	w.want("the code", w.guess(id, true), subject.WasApproved)
	w.want("approve again", w.s.Resolve(w.now, id, false, [8]byte{}, w.tag(), true), subject.WasApproved)
	id = w.begin()
	w.want("reject", w.s.Resolve(w.now, [8]byte{}, true, [8]byte{}, w.tag(), false), subject.Done)
	w.want("the code", w.guess(id, true), subject.WasCanceled)
}

func TestLog(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	if e := w.find(id); len(e.Log) != 0 {
		t.Errorf("log of one send: %v", e.Log)
	}
	for _, channel := range []string{"call", "email"} {
		w.now += 2 * minute
		w.begin(resume(id), func(in *subject.Start) { in.Channel = channel })
	}
	want := []subject.Sent{{At: noon, Channel: "sms"}, {At: noon + 2*minute, Channel: "call"}, {At: noon + 4*minute, Channel: "email"}}
	if got := w.find(id).Log; !slices.Equal(got, want) {
		t.Errorf("log %v, want %v", got, want)
	}
}

// A code that a channel chose is for that channel alone.
func TestCodeFromChannel(t *testing.T) {
	w := newWorld(t)
	id := w.begin(func(in *subject.Start) { in.Custom, in.FromChannel, in.Guesses = "1234", true, 2 })
	if e := w.find(id); e.Custom != "1234" || e.AttemptsLeft() != 2 || w.s.HasSecret() {
		t.Errorf("%d attempts left", e.AttemptsLeft())
	}
	w.now += 30 * second
	w.begin(resume(id))
	if e := w.find(id); e.Custom != "" || e.Length != 6 || !w.s.HasSecret() || e.AttemptsLeft() != 2 {
		t.Errorf("by another channel: length %d, %d attempts left", e.Length, e.AttemptsLeft())
	}
}

func TestTakeBack(t *testing.T) {
	w := newWorld(t)
	_, undo := w.start()
	if !w.s.TakeBack(undo) {
		t.Fatal("not taken back")
	}
	w.store()
	if len(w.s.Entries) != 0 || w.s.HasSecret() || w.s.Sends.Sum(w.now) != 0 || len(w.s.Recent) != 0 {
		t.Errorf("something is left: %d entries", len(w.s.Entries))
	}
	if w.s.TakeBack(undo) {
		t.Error("taken back twice")
	}
	id := w.begin() // no cool-down
	w.now += 30 * second
	_, undo = w.start(resume(id))
	w.guess(id, false)
	if w.s.TakeBack(undo) {
		t.Error("taken back after a guess")
	}
	w.now += minute
	_, undo = w.start(resume(id))
	if !w.s.TakeBack(undo) {
		t.Fatal("resend not taken back")
	}
	w.store()
	if e := w.find(id); e.Sends != 2 || e.AttemptsLeft() != 4 || !e.Live {
		t.Errorf("%d sends, %d attempts left", e.Sends, e.AttemptsLeft())
	}
}

// A send whose code was used through another id in the meantime is not taken back.
func TestTakeBackOfDecoy(t *testing.T) {
	w := newWorld(t)
	mine := w.begin(bound(1))
	w.now += 30 * second
	other := w.begin(bound(2))
	w.now += minute
	_, undo := w.start(resume(mine), bound(1))
	d := w.s.Check(subject.Guess{Now: w.now, ID: other, Bound: [8]byte{2}, Tag: w.tag(), Code: verdict(true)})
	w.want("the other's right code", d, subject.Done)
	if w.s.TakeBack(undo) {
		t.Error("taken back")
	}
}

func TestTakeBackIsBounded(t *testing.T) {
	w := newWorld(t)
	taken := 0
	for range 10 {
		d, undo := w.start()
		if d.Outcome == subject.Done && w.s.TakeBack(undo) {
			taken++
		}
	}
	if taken != 3 {
		t.Errorf("%d sends taken back, want 3", taken)
	}
}

func TestFinishedEntriesAreFew(t *testing.T) {
	w := newWorld(t)
	var ids [][8]byte
	for range 8 {
		id := w.begin()
		w.want("right", w.guess(id, true), subject.Done)
		ids = append(ids, id)
		w.now += hour
	}
	w.begin()
	if got := len(w.s.Entries); got != 4 {
		t.Errorf("%d entries, want one pending and three finished", got)
	}
	for _, id := range ids[5:] {
		w.want("used", w.guess(id, true), subject.WasApproved)
	}
	w.want("long gone", w.guess(ids[0], true), subject.NotFound)
}

func TestVerdict(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	wrong, right := w.tag(), w.tag()
	guess := subject.Guess{Now: w.now, ID: id, Tag: wrong, Code: verdict(false)}
	w.s.Check(guess)
	w.guess(id, false) // others write on top
	if d, ok := w.s.Verdict(wrong); !ok || d.Outcome != subject.Incorrect {
		t.Error("the wrong guess is not found")
	}
	guess.Tag, guess.Code = right, verdict(true)
	w.s.Check(guess)
	w.begin()
	if d, ok := w.s.Verdict(right); !ok || d.Outcome != subject.Done || d.Entry.State != subject.Approved {
		t.Error("the approval is not found")
	}
	if d, ok := w.s.Verdict(subject.Tag(id)); !ok || d.Entry.ID != id {
		t.Error("the start is not found")
	}
	if _, ok := w.s.Verdict(w.tag()); ok {
		t.Error("found a tag that nobody wrote")
	}
}

func TestRetain(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	for range 3 {
		w.guess(id, false)
	}
	if got := w.s.Retain(); got < noon+day || got > noon+day+hour {
		t.Errorf("retained for %d h, want 24 to 25", (got-noon)/hour)
	}
}
