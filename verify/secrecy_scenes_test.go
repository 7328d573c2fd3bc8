package verify_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// scenes bring about every outcome, with a number, an address, a code and a handle that must appear nowhere.
var scenes = map[string]func(*paper){
	"right":    sceneRight,
	"wrong":    sceneWrong,
	"limits":   sceneLimits,
	"refused":  sceneRefused,
	"not sent": sceneNotSent,
	"panics":   scenePanics,
	"store":    sceneStore,
}

func sceneRight(p *paper) {
	s := p.stage()
	put(p, s.Engine)
	put(p, s.inbox)
	profile, err := s.Profile("")
	returned(p, profile, err, nil)
	for _, to := range []string{secretNumber, secretMailbox} {
		v := s.start(nil, func(r *verify.StartRequest) { r.To = to })
		s.clock.Advance(time.Minute)
		s.start(nil, func(r *verify.StartRequest) { r.To, r.ResumeID = to, v.ID })
		v = s.check(v.ID, secretCode, nil)
		token, receipt, err := s.IssueReceipt(v, secretHandle, 0)
		returned(p, receipt, err, nil)
		put(p, token)
		receipt, err = s.OpenReceipt(token, verify.Terms{Binding: secretHandle})
		returned(p, receipt, err, nil)
		_, err = s.OpenReceipt(token, verify.Terms{Binding: secretNumber})
		returned(p, token, err, verify.ErrReceipt)
		returned(p, receipt, s.ConsumeReceipt(p.t.Context(), receipt), nil)
		returned(p, receipt, s.ConsumeReceipt(p.t.Context(), receipt), verify.ErrReceiptUsed)
		s.check(v.ID, secretCode, verify.ErrUsed)
		s.others(verify.Ref{To: to}, verify.ErrNotFound)
		returned(p, "", s.Forget(p.t.Context(), "", to), nil)
	}
	v := s.start(nil)
	s.others(verify.Ref{ID: v.ID, Handle: secretHandle}, nil)
	s.check(v.ID, secretCode, verify.ErrCanceled)
	put(p, s.Engine)
	put(p, s.inbox)
	put(p, s.inbox.Messages())
}

func sceneWrong(p *paper) {
	s := p.stage()
	v := s.start(nil)
	for range 5 {
		s.check(v.ID, wrong(secretCode), verify.ErrIncorrect)
	}
	s.check(v.ID, secretCode, verify.ErrMaxAttempts)
	s.check(v.ID, secretCode+"1", verify.ErrInvalid)
	s.check(v.ID, secretNumber, verify.ErrInvalid)
	_, err := s.Check(p.t.Context(), verify.CheckRequest{ID: secretCode, Code: secretCode}) // in the wrong field
	returned(p, v, err, verify.ErrNotFound)
	v = s.start(nil, byMail)
	s.clock.Advance(time.Hour)
	s.check(v.ID, secretCode, verify.ErrExpired)
}

func sceneLimits(p *paper) {
	from := func(r *verify.StartRequest) { r.ClientIP = netip.MustParseAddr("192.0.2.7") }
	s := p.stage(func(o *verify.Options) { o.Limits.Starts = verify.Rate{Count: 1, Per: time.Hour} })
	s.start(nil, from)
	s.start(verify.ErrThrottled, from) // cool-down
	s.start(verify.ErrThrottled, from, byMail)

	s = p.stage(profile(func(p *verify.Profile) { p.Sends = 1 }))
	s.start(nil)
	s.clock.Advance(time.Minute)
	s.start(verify.ErrThrottled)

	s = p.stage(profile(func(p *verify.Profile) { p.DailySends = 1 }))
	s.start(nil)
	s.clock.Advance(time.Hour)
	s.start(verify.ErrThrottled)

	s = p.stage(profile(func(p *verify.Profile) { p.DailyFailures = 1 }))
	v := s.start(nil)
	s.check(v.ID, wrong(secretCode), verify.ErrIncorrect)
	s.check(v.ID, secretCode, verify.ErrThrottled)

	s = p.stage(func(o *verify.Options) { o.Limits.FailedChecks = verify.Rate{Count: 1, Per: time.Hour} })
	v = s.start(nil)
	s.check(v.ID, wrong(secretCode), verify.ErrIncorrect)
	s.check(v.ID, secretCode, verify.ErrThrottled)

	s = p.stage(func(o *verify.Options) { o.MaxSending = 1 })
	s.inbox.Once(func(context.Context) (bool, error) {
		s.start(verify.ErrThrottled, func(r *verify.StartRequest) { r.To = number(1) }) // while the one place is taken
		return true, nil
	})
	s.start(nil)
}

