package subject

import "slices"

// A Guess is a code that somebody typed.
type Guess struct {
	Now      int64
	ID       [8]byte
	ByNewest bool // the newest entry is meant, not ID
	Bound    [8]byte
	Tag      Tag
	Code     Code
	Payment  string // as given to the start
}

// A Code is what was typed, as it compares with what an entry asks for.
type Code interface {
	// Fits reports whether the code has the length and the kind of characters that the entry's code has.
	Fits(*Entry) bool
	// Matches reports whether the code is the entry's, in a time that does not tell.
	Matches(*Subject, *Entry) bool
}

// Check judges a guess and counts it. Done means that this guess, and no other before it, was right.
func (s *Subject) Check(in Guess) Decision {
	now, changed := s.Settle(in.Now)
	e := s.Lookup(in.ID, in.ByNewest, in.Bound)
	if e == nil {
		return Decision{Outcome: NotFound, Changed: changed}
	}
	if outcome := ended(e.State); outcome != Done {
		return Decision{Outcome: outcome, Changed: changed, Entry: e}
	}
	if e.Payment != in.Payment {
		// Somebody changes what is being paid: the code must not be found under either. Without the tag, since Verdict takes it for Done.
		e.finish(now, Canceled, e.Tag)
		s.wipe()
		return Decision{Outcome: WasCanceled, Changed: true, Entry: e}
	}
	if !in.Code.Fits(e) {
		return Decision{Outcome: Malformed, Changed: changed, Entry: e}
	}
	if limit := int(e.MaxFailures); s.Failures.Sum(now) >= limit {
		wait := max(s.Failures.wait(now, limit), 1)
		return Decision{Outcome: Refused, Changed: changed, Limit: LimitFailures, Wait: wait, Entry: e}
	}
	if in.Code.Matches(s, e) && e.Live && !e.Nobody {
		s.approve(now, e, in.Tag)
		return Decision{Outcome: Done, Changed: true, Entry: e}
	}
	e.Guesses, e.Updated = append(e.Guesses, in.Tag), now
	s.Failures.add(now)
	if e.AttemptsLeft() <= 0 {
		e.finish(now, MaxAttempts, e.Tag)
		s.wipe()
	}
	return Decision{Outcome: Incorrect, Changed: true, Entry: e}
}

// ended returns the outcome of asking anything of an entry that is no longer pending, or Done.
func ended(state State) Outcome {
	switch state {
	case Approved:
		return WasApproved
	case Canceled:
		return WasCanceled
	case Expired:
		return WasExpired
	case MaxAttempts:
		return WasMaxAttempts
	default:
		return Done
	}
}

// approve uses the code up, whichever entry it was found through, and clears what success clears.
func (s *Subject) approve(now int64, e *Entry, tag Tag) {
	e.finish(now, Approved, tag)
	watched := false
	for i := range s.Entries {
		other := &s.Entries[i]
		other.Live = false
		ones := other.Bound == e.Bound && e.Bound[0]&HasHandle != 0
		watched = watched || other.State == Pending && !ones
	}
	s.wipe()
	s.Failures, s.TakenBack = nil, 0
	if !watched { // or whoever else holds an id would see the cool-down go
		s.NextSend, s.Cooldown, s.Level, s.Recent = 0, 0, 0, nil
	}
}

// Cancel withdraws one entry. Withdrawing it again changes nothing and is Done as well.
func (s *Subject) Cancel(at int64, id [8]byte, newest bool, bound [8]byte, tag Tag) Decision {
	now, changed := s.Settle(at)
	e := s.Lookup(id, newest, bound)
	switch {
	case e == nil:
		return Decision{Outcome: NotFound, Changed: changed}
	case e.State == Canceled:
		return Decision{Outcome: Done, Changed: changed, Entry: e}
	case e.State != Pending:
		return Decision{Outcome: ended(e.State), Changed: changed, Entry: e}
	}
	e.finish(now, Canceled, tag)
	s.wipe()
	return Decision{Outcome: Done, Changed: true, Entry: e}
}

// Resolve ends a pending entry as somebody else has decided: approved, which uses the code up, or not, which withdraws the entry.
func (s *Subject) Resolve(at int64, id [8]byte, newest bool, bound [8]byte, tag Tag, approved bool) Decision {
	if !approved {
		return s.Cancel(at, id, newest, bound, tag)
	}
	now, changed := s.Settle(at)
	e := s.Lookup(id, newest, bound)
	if e == nil {
		return Decision{Outcome: NotFound, Changed: changed}
	}
	if outcome := ended(e.State); outcome != Done {
		return Decision{Outcome: outcome, Changed: changed, Entry: e}
	}
	s.approve(now, e, tag)
	return Decision{Outcome: Done, Changed: true, Entry: e}
}

// Verdict tells how the call that wrote tag was decided, if it was: what it takes after a swap whose outcome is unknown.
func (s *Subject) Verdict(tag Tag) (Decision, bool) {
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Tag == tag || Tag(e.ID) == tag {
			return Decision{Outcome: Done, Changed: true, Entry: e}, true
		}
		if slices.Contains(e.Guesses, tag) {
			return Decision{Outcome: Incorrect, Changed: true, Entry: e}, true
		}
	}
	return Decision{}, false
}
