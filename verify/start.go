package verify

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify/internal/code"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// Start sends a code, or the one that is on its way once more, and returns the verification that it belongs to.
//
// The send is counted and durable before the message leaves. The errors are ErrInvalid, ErrNotAllowed, ErrThrottled, ErrUnavailable
// and ErrNotSent; for a start that resumes a verification also those of Check. With ErrNotSent and the errors of a resumed verification
// the Verification is valid.
func (e *Engine) Start(ctx context.Context, r StartRequest) (Verification, error) {
	send, err := e.prepareSend(ctx, r)
	if err != nil {
		return Verification{}, err
	}
	place, err := send.outlet.enter()
	if err != nil {
		return Verification{}, err
	}
	s, d, err := e.change(ctx, send.name, send.in.Tag, send)
	v := e.verification(send.name, s, d.Entry)
	if err != nil {
		place.leave()
		send.giveBack(ctx, err)
		return e.refusedStart(ctx, send, v, err)
	}
	if d.Outcome != subject.Done || v.Status != StatusPending || r.Nobody {
		place.leave()
		return e.answerStart(ctx, send, v, d)
	}
	return v, e.deliver(ctx, send, place, s, v, d.Entry)
}

// A send is one Start on its way.
type send struct {
	engine  *Engine
	profile *profile
	to      recipient.Recipient
	channel string
	outlet  *outlet
	text    *locale.Locale
	purpose string
	payment Payment

	name   seal.Name
	in     subject.Start
	charge *charge
	undo   subject.Undo
}

// prepareSend checks everything about a request that needs no subject.
func (e *Engine) prepareSend(ctx context.Context, r StartRequest) (*send, error) {
	if r.ResumeID != "" && !r.namesRecipient() {
		if err := e.recall(ctx, &r); err != nil {
			return nil, err
		}
	}
	p, err := e.profile(ctx, r.Profile)
	if err != nil {
		return nil, err
	}
	if err := checkLengths(r); err != nil {
		return nil, err
	}
	s := &send{engine: e, profile: p, purpose: r.Purpose, payment: r.Payment}
	if s.to, err = p.recipient(r); err != nil {
		return nil, err
	}
	if s.channel, s.outlet, err = e.outletFor(p, r.Channel, s.to); err != nil {
		return nil, err
	}
	s.text, _ = e.messages.Match(orDefault(r.Locale, p.Locale), s.to.Region)
	s.name = e.subjectName(p, s.to)
	if r.Nobody {
		s.name = e.keys.Name("nobody", p.Name, s.to.Key())
	}
	s.in = subject.Start{
		Rules:        p.rules,
		Profile:      p.Name,
		Recipient:    s.to.Address(),
		Channel:      s.channel,
		Locale:       s.text.Tag(),
		Bound:        e.bound(r.Handle, r.Purpose),
		ResumeLatest: r.ResumeLatest,
		Nobody:       r.Nobody,
		Tag:          newTag(),
	}
	_, _ = rand.Read(s.in.Secret[:]) // never fails
	if r.IdempotencyKey != "" {
		s.in.Idempotency = e.keys.Name("idempotency", r.IdempotencyKey)
	}
	if err := p.codeWishes(r, &s.in); err != nil {
		return nil, err
	}
	if s.in.Payment, err = p.payment(r.Payment); err != nil {
		return nil, err
	}
	if coder, ok := s.outlet.channel.(channel.Coder); ok {
		if err := e.codeFrom(ctx, s, coder); err != nil {
			return nil, err
		}
	}
	if r.ResumeID != "" {
		if err := e.resume(r.ResumeID, s); err != nil {
			return nil, err
		}
	}
	s.charge, err = e.startBudgets(r, p)
	return s, err
}

// recall fills in whom a verification that is resumed by id alone was for.
func (e *Engine) recall(ctx context.Context, r *StartRequest) error {
	v, err := e.Status(ctx, Ref{ID: r.ResumeID, Handle: r.Handle, Purpose: r.Purpose})
	if err != nil {
		return err
	}
	r.Profile, r.To = v.Profile, v.Recipient()
	if r.Channel == "" {
		r.Channel = v.Channel
	}
	return nil
}

// resume aims a send at the entry that an id leads to.
func (e *Engine) resume(id string, s *send) error {
	parsed, ok := seal.ParseID(id)
	if !ok {
		return ErrNotFound
	}
	name, entry := e.keys.Locate(parsed)
	if name != s.name {
		return ErrNotFound
	}
	s.in.Resume, s.in.ResumeID = true, entry
	return nil
}

const maxBinding = 256

func checkLengths(r StartRequest) error {
	field := ""
	switch {
	case len(r.Handle) > maxBinding:
		field = "handle"
	case len(r.Purpose) > maxBinding:
		field = "purpose"
	case len(r.IdempotencyKey) > maxBinding:
		field = "idempotency_key"
	default:
		return nil
	}
	return &InvalidError{Field: field, Reason: "is longer than 256 bytes"}
}

