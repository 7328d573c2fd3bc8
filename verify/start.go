package verify

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/locale"
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
	send, err := e.prepareSend(ctx, &r)
	if err != nil {
		return Verification{}, err
	}
	place, err := send.outlet.enter()
	if err != nil {
		return Verification{}, err
	}
	s, d, err := e.change(ctx, send.name, send.in.Tag, send)
	defer release(s)
	v := e.verification(send.name, s, d.Entry)
	if err != nil {
		place.leave()
		if unchanged(err) {
			send.charge.giveBack(ctx)
		}
		return e.refusedStart(ctx, send, err)
	}
	if d.Outcome != subject.Done || send.nobody {
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
	nobody  bool

	text      *locale.Locale
	words     locale.Message // without the code and its time
	template  *locale.Template
	extension string
	purpose   string

	name   seal.Name
	in     subject.Start
	charge *charge
	undo   subject.Undo
	letter channel.Message
}

// prepareSend checks everything about a request that needs no subject.
func (e *Engine) prepareSend(ctx context.Context, r *StartRequest) (*send, error) {
	if r.ResumeID != "" && !r.namesRecipient() {
		if err := e.recall(ctx, r); err != nil {
			return nil, err
		}
	}
	p, err := e.profile(ctx, r.Profile)
	if err != nil {
		return nil, err
	}
	s := &send{engine: e, profile: p, purpose: r.Purpose}
	if s.to, err = p.recipient(r); err != nil {
		return nil, err
	}
	if s.channel, s.outlet, err = e.outletFor(p, r.Channel, s.to); err != nil {
		return nil, err
	}
	s.name, s.nobody = e.subjectName(p, s.to), r.Nobody || e.leadsToNobody(r.ResumeID, p, s.to)
	if s.nobody {
		s.name = e.nobodyName(p, s.to)
	}
	if err := s.bind(r); err != nil {
		return nil, err
	}
	if err := s.phrase(r); err != nil {
		return nil, err
	}
	if err := s.chooseCode(ctx, r); err != nil {
		return nil, err
	}
	s.charge, err = e.startBudgets(r, p)
	return s, err
}

// leadsToNobody reports whether an id is a decoy's. Whoever resumes one by the id alone need not know, and must not be told.
func (e *Engine) leadsToNobody(id string, p *profile, to recipient.Recipient) bool {
	parsed, ok := seal.ParseID(id)
	if !ok {
		return false
	}
	name, _ := e.keys.Locate(parsed)
	return name == e.nobodyName(p, to)
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

// decide is one pass of a Start over its subject: the decision, then the client's budget, both before the swap.
func (s *send) decide(ctx context.Context, sub *subject.Subject) (subject.Decision, error) {
	if !s.owns(sub) {
		return subject.Decision{}, unavailable(errors.New("two recipients share a name"))
	}
	s.in.Now = s.engine.now().UnixMilli()
	_, _ = rand.Read(s.in.Secret[:]) // never fails; each time anew, since what an earlier pass swapped in unseen may be used up
	d, undo := sub.Start(s.in)
	s.undo = undo
	if d.Outcome != subject.Done {
		return d, nil
	}
	return d, s.charge.pay(ctx)
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

// refusedStart tells of a start that ended with an error before anything was sent.
func (e *Engine) refusedStart(ctx context.Context, s *send, err error) (Verification, error) {
	if throttled, ok := errors.AsType[*ThrottledError](err); ok {
		s.tell(ctx, EventThrottled, Verification{}, throttled.Budget, nil)
	}
	return Verification{}, err
}

// answerStart tells of a start that was decided without a message.
func (e *Engine) answerStart(ctx context.Context, s *send, v Verification, d subject.Decision) (Verification, error) {
	if d.Outcome != subject.Done && d.Outcome != subject.Repeated { // a decoy is Done, and costs what others cost
		s.charge.giveBack(ctx)
	}
	err := outcomeError(d)
	if throttled, ok := errors.AsType[*ThrottledError](err); ok {
		s.tell(ctx, EventThrottled, v, throttled.Budget, nil)
		return Verification{}, err
	}
	return v, err
}

// deliver hands the message to the channel. Its send is counted; it is taken back if the channel certainly sent nothing.
func (e *Engine) deliver(ctx context.Context, s *send, place place, sub *subject.Subject, v Verification, entry *subject.Entry) error {
	m, err := s.message(sub, v, entry)
	if err == nil {
		err = place.send(ctx, e.sendTimeout, m)
	} else {
		place.leave()
	}
	if err == nil {
		s.tell(ctx, EventSent, v, "", nil)
		return nil
	}
	cause := err
	err = &sendError{channel: s.channel, cause: func() error { return cause }}
	if errors.Is(err, channel.ErrNotSent) {
		e.takeBack(ctx, s, errors.Is(err, channel.ErrRejected))
	}
	s.tell(ctx, EventNotSent, v, "", err)
	return err
}

func (e *Engine) takeBack(ctx context.Context, s *send, rejected bool) {
	ctx, cancel := staying(ctx)
	defer cancel()
	sub, d, err := e.change(ctx, s.name, subject.Tag{}, deciderFunc(func(sub *subject.Subject) subject.Decision {
		return subject.Decision{Changed: sub.TakeBack(s.undo)}
	}))
	release(sub)
	// A client who names numbers that providers reject is not given them for nothing: each is a call that somebody answers for.
	if err == nil && d.Changed && !rejected {
		s.charge.giveBack(ctx)
	}
}

// tell tells the host and the log what came of a send.
func (s *send) tell(ctx context.Context, kind EventKind, v Verification, budget Budget, err error) {
	e := s.engine
	if e.logger == nil && e.onEvent == nil {
		return
	}
	e.emit(ctx, Event{
		Kind: kind, At: e.now(), Profile: s.profile.Name, Channel: s.channel, ID: v.ID, To: s.to.String(),
		Region: s.to.Region, Attempt: v.Sends, Status: v.Status, ExpiresAt: v.ExpiresAt, Budget: budget, Err: err, recipient: s.to.Address,
	})
}
