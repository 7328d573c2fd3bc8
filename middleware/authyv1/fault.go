package authyv1

import (
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

// A fault is an error as V1 tells it.
type fault struct {
	status        int
	code, message string
	retryAfter    time.Duration
}

func (f *fault) Error() string { return "authyv1: error " + f.code } // the message may have a number

func newFault(status int, code, message string) *fault {
	return &fault{status: status, code: code, message: message}
}

// What V1's documentation has no number for has one of its general numbers.
var (
	faultPath        = newFault(404, "60000", "An error occurred")
	faultInternal    = newFault(500, "60000", "An error occurred")
	faultUnavailable = newFault(503, "60000", "An error occurred")
	faultKey         = newFault(401, "60001", "Invalid API key")
	faultRequest     = newFault(400, "60002", "Invalid request")
	faultBrowser     = newFault(403, "60002", "Invalid request")
	faultMethod      = newFault(405, "60002", "Invalid request")
	faultTooLarge    = newFault(413, "60002", "Invalid request")
	faultMediaType   = newFault(415, "60002", "Invalid request")
	faultThrottled   = newFault(429, "60003", "DoS protection")
	faultUTF8        = newFault(400, "60005", "UTF-8 invalid")

	faultNotCreated    = newFault(403, "60021", "Phone verification couldn't be created")
	faultIncorrect     = newFault(401, "60022", "Verification code is incorrect")
	faultNotFound      = newFault(404, "60023", "Phone verification not found")
	faultSMS           = newFault(400, "60032", "SMS was not found")
	faultNumber        = newFault(400, "60033", "Phone number is invalid")
	faultNobody        = newFault(400, "60042", "Either uuid or country_code and phone number are required")
	faultCountryCode   = newFault(403, "60078", "Invalid country code")
	faultLandline      = newFault(403, "60082", "Cannot send SMS to landline phone numbers")
	faultCarrier       = newFault(403, "60083", "Phone number not provisioned with any carrier")
	faultCustomMessage = newFault(403, "60091", "Custom message is not allowed")
)

func invalid(parameter, reason string) *fault {
	return newFault(400, "60004", "Invalid parameter: "+parameter+" - "+reason)
}

func missing(parameter string) *fault { return invalid(parameter, "Parameter is required") }

func (f *fault) object() object {
	return object{
		{"error_code", f.code},
		{"message", f.message},
		{"errors", object{{"message", f.message}}},
		{"success", false},
	}
}

// outcomes are the faults of what the engine reports. The first two wrap foreign errors, so nothing is asked of those that the table has
// further down. A message that was not sent is no 5xx, which one client would repeat at once, five times.
var outcomes = [...]struct {
	err error
	*fault
}{
	{verify.ErrNotSent, faultNotCreated},
	{verify.ErrUnavailable, faultUnavailable},
	{verify.ErrIncorrect, faultIncorrect},
	{verify.ErrMaxAttempts, faultThrottled},
	{verify.ErrNotFound, faultNotFound},
	{verify.ErrExpired, faultNotFound},
	{verify.ErrCanceled, faultNotFound},
	{verify.ErrUsed, faultNotFound},
	{verify.ErrNotAllowed, faultNotCreated},
}

// faultOf returns how an error is told.
func (c *call) faultOf(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return c.about(o.fault)
		}
	}
	if e, ok := errors.AsType[*verify.ThrottledError](err); ok {
		throttled := *faultThrottled
		throttled.retryAfter = max(e.RetryAfter, 1)
		return &throttled
	}
	if e, ok := errors.AsType[*verify.InvalidError](err); ok {
		return invalidFault(e)
	}
	return faultInternal
}

// about adds what is known of the number.
func (c *call) about(f *fault) *fault {
	switch {
	case f == faultNotFound && c.to.Kind != 0:
		return newFault(f.status, f.code, "No pending verifications for "+display(c.to)+" found.")
	case f == faultNotCreated && !isTelephone(c.to.LineType):
		return faultCarrier
	}
	return f
}

// isTelephone reports whether numbers of a line type are people's telephones, as far as the number itself tells.
func isTelephone(t recipient.LineType) bool { return t == recipient.Fixed || isCellphone(t) }

func invalidFault(e *verify.InvalidError) *fault {
	switch e.Field {
	case "code": // costs no guess, and is wrong all the same
		return faultIncorrect
	case "channel":
		return invalid("via", e.Reason)
	}
	return invalid(e.Field, e.Reason)
}
