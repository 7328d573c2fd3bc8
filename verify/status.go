package verify

import (
	"context"
	"errors"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// Status returns the verification that ref leads to, whatever became of it; the last three finished ones of an address are
// remembered. The errors are ErrNotFound, ErrInvalid and ErrUnavailable. A status is never proof: only Check is.
func (e *Engine) Status(ctx context.Context, ref Ref) (Verification, error) {
	t, err := e.locate(ctx, ref)
	if err != nil {
		return Verification{}, err
	}
	bound, cancel := e.bounded(ctx)
	defer cancel()
	s := newSubject()
	defer release(s)
	if _, err := e.load(bound, t.name, t.name.Key(), s); err != nil {
		return Verification{}, unavailable(err)
	}
	s.Settle(e.now().UnixMilli())
	entry := s.Lookup(t.entry, t.newest, t.bound)
	if entry == nil {
		return Verification{}, ErrNotFound
	}
	return e.verification(t.name, s, entry), nil
}

// Verifications returns all that is kept of an address in a profile, newest first: the pending verifications and the last three finished ones. The
// errors are ErrInvalid and ErrUnavailable. Like a Ref by address it is meant for back ends.
func (e *Engine) Verifications(ctx context.Context, profile, to string) ([]Verification, error) {
	t, err := e.locate(ctx, Ref{Profile: profile, To: to})
	if err != nil {
		return nil, err
	}
	bound, cancel := e.bounded(ctx)
	defer cancel()
	s := newSubject()
	defer release(s)
	if _, err := e.load(bound, t.name, t.name.Key(), s); err != nil {
		return nil, unavailable(err)
	}
	s.Settle(e.now().UnixMilli())
	var all []Verification
	for i := range s.Entries {
		all = append(all, e.verification(t.name, s, &s.Entries[len(s.Entries)-1-i]))
	}
	return all, nil
}

// Cancel withdraws a pending verification: its id approves nothing any more. Verifications that others started for the same
// address go on. Canceling one that is canceled already returns nil. The errors are those of Check.
func (e *Engine) Cancel(ctx context.Context, ref Ref) (Verification, error) {
	return e.Resolve(ctx, ref, false)
}

// Resolve ends a pending verification as the host has decided by other means: approved uses the code up as a right one would, and not approved
// withdraws it like Cancel. What it returns is proof of nothing but the host's word. The errors are those of Check.
func (e *Engine) Resolve(ctx context.Context, ref Ref, approved bool) (Verification, error) {
	t, err := e.locate(ctx, ref)
	if err != nil {
		return Verification{}, err
	}
	tag := newTag()
	s, d, err := e.change(ctx, t.name, tag, deciderFunc(func(s *subject.Subject) subject.Decision {
		return s.Resolve(e.now().UnixMilli(), t.entry, t.newest, t.bound, tag, approved)
	}))
	defer release(s)
	if err != nil {
		return Verification{}, err
	}
	v := e.verification(t.name, s, d.Entry)
	if err := outcomeError(d); err != nil {
		return v, err
	}
	kind := EventCanceled
	if approved {
		kind = EventApproved
	}
	if d.Changed {
		e.emit(ctx, e.event(kind, v, ""))
	}
	return v, nil
}

// Forget erases all that is kept of an address in a profile, "" being the first one: the verifications, sends and failures. What is left
// are the counters of client addresses, from which nothing can be read. Erasing also lifts the address's limits, so it is for
// requests that were checked.
func (e *Engine) Forget(ctx context.Context, profile, to string) error {
	p, err := e.profile(ctx, profile)
	if err != nil {
		return err
	}
	r, err := p.parse(to)
	if err != nil {
		return err
	}
	erased := false
	for _, name := range []seal.Name{e.subjectName(p, r), e.nobodyName(p, r)} {
		found, err := e.erase(ctx, name.Key())
		if err != nil {
			return err
		}
		erased = erased || found
	}
	if !erased {
		return nil
	}
	e.emit(ctx, Event{Kind: EventErased, At: e.now(), Profile: p.Name, To: r.String(), recipient: r.Address})
	return nil
}

// erase removes what is under key and reports whether there was anything.
func (e *Engine) erase(ctx context.Context, key string) (bool, error) {
	bound, cancel := e.bounded(ctx)
	defer cancel()
	for try := 0; ; try++ {
		old, err := e.storeLoad(bound, key)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		if err == nil {
			err = e.storeSwap(bound, key, old, nil, time.Time{})
		}
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, store.ErrConflict) || !pause(bound, try) {
			return false, unavailable(err)
		}
	}
}

// A target is where a Ref leads.
type target struct {
	name   seal.Name
	entry  [8]byte
	newest bool // the newest entry is meant, not entry
	bound  [8]byte
}

func (e *Engine) locate(ctx context.Context, ref Ref) (target, error) {
	t := target{bound: e.bound(ref.Handle, ref.Purpose)}
	if ref.ID != "" {
		id, ok := seal.ParseID(ref.ID)
		if !ok {
			return target{}, ErrNotFound
		}
		t.name, t.entry = e.keys.Locate(id)
		return t, nil
	}
	p, err := e.profile(ctx, ref.Profile)
	if err != nil {
		return target{}, err
	}
	to, err := p.parse(ref.To)
	if err != nil {
		return target{}, err
	}
	t.name, t.newest = e.subjectName(p, to), true
	return t, nil
}

// verification describes an entry as of the time that the subject was brought up to. Without an entry it is the zero Verification.
func (e *Engine) verification(name seal.Name, s *subject.Subject, entry *subject.Entry) Verification {
	if entry == nil {
		return Verification{}
	}
	now, address := s.Latest, s.Address(entry)
	rest := int64(0)
	if entry.State == subject.Pending { // whose id has ended must not see by the cool-down what becomes of others
		rest = max(0, s.NextSend-now)
	}
	var log []Send
	for _, sent := range entry.Log {
		log = append(log, Send{time.UnixMilli(sent.At), sent.Channel})
	}
	return Verification{
		ID:           e.keys.ID(name, entry.ID).String(),
		Profile:      s.Profile,
		Channel:      entry.Channel,
		To:           recipient.Mask(address),
		Locale:       entry.Locale,
		Status:       statusNames[entry.State],
		AttemptsLeft: entry.AttemptsLeft(),
		Sends:        int(entry.Sends),
		Log:          log,
		Payment:      paymentOf(entry.Payment),
		CustomCode:   entry.Chosen,
		CreatedAt:    time.UnixMilli(entry.Created),
		UpdatedAt:    time.UnixMilli(entry.Updated),
		ExpiresAt:    time.UnixMilli(entry.Expires),
		ExpiresIn:    time.Duration(max(0, entry.Expires-now)) * time.Millisecond,
		ResendIn:     time.Duration(rest) * time.Millisecond,
		recipient:    func() string { return address },
	}
}

var statusNames = [...]Status{
	subject.Pending:     StatusPending,
	subject.Approved:    StatusApproved,
	subject.Canceled:    StatusCanceled,
	subject.Expired:     StatusExpired,
	subject.MaxAttempts: StatusMaxAttempts,
}

// event describes what happened to a verification.
func (e *Engine) event(kind EventKind, v Verification, budget Budget) Event {
	return Event{
		Kind: kind, At: e.now(), Profile: v.Profile, Channel: v.Channel, ID: v.ID, To: v.To, Attempt: v.Sends, Status: v.Status,
		ExpiresAt: v.ExpiresAt, Budget: budget,
		recipient: v.recipient,
	}
}
