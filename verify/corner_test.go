package verify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/channel/flashcall"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// An approval shows neither in the cool-down of a stranger's id nor in what it may send.
func TestApprovalDoesNotShowInTheCooldown(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
	code := lastCode(t, inbox)
	c.Advance(30 * time.Second)
	stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
	ref := verify.Ref{ID: stranger.ID, Handle: "stranger"}
	before, _ := e.Status(t.Context(), ref)
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: code}); err != nil {
		t.Fatal(err)
	}
	after, _ := e.Status(t.Context(), ref)
	if after.ResendIn != before.ResendIn {
		t.Errorf("the stranger's ResendIn goes from %s to %s with the victim's approval", before.ResendIn, after.ResendIn)
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger", ResumeID: stranger.ID})
	if err == nil {
		t.Error("and the stranger may send again at once")
	}
}

// A decoy goes on asking for the kind of code that it asked for before.
func TestDecoyKeepsItsKindOfCode(t *testing.T) {
	c := newClock()
	e, _ := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim", CustomCode: "abcdef"})
	c.Advance(time.Minute)
	stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger", CustomCode: "ghijkl"})
	guess := verify.CheckRequest{ID: stranger.ID, Handle: "stranger", Code: "zzzzzz"}
	_, err := e.Check(t.Context(), guess)
	wantError(t, "before", err, verify.ErrIncorrect)
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: "abcdef"}); err != nil {
		t.Fatal(err)
	}
	if _, err = e.Check(t.Context(), guess); !errors.Is(err, verify.ErrIncorrect) {
		t.Errorf("after the victim's approval: %v", err)
	}
}

// However they fall, no more messages than Sends go out within one lifetime.
func TestSendsSlide(t *testing.T) {
	for name, resend := range map[string]verify.Resend{"same": verify.SameCode, "new": verify.NewCode} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) {
				p.Sends, p.Attempts, p.Cooldown, p.Resend, p.AcceptRisk = 10, 5, []time.Duration{time.Second}, resend, false
			}))
			mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
			c.Advance(10*time.Minute - 30*time.Second)
			for range 60 {
				_, _ = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
				c.Advance(time.Second)
			}
			if n := len(inbox.Messages()) - 1; n > 10 {
				t.Errorf("%d messages within a minute, want at most 10 in a lifetime of ten", n)
			}
		})
	}
}

// The idempotency key of a start that resumes is kept too.
func TestIdempotentResume(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	c.Advance(time.Minute)
	again := verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID, IdempotencyKey: "resend-1"}
	mustStart(t, e, again)
	if _, err := e.Start(t.Context(), again); err != nil {
		t.Errorf("the repeated request: %v", err)
	}
	c.Advance(2 * time.Minute)
	_, _ = e.Start(t.Context(), again)
	if n := len(inbox.Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

// A receipt stays consumed when the store has forgotten that it was.
func TestReceiptStaysConsumed(t *testing.T) {
	c := newClock()
	s, err := memstore.New(memstore.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	e, inbox := verifytest.New(t, c.set, withStore(s))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	v, err = check(t, e, v.ID, lastCode(t, inbox))
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := e.IssueReceipt(v, "", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.ConsumeReceipt(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	c.Advance(12 * time.Minute)
	if err := e.ConsumeReceipt(t.Context(), r); err == nil {
		t.Error("consumed twice")
	}
}

// Forget erases what a decoy has kept of the address.
func TestForgetErasesDecoys(t *testing.T) {
	e, _ := verifytest.New(t)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Nobody: true})
	if err := e.Forget(t.Context(), "", phone); err != nil {
		t.Fatal(err)
	}
	if left, err := e.Status(t.Context(), verify.Ref{ID: v.ID}); err == nil {
		t.Errorf("still kept: %s", left.Recipient())
	}
}

// S23: one client reaches the provider no more often than its starts allow, whatever the provider says.
func TestRejectedNumbersAreCharged(t *testing.T) {
	calls := 0
	o := func(o *verify.Options) { o.Channels["sms"] = rejecting{&calls} }
	e, _ := verifytest.New(t, limited(3, 1, 1), o)
	for n := range 50 {
		_, _ = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(n), ClientIP: clientIP})
	}
	if calls > 3 {
		t.Errorf("%d calls of the channel for one client, who has 3 starts", calls)
	}
}

// Who has just asked for a code gets one that lives.
func TestFreshStartGetsLivingCode(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
	c.Advance(10*time.Minute - 2*time.Second)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
	if v.ExpiresIn < time.Minute {
		t.Errorf("a new verification lives for %s, its message says %q", v.ExpiresIn, inbox.Messages()[1].Text.Reveal())
	}
}

// A start that was refused after a conflict costs the client nothing.
func TestRefusedStartIsRefunded(t *testing.T) {
	c := newClock()
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, _ := verifytest.New(t, c.set, withStore(hooked), limited(2, 1, 1))
	once := false
	hooked.swap = func(do func() error) error {
		if !once {
			once = true // another engine's start comes in between
			mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		}
		return do()
	}
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, ClientIP: clientIP})
	wantError(t, "cool-down", err, verify.ErrThrottled)
	for n := range 2 {
		if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(n), ClientIP: clientIP}); err != nil {
			t.Errorf("start %d of 2: %v", n+1, err)
		}
	}
}

