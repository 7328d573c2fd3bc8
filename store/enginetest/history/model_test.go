//go:build linux

package history_test

import (
	"cmp"
	"slices"

	"github.com/codeword-go/codeword/verify"
)

// The model says what an engine answers to one request after another while no time passes. It shares no code with the engine.

// Bounds of every policy, so that an address is a value that == compares.
const (
	maxSends   = 9
	maxGuesses = 3
)

const (
	codeLength = 10 // so long that nobody is right by chance
	remembered = 3  // verifications of an address that have ended

	wrongCode = "0000000000"
	hidden    = "hidden" // a code that no answer has told
)

// A policy is what the profile of one history allows.
type policy struct {
	resend            verify.Resend
	guesses, failures int // wrong codes: for one verification, for one address
	sends, daily      int // messages to an address: in one lifetime, in a day
	rest              int // messages after which an address rests
}

// The operations.
const (
	opStart  = "start"
	opCheck  = "check"
	opCancel = "cancel"
	opStatus = "status"
)

// A request is what a client asks.
type request struct {
	op      string
	address int
	id      string // of the verification; "" is the newest one, and for a start a new one
	latest  bool   // the start continues the newest one if that is pending
	alone   bool   // the start names nobody beside the id
	key     string // of the start: what makes it idempotent
	code    string // of the check
	number  int    // of a request that may have taken effect without its engine being told; otherwise 0
}

// The outcomes. Of a verification that has ended it is the name of its status, and of a limit the name of the budget.
const (
	done      = "done"
	incorrect = "incorrect"
	invalid   = "invalid"
	notFound  = "not found"
	notSent   = "not sent"
	unknown   = "unknown"
)

// An answer is what came of a request, and the verification that was described with it.
type answer struct {
	outcome     string
	id          string
	status      verify.Status
	left, sends int
	code        string // that the message carried
	lost        bool   // a swap may have lost its answer
}

// A verification is what an id leads to.
type verification struct {
	id             string        // "" until an answer has told it
	status         verify.Status // "" before it is started and after it is forgotten
	codes          [2]string     // that are good, the newest one first
	key            string
	guesses, sends int

	// The requests which the verification still tells of: that started it, that last sent or ended it, that guessed.
	opener, last int
	guessers     [maxGuesses]int
}

// An address is all there is to be known of one. The zero address has never been sent anything.
type address struct {
	all      [maxSends]verification // in the order in which they were started
	started  int
	used     [maxSends]string // the codes of all messages
	today    int              // messages
	recent   int              // messages since the limits were lifted
	failures int
}

// step returns every state that can follow from a request and its answer: none if the answer is not the right one.
//
// An engine whose swap lost its answer looks how it had decided, and decides once more if somebody has written over that. What it
// describes then is of a later moment, and so may be the code that it sends.
func (p policy) step(a address, in request, out answer) []address {
	after := a
	want := p.decide(&after, in, out)
	switch {
	case out.lost && a.tells(in.number):
		if out.outcome == unknown {
			return []address{a}
		}
	case out.outcome == unknown && out.code == "": // it took effect or not, and a code that nobody was told was right or not
		out.outcome = done
		right := a
		p.decide(&right, in, out)
		return []address{a, after, right}
	case out.outcome == notSent && out.lost && want.outcome == done: // the code was used up meanwhile
		return []address{after}
	case out.lost && want.outcome == out.outcome && want.id == out.id, want == out:
		return []address{after}
	}
	return nil
}

// decide changes the address as the request does, and returns the right answer. What only the engine knows, the code and the id of
// something new, is taken from out if it can be right.
func (p policy) decide(a *address, in request, out answer) (want answer) {
	defer a.forget()
	if in.op == opStart {
		return p.start(a, in, out)
	}
	v := a.find(in.id)
	switch {
	case v == nil:
		return answer{outcome: notFound}
	case in.op == opStatus:
		return p.describe(a, v, done, out)
	case in.op == opCancel && v.status == verify.StatusCanceled:
		return p.describe(a, v, done, out)
	case v.status != verify.StatusPending:
		return p.describe(a, v, string(v.status), out)
	case in.op == opCancel:
		v.end(verify.StatusCanceled)
		v.last = in.number
		return p.describe(a, v, done, out)
	}
	return p.check(a, v, in, out)
}

func (p policy) start(a *address, in request, out answer) answer {
	var v *verification
	if in.id != "" || in.latest {
		v = a.find(in.id)
	}
	if in.alone && v == nil {
		return answer{outcome: notFound}
	}
	if i := slices.IndexFunc(a.all[:], func(v verification) bool { return in.key != "" && v.key == in.key }); i >= 0 {
		return p.describe(a, &a.all[i], done, out)
	}
	switch {
	case in.id != "" && v == nil:
		return answer{outcome: notFound}
	case in.id != "" && v.status != verify.StatusPending:
		return p.describe(a, v, string(v.status), out)
	case v != nil && v.status != verify.StatusPending:
		v = nil
	}
	if limit := p.limit(a, v); limit != "" {
		return answer{outcome: string(limit)}
	}
	code := p.code(a, out)
	if v == nil {
		v = &a.all[a.started]
		v.status, v.opener = verify.StatusPending, in.number
		a.started++
	}
	p.send(a, v, code)
	v.key, v.last = cmp.Or(in.key, v.key), in.number
	want := p.describe(a, v, done, out)
	want.code = code
	return want
}

