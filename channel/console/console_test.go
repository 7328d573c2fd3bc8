package console_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/console"
	"github.com/codeword-go/codeword/channel/speech"
)

func message(text string) channel.Message {
	return channel.Message{
		Channel: "sms", To: channel.NewSecret("+14155552671"), Code: channel.NewSecret("493021"),
		Text: channel.NewSecret(text), Attempt: 1,
	}
}

func ExampleChannel_Send() {
	c := console.New(os.Stdout)
	_, _ = c.Send(context.Background(), channel.Message{
		Channel: "email", To: channel.NewSecret("ada@example.com"), Code: channel.NewSecret("493021"), Attempt: 2,
		Subject: channel.NewSecret("493021 – Acme"), Text: channel.NewSecret("Acme: code 493021.\n\nValid 10 min.\n"),
		Speech:  func() speech.Speech { return speech.Speech{Parts: []speech.Part{{Kind: speech.Digits, Text: "4930"}}} },
		Expires: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
	})
	// Output:
	// --- email to ada@example.com, send 2, good until 2030-01-02T03:04:05Z
	//     code     493021
	//     subject  493021 – Acme
	//     text     Acme: code 493021.
	//
	//              Valid 10 min.
	//     spoken   4, 9, 3, 0
}

func TestHarmless(t *testing.T) {
	var b bytes.Buffer
	m := message("a\x1b[2J\r\n--- sms to x\x00\u202e\u2028b\x9b\ufeff می\u200cشود\xff")
	m.Channel, m.To = "s\nms", channel.NewSecret("+1\n    code     000000")
	if _, err := console.New(&b).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := "--- s\\nms to +1\\n    code     000000, send 1\n" +
		"    code     493021\n" +
		"    text     a\\x1b[2J\n" +
		"             --- sms to x\\x00\\u202e\\u2028b\ufffd\\ufeff می\u200cشود\ufffd\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%+q\nwant\n%+q", got, want)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestErrors(t *testing.T) {
	if _, err := console.New(broken{}).Send(t.Context(), message("x")); !errors.Is(err, os.ErrClosed) || errors.Is(err, channel.ErrNotSent) {
		t.Errorf("broken writer: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var b bytes.Buffer
	_, err := console.New(&b).Send(ctx, message("x"))
	if !errors.Is(err, channel.ErrNotSent) || !errors.Is(err, context.Canceled) || b.Len() > 0 {
		t.Errorf("canceled: %v, %q", err, b.String())
	}
}

func TestConcurrent(t *testing.T) {
	var b bytes.Buffer
	c := console.New(&b)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { _, _ = c.Send(t.Context(), message("x")) })
	}
	wg.Wait()
	if got := strings.Count(b.String(), "    code     493021\n    text     x\n"); got != 50 {
		t.Errorf("%d whole messages, want 50", got)
	}
}
