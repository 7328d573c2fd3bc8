package middleware

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A Requirement is what a receipt must say to let a request through. The zero Requirement asks for the engine's first profile, no purpose
// and no binding.
type Requirement struct {
	Profile string                     // exactly the receipt's; "" is the engine's first
	Purpose string                     // exactly the Options'
	Binding func(*http.Request) string // exactly what the Options' Binding returned; nil is none

	// MaxAge is the longest time since the approval. Zero asks for no more than the receipt's own lifetime.
	MaxAge time.Duration

	Cookies Cookies // as the Options'

	// Refused serves whoever is not let through, by a redirect to a page of yours perhaps. nil answers 403 with the problem
	// "not_verified".
	Refused http.Handler
}

// RequireVerified returns what wraps a handler so that only requests with a receipt as required reach it; [ReceiptFrom] hands them
// the receipt. A receipt is good as often as it is shown until it expires; the handler makes it good for once by [verify.Engine.ConsumeReceipt].
func RequireVerified(e *verify.Engine, r Requirement) (func(http.Handler) http.Handler, error) {
	if e == nil {
		return nil, errors.New("middleware: engine: missing")
	}
	errs := []error{r.Cookies.validate()}
	if len(r.Purpose) > maxPurpose {
		errs = append(errs, fmt.Errorf("Purpose: is longer than %d bytes", maxPurpose))
	}
	if r.MaxAge < 0 {
		errs = append(errs, fmt.Errorf("MaxAge: %s is negative", r.MaxAge))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("middleware: requirement: %w", err)
	}
	if r.Refused == nil {
		r.Refused = http.HandlerFunc(notVerified)
	}
	return func(next http.Handler) http.Handler { return &guard{engine: e, requirement: r, next: next} }, nil
}

type guard struct {
	engine      *verify.Engine
	requirement Requirement
	next        http.Handler
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Cookie") // or a cache shows everybody what one was let to see
	terms := verify.Terms{Profile: g.requirement.Profile, Purpose: g.requirement.Purpose, MaxAge: g.requirement.MaxAge}
	if g.requirement.Binding != nil {
		terms.Binding = g.requirement.Binding(r)
	}
	receipt, err := g.engine.OpenReceipt(one(r, g.requirement.Cookies.name()), terms)
	if err != nil {
		g.requirement.Refused.ServeHTTP(w, r)
		return
	}
	g.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), receiptKey{}, receipt)))
}

func notVerified(w http.ResponseWriter, _ *http.Request) { refuse(problemNotVerified).write(w) }

type receiptKey struct{}

// ReceiptFrom returns the receipt that let a request through, from the context of that request.
func ReceiptFrom(ctx context.Context) (verify.Receipt, bool) {
	r, ok := ctx.Value(receiptKey{}).(verify.Receipt)
	return r, ok
}
