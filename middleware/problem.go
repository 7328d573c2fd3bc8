package middleware

import (
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// typeBase precedes a problem's code in its type. The whole is a name to compare, which needs nothing to be there.
const typeBase = "https://codeword-go.github.io/problems/"

// A problem is a kind of refusal, as RFC 9457 has it. The texts are for developers: what a person reads is the page's to say, by the code.
type problem struct {
	status int
	code   string
	title  string
	detail string
}

func (p *problem) Error() string { return "middleware: " + p.code }

// The problems that requests have before they come to the engine.
var (
	problemPath        = &problem{404, "not_found", "Not found", "There is nothing here."}
	problemMethod      = &problem{405, "method_not_allowed", "Method not allowed", "The header Allow names the method."}
	problemCrossOrigin = &problem{403, "cross_origin", "Cross-origin request", "Requests from pages of other origins are refused."}
	problemMediaType   = &problem{415, "unsupported_media_type", "Unsupported media type",
		"The body must be application/json or application/x-www-form-urlencoded, in UTF-8 and not compressed."}
	problemTooLarge = &problem{413, "too_large", "Body too large", "The body is larger than 8 KiB."}
	problemBody     = &problem{400, "invalid_request", "Invalid request", "The body did not arrive whole and in time."}

	problemRecipient   = &problem{400, "invalid_recipient", "Invalid recipient", "There is no such address."}
	problemInvalid     = &problem{400, "invalid_request", "Invalid request", "The request can never succeed as it stands."}
	problemUnavailable = &problem{503, "unavailable", "Unavailable", "Something that this service needs has failed. Nothing was approved."}
	problemInternal    = &problem{500, "internal", "Internal error", "Something went wrong here."}
	problemNotVerified = &problem{403, "not_verified", "Not verified", "This needs a verification."}
)

// outcomes are the problems of what the engine reports. The first two wrap foreign errors, so nothing is asked of those that the
// table has further down. What does not exist, or not for this browser, looks alike.
var outcomes = [...]struct {
	err error
	*problem
}{
	{verify.ErrNotSent, &problem{502, "not_sent", "Message not sent", "The message could not be delivered."}},
	{verify.ErrUnavailable, problemUnavailable},
	{verify.ErrIncorrect, &problem{422, "incorrect_code", "Incorrect code", "The code is not the one that was sent."}},
	{verify.ErrNotFound, problemGone},
	{verify.ErrExpired, problemGone},
	{verify.ErrCanceled, problemGone},
	{verify.ErrUsed, problemGone},
	{verify.ErrMaxAttempts, &problem{429, "max_attempts", "No attempts left", "Too many codes were wrong. Start again."}},
	{verify.ErrThrottled, &problem{429, "throttled", "Throttled", "A limit was reached. Try again later."}},
	{verify.ErrNotAllowed, &problem{403, "recipient_not_allowed", "Recipient not allowed", "Addresses of this kind are not served."}},
	{verify.ErrInvalidRecipient, problemRecipient},
	{verify.ErrInvalid, problemInvalid},
}

var problemGone = &problem{404, "not_found", "Not found", "There is no such verification, it has ended, or another browser started it."}

// A refusal is a problem with what is particular to the request.
type refusal struct {
	*problem
	field        string
	detail       string
	retryAfter   time.Duration
	incorrect    bool
	attemptsLeft int // told if the code was incorrect
	cause        error
}

// outcome returns the refusal of what the engine refused.
func outcome(err error, v verify.Verification) error {
	r := refuse(err)
	r.attemptsLeft = v.AttemptsLeft
	return r
}

// A seamError is what a function of the host's returned.
type seamError struct {
	seam string
	error
}

func (e seamError) Error() string { return e.seam + ": " + e.error.Error() }
func (e seamError) Unwrap() error { return e.error }

// refuse returns how an error is told.
func refuse(err error) refusal {
	if r, ok := errors.AsType[refusal](err); ok {
		return r
	}
	if p, ok := errors.AsType[*problem](err); ok {
		return refusal{problem: p, detail: p.detail, cause: err}
	}
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return o.problem.about(err)
		}
	}
	if _, ok := errors.AsType[seamError](err); ok {
		return problemUnavailable.about(err)
	}
	return problemInternal.about(err)
}

// about fills in what is particular to a request.
func (p *problem) about(err error) refusal {
	r := refusal{problem: p, detail: p.detail, cause: err, incorrect: p.code == "incorrect_code"}
	if e, ok := errors.AsType[*verify.ThrottledError](err); ok && p.code == "throttled" {
		r.retryAfter = max(e.RetryAfter, 1)
	}
	if e, ok := errors.AsType[*verify.InvalidError](err); ok && p.status == 400 {
		r.field = e.Field
		r.detail = e.Reason + "."
		if e.Field != "" {
			r.detail = "The field " + e.Field + " " + r.detail
		}
	}
	return r
}

func (r refusal) append(b []byte) []byte {
	b = append(b, '{')
	b = appendText(b, "type", typeBase+r.code)
	b = appendText(b, "title", r.title)
	b = appendNumber(b, "status", int64(r.status))
	b = appendText(b, "code", r.code)
	b = appendText(b, "detail", r.detail)
	if r.field != "" {
		b = appendText(b, "field", r.field)
	}
	if r.retryAfter > 0 {
		b = appendSeconds(b, "retry_after", r.retryAfter)
	}
	if r.incorrect {
		b = appendNumber(b, "attempts_left", int64(r.attemptsLeft))
	}
	return append(b, '}')
}
