package locale_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
	"golang.org/x/text/unicode/bidi"
)

// inOrder lays messages out as a phone does. It wants a paragraph from right to left in which the code is a run of its
// own, so that it is whole and does not change places with the brand.
func inOrder(t testing.TB, f messageFile) (faults []string) {
	if f.text["dir"] != "rtl" {
		return nil
	}
	l := locale.Load(f.data)
	for _, brand := range []string{"ACME", "ACME 24", "7-Eleven", "متجر", "חנות 24"} {
		text := l.SMS(locale.Message{Brand: brand, Code: "012345", Valid: 10 * time.Minute})
		var p bidi.Paragraph
		if _, err := p.SetString(text); err != nil {
			t.Fatal(err)
		}
		order, err := p.Order()
		if err != nil {
			t.Fatal(err)
		}
		if p.IsLeftToRight() {
			faults = append(faults, fmt.Sprintf("%q is laid out from left to right", text))
		}
		if run := runOf(order, "012345"); run != "012345" {
			faults = append(faults, fmt.Sprintf("%q has the code in the run %q", text, run))
		}
	}
	return faults
}

// runOf returns the run from left to right that holds code, less the marks at its ends.
func runOf(order bidi.Ordering, code string) string {
	for i := range order.NumRuns() {
		if run := order.Run(i); run.Direction() == bidi.LeftToRight && strings.Contains(run.String(), code) {
			return strings.Trim(run.String(), " .:")
		}
	}
	return ""
}
