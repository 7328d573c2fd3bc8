package subject_test

import (
	"math/rand/v2"
	"testing"

	"github.com/codeword-go/codeword/verify/internal/subject"
)

// S84: a clock that is set back revives nothing, refills nothing, and locks nobody longer than one cool-down.
func TestClockSetBack(t *testing.T) {
	for _, step := range []int64{-day, -hour, -subject.Skew - 1} {
		w := newWorld(t)
		id := w.begin()
		w.guess(id, false)
		w.now += step
		w.want("right after the step", w.guess(id, true), subject.WasExpired)
		if got := w.s.Failures.Sum(w.now); got != 1 {
			t.Errorf("%d failures, want 1", got)
		}
		if got := w.s.Sends.Sum(w.now); got != 1 {
			t.Errorf("%d sends, want 1", got)
		}
		w.now += 30 * second
		w.begin()
	}
}

func TestClockJumpsAhead(t *testing.T) {
	w := newWorld(t)
	w.r.MaxFailures = 5
	id := w.begin()
	for range 5 {
		w.guess(id, false)
	}
	w.now += day
	d, _ := w.start()
	if d.Outcome != subject.Refused || d.Limit != subject.LimitFailures {
		t.Errorf("a jump by a day forgets the failures: outcome %d", d.Outcome)
	}
}

// A clock that was set back while an address was refused must not be forgotten with the refusal, or it waits until the old time.
func TestRefusalMendsTheClock(t *testing.T) {
	w := newWorld(t)
	w.now += day
	w.begin()
	w.now -= day
	d, _ := w.start()
	w.wantLimit("after the step", d, subject.LimitCooldown, 30*second)
	if !d.Changed {
		t.Fatal("the mended clock is not stored")
	}
	w.now += 30 * second
	w.begin()
}

// What was seen to be expired stays so, though nothing else was decided when it was seen.
func TestSeenExpiredStaysExpired(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	w.now += 10 * minute
	d := w.guess(id, true)
	w.want("expired", d, subject.WasExpired)
	if !d.Changed {
		t.Fatal("that it expired is not stored")
	}
	w.now -= subject.Skew
	w.want("after a step back", w.guess(id, true), subject.WasExpired)
}

func TestFullBurstSetBack(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.begin()
		w.now += w.s.Cooldown
	}
	w.now += day - w.s.Cooldown
	w.s.Settle(w.now)
	w.now -= day
	w.start()
	w.now += w.s.Cooldown
	w.begin()
}

// S85: two clocks within the skew count as one.
func TestTwoClocks(t *testing.T) {
	w := newWorld(t)
	id := w.begin()
	w.now -= subject.Skew
	w.want("right by the slow clock", w.guess(id, true), subject.Done)

	w = newWorld(t)
	id = w.begin()
	w.now += 10 * minute
	w.want("wrong by the fast clock", w.guess(id, false), subject.WasExpired)
	w.begin()
	w.now -= minute
	w.want("right by the slow clock", w.guess(id, true), subject.WasExpired)
}

// Whatever is asked in whatever order, under a clock that jumps: no code is approved twice, no id takes more guesses than it has,
// failures fall by success or time alone, and the sends of a day stay within their limit.
func TestRandomWalk(t *testing.T) {
	for seed := range uint64(300) {
		walk(t, seed)
	}
}

func walk(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(t)
	w.r.Resend = subject.Resend(seed % 3)
	w.r.MaxFailures = 12
	var ids [][8]byte
	guesses := map[[8]byte]int{}
	approvedSecrets := map[[20]byte]bool{}
	var sends []int64 // in steady time, which no step changes
	steady := int64(0)
	for range 400 {
		pass := rnd.Int64N(3 * minute)
		w.now, steady = w.now+pass, steady+pass
		if rnd.IntN(20) == 0 {
			w.now += []int64{day, -day, hour, -hour, -5 * minute}[rnd.IntN(5)]
		}
		if w.s.Latest-w.now > 0 && w.s.Latest-w.now <= subject.Skew {
			w.now = w.s.Latest // judged alike, and easier to compare
		}
		failures := w.s.Failures.Sum(w.now)
		id := [8]byte{}
		if len(ids) > 0 {
			id = ids[rnd.IntN(len(ids))]
		}
		secret, alive := w.s.Secret, w.s.HasSecret()
		switch rnd.IntN(6) {
		case 0, 1:
			if d, undo := w.start(func(in *subject.Start) { in.Resume, in.ResumeID = rnd.IntN(3) == 0, id }); d.Outcome == subject.Done {
				ids = append(ids, d.Entry.ID)
				if rnd.IntN(5) > 0 || !w.s.TakeBack(undo) {
					sends = append(sends, steady)
				}
				w.store()
			}
		case 2:
			w.s.Cancel(w.now, id, false, [8]byte{}, w.tag())
			w.store()
		default:
			right := rnd.IntN(4) == 0
			switch d := w.guess(id, right); d.Outcome {
			case subject.Done:
				if !right || !alive || approvedSecrets[secret] {
					t.Fatalf("seed %d: a second or wrong approval", seed)
				}
				approvedSecrets[secret] = true
				failures = 0
			case subject.Incorrect:
				if guesses[id]++; guesses[id] > int(w.r.Guesses) {
					t.Fatalf("seed %d: %d guesses answered for one id", seed, guesses[id])
				}
			}
		}
		if got := w.s.Failures.Sum(w.now); got < failures {
			t.Fatalf("seed %d: failures fell from %d to %d", seed, failures, got)
		}
		recent := 0
		for _, at := range sends {
			if at > steady-10*minute {
				recent++
			}
		}
		// A window that is cut short by a jump can be followed by a full one.
		if recent > 2*int(w.r.Sends)+5 {
			t.Fatalf("seed %d: %d sends within ten minutes", seed, recent)
		}
	}
}