func sceneRefused(p *paper) {
	s := p.stage()
	for _, to := range []string{secretNumber + "0000000", secretNumber + ";ext=5", "call " + secretNumber, secretNumber[1:], secretMailbox + "@", "<" + secretMailbox + ">"} {
		s.start(verify.ErrInvalidRecipient, func(r *verify.StartRequest) { r.To = to })
		s.others(verify.Ref{To: to}, verify.ErrInvalidRecipient)
		returned(p, "", s.Forget(p.t.Context(), "", to), verify.ErrInvalidRecipient)
	}
	s.start(verify.ErrInvalid, func(r *verify.StartRequest) { r.CustomCode = secretCode + "9" })
	s.start(verify.ErrInvalid, func(r *verify.StartRequest) { r.Handle = strings.Repeat(secretHandle, 20) })
	for _, r := range []verify.StartRequest{{Channel: secretNumber, To: secretNumber}, {Profile: secretMailbox}} { // in the wrong fields
		v, err := s.Start(p.t.Context(), r)
		returned(p, v, err, verify.ErrInvalid)
	}
	s.start(verify.ErrInvalid, func(r *verify.StartRequest) { r.To, r.CountryCode, r.PhoneNumber = "", "1", secretCode+secretCode })
	s.start(verify.ErrNotFound, func(r *verify.StartRequest) { r.ResumeID = secretCode })
	s = p.stage(profile(func(p *verify.Profile) { p.Regions = []string{"DE"} }))
	s.start(verify.ErrNotAllowed)
	for _, key := range [][]byte{p.key[:8], p.key[:31], []byte(strings.Repeat(secretCode+" example ", 3))} {
		_, err := verify.New(verify.Options{Key: key, SealKeys: [][]byte{key}, Store: new(memstore.Store)})
		if err == nil {
			p.t.Error("a bad key was taken")
		}
		put(p, err)
	}
}

func sceneNotSent(p *paper) {
	s := p.stage()
	for _, b := range []channeltest.Behavior{
		channeltest.Fail(betrayal),
		channeltest.LoseAnswer(betrayal),
		channeltest.Fail(fmt.Errorf("%w: %w", channel.ErrNotSent, betrayal)),
		channeltest.Fail(fmt.Errorf("%w: %w", channel.ErrRejected, betrayal)),
		channeltest.Panic(betrayal),
		channeltest.Panic(betrayal.Error()),
	} {
		s.inbox.Once(b)
		s.start(verify.ErrNotSent)
		s.clock.Advance(time.Hour)
		s.inbox.Once(b)
		s.start(verify.ErrNotSent, byMail)
	}
	s = p.stage(func(o *verify.Options) { o.SendTimeout = 5 * time.Millisecond })
	abandoned := make(chan bool, 1)
	s.inbox.Always(func(ctx context.Context) (bool, error) {
		<-ctx.Done()
		abandoned <- true
		return false, ctx.Err()
	})
	for _, to := range []string{secretNumber, secretMailbox} {
		s.start(verify.ErrNotSent, func(r *verify.StartRequest) { r.To = to })
		<-abandoned
	}
}

func scenePanics(p *paper) {
	s := p.stage(func(o *verify.Options) { o.OnEvent = func(context.Context, verify.Event) { panic(betrayal) } })
	v := s.start(nil)
	s.check(v.ID, wrong(secretCode), verify.ErrIncorrect)
	s.check(v.ID, secretCode, nil)
}

func sceneStore(p *paper) {
	h := &hookedStore{Store: new(memstore.Store)}
	s := p.stage(withStore(h))
	v := s.start(nil)
	for _, load := range []func(string) error{
		func(string) error { return errBroken },
		func(string) error { panic(betrayal) },
	} {
		h.load = load
		s.start(verify.ErrUnavailable)
		s.check(v.ID, secretCode, verify.ErrUnavailable)
		s.others(verify.Ref{To: secretNumber}, verify.ErrUnavailable)
		returned(p, "", s.Forget(p.t.Context(), "", secretNumber), verify.ErrUnavailable)
		returned(p, "", s.Ready(p.t.Context()), verify.ErrUnavailable)
	}
	h.load = nil
	put(p, h.Store.(*memstore.Store))
	returned(p, "", s.Ready(p.t.Context()), nil)
	other := p.stage(withStore(h), func(o *verify.Options) { o.Key = verify.NewKey() })
	returned(p, "", other.Ready(p.t.Context()), verify.ErrWrongKey)
	h.swap = func(func() error) error { panic(betrayal) }
	s = p.stage(withStore(h), func(o *verify.Options) { o.StoreTimeout = 5 * time.Millisecond })
	s.start(verify.ErrUnavailable, byMail)
	s.check(v.ID, secretCode, verify.ErrUnavailable)
	h.swap = func(func() error) error { return store.ErrFull }
	s.start(verify.ErrUnavailable, byMail)
}
