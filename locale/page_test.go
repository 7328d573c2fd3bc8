package locale_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/locale/sms"
)

// TestPage compares docs/MESSAGES.md, the page for readers, with what is shipped; -update writes it.
func TestPage(t *testing.T) {
	const name = "../docs/MESSAGES.md"
	var b strings.Builder
	b.WriteString(pageIntro)
	for _, l := range all(t) {
		size := func(m locale.Message) string {
			s := sms.Measure(l.SMS(m))
			return fmt.Sprintf("%v, %d units, %d segment", s.Encoding, s.Units, s.Segments)
		}
		m := locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 10 * time.Minute}
		long := m
		long.Code = "0123456789"
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", l.Tag(), anchor(l), l.Name(), size(m), size(long))
	}
	for _, l := range all(t) {
		fmt.Fprintf(&b, "\n## %s\n\n%s, `%s`\n\n```text\n%s```\n", l.Tag(), l.Name(), l.Dir(), sheet(l))
	}
	got := b.String()
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
		t.Error("the messages have changed; run go test ./locale -run TestPage -update")
	}
}

func anchor(l *locale.Locale) string { return strings.ToLower(l.Tag()) }

const pageIntro = `# Every message in every language

Written by a test from what is shipped: ` + "`go test ./locale -run TestPage -update`" + `. The brand is "Acme Studio1", the code 012345, the
time as named. A text message has 160 units in one segment if all its letters are in GSM-7, or else 70 (UCS-2). Texts are translated by machine
and read a second time, see [locale/messages/REVIEW.md](../locale/messages/REVIEW.md), until a native speaker signs them off.

| language | | with 6 digits | with 10 digits |
|---|---|---|---|
`
