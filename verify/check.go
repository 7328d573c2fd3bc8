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
	target, err := e.locate(r.ref())
	if err != nil {
		return Verification{}, err
	}
	guess := subject.Guess{
		ID: target.entry, ByNewest: target.newest, Bound: target.bound, Tag: newTag(),
		Fits: func(entry *subject.Entry) bool {
			return len(typed) == int(entry.Length) && (entry.Custom != "" && !code.IsDigits(entry.Custom) || code.IsDigits(typed))
		},
	}
	var budgets *charge
	s, d, err := e.change(ctx, target.name, guess.Tag, func(ctx context.Context, s *subject.Subject) (subject.Decision, error) {
		guess.Now = e.now().UnixMilli()
		guess.Matches = func(entry *subject.Entry) bool { return matches(s, entry, typed, r.Purpose) }
		d := s.Check(guess)
		if d.Outcome != subject.Done && d.Outcome != subject.Incorrect {
			return d, nil
		}
		if budgets == nil {
			budgets = e.failureBudgets(r, target.name)
		}
		failed := int64(0)
		if d.Outcome == subject.Incorrect {
			failed = 1
		}
		return d, budgets.pay(ctx, failed)
	})
	if err != nil {
		return e.refusedCheck(ctx, target, s, err)
	}
	v := e.verification(target.name, s, d.Entry)
	if d.Outcome == subject.Done {
		v.proof = &proof{e.now(), r.Purpose}
	}
	return v, e.answerCheck(ctx, v, d)
}

func errNoCode() error {
	return &InvalidError{Field: "code", Reason: "is no code of the length and kind that was sent"}
}

// matches compares a typed code with the ones that are good for an entry. Both are compared whatever the first comparison says.
func matches(s *subject.Subject, e *subject.Entry, typed, purpose string) bool {
	if !e.Live {
		return false
	}
	want, err := entryCode(s, e, purpose)
	if err != nil {
		return false
	}
	right := code.Equal(want, typed)
	if !e.KeepsPrevious || e.Custom != "" {
		return right
	}
	previous, err := code.Generate(code.Bind(s.Secret, purpose, e.Alias), uint64(e.Previous), int(e.Length))
	return err == nil && code.Equal(previous, typed) || right
}

// failureBudgets are charged for a wrong code, and must have room for one even if the code is right.
func (e *Engine) failureBudgets(r CheckRequest, name seal.Name) *charge {
	ip := client(r.ClientIP)
	if ip == "" {
		return e.newCharge(e.now())
	}
	return e.newCharge(e.now(),
		budget{BudgetClientFailures, e.limits.FailedChecks, "client failures", []string{ip}},
		budget{BudgetClientFailures, e.limits.FailedChecksPerRecipient, "client failures at", []string{ip, string(name[:])}})
}

// refusedCheck tells of a check that ended before it was decided.
func (e *Engine) refusedCheck(ctx context.Context, t target, s *subject.Subject, err error) (Verification, error) {
	throttled, ok := errors.AsType[*ThrottledError](err)
	if !ok {
		return Verification{}, err
	}
	entry := s.Find(t.entry, t.bound)
	v := Verification{}
	if entry != nil {
		e.emit(ctx, e.event(EventThrottled, e.verification(t.name, s, entry), throttled.Budget))
	}
	return v, err
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
