package subject

import "slices"

// A Resend says which code a further message carries.
type Resend uint8

// The resend policies.
const (
	SameCode     Resend = iota
	NewCode             // the one before is void
	KeepPrevious        // the one before is still good
)

// Rules are the limits that a profile sets at the moment of a start.
type Rules struct {
	Lifetime    int64
	Cooldowns   []int64 // after the first send, the second, ...; the last one repeats; not empty
	Sends       uint8   // in one lifetime
	DailySends  int
	Guesses     uint8
	MaxFailures uint16 // in a day
	Length      uint8
	Resend      Resend
}

// A Start asks for a message to be sent.
type Start struct {
	Now   int64
	Rules *Rules

	Profile, Recipient string
	Channel, Locale    string
	Bound, Idempotency [8]byte

	Resume       bool    // continue the entry ResumeID
	ResumeID     [8]byte //
	ResumeLatest bool    // continue the newest pending entry, if there is one

	Tag     Tag              // becomes the id of a new entry
	Secret  [SecretSize]byte // becomes the secret if there is none
	Length  uint8            // of the code, if not the rules'
	Custom  string           // the code, if the host or the channel chose it
	Payment string           // what the code confirms

	Nobody      bool  // no code is right
	FromChannel bool  // Custom is the channel's
	Guesses     uint8 // if not the rules': a channel's codes may be few
}

// Start decides whether a message may be sent, and counts it. The Entry of a Done decision says what the message carries.
func (s *Subject) Start(in Start) (Decision, Undo) {
	now, changed := s.Settle(in.Now)
	if e := s.repeated(in); e != nil {
		return Decision{Outcome: Repeated, Changed: changed, Entry: e}, Undo{}
	}
	alias := s.alias(in.Recipient)
	entry, outcome := s.resumed(in, alias)
	if outcome != Done {
		return Decision{Outcome: outcome, Changed: changed, Entry: entry}, Undo{}
	}
	s.forgetRecent(now)
	if limit, wait := s.mayStart(now, in.Rules, entry); limit != NoLimit {
		return Decision{Outcome: Refused, Changed: changed, Limit: limit, Wait: max(wait, 1), Entry: entry}, Undo{}
	}

	undo := Undo{tag: in.Tag, at: now, before: s.limits(), created: entry == nil}
	if entry == nil {
		entry = s.open(Entry{ID: [8]byte(in.Tag), Created: now, Bound: in.Bound, Idempotency: in.Idempotency,
			MaxGuesses: in.Rules.Guesses, Alias: alias, Payment: in.Payment, Nobody: in.Nobody})
	} else {
		undo.entry = new(*entry)
	}
	s.Profile = in.Profile
	s.assign(now, in, entry)
	s.count(now, in.Rules)
	entry.sent(now, in)
	undo.id, undo.guesses, undo.after = entry.ID, len(entry.Guesses), s.limits()
	return Decision{Outcome: Done, Changed: true, Entry: entry}, undo
}

// sent notes a send.
func (e *Entry) sent(now int64, in Start) {
	if e.Sends > 0 {
		if len(e.Log) == 0 {
			e.Log = []Sent{{e.Created, e.Channel}}
		}
		e.Log = append(e.Log[:len(e.Log):len(e.Log)], Sent{now, in.Channel})
	}
	e.Sends++
	e.Updated = now
	e.Tag, e.Channel, e.Locale, e.MaxFailures = in.Tag, in.Channel, in.Locale, in.Rules.MaxFailures
	if in.Idempotency != [8]byte{} {
		e.Idempotency = in.Idempotency
	}
	if in.Guesses != 0 {
		e.MaxGuesses = min(e.MaxGuesses, in.Guesses)
	}
}

// alias returns an address if it is spelt otherwise than the subject's, which is the first one's. Two spellings share the limits; they do
// not share a code, since nobody but the post office knows whether they are one mailbox.
func (s *Subject) alias(address string) string {
	if len(s.Entries) == 0 {
		s.Recipient = address
	}
	if s.Recipient == address {
		return ""
	}
	return address
}

// resumes returns Done if an entry can be continued. A channel whose codes are few may leave it no guess.
func (in *Start) resumes(e *Entry) Outcome {
	if outcome := ended(e.State); outcome != Done {
		return outcome
	}
	if in.Guesses != 0 && len(e.Guesses) >= int(in.Guesses) {
		return WasMaxAttempts
	}
	return Done
}

// open adds an entry, in the place of the oldest one that leads to no code if there are very many.
func (s *Subject) open(e Entry) *Entry {
	if len(s.Entries) >= maxEntries {
		oldest := max(0, slices.IndexFunc(s.Entries, func(e Entry) bool { return !e.Live }))
		s.Entries = slices.Delete(s.Entries, oldest, oldest+1)
	}
	if len(s.Entries) == 0 {
		s.Entries = s.entries[:0]
	}
	s.Entries = append(s.Entries, e)
	return &s.Entries[len(s.Entries)-1]
}

func (s *Subject) repeated(in Start) *Entry {
	if in.Idempotency == [8]byte{} {
		return nil
	}
	i := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.Idempotency == in.Idempotency && e.Bound == in.Bound })
	if i < 0 {
		return nil
	}
	return &s.Entries[i]
}