// limit returns what forbids a message.
func (p policy) limit(a *address, v *verification) verify.Budget {
	switch {
	case a.failures >= p.failures:
		return verify.BudgetFailures
	case a.today >= p.daily:
		return verify.BudgetDailySends
	case a.recent >= p.sends || v != nil && v.sends >= p.sends:
		return verify.BudgetSends
	case a.recent >= p.rest:
		return verify.BudgetCooldown
	}
	return ""
}

// code returns the code that the next message carries: under SameCode the one that is live, otherwise one that no message has carried.
func (p policy) code(a *address, out answer) string {
	told := slices.IndexFunc(a.all[:], func(v verification) bool { return v.codes[0] != "" && v.codes[0] != hidden })
	if told >= 0 && p.resend == verify.SameCode {
		return a.all[told].codes[0]
	}
	if out.lost {
		return hidden
	}
	if len(out.code) == codeLength && !slices.Contains(a.used[:], out.code) {
		return out.code
	}
	return "a new code"
}

// send counts a message and makes its code good.
func (p policy) send(a *address, v *verification, code string) {
	a.used[a.today] = code
	a.today++
	a.recent++
	v.sends++
	if p.resend == verify.KeepPrevious {
		v.codes[1] = v.codes[0]
	}
	v.codes[0] = code
	for i := range a.all {
		if other := &a.all[i]; p.resend == verify.SameCode && other.codes[0] == hidden {
			other.codes[0] = code
		}
	}
}

func (p policy) check(a *address, v *verification, in request, out answer) answer {
	switch {
	case len(in.code) != codeLength:
		return p.describe(a, v, invalid, out)
	case a.failures >= p.failures:
		return p.describe(a, v, string(verify.BudgetFailures), out)
	case slices.Contains(v.codes[:], in.code), out.outcome == done && a.mayBe(in.code, v):
		a.approve(v)
		v.last = in.number
		return p.describe(a, v, done, out)
	}
	v.guessers[v.guesses] = in.number
	v.guesses++
	a.failures++
	if v.guesses >= p.guesses {
		v.end(verify.StatusMaxAttempts)
	}
	return p.describe(a, v, incorrect, out)
}

// mayBe reports whether a code can be the verification's that no answer has told.
func (a *address) mayBe(code string, v *verification) bool {
	return slices.Contains(v.codes[:], hidden) && code != wrongCode && !slices.Contains(a.used[:], code)
}

// approve uses up every code of the address, and lifts its limits: those on sends only if nobody else is left to see it.
func (a *address) approve(v *verification) {
	v.end(verify.StatusApproved)
	seen := false
	for i := range a.all {
		other := &a.all[i]
		other.codes = [2]string{}
		seen = seen || other.status == verify.StatusPending
	}
	a.failures = 0
	if !seen {
		a.recent = 0
	}
}

func (v *verification) end(status verify.Status) {
	v.status, v.codes = status, [2]string{}
}

// find returns the verification with that id; without one the newest that is pending, or the newest of all if none is.
func (a *address) find(id string) (found *verification) {
	for i := range a.all {
		v := &a.all[i]
		switch {
		case v.status == "" || id != "" && v.id != id:
		case found == nil || v.status == verify.StatusPending || found.status != verify.StatusPending:
			found = v
		}
	}
	return found
}

// forget drops all but the latest that have ended. The id stays, since no other may have it but the start itself, if it lost its
// answer and is decided once more.
func (a *address) forget() {
	ended := 0
	for i := range slices.Backward(a.all[:a.started]) {
		v := &a.all[i]
		if v.status == verify.StatusPending {
			continue
		}
		if ended++; ended <= remembered {
			continue
		}
		if v.opener != 0 {
			v.id = ""
		}
		*v = verification{id: v.id}
	}
}

// tells reports whether a verification tells how a request was decided.
func (a *address) tells(number int) bool {
	return slices.ContainsFunc(a.all[:], func(v verification) bool {
		return v.opener == number || v.last == number || slices.Contains(v.guessers[:], number)
	})
}

// describe returns an answer about a verification, whose id it may be the first to tell.
func (p policy) describe(a *address, v *verification, outcome string, out answer) answer {
	if v.id == "" && !slices.ContainsFunc(a.all[:], func(v verification) bool { return v.id == out.id }) {
		v.id = out.id
	}
	return answer{outcome: outcome, id: cmp.Or(v.id, "a new id"), status: v.status, left: p.guesses - v.guesses, sends: v.sends}
}
