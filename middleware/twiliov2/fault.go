package twiliov2

import (
	"errors"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A fault is an error as Twilio tells it.
type fault struct {
	status, code int
	message      string
	retryAfter   time.Duration
	limit        string // the rate limit that was reached
	allow        string // the methods that there are
}

func (f *fault) Error() string { return "twiliov2: " + f.message }

func newFault(status, code int, message string) *fault {
	return &fault{status: status, code: code, message: message}
}

// The faults that have no number in Twilio's documentation of Verify have one of its general numbers.
var (
	faultBody        = newFault(400, 20001, "The body is no form of name=value pairs, or a name is given twice")
	faultCredentials = newFault(401, 20003, "Authenticate")
	faultBrowser     = newFault(403, 20403, "Requests of browsers are refused")
	faultNotFound    = newFault(404, 20404, "The requested resource was not found") // the path is told as well
	faultMethod      = newFault(405, 20004, "Method not allowed")
	faultTooLarge    = newFault(413, 20413, "The body is larger than 8 KiB")
	faultMediaType   = newFault(415, 20415, "The body must be application/x-www-form-urlencoded")
	faultTooMany     = newFault(429, 20429, "Too many requests")
	faultInternal    = newFault(500, 20500, "Internal server error")
	faultUnavailable = newFault(503, 20503, "Service unavailable")

	faultNoCarrier       = newFault(400, 60001, "Downstream Authentication Failed")
	faultMaxChecks       = newFault(429, 60202, "Max check attempts reached")
	faultMaxSends        = newFault(429, 60203, "Max send attempts reached")
	faultFeature         = newFault(403, 60204, "Service does not support this feature")
	faultLandline        = newFault(403, 60205, "SMS is not supported by landline phone number")
	faultPSD2            = newFault(400, 60206, "Amount and Payee are required by the service")
	faultMaxLimits       = newFault(400, 60207, "Max rate limits per service reached")
	faultLimitExists     = newFault(400, 60208, "Rate limit with that UniqueName exists")
	faultUniqueName      = newFault(400, 60209, "UniqueName format is invalid")
	faultMaxBuckets      = newFault(400, 60210, "Max Buckets per Rate limit reached")
	faultBucketExists    = newFault(400, 60211, "Bucket with that Interval exists")
	faultConcurrent      = newFault(429, 60212, "Too many concurrent requests for phone number")
	faultPSD2Call        = newFault(400, 60214, "PSD2 is not supported by the call channel")
	faultMailer          = newFault(400, 60217, "A Mailer must be associated with the service")
	faultNobody          = newFault(400, 60221, "Either To or VerificationSid is required")
	faultChannel         = newFault(400, 60223, "Delivery channel disabled")
	faultTemplate        = newFault(400, 60228, "Template not found")
	faultTemplateChannel = newFault(400, 60408, "TemplateSid is not supported by the channel")
	faultBlocked         = newFault(403, 60410, "Verification delivery attempt blocked")
	faultAppHash         = newFault(400, 60602, "AppHash is supported by the SMS channel only")
	faultRegion          = newFault(403, 60605, "Verification delivery attempt blocked")
)

// invalid is about a parameter.
func invalid(parameter string) *fault { return newFault(400, 60200, "Invalid parameter: "+parameter) }

// outcomes are the faults of what the engine reports. The first two wrap foreign errors, so nothing is asked of those that the table has
// further down.
var outcomes = [...]struct {
	err error
	*fault
}{
	{verify.ErrNotSent, faultUnavailable},
	{verify.ErrUnavailable, faultUnavailable},
	{verify.ErrNotFound, faultNotFound},
	{verify.ErrExpired, faultNotFound},
	{verify.ErrCanceled, faultNotFound},
	{verify.ErrUsed, faultNotFound},
	{verify.ErrMaxAttempts, faultMaxChecks},
	{verify.ErrNotAllowed, faultRegion},
}

// budgets are the faults of the limits; those that are not named are too many requests.
var budgets = map[verify.Budget]*fault{
	verify.BudgetCooldown:       faultConcurrent,
	verify.BudgetSends:          faultMaxSends,
	verify.BudgetDailySends:     faultMaxSends,
	verify.BudgetFailures:       faultMaxChecks,
	verify.BudgetClientFailures: faultMaxChecks,
}

// parameters are the names that Twilio has for the engine's fields.
var parameters = map[string]*fault{
	"to":          invalid("To"),
	"channel":     invalid("To"), // there is such a channel, but it does not reach such an address
	"locale":      invalid("Locale"),
	"code":        invalid("Code"),
	"custom_code": invalid("CustomCode"),
	"amount":      invalid("Amount"),
	"payee":       invalid("Payee"),
	"draws":       invalid("RateLimits"),
	"brand":       invalid("CustomFriendlyName"),
	"app_hash":    invalid("AppHash"),
	"extension":   invalid("SendDigits"),
	"profile":     faultNotFound, // it was deleted since
}

// faultOf returns how an error is told.
func faultOf(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return o.fault
		}
	}
	if e, ok := errors.AsType[*verify.ThrottledError](err); ok {
		f, ok := budgets[e.Budget]
		if !ok {
			f = faultTooMany
		}
		throttled := *f
		throttled.retryAfter, throttled.limit = max(e.RetryAfter, 1), e.Limit
		return &throttled
	}
	if e, ok := errors.AsType[*verify.InvalidError](err); ok && parameters[e.Field] != nil {
		return parameters[e.Field]
	}
	return faultInternal
}