// resumed returns the entry that the start continues, nil for a new one.
func (s *Subject) resumed(in Start, alias string) (*Entry, Outcome) {
	switch {
	case in.Resume:
		e := s.Find(in.ResumeID, in.Bound)
		if e == nil || e.Alias != alias || e.Payment != in.Payment {
			return nil, NotFound
		}
		return e, in.resumes(e)
	case in.ResumeLatest:
		if e := s.Newest(in.Bound); e != nil && e.State == Pending && e.Alias == alias && e.Payment == in.Payment {
			return e, in.resumes(e)
		}
	}
	return nil, Done
}

// forgetRecent drops the sends that no longer count.
func (s *Subject) forgetRecent(now int64) {
	s.Recent = slices.DeleteFunc(s.Recent, func(end int64) bool { return end <= now })
}

// mayStart returns the limit that forbids a send, and for how long.
func (s *Subject) mayStart(now int64, r *Rules, e *Entry) (Limit, int64) {
	switch {
	case s.Failures.Sum(now) >= int(r.MaxFailures):
		return LimitFailures, s.Failures.wait(now, int(r.MaxFailures))
	case s.Sends.Sum(now) >= r.DailySends:
		return LimitDailySends, s.Sends.wait(now, r.DailySends)
	case e != nil && e.Sends >= r.Sends:
		return LimitSends, e.Expires - now
	case len(s.Recent) >= int(r.Sends):
		room := s.Recent[len(s.Recent)-int(r.Sends)] // until as many as there may be count no more
		return LimitSends, max(room, s.NextSend) - now
	case now < s.NextSend:
		return LimitCooldown, s.NextSend - now
	}
	return NoLimit, 0
}

// count charges one send to the recipient.
func (s *Subject) count(now int64, r *Rules) {
	if len(s.Recent) == 0 {
		s.Recent = s.recent[:0]
	}
	s.Recent = append(s.Recent, now+r.Lifetime)
	if latest := s.NextSend - s.Cooldown; now-latest >= hour {
		s.Level = 0
	}
	s.Cooldown = r.Cooldowns[min(int(s.Level), len(r.Cooldowns)-1)]
	s.NextSend = now + s.Cooldown
	s.Level = min(s.Level, 254) + 1
	if len(s.Sends) == 0 {
		s.Sends = s.sends[:0]
	}
	s.Sends.add(now)
}

// assign gives the entry its code: the host's or the channel's, the one that it has, or a number of the living secret. What an entry that exists
// already tells about itself stays: a decoy that is resumed gets a code again, but not another end.
func (s *Subject) assign(now int64, in Start, e *Entry) {
	opened := e.Sends == 0
	if opened {
		e.Expires = now + in.Rules.Lifetime
		e.Length = in.Rules.Length
	}
	switch {
	case in.Custom != "":
		e.Custom, e.Length, e.FromChannel, e.Chosen = in.Custom, uint8(len(in.Custom)), in.FromChannel, !in.FromChannel
	case e.Custom != "" && !e.FromChannel && e.Live:
		// The host's code is sent again.
	default:
		if e.Custom != "" {
			e.Custom, e.FromChannel, e.Chosen, e.Length, e.Live = "", false, false, in.Rules.Length, false
		}
		if kept := !opened && e.Live && in.Rules.Resend == SameCode; in.Length != 0 && !kept {
			e.Length = in.Length
		}
		s.derive(now, in, e, opened)
	}
	e.Live = true
}

// derive gives the entry a number of the living secret, or of a new one.
func (s *Subject) derive(now int64, in Start, e *Entry, opened bool) {
	born := !s.HasSecret()
	if born {
		s.Secret, s.Generation, s.SecretExpires = in.Secret, 0, now+in.Rules.Lifetime
		if end := s.decoysEnd(); in.Rules.Resend == SameCode && end-now >= in.Rules.Lifetime/5 {
			s.SecretExpires = min(s.SecretExpires, end) // or their holders would see that there is a new secret
		}
	}
	switch {
	case in.Rules.Resend == SameCode && !opened && e.Live:
		return // what is on its way stays good
	case in.Rules.Resend == SameCode && !s.dying(now, in.Rules):
		e.Generation, e.KeepsPrevious = s.Generation, false
		if opened {
			e.Expires = min(e.Expires, s.SecretExpires)
		}
		return
	}
	if !born {
		s.Generation++
	}
	e.Previous, e.KeepsPrevious = e.Generation, in.Rules.Resend == KeepPrevious && !opened && e.Live
	e.Generation = s.Generation
	s.SecretExpires = max(s.SecretExpires, e.Expires)
}

// decoysEnd returns when the last decoy expires whose code was of a secret.
func (s *Subject) decoysEnd() (end int64) {
	for i := range s.Entries {
		if e := &s.Entries[i]; e.State == Pending && !e.Live && e.Sends > 0 && e.Custom == "" {
			end = max(end, e.Expires)
		}
	}
	return end
}

// dying reports whether the living code has so little time left that a message with it would come too late.
func (s *Subject) dying(now int64, r *Rules) bool { return s.SecretExpires-now < r.Lifetime/5 }
