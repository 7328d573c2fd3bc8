// Package console delivers messages by printing them.
//
// IT IS FOR DEVELOPMENT ONLY. It prints the code, the address and the whole message in clear, and whoever can read the
// output, or the log that it ends up in, can sign in as anybody. Never register it in a program that real people use.
package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/codeword-go/codeword/channel"
)

// A Channel prints each message, CODE INCLUDED, instead of sending it: for development only.
type Channel struct {
	mu sync.Mutex
	w  io.Writer
}

var _ channel.Channel = (*Channel)(nil)

// New returns a Channel that prints to w, os.Stdout if w is nil. Each message is one Write, and Writes are never
// concurrent. Control characters are printed as escapes, so that a message cannot command a terminal or fake another.
func New(w io.Writer) *Channel {
	if w == nil {
		w = os.Stdout
	}
	return &Channel{w: w}
}

// Send prints m. The receipt has no id.
func (c *Channel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return channel.Receipt{}, fmt.Errorf("console: %w: %w", channel.ErrNotSent, err)
	}
	text := page(m)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.WriteString(c.w, text); err != nil {
		return channel.Receipt{}, fmt.Errorf("console: %w", err)
	}
	return channel.Receipt{}, nil
}

func page(m channel.Message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s to %s, send %d", escape(m.Channel), escape(m.To.Reveal()), m.Attempt)
	if !m.Expires.IsZero() {
		fmt.Fprintf(&b, ", good until %s", m.Expires.UTC().Format(time.RFC3339))
	}
	b.WriteByte('\n')
	field(&b, "code", m.Code.Reveal())
	field(&b, "subject", m.Subject.Reveal())
	field(&b, "text", m.Text.Reveal())
	if m.Speech != nil {
		field(&b, "spoken", m.Speech().Plain())
	}
	return b.String()
}

// field prints every line of value behind the name or as much space, so that none can be taken for a field of its own.
func field(b *strings.Builder, name, value string) {
	if value == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(value, "\r\n"), "\n") {
		row := fmt.Sprintf("    %-8s %s", name, escape(strings.TrimSuffix(line, "\r")))
		b.WriteString(strings.TrimRight(row, " ") + "\n")
		name = ""
	}
}

// escape replaces whatever is not printable, except the joiners that Persian and Indic words are written with.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) || r == '\u200c' || r == '\u200d' {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}
