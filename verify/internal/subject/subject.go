// Package subject is the state machine of one recipient in one profile: everything that must be decided together, as
// pure functions over one value. It knows no store, no channel, no clock and no cryptography.
//
// All times and durations are milliseconds, times since the Unix epoch.
package subject

import "slices"

// Skew is how far clocks may differ, and a clock may step back, without anything being lost.
const Skew = 10 * 60 * 1000

// SecretSize is the length of a secret in bytes.
const SecretSize = 20

// maxEntries bounds the entries. The limits on sends keep them far below it.
const maxEntries = 64

// keepFinished is how many finished entries are kept, so that an older id gets a true answer.
const keepFinished = 3

// A Tag is eight random bytes that a deciding call writes into the value, to recognise its own decision later.
type Tag [8]byte

// A Subject is all that is known of one recipient in one profile. The zero Subject has never been sent anything.
type Subject struct {
	Profile   string
	Recipient string // the address to deliver to, in the spelling that came first

	Latest int64 // the latest time seen

	// The codes of all live entries without a custom one come from Secret. Without any there is none, and SecretExpires is zero.
	Secret        [SecretSize]byte
	SecretExpires int64
	Generation    uint32 // number of the newest code

	Entries []Entry // oldest first

	NextSend  int64   // when the cool-down ends
	Cooldown  int64   // how long the cool-down is
	Level     uint8   // sends since the last success or a quiet hour, which choose the next cool-down
	Recent    []int64 // the sends of the last lifetime, each as the time when it stops counting, oldest first
	TakenBack uint8   // sends taken back since the last success
	Sends     Window  // of the last day
	Failures  Window  // of the last day, cleared by success alone

	// Room for what most subjects hold, so that reading one costs one allocation.
	recent          [2]int64
	entries         [1]Entry
	sends, failures [2]Bucket
}

// HasSecret reports whether there is a secret.
func (s *Subject) HasSecret() bool { return s.SecretExpires != 0 }

// A State is what became of an entry. A pending entry of a settled subject has not expired.
type State uint8

// The states.
const (
	Pending State = iota
	Approved
	Canceled
	Expired
	MaxAttempts
)

// An Entry is what one verification id leads to. Several live ones may share a code, each with guesses of its own.
type Entry struct {
	ID      [8]byte
	Created int64
	Updated int64 // when it was last sent, guessed or ended
	Expires int64
	State   State

	// Live says that there is a code to be found. A pending entry whose code was used or withdrawn through another id stays as
	// a decoy, which tells its holder nothing: every guess is wrong until it expires.
	Live bool

	Length     uint8  // of the code, in digits
	Generation uint32 // number of the code
	Previous   uint32 // number of an older code that is still good, if KeepsPrevious
	Custom     string // the code, if the host or the channel chose it

	KeepsPrevious bool
	FromChannel   bool // Custom is the channel's, and good for messages through it alone
	Nobody        bool // no code is right
	Chosen        bool // the host has chosen the code

	MaxGuesses  uint8
	MaxFailures uint16 // of the subject in a day
	Guesses     []Tag  // one for each wrong guess, newest last
	Sends       uint8
	Tag         Tag // of the latest decision about this entry that was not a wrong guess

	Alias           string  // the address to deliver to if it is spelt otherwise than the subject's; its codes are its own
	Payment         string  // the amount and payee that the code confirms, and is good for alone; "" if none
	Channel, Locale string  // of the latest send
	Log             []Sent  // every send, if there were several
	Bound           [8]byte // what the caller must present, hashed; zero if nothing; see HasHandle
	Idempotency     [8]byte // of the start, hashed; zero if none
}

// HasHandle is the bit of Bound's first byte which says that a handle is in it, so that equal ones have one holder.
const HasHandle = 1

// A Sent is one send of an entry.
type Sent struct {
	At      int64
	Channel string
}

// AttemptsLeft returns how many guesses the entry still has.
func (e *Entry) AttemptsLeft() int { return max(0, int(e.MaxGuesses)-len(e.Guesses)) }

// finish ends an entry and forgets what its code was.
func (e *Entry) finish(now int64, state State, tag Tag) {
	e.State, e.Tag, e.Updated = state, tag, now
	e.Live, e.Custom = false, ""
}

// A Limit says which limit refused.
type Limit uint8

// The limits.
const (
	NoLimit Limit = iota
	LimitCooldown
	LimitSends
	LimitDailySends
	LimitFailures
)

// An Outcome is the answer to a request.
type Outcome uint8