// codeWishes takes over what the request says about the code, within what the profile allows.
func (p *profile) codeWishes(r StartRequest, in *subject.Start) error {
	wished := p.Profile
	switch {
	case r.CustomCode != "":
		cleaned, ok := code.Clean(r.CustomCode)
		if !p.CustomCodes {
			return &InvalidError{Field: "custom_code", Reason: "is not taken by this profile"}
		}
		if !ok || cleaned != r.CustomCode {
			return &InvalidError{Field: "custom_code", Reason: "must be 4 to 10 ASCII letters or digits"}
		}
		in.Custom = r.CustomCode
		wished.CodeLength = len(r.CustomCode)
	case r.CodeLength != 0:
		if r.CodeLength < code.MinLength || r.CodeLength > code.MaxLength {
			return &InvalidError{Field: "code_length", Reason: "must be 4 to 10"}
		}
		in.Length = uint8(r.CodeLength)
		wished.CodeLength = r.CodeLength
	}
	if !p.AcceptRisk && wished.risk().Verification > MaxRisk*(1+1e-9) {
		field := "code_length"
		if r.CustomCode != "" {
			field = "custom_code"
		}
		return &InvalidError{Field: field, Reason: "is so short that the profile does not accept the risk"}
	}
	return nil
}

// decide is one pass of a Start over its subject: the decision, then the client's budget, both before the swap.
func (s *send) decide(ctx context.Context, sub *subject.Subject) (subject.Decision, error) {
	if !s.owns(sub) {
		return subject.Decision{}, unavailable(errors.New("two recipients share a name"))
	}
	s.in.Now = s.engine.now().UnixMilli()
	d, undo := sub.Start(s.in)
	s.undo = undo
	if d.Outcome != subject.Done {
		return d, nil
	}
	return d, s.charge.pay(ctx, 1)
}

// owns reports whether a subject is this recipient's. Names are 64 bits, so at very many subjects two may share one; the second is
// refused rather than mixed up with the first.
func (s *send) owns(sub *subject.Subject) bool {
	if sub.Recipient == "" || sub.Profile == s.profile.Name && sub.Recipient == s.in.Recipient {
		return true
	}
	other, err := recipient.Parse(sub.Recipient, recipient.Options{AllowPossible: true})
	return err == nil && sub.Profile == s.profile.Name && other.Key() == s.to.Key()
}

// giveBack refunds the client's budget when the swap certainly did not happen.
func (s *send) giveBack(ctx context.Context, err error) {
	if unchanged(err) {
		ctx, cancel := s.engine.bounded(context.WithoutCancel(ctx))
		defer cancel()
		s.charge.refund(ctx)
	}
}

// refusedStart tells of a start that ended with an error before anything was sent.
func (e *Engine) refusedStart(ctx context.Context, s *send, v Verification, err error) (Verification, error) {
	if throttled, ok := errors.AsType[*ThrottledError](err); ok {
		e.emit(ctx, s.event(EventThrottled, Verification{}, throttled.Budget, nil))
	}
	return Verification{}, err
}

// answerStart tells of a start that was decided without a message.
func (e *Engine) answerStart(ctx context.Context, s *send, v Verification, d subject.Decision) (Verification, error) {
	err := outcomeError(d)
	if throttled, ok := errors.AsType[*ThrottledError](err); ok {
		e.emit(ctx, s.event(EventThrottled, v, throttled.Budget, nil))
		return Verification{}, err
	}
	return v, err
}

// deliver hands the message to the channel. Its send is counted; it is taken back if the channel certainly sent nothing.
func (e *Engine) deliver(ctx context.Context, s *send, place *place, sub *subject.Subject, v Verification, entry *subject.Entry) error {
	m, err := e.message(s, sub, v, entry)
	if err == nil {
		err = place.send(ctx, e.sendTimeout, m)
	} else {
		place.leave()
	}
	if err == nil {
		e.emit(ctx, s.event(EventSent, v, "", nil))
		return nil
	}
	cause := err
	err = &sendError{channel: s.channel, cause: func() error { return cause }}
	if errors.Is(err, channel.ErrNotSent) {
		e.takeBack(ctx, s)
	}
	e.emit(ctx, s.event(EventNotSent, v, "", err))
	return err
}

func (e *Engine) takeBack(ctx context.Context, s *send) {
	ctx = context.WithoutCancel(ctx)
	_, d, err := e.change(ctx, s.name, subject.Tag{}, deciderFunc(func(sub *subject.Subject) subject.Decision {
		return subject.Decision{Changed: sub.TakeBack(s.undo)}
	}))
	if err == nil && d.Changed {
		bound, cancel := e.bounded(ctx)
		defer cancel()
		s.charge.refund(bound)
	}
}

func (s *send) event(kind EventKind, v Verification, budget Budget, err error) Event {
	return Event{
		Kind: kind, At: s.engine.now(), Profile: s.profile.Name, Channel: s.channel, ID: v.ID, To: recipient.Mask(s.to.Address()),
		Region: s.to.Region, Attempt: v.Sends, Budget: budget, Err: err, recipient: s.to.Address,
	}
}

// bound returns the hash of what a verification is bound to, zero if it is bound to nothing.
func (e *Engine) bound(handle, purpose string) (hash [8]byte) {
	if handle == "" && purpose == "" {
		return hash
	}
	return e.keys.Name("bound", handle, purpose)
}
