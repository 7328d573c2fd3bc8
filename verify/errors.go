package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/codeword-go/codeword/channel"
)

// The outcomes that a caller may want to branch on. Anything but nil from Check means: not verified.
var (
	// ErrInvalid reports a request that can never succeed as it stands. The error is an *InvalidError that names the field.
	ErrInvalid = errors.New("verify: invalid request")

	// ErrInvalidRecipient reports an address that is no phone number or e-mail address; it is an ErrInvalid as well.
	ErrInvalidRecipient = errors.New("verify: invalid recipient")

	// ErrNotAllowed reports an address that the profile does not serve: its region, its line type, or the channel for it.
	ErrNotAllowed = errors.New("verify: recipient not allowed")

	// ErrThrottled reports that a limit was reached. The error is a *ThrottledError that says which and until when.
	ErrThrottled = errors.New("verify: throttled")

	// ErrIncorrect reports a wrong code. The Verification beside it tells how many attempts are left.
	ErrIncorrect = errors.New("verify: incorrect code")

	// ErrMaxAttempts reports that no attempts are left: the right code would be refused as well.
	ErrMaxAttempts = errors.New("verify: no attempts left")

	// ErrExpired reports that the code's lifetime has passed.
	ErrExpired = errors.New("verify: expired")

	// ErrCanceled reports a verification that was canceled.
	ErrCanceled = errors.New("verify: canceled")

	// ErrUsed reports a verification that an earlier call approved.
	ErrUsed = errors.New("verify: already approved")

	// ErrNotFound reports an id or address that leads to no verification, or to one that is bound to somebody else.
	ErrNotFound = errors.New("verify: not found")

	// ErrNotSent reports that the channel failed. Unless it also wraps channel.ErrNotSent the message may have gone out,
	// so the send is counted and the verification beside the error can be checked and resumed.
	ErrNotSent = errors.New("verify: message not sent")

	// ErrUnavailable reports that a dependency failed: nobody was told of an approval, and nothing was sent. What was under way in the store
	// may have taken effect all the same: a guess or a send counted, or the right code used up.
	ErrUnavailable = errors.New("verify: unavailable")
)

// An InvalidError names the field of a request that was refused, in the spelling of JSON and forms, and why.
// It never repeats the field's value.
type InvalidError struct {
	Field  string // "to", "channel", "code", "locale", ...
	Reason string
}

func (e *InvalidError) Error() string { return "verify: invalid " + e.Field + ": " + e.Reason }

// Is reports whether e is an ErrInvalid, or an ErrInvalidRecipient.
func (e *InvalidError) Is(target error) bool {
	return target == ErrInvalid || target == ErrInvalidRecipient && e.aboutRecipient()
}

func (e *InvalidError) aboutRecipient() bool {
	return e.Field == "to" || e.Field == "country_code" || e.Field == "phone_number"
}

// A Budget is the name of a limit.
type Budget string

// The limits that a ThrottledError can name.
const (
	BudgetCooldown       Budget = "cooldown"        // the pause between two sends to an address
	BudgetSends          Budget = "sends"           // sends within one lifetime of a code
	BudgetDailySends     Budget = "daily_sends"     // sends to an address in 24 hours
	BudgetFailures       Budget = "failures"        // failed checks of an address in 24 hours
	BudgetClientStarts   Budget = "client_starts"   // starts by one client address
	BudgetClientFailures Budget = "client_failures" // failed checks by one client address
	BudgetChannel        Budget = "channel"         // messages on their way through one channel
	BudgetDraw           Budget = "draw"            // a Draw of the request
)

// A ThrottledError says which limit was reached and when trying again makes sense.
type ThrottledError struct {
	Budget     Budget
	Limit      string        // the Draw's, for BudgetDraw
	RetryAfter time.Duration // more than zero
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("verify: throttled by %s, try again in %s", e.Budget, e.RetryAfter.Round(time.Second))
}

// Is reports whether target is ErrThrottled.
func (e *ThrottledError) Is(target error) bool { return target == ErrThrottled }

// A sendError is an ErrNotSent. What the channel said is behind Unwrap, and not in the text or in fields that fmt prints, since
// providers repeat numbers and messages in their errors.
type sendError struct {
	channel string
	cause   func() error
}

func (e *sendError) Error() string {
	why := "failed"
	switch {
	case errors.Is(e.cause(), channel.ErrRejected):
		why = "rejected"
	case errors.Is(e.cause(), context.DeadlineExceeded):
		why = "timed out"
	case errors.Is(e.cause(), errPanic):
		why = "panicked"
	}
	return ErrNotSent.Error() + ": channel " + e.channel + " " + why
}

func (e *sendError) Unwrap() []error { return []error{ErrNotSent, e.cause()} }

func unavailable(cause error) error { return fmt.Errorf("%w: %w", ErrUnavailable, cause) }
