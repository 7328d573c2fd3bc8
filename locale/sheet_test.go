package locale_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/locale/sms"
)

var update = flag.Bool("update", false, "write testdata/sheets anew")

// TestSheets renders everything in every language and compares it with what a person has looked at.
func TestSheets(t *testing.T) {
	locales := all(t)
	for _, l := range locales {
		t.Run(l.Tag(), func(t *testing.T) {
			name := filepath.Join("testdata", "sheets", l.Tag()+".txt")
			got := sheet(l)
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the messages have changed; read them, then run go test -run 'TestSheets/%s' -update", l.Tag())
			}
		})
	}
	names, err := filepath.Glob("testdata/sheets/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		tag := strings.TrimSuffix(filepath.Base(name), ".txt")
		if !slices.Contains(locale.Default().Tags(), tag) {
			t.Errorf("a sheet of %s, which there are no messages in", tag)
		}
	}
}

func sheet(l *locale.Locale) string {
	var b strings.Builder
	text := func(name string, m locale.Message) {
		s := l.SMS(m)
		size := sms.Measure(s)
		fmt.Fprintf(&b, "%s: %v, %d units, %d segment\n%s\n\n", name, size.Encoding, size.Units, size.Segments, s)
	}
	m := locale.Message{Brand: "Acme Studio1", Code: "012345"}
	for _, minutes := range []time.Duration{1, 2, 5, 10, 21} {
		m.Valid = minutes * time.Minute
		text(fmt.Sprintf("%d min", minutes), m)
	}
	m.Valid = 10 * time.Minute
	text("no brand", locale.Message{Code: m.Code, Valid: m.Valid})
	text("payment", locale.Message{Brand: m.Brand, Code: m.Code, Valid: m.Valid, Payee: "Bob's Bikes", Amount: "10.00 EUR"})
	text("suffixes", locale.Message{Brand: m.Brand, Code: m.Code, Valid: m.Valid, AppHash: "FA+9qCX9VSu", Origin: "example.com"})

	paid := m
	paid.Payee, paid.Amount = "Bob's Bikes", "10.00 EUR"
	fmt.Fprintf(&b, "call\n%s\n\n", l.Speech(paid).Plain())
	subject, body, _ := l.Email(paid)
	fmt.Fprintf(&b, "e-mail\n%s\n\n%s\n", subject, body)

	for _, name := range texts {
		switch name {
		case locale.TextEnterCode, locale.TextSignedInAs:
			fmt.Fprintf(&b, "%s: %s\n", name, l.TextTo(name, "+1 ••• ••71"))
		case locale.TextResendIn, locale.TextWrongCode:
			for _, n := range distinctForms(l) {
				fmt.Fprintf(&b, "%s: %s\n", name, l.TextCount(name, n))
			}
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, l.Text(name))
		}
	}
	for _, d := range []time.Duration{1, 2, 3, 5, 11, 21, 60} {
		fmt.Fprintf(&b, "wait: %s\n", l.Wait(d*time.Second))
	}
	for _, d := range []time.Duration{2, 5, 21} {
		fmt.Fprintf(&b, "wait: %s\nwait: %s\n", l.Wait(d*time.Minute), l.Wait(d*time.Hour))
	}
	return b.String()
}

// distinctForms returns the first number for each plural form.
func distinctForms(l *locale.Locale) (numbers []int) {
	var seen []string
	for n := range 101 {
		form := locale.PluralForm(l.Tag(), n)
		if !slices.Contains(seen, form) {
			seen, numbers = append(seen, form), append(numbers, n)
		}
	}
	return numbers
}
