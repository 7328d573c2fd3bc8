package channeltest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
)

const (
	alice = "+14155552671"
	bob   = "bob@example.com"
)

func message(to, code string) channel.Message {
	return channel.Message{To: channel.NewSecret(to), Code: channel.NewSecret(code), Text: channel.NewSecret("code " + code)}
}

func Example() {
	var inbox channeltest.Inbox
	ctx := context.Background()
	_, _ = inbox.Send(ctx, message(alice, "493021"))
	fmt.Println(inbox.Code(ctx, alice))

	inbox.Once(channeltest.Fail(channel.ErrRejected))
	fmt.Println(inbox.Send(ctx, message(alice, "111111")))
	fmt.Println(len(inbox.Messages()))
	// Output:
	// 493021 <nil>
	// {} channel: rejected
	// 1
}

func TestLatest(t *testing.T) {
	var inbox channeltest.Inbox
	for i, m := range []channel.Message{message(alice, "1"), message(bob, "2"), message(alice, "3"), message(bob, "4")} {
		r, err := inbox.Send(t.Context(), m)
		if want := fmt.Sprint(i + 1); r.ID != want || err != nil {
			t.Errorf("receipt %q, %v; want %q", r.ID, err, want)
		}
	}
	for to, want := range map[string]string{alice: "3", bob: "4", "": "4"} {
		if got, err := inbox.Code(t.Context(), to); got != want || err != nil {
			t.Errorf("Code(%q) = %q, %v; want %q", to, got, err, want)
		}
	}
	all := inbox.Messages()
	all[0] = channel.Message{}
	if got := inbox.Messages()[0].Code.Reveal(); got != "1" || len(all) != 4 {
		t.Errorf("Messages shares its slice, or lost one: %q, %d", got, len(all))
	}
	inbox.Reset()
	if len(inbox.Messages()) != 0 {
		t.Error("Reset left messages")
	}
}

func TestWaitInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inbox channeltest.Inbox
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var waiting sync.WaitGroup
		for range 10 {
			waiting.Go(func() {
				if code, err := inbox.Code(ctx, alice); code != "493021" || err != nil {
					t.Errorf("%q, %v", code, err)
				}
			})
		}
		synctest.Wait()
		_, _ = inbox.Send(ctx, message(bob, "000000"))
		synctest.Wait()
		_, _ = inbox.Send(ctx, message(alice, "493021"))
		waiting.Wait()

		start := time.Now()
		_, err := inbox.Wait(ctx, "nobody")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Hour {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

func TestBehaviors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := errors.New("lost")
		var inbox channeltest.Inbox
		send := func(code string) (err error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("panic: %v", r)
				}
			}()
			_, err = inbox.Send(ctx, message(alice, code))
			return err
		}
		inbox.Always(channeltest.Fail(channel.ErrNotSent))
		inbox.Once(channeltest.LoseAnswer(lost), channeltest.Hang())
		inbox.Once(channeltest.Panic("boom"), nil)
		for i, want := range []string{"lost", "context deadline exceeded", "panic: boom", "<nil>", "channel: not sent", "channel: not sent"} {
			if err := send(fmt.Sprint(i)); fmt.Sprint(err) != want {
				t.Errorf("send %d: %v, want %s", i, err, want)
			}
		}
		inbox.Always(nil)
		release := make(chan struct{})
		inbox.Once(channeltest.HangUntil(release))
		var late sync.WaitGroup
		late.Go(func() {
			if err := send("late"); err != nil {
				t.Errorf("late: %v", err)
			}
		})
		time.Sleep(time.Hour) // long past its context
		if err := send("6"); err != nil {
			t.Error(err)
		}
		close(release)
		late.Wait()

		var got []string
		for _, m := range inbox.Messages() {
			got = append(got, m.Code.Reveal())
		}
		if want := []string{"0", "3", "6", "late"}; !slices.Equal(got, want) {
			t.Errorf("arrived %q, want %q", got, want)
		}
		inbox.Always(channeltest.Fail(lost))
		inbox.Once(channeltest.Fail(lost))
		inbox.Reset()
		if err := send("x"); err != nil {
			t.Errorf("after Reset: %v", err)
		}
	})
}

func TestPrintsNothing(t *testing.T) {
	var inbox channeltest.Inbox
	_, _ = inbox.Send(t.Context(), message(alice, "493021"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		out := fmt.Sprintf(verb, &inbox) + fmt.Sprintf(verb, inbox.Messages())
		if strings.Contains(out, "493021") || strings.Contains(out, alice) {
			t.Errorf("%s: %s", verb, out)
		}
	}
}

func TestConcurrent(t *testing.T) {
	var inbox channeltest.Inbox
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() { _, _ = inbox.Send(t.Context(), message(fmt.Sprint(n), fmt.Sprint(n))) })
		wg.Go(func() {
			if code, err := inbox.Code(t.Context(), fmt.Sprint(n)); code != fmt.Sprint(n) || err != nil {
				t.Errorf("%q, %v", code, err)
			}
		})
	}
	wg.Wait()
	if n := len(inbox.Messages()); n != 50 {
		t.Errorf("%d messages, want 50", n)
	}
}