// The outcomes.
const (
	Done      Outcome = iota // sent, approved, canceled
	Repeated                 // a start with an idempotency key that was seen: nothing is to be sent
	Refused                  // by a limit
	Incorrect                // a wrong guess, counted
	Malformed                // not a code of this length and kind, not counted
	NotFound
	WasApproved
	WasCanceled
	WasExpired
	WasMaxAttempts
)

// A Decision is what a request leads to. Changed says that the subject must be stored before the answer is told.
type Decision struct {
	Outcome Outcome
	Changed bool
	Limit   Limit
	Wait    int64  // for Refused: until trying again makes sense, more than zero
	Entry   *Entry // the entry in question, nil if there is none; points into the subject
}

// advance returns the time to judge by and whether it had to mend the subject. Time never runs backwards here: a clock that is a
// little behind is taken for the latest time seen. One that is far behind has been set back, so what was live is dead, failures and
// sends stay counted, and nothing waits longer than one cool-down.
func (s *Subject) advance(now int64) (at int64, mended bool) {
	if now >= s.Latest {
		s.Latest = now
		return now, false
	}
	if s.Latest-now <= Skew {
		return s.Latest, false
	}
	s.Latest = now
	for i := range s.Entries {
		if e := &s.Entries[i]; e.State == Pending {
			e.finish(now, Expired, e.Tag)
		}
	}
	s.wipe()
	s.NextSend = min(s.NextSend, now+s.Cooldown)
	for i := range s.Recent {
		s.Recent[i] = min(s.Recent[i], now+s.Cooldown)
	}
	s.Sends.redate(now)
	s.Failures.redate(now)
	return now, true
}

// wipe forgets the secret unless a live entry needs it.
func (s *Subject) wipe() {
	for i := range s.Entries {
		if e := &s.Entries[i]; e.Live && e.Custom == "" {
			return
		}
	}
	s.Secret, s.SecretExpires, s.Generation = [SecretSize]byte{}, 0, 0
}

// Settle brings the subject up to the time that the clock shows. It returns the time to judge by, and whether something was seen that must be
// stored whatever else is decided: that the clock was set back, or that a code has expired, which a clock that is set back later
// must not undo.
func (s *Subject) Settle(now int64) (at int64, changed bool) {
	at, mended := s.advance(now)
	expired := s.expire(at)
	return at, mended || expired
}

// expire takes the code from entries whose time has passed, and forgets all but the latest few finished ones. It reports whether
// there was one whose time has passed.
func (s *Subject) expire(now int64) (expired bool) {
	finished := 0
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.State == Pending && now < e.Expires {
			continue
		}
		if e.State == Pending {
			e.finish(e.Expires, Expired, e.Tag)
			expired = true
		}
		finished++
	}
	for ; finished > keepFinished; finished-- {
		s.forgetOldest()
	}
	s.wipe()
	return expired
}

// forgetOldest removes the entry that has been finished for longest.
func (s *Subject) forgetOldest() {
	oldest := -1
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.State != Pending && (oldest < 0 || e.Updated < s.Entries[oldest].Updated) {
			oldest = i
		}
	}
	s.Entries = slices.Delete(s.Entries, oldest, oldest+1)
}

// Find returns the entry with that id, if the caller presents what it is bound to.
func (s *Subject) Find(id, bound [8]byte) *Entry {
	for i := range s.Entries {
		if e := &s.Entries[i]; e.ID == id && e.Bound == bound {
			return e
		}
	}
	return nil
}

// Lookup returns the entry with that id, or the newest one if that is meant instead.
func (s *Subject) Lookup(id [8]byte, newest bool, bound [8]byte) *Entry {
	if newest {
		return s.Newest(bound)
	}
	return s.Find(id, bound)
}

// Newest returns the newest pending entry, or the newest of any state if none is. The subject must be settled.
func (s *Subject) Newest(bound [8]byte) *Entry {
	var newest *Entry
	for i := len(s.Entries) - 1; i >= 0; i-- {
		e := &s.Entries[i]
		if e.Bound != bound {
			continue
		}
		if e.State == Pending {
			return e
		}
		if newest == nil {
			newest = e
		}
	}
	return newest
}

// Address returns where the messages of an entry go.
func (s *Subject) Address(e *Entry) string {
	if e.Alias != "" {
		return e.Alias
	}
	return s.Recipient
}

// Retain returns until when the subject must be kept: until its last code, cool-down and window have passed.
func (s *Subject) Retain() int64 {
	until := max(s.Latest, s.SecretExpires, s.NextSend, s.Sends.end(), s.Failures.end())
	for i := range s.Entries {
		until = max(until, s.Entries[i].Expires)
	}
	return until
}
