package verify

import (
	"context"
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify/internal/code"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
)

// A proof marks a Verification that Check approved.
type proof struct {
	approved time.Time
	purpose  string
}

// Check judges a code and returns nil if it is right and this call is the one that used it up. In every other case the error says why
// nobody was verified: ErrIncorrect, ErrMaxAttempts, ErrExpired, ErrCanceled, ErrUsed, ErrNotFound, ErrThrottled, ErrInvalid for what cannot be
// a code and costs no attempt, or ErrUnavailable. The Verification beside it is valid wherever there is one.
//
// A guess is counted before its verdict is told.
func (e *Engine) Check(ctx context.Context, r CheckRequest) (Verification, error) {
	typed, ok := code.Clean(r.Code)
	if !ok {
		return Verification{}, errNoCode()
	}
	target, err := e.locate(ctx, r.ref())
	if err != nil {
		return Verification{}, err
	}
	c := &check{engine: e, typed: typed, purpose: r.Purpose, payment: r.Payment, target: target, tag: newTag(), client: client(r.ClientIP)}
	s, d, err := e.change(ctx, target.name, c.tag, c)
	defer release(s)
	if err == nil && d.Outcome != subject.Incorrect || unchanged(err) { // but not if it may have been committed: then it counts as a failure
		c.charge.giveBack(ctx)
	}
	if err != nil {
		return e.refusedCheck(ctx, target.name, s, d.Entry, err)
	}
	v := e.verification(target.name, s, d.Entry)
	if d.Outcome == subject.Done && v.Status != StatusApproved {
		return v, ErrUnavailable // unreachable; a last line between a fault of ours and an approval
	}
	if d.Outcome == subject.Done {
		v.proof = proof{e.now(), r.Purpose}
	}
	return v, e.answerCheck(ctx, v, d)
}

// A check is one Check on its way.
type check struct {
	engine  *Engine
	typed   string
	purpose string
	payment Payment
	target  target
	tag     subject.Tag
	client  string
	charge  *charge
}

// decide is one pass of a Check over its subject: the verdict, then the client's budgets, both before the swap.
func (c *check) decide(ctx context.Context, s *subject.Subject) (subject.Decision, error) {
	d := s.Check(subject.Guess{
		Now: c.engine.now().UnixMilli(), ID: c.target.entry, ByNewest: c.target.newest, Bound: c.target.bound, Tag: c.tag, Code: c,
		Payment: c.payment.text(),
	})
	switch d.Outcome {
	case subject.Done, subject.Incorrect:
		return d, c.pay(ctx)
	}
	return d, nil
}

// pay charges the client's budgets for a wrong code, which a right one gets back in the end.
func (c *check) pay(ctx context.Context) error {
	if c.client == "" {
		return nil
	}
	if c.charge == nil {
		limits := c.engine.limits
		c.charge = c.engine.newCharge(c.engine.now(),
			budget{BudgetClientFailures, limits.FailedChecks, "client failures", []string{c.client}, ""},
			budget{BudgetClientFailures, limits.FailedChecksPerRecipient, "client failures at", []string{c.client, string(c.target.name[:])}, ""})
	}
	return c.charge.pay(ctx)
}

// Fits implements subject.Code.
func (c *check) Fits(e *subject.Entry) bool {
	if len(c.typed) != int(e.Length) {
		return false
	}
	lettered := e.Custom != "" && !code.IsDigits(e.Custom)
	return lettered || code.IsDigits(c.typed)
}

// Matches implements subject.Code. Every code that is good for the entry is compared, whatever the comparisons before it say.
func (c *check) Matches(s *subject.Subject, e *subject.Entry) bool {
	if !e.Live {
		return false
	}
	want, err := entryCode(s, e, e.Generation, c.purpose)
	right := err == nil && code.Equal(want, c.typed)
	if e.KeepsPrevious && e.Custom == "" {
		want, err = entryCode(s, e, e.Previous, c.purpose)
		right = err == nil && code.Equal(want, c.typed) || right
	}
	return right
}

func errNoCode() error {
	return &InvalidError{Field: "code", Reason: "is no code of the length and kind that was sent"}
}

// refusedCheck tells of a check that ended with an error. A client's limit refuses it when the entry is known already.
func (e *Engine) refusedCheck(ctx context.Context, name seal.Name, s *subject.Subject, entry *subject.Entry, err error) (Verification, error) {
	if throttled, ok := errors.AsType[*ThrottledError](err); ok && entry != nil {
		v := e.verification(name, s, entry)
		v.Status = StatusPending // what was decided did not come to pass
		e.emit(ctx, e.event(EventThrottled, v, throttled.Budget))
	}
	return Verification{}, err
}

// answerCheck tells of a check that was decided.
func (e *Engine) answerCheck(ctx context.Context, v Verification, d subject.Decision) error {
	switch d.Outcome {
	case subject.Done:
		e.emit(ctx, e.event(EventApproved, v, ""))
	case subject.Incorrect:
		e.emit(ctx, e.event(EventIncorrect, v, ""))
	case subject.Refused:
		e.emit(ctx, e.event(EventThrottled, v, limitBudget[d.Limit]))
	}
	return outcomeError(d)
}

var limitBudget = map[subject.Limit]Budget{
	subject.LimitCooldown:   BudgetCooldown,
	subject.LimitSends:      BudgetSends,
	subject.LimitDailySends: BudgetDailySends,
	subject.LimitFailures:   BudgetFailures,
}

// outcomeError returns what a decision is called outside.
func outcomeError(d subject.Decision) error {
	switch d.Outcome {
	case subject.Done, subject.Repeated:
		return nil
	case subject.Refused:
		return &ThrottledError{Budget: limitBudget[d.Limit], RetryAfter: time.Duration(d.Wait) * time.Millisecond}
	case subject.Incorrect:
		return ErrIncorrect
	case subject.Malformed:
		return errNoCode()
	case subject.WasApproved:
		return ErrUsed
	case subject.WasCanceled:
		return ErrCanceled
	case subject.WasExpired:
		return ErrExpired
	case subject.WasMaxAttempts:
		return ErrMaxAttempts
	default:
		return ErrNotFound
	}
}
