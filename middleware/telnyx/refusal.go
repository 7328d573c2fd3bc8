package telnyx

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A refusal is an error as Telnyx tells it.
type refusal struct {
	status              int
	code, title, detail string
	pointer, parameter  string // what it is about: a JSON pointer into the body, or a name in the path or query
	retryAfter          time.Duration
}

func (f *refusal) Error() string { return "telnyx: " + f.title }

// The refusals. Telnyx documents the codes for other products; which one Verify uses where is our choice.
var (
	refusedKey = &refusal{status: 401, code: "10009", title: "Authentication failed",
		detail: "The required authentication headers were either invalid or not included in the request."}
	refusedPermission = &refusal{status: 403, code: "10010", title: "Authorization failed", detail: "This is not permitted."}
	refusedPath       = &refusal{status: 404, code: "10005", title: "Resource not found",
		detail: "The requested resource or URL could not be found."}
	refusedMethod    = &refusal{status: 405, code: "10015", title: "Bad Request", detail: "The resource does not know this method."}
	refusedSize      = &refusal{status: 413, code: "10015", title: "Bad Request", detail: "The body is larger than 8 KiB."}
	refusedMediaType = &refusal{status: 415, code: "10015", title: "Bad Request",
		detail: "The body must be application/json, in UTF-8 and not compressed."}

	refusedMissing = &refusal{status: 400, code: "10004", title: "Missing required parameter", detail: "A required parameter is missing."}
	refusedID      = &refusal{status: 400, code: "10006", title: "Invalid ID", detail: "The ID is not a UUID."}
	refusedRequest = &refusal{status: 400, code: "10015", title: "Bad Request", detail: "The request can never succeed as it stands."}
	refusedNumber  = &refusal{status: 400, code: "10016", title: "Phone number must be in +E.164 format",
		detail: "The phone number is not a plus, a calling code and a number in use."}
	refusedRelated = &refusal{status: 400, code: "10017", title: "Associated resource does not exist", detail: "There is no such template."}
	refusedJSON    = &refusal{status: 400, code: "10023", title: "Invalid JSON", detail: "The body is no JSON object."}
	refusedEnum    = &refusal{status: 400, code: "10032", title: "Invalid enumerated value", detail: "The value is none of those that are allowed."}
	refusedRange   = &refusal{status: 400, code: "10033", title: "Value outside range", detail: "The value is outside of the allowed range."}

	refusedTooMany = &refusal{status: 429, code: "10011", title: "Too many requests",
		detail: "You have exceeded the maximum number of allowed requests."}
	refusedInternal    = &refusal{status: 500, code: "10007", title: "Unexpected error", detail: "Something went wrong here."}
	refusedUnavailable = &refusal{status: 503, code: "10007", title: "Unexpected error",
		detail: "Something that this service needs has failed. Nothing was approved."}
)

func (f refusal) because(detail string) *refusal { f.detail = detail; return &f }
func (f refusal) at(pointer string) *refusal     { f.pointer = pointer; return &f }
func (f refusal) in(parameter string) *refusal   { f.parameter = parameter; return &f }
func (f refusal) after(d time.Duration) *refusal { f.retryAfter = d; return &f }

// MarshalJSON implements json.Marshaler.
func (f *refusal) MarshalJSON() ([]byte, error) {
	type source struct {
		Pointer   string `json:"pointer,omitempty"`
		Parameter string `json:"parameter,omitempty"`
	}
	type fault struct {
		Code   string            `json:"code"`
		Title  string            `json:"title"`
		Detail string            `json:"detail"`
		Source *source           `json:"source,omitempty"`
		Meta   map[string]string `json:"meta"`
	}
	told := fault{Code: f.code, Title: f.title, Detail: f.detail, Meta: map[string]string{"url": "https://developers.telnyx.com/docs/overview/errors/" + f.code}}
	if f.pointer != "" || f.parameter != "" {
		told.Source = &source{f.pointer, f.parameter}
	}
	return json.Marshal(map[string][]fault{"errors": {told}})
}

// outcomes are the refusals of what the engine reports. The first wraps foreign errors, so nothing is asked of those that the table has
// further down.
var outcomes = []struct {
	err error
	*refusal
}{
	{verify.ErrUnavailable, refusedUnavailable},
	{verify.ErrNotFound, refusedPath},
	{verify.ErrThrottled, refusedTooMany},
	{verify.ErrNotAllowed, refusedPermission.because("Numbers of this country or kind are not served.")},
	{verify.ErrInvalidRecipient, refusedNumber.at("/phone_number")},
	{verify.ErrInvalid, refusedRequest},
}

// refusalOf returns how an error is told.
func refusalOf(err error) *refusal {
	if f, ok := errors.AsType[*refusal](err); ok {
		return f
	}
	for _, o := range outcomes {
		if !errors.Is(err, o.err) {
			continue
		}
		if e, ok := errors.AsType[*verify.ThrottledError](err); ok {
			return o.after(e.RetryAfter)
		}
		if e, ok := errors.AsType[*verify.InvalidError](err); ok && o.refusal == refusedRequest {
			return invalid(e)
		}
		return o.refusal
	}
	return refusedInternal
}

// invalid says which field the engine has refused.
func invalid(e *verify.InvalidError) *refusal {
	switch e.Field {
	case "profile":
		return refusedPath
	case "channel":
		return refusedRequest.because("This way of delivery is not set up here.")
	case "":
		return refusedRequest
	}
	return refusedRequest.because("The field " + e.Field + " " + e.Reason + ".").at("/" + e.Field)
}