type rejecting struct{ calls *int }

func (r rejecting) Send(context.Context, channel.Message) (channel.Receipt, error) {
	*r.calls++
	return channel.Receipt{}, channel.ErrRejected
}

// A decoy that is resumed ends when it would have ended.
func TestDecoyKeepsItsEnd(t *testing.T) {
	var ends []time.Duration
	for _, approved := range []bool{false, true} {
		c := newClock()
		e, inbox := verifytest.New(t, c.set)
		victim := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "victim"})
		c.Advance(30 * time.Second)
		stranger := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger"})
		if approved {
			if _, err := e.Check(t.Context(), verify.CheckRequest{ID: victim.ID, Handle: "victim", Code: lastCode(t, inbox)}); err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(2 * time.Minute)
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "stranger", ResumeID: stranger.ID})
		ends = append(ends, v.ExpiresIn)
	}
	if ends[0] != ends[1] {
		t.Errorf("resumed, the stranger's ends in %s; when the victim was approved in %s", ends[0], ends[1])
	}
}

// Guesses spent by SMS count where a call's few codes allow fewer.
func TestGuessesCountAcrossChannels(t *testing.T) {
	var numbers []string
	for i := range 40 {
		numbers = append(numbers, fmt.Sprintf("+1415555%04d", i))
	}
	calling := new(channeltest.Inbox)
	calls, err := flashcall.New(flashcall.Options{Placer: placer{calling}, Numbers: numbers})
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	e, sms := verifytest.New(t, c.set, func(o *verify.Options) { o.Channels["flashcall"] = calls; o.Profiles[0].AcceptRisk = true })
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	for range 4 {
		check(t, e, v.ID, wrong(lastCode(t, sms)))
	}
	c.Advance(time.Minute)
	v, err = e.Start(t.Context(), verify.StartRequest{Channel: "flashcall", To: phone, ResumeID: v.ID})
	if v.AttemptsLeft < 0 {
		t.Errorf("%d attempts left, start %v", v.AttemptsLeft, err)
	}
	if err == nil {
		if _, err := check(t, e, v.ID, lastCode(t, calling)); err == nil {
			t.Error("with no attempts left the fifth guess, at a pool that allows two, is approved")
		}
	}
}

// S89: a channel that is slow to choose a code is abandoned like one that is slow to send.
func TestSlowCoder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _ := verifytest.New(t, func(o *verify.Options) { o.Channels["flashcall"] = slowCoder{}; o.Profiles[0].AcceptRisk = true })
		begin := time.Now()
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "flashcall", To: phone})
		if took := time.Since(begin); took > 11*time.Second {
			t.Errorf("Start took %s, want at most SendTimeout; %v", took, err)
		}
		time.Sleep(2 * time.Hour)
	})
}

type slowCoder struct{ channel.Channel }

func (slowCoder) Pool() int { return 1000 }
func (slowCoder) Code(context.Context, string) (channel.Secret, error) {
	time.Sleep(time.Hour)
	return channel.NewSecret("123456"), nil
}

// S57: a returned verification holds nothing of the record that it was read from.
func TestVerificationHoldsNoRecord(t *testing.T) {
	e, _ := verifytest.New(t, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "Zebra7"})
	v, err := e.Status(t.Context(), verify.Ref{ID: v.ID})
	if err != nil {
		t.Fatal(err)
	}
	if record := unsafe.String(unsafe.StringData(v.Profile), 80); strings.Contains(record, "Zebra7") {
		t.Error("the code is in memory that the Verification holds on to")
	}
}

// A start that loaded a profile before it was changed here does not bring it back.
func TestProfileCacheRace(t *testing.T) {
	s := &slowLoad{Store: new(memstore.Store)}
	e, _ := verifytest.New(t, withStore(s))
	p, _ := e.Profile("")
	p.Name, p.Regions = "g/one", []string{"US"}
	if err := e.CreateProfile(t.Context(), p, nil); err != nil {
		t.Fatal(err)
	}
	s.hook = func() {
		s.hook = nil
		err := e.UpdateProfile(t.Context(), "g/one", func(p *verify.Profile, _ *[]byte) error { p.Regions = []string{"FR"}; return nil })
		if err != nil {
			t.Error(err)
		}
	}
	_, _ = e.Start(t.Context(), verify.StartRequest{Profile: "g/one", Channel: "sms", To: number(1)})
	_, err := e.Start(t.Context(), verify.StartRequest{Profile: "g/one", Channel: "sms", To: number(2)})
	wantError(t, "a start after this engine's own change", err, verify.ErrNotAllowed)
}

type slowLoad struct {
	store.Store
	hook func()
}

func (s *slowLoad) Load(ctx context.Context, key string) ([]byte, error) {
	v, err := s.Store.Load(ctx, key)
	if s.hook != nil && err == nil {
		s.hook()
	}
	return v, err
}
