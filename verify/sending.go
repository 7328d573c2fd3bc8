package verify

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/speech"
	"github.com/codeword-go/codeword/verify/internal/code"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// emailChannel is the channel that takes e-mail addresses. The channels for telephones take none; a channel of any other name takes
// both and may reject what it cannot deliver.
const emailChannel = "email"

var phoneChannels = []string{"sms", "call", "flashcall", "whatsapp"}

// An outlet is a channel with a number of places, one for each message on its way.
type outlet struct {
	channel channel.Channel
	places  chan struct{}
}

// A place is the right to send one message.
type place struct{ outlet *outlet }

// outletFor returns the channel that a request names, if the profile has it and it takes such recipients.
func (e *Engine) outletFor(p *profile, name string, to recipient.Recipient) (string, *outlet, error) {
	if name == "" {
		i := slices.IndexFunc(p.Channels, func(name string) bool { return takes(name, to.Kind) })
		if i < 0 {
			return "", nil, ErrNotAllowed
		}
		name = p.Channels[i]
	}
	if !slices.Contains(p.Channels, name) {
		return "", nil, &InvalidError{Field: "channel", Reason: "is none of the profile's"}
	}
	if !takes(name, to.Kind) {
		return "", nil, &InvalidError{Field: "channel", Reason: "does not reach such an address"}
	}
	return name, e.outlets[name], nil
}

func takes(name string, kind recipient.Kind) bool {
	if kind == recipient.Email {
		return !slices.Contains(phoneChannels, name)
	}
	return name != emailChannel
}

// enter takes a place, before anything is counted, and refuses when all are taken: then the provider is slower than its customers.
func (o *outlet) enter() (place, error) {
	select {
	case o.places <- struct{}{}:
		return place{o}, nil
	default:
		return place{}, &ThrottledError{Budget: BudgetChannel, RetryAfter: time.Second}
	}
}

func (p place) leave() { <-p.outlet.places }

// send delivers one message and leaves the place. A channel that does not return in time is abandoned, and keeps its place until it
// does return; what it says then changes nothing. The caller who hangs up does not stop a message that is counted.
func (p place) send(ctx context.Context, timeout time.Duration, m *channel.Message) error {
	return p.run(context.WithoutCancel(ctx), timeout, func(ctx context.Context) error {
		_, err := p.outlet.channel.Send(ctx, *m)
		return err
	})
}

// run calls a channel and leaves the place when that returns, but waits no longer than timeout.
func (p place) run(ctx context.Context, timeout time.Duration, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		err := guarded(ctx, call)
		p.leave() // before anybody is told, who may want it next
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done: // ended by cancel, not by time
		return err
	default:
		return context.DeadlineExceeded
	}
}

// guarded calls a channel. What it panics with may hold the code, so it is dropped.
func guarded(ctx context.Context, call func(context.Context) error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return call(ctx)
}

// message puts a code into words, when somebody reads them.
func (s *send) message(sub *subject.Subject, v Verification, entry *subject.Entry) (*channel.Message, error) {
	if !entry.Live { // used up or withdrawn before the start learnt of its own swap; if there is a secret it is that of others
		return nil, errors.New("the code is gone")
	}
	secret, err := entryCode(sub, entry, entry.Generation, s.purpose)
	if err != nil {
		return nil, err
	}
	s.words.Code, s.words.Valid = secret, v.ExpiresIn
	s.letter = channel.Message{
		Channel:        s.channel,
		To:             channel.LazySecret(s.to.Address),
		Code:           channel.NewSecret(secret),
		Locale:         entry.Locale,
		Profile:        s.profile.Name,
		Brand:          s.words.Brand,
		VerificationID: v.ID,
		Attempt:        v.Sends,
		Expires:        v.ExpiresAt,
	}
	m := &s.letter
	if s.extension != "" {
		m.Extension = channel.NewSecret(s.extension)
	}
	if s.to.Kind == recipient.Email {
		m.Subject, m.Text, m.HTML = s.mail()
		return m, nil
	}
	m.Text = channel.LazySecret(s.sms)
	m.Speech = s.speech
	return m, nil
}

func (s *send) sms() string {
	if s.template != nil {
		return s.text.SMSFrom(s.template, s.words)
	}
	return s.text.SMS(s.words)
}

func (s *send) speech() speech.Speech { return s.text.Speech(s.words) }

// mail returns the parts of an e-mail, which are written together when the first of them is read.
func (s *send) mail() (subject, text, html channel.Secret) {
	parts := sync.OnceValue(func() (p [3]string) {
		p[0], p[1], p[2] = s.text.Email(s.words)
		return p
	})
	part := func(i int) channel.Secret { return channel.LazySecret(func() string { return parts()[i] }) }
	return part(0), part(1), part(2)
}

// entryCode returns the code of that number for an entry, or the one that the host chose.
func entryCode(s *subject.Subject, e *subject.Entry, generation uint32, purpose string) (string, error) {
	if e.Custom != "" {
		return e.Custom, nil
	}
	if !s.HasSecret() {
		return "", errors.New("the code is gone")
	}
	secret := s.Secret[:]
	if purpose != "" || e.Alias != "" || e.Payment != "" {
		secret = code.Bind(secret, purpose, e.Alias, e.Payment)
	}
	return code.Generate(secret, uint64(generation), int(e.Length))
}
