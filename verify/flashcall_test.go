package verify_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/channel/flashcall"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

type placer struct{ channel.Channel }

func (p placer) Call(ctx context.Context, _ string, m channel.Message) (channel.Receipt, error) {
	return p.Send(ctx, m)
}

// S15: the odds are those of the pool. 100 numbers are refused unless the risk is accepted, and then leave each id few guesses.
func TestFlashCall(t *testing.T) {
	var numbers []string
	for i := range 100 {
		numbers = append(numbers, fmt.Sprintf("+1415555%04d", i))
	}
	inbox := new(channeltest.Inbox)
	calls, err := flashcall.New(flashcall.Options{Placer: placer{inbox}, Numbers: numbers})
	if err != nil {
		t.Fatal(err)
	}
	o := goodOptions()
	o.Channels = map[string]channel.Channel{"flashcall": calls}
	if _, err := verify.New(o); err == nil {
		t.Error("a pool of 100 is accepted")
	}
	c := newClock()
	for _, tt := range []struct{ pool, guesses int }{{100, 5}, {60, 3}, {10, 1}} {
		calls, err := flashcall.New(flashcall.Options{Placer: placer{inbox}, Numbers: numbers[:tt.pool]})
		if err != nil {
			t.Fatal(err)
		}
		e, sms := verifytest.New(t, c.set, func(o *verify.Options) { o.Channels["flashcall"] = calls; o.Profiles[0].AcceptRisk = true })
		v := mustStart(t, e, verify.StartRequest{Channel: "flashcall", To: phone})
		if v.AttemptsLeft != tt.guesses {
			t.Errorf("a pool of %d: %d guesses, want %d", tt.pool, v.AttemptsLeft, tt.guesses)
		}
		code := lastCode(t, inbox)
		c.Advance(time.Minute)
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID})
		if len(lastCode(t, sms)) != 6 {
			t.Error("the call's code was sent by SMS")
		}
		if _, err := check(t, e, v.ID, code); !errors.Is(err, verify.ErrInvalid) {
			t.Errorf("the call's code after the SMS: %v", err)
		}
		if _, err := check(t, e, v.ID, lastCode(t, sms)); err != nil {
			t.Error(err)
		}
	}
}
