package authyv1

import (
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// feedback hears from a caller what became of the code that it chose itself. Received approves the verification and not received withdraws
// it, if it is still pending; without an outcome nothing changes.
func feedback(c *call) (object, error) {
	outcome := c.get("Outcome")
	if outcome != "" && outcome != "received" && outcome != "not-received" {
		return nil, invalid("Outcome", "must be received or not-received")
	}
	v, err := c.byID(c.vars["sms"])
	if errors.Is(err, verify.ErrNotFound) || err == nil && !v.CustomCode {
		return nil, faultSMS
	}
	if err == nil && outcome != "" {
		v, err = c.engine.Resolve(c.ctx, verify.Ref{ID: v.ID}, outcome == "received")
	}
	if err != nil && !decided(err) {
		return nil, err
	}
	return object{
		{"account_sid", ""},
		{"message_sid", c.vars["sms"]},
		{"outcome", outcome},
		{"date_created", v.CreatedAt.UTC().Format(time.RFC1123Z)},
		{"date_updated", v.UpdatedAt.UTC().Format(time.RFC1123Z)},
		{"uri", ""},
		{"success", true},
	}, nil
}

// decided reports whether an error says that a verification was decided meanwhile.
func decided(err error) bool {
	return errors.Is(err, verify.ErrUsed) || errors.Is(err, verify.ErrExpired) || errors.Is(err, verify.ErrCanceled) ||
		errors.Is(err, verify.ErrMaxAttempts)
}
