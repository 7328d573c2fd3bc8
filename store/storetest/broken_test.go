package storetest_test

import (
	"slices"
	"strings"

	"github.com/codeword-go/codeword/store"
)

// A flaw is a fault of a store, and the rule that has to notice it.
type flaw struct {
	fault string
	rule  string
	make  func(m *model) store.Store
}

func flaws() []flaw {
	return slices.Concat(valueFlaws, ownershipFlaws, keyFlaws, limitFlaws, expiryFlaws, counterFlaws, raceFlaws, failureFlaws)
}

func byKey(a, b store.Increment) int { return strings.Compare(a.Key, b.Key) }

// zeroed returns the increments with deltas of zero, which only read.
func zeroed(adds []store.Increment) []store.Increment {
	reads := slices.Clone(adds)
	for i := range reads {
		reads[i].Delta = 0
	}
	return reads
}
