// Package storetest is the contract of store.Store as a test suite. The test of a store is one line:
//
//	func TestStore(t *testing.T) { storetest.Run(t, open) }
//
// The suite uses fresh random keys, so the store need not be empty, but it does not tidy up: give it a database for
// tests. Its longest pause is a tenth of a second. Where the contract leaves something open the suite does too, with one
// exception: a call whose context is already done has to fail and change nothing.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/store"
)

// A rule is one promise of the contract and the script that puts it to the test.
type rule struct {
	name string
	says string // in a failure, what the store has to do
	test func(*probe)
}

func rules() []rule {
	return slices.Concat(valueRules, ownershipRules, keyRules, limitRules, expiryRules, counterRules, raceRules, failureRules)
}

// breach puts the rule to the test and returns what went wrong first, or nil.
func (r rule) breach(ctx context.Context, open func() (store.Store, error)) error {
	p := newProbe(ctx, open)
	if p.err == nil {
		r.test(p)
	}
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w (the rule: %s)", r.name, p.err, r.says)
}

// Run tests a store, each rule in a subtest of its own. Open is called once for each subtest and twice for those about
// simultaneous calls. It may return the same store, another client of the same database, or an empty store; it is best
// to return another client where there can be one, for then the suite races two clients against each other.
// What open opens it closes by t.Cleanup. A store that is bounded needs room for a thousand entries.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			if err := r.breach(t.Context(), func() (store.Store, error) { return open(t), nil }); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check tests a store as Run does, and returns every rule that it breaks, joined, each by the name of Run's subtest.
// Open is called as by Run, and closing is left to the caller. A ctx that is done ends the check.
func Check(ctx context.Context, open func() (store.Store, error)) error {
	var breaches []error
	for _, r := range rules() {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(breaches, fmt.Errorf("storetest: %w", err))...)
		}
		if err := r.breach(ctx, open); err != nil {
			breaches = append(breaches, fmt.Errorf("storetest: %w", err))
		}
	}
	return errors.Join(breaches...)
}
