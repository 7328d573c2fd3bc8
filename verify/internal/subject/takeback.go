package subject

import "slices"

// maxTakenBack is how many sends between two successes are taken back, so that a number which every provider rejects
// still runs into the limits.
const maxTakenBack = 3

// An Undo is what it takes to take a send back.
type Undo struct {
	id            [8]byte
	tag           Tag
	at            int64
	before, after limits
	created       bool
	guesses       int
	entry         *Entry // as it was, unless created
}

// limits are what a send changes against the recipient.
type limits struct {
	nextSend, cooldown int64
	level              uint8
	recent             int
}

func (s *Subject) limits() limits {
	return limits{s.NextSend, s.Cooldown, s.Level, len(s.Recent)}
}

func (s *Subject) setLimits(l limits) {
	s.NextSend, s.Cooldown, s.Level, s.Recent = l.nextSend, l.cooldown, l.level, s.Recent[:l.recent]
}

// TakeBack undoes a send that the channel refused, if nothing has happened to the recipient since: a code that was used through
// another id in the meantime must not come back.
func (s *Subject) TakeBack(u Undo) bool {
	i := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.ID == u.id })
	if i < 0 || s.TakenBack >= maxTakenBack {
		return false
	}
	e := &s.Entries[i]
	if !e.Live || e.Tag != u.tag || e.State != Pending || len(e.Guesses) != u.guesses || s.limits() != u.after {
		return false
	}
	s.setLimits(u.before)
	s.Sends.sub(u.at)
	s.TakenBack++
	if u.created {
		s.Entries = slices.Delete(s.Entries, i, i+1)
	} else {
		*e = *u.entry                                        // its tag as well: the send before may still have to be recognised, and this one must not be again
		e.Live = e.Live && (e.Custom != "" || s.HasSecret()) // a secret that was wiped meanwhile is gone
	}
	s.wipe()
	return true
}
