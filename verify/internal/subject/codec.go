package subject

import (
	"encoding/binary"
	"errors"
	"slices"
)

// format is the version of the encoding. A program refuses versions that it does not know.
const format = 1

// Bounds that the decoder enforces, since what comes from a store is not trusted to be well formed.
const (
	maxString  = 512
	maxGuesses = 255
	maxRecent  = 255
)

// ErrFormat reports bytes that are no subject.
var ErrFormat = errors.New("subject: not a subject of a known format")

// Append appends the subject's encoding to b. Times are written as the distance from Latest, counts as varints, and what
// is absent as one bit.
func (s *Subject) Append(b []byte) []byte {
	b = append(b, format)
	b = binary.AppendUvarint(b, uint64(s.Latest))
	b = appendString(b, s.Profile)
	b = appendString(b, s.Recipient)
	b = append(b, byte(flag(s.HasSecret(), 1)))
	if s.HasSecret() {
		b = append(b, s.Secret[:]...)
		b = binary.AppendVarint(b, s.SecretExpires-s.Latest)
		b = binary.AppendUvarint(b, uint64(s.Generation))
	}
	b = append(b, s.Level, s.TakenBack)
	b = binary.AppendVarint(b, s.NextSend-s.Latest)
	b = binary.AppendUvarint(b, uint64(s.Cooldown))
	b = append(b, byte(len(s.Recent)))
	for _, end := range s.Recent {
		b = binary.AppendVarint(b, end-s.Latest)
	}
	b = s.appendWindow(b, s.Sends)
	b = s.appendWindow(b, s.Failures)
	b = append(b, byte(len(s.Entries)))
	for i := range s.Entries {
		b = s.appendEntry(b, &s.Entries[i])
	}
	return b
}

func appendString(b []byte, v string) []byte {
	b = binary.AppendUvarint(b, uint64(len(v)))
	return append(b, v...)
}

func (s *Subject) appendWindow(b []byte, w Window) []byte {
	b = append(b, byte(len(w)))
	for _, bucket := range w {
		b = binary.AppendVarint(b, s.Latest/hour-bucket.Hour)
		b = binary.AppendUvarint(b, uint64(bucket.Count))
	}
	return b
}

// What an entry has, above the three bits of its state. What most have comes first, so that it takes one byte.
const (
	flagLive = 8 << iota
	flagBound
	flagIdempotency
	flagTag // differs from the id
	flagPrevious
	flagCustom
	flagChosen
	flagFromChannel
	flagAlias
	flagPayment
	flagLog
	flagNobody
	flagUpdated
	flagEnd
)

func (s *Subject) flags(e *Entry) uint64 {
	return uint64(e.State) | flag(e.Live, flagLive) | flag(e.Bound != [8]byte{}, flagBound) |
		flag(e.Idempotency != [8]byte{}, flagIdempotency) | flag(e.Tag != Tag(e.ID), flagTag) |
		flag(e.KeepsPrevious, flagPrevious) | flag(e.Custom != "", flagCustom) | flag(e.Chosen, flagChosen) |
		flag(e.FromChannel, flagFromChannel) | flag(e.Alias != "", flagAlias) | flag(e.Payment != "", flagPayment) |
		flag(len(e.Log) > 0, flagLog) | flag(e.Nobody, flagNobody) | flag(e.Updated != e.Created, flagUpdated)
}

func (s *Subject) appendEntry(b []byte, e *Entry) []byte {
	b = binary.AppendUvarint(b, s.flags(e))
	b = append(b, e.ID[:]...)
	b = binary.AppendVarint(b, s.Latest-e.Created)
	b = binary.AppendVarint(b, e.Expires-s.Latest)
	b = append(b, e.Length, e.MaxGuesses, e.Sends)
	b = binary.AppendUvarint(b, uint64(e.MaxFailures))
	b = binary.AppendUvarint(b, uint64(e.Generation))
	b = appendString(b, e.Channel)
	b = appendString(b, e.Locale)
	b = append(b, byte(len(e.Guesses)))
	for i := range e.Guesses {
		b = append(b, e.Guesses[i][:]...)
	}
	if e.KeepsPrevious {
		b = binary.AppendUvarint(b, uint64(e.Previous))
	}
	if e.Custom != "" {
		b = appendString(b, e.Custom)
	}
	if e.Bound != [8]byte{} {
		b = append(b, e.Bound[:]...)
	}
	if e.Idempotency != [8]byte{} {
		b = append(b, e.Idempotency[:]...)
	}
	if e.Tag != Tag(e.ID) {
		b = append(b, e.Tag[:]...)
	}
	if e.Alias != "" {
		b = appendString(b, e.Alias)
	}
	if e.Payment != "" {
		b = appendString(b, e.Payment)
	}
	if len(e.Log) > 0 {
		b = append(b, byte(len(e.Log)))
		for _, sent := range e.Log {
			b = binary.AppendVarint(b, s.Latest-sent.At)
			b = appendString(b, sent.Channel)
		}
	}
	if e.Updated != e.Created {
		b = binary.AppendVarint(b, s.Latest-e.Updated)
	}
	return b
}

func flag(set bool, bit uint64) uint64 {
	if set {
		return bit
	}
	return 0
}

// Decode reads into s, which must be zero, what Append wrote. The subject does not alias b. Texts go through intern, which returns them as strings:
// each one on its own, since whoever keeps one must not keep the secrets beside it.
func (s *Subject) Decode(b []byte, intern func([]byte) string) error {
	r := reader{rest: b, intern: intern}
	if r.byte() != format {
		return ErrFormat
	}
	s.Latest = r.time()
	s.Profile = r.string()
	s.Recipient = r.string()
	if r.count(1) == 1 {
		copy(s.Secret[:], r.take(SecretSize))
		s.SecretExpires = max(1, s.Latest+r.distance())
		s.Generation = uint32(r.uvarint(1 << 32))
	}
	s.Level, s.TakenBack = r.byte(), r.byte()
	s.NextSend = s.Latest + r.distance()
	s.Cooldown = r.time()
	n := r.count(maxRecent)
	s.Recent = slices.Grow(s.recent[:0], n)[:n]
	for i := range s.Recent {
		s.Recent[i] = s.Latest + r.distance()
	}
	s.Sends = r.window(s.sends[:0], s.Latest)
	s.Failures = r.window(s.failures[:0], s.Latest)
	n = r.count(maxEntries)
	s.Entries = slices.Grow(s.entries[:0], n)[:n]
	for i := range s.Entries {
		r.entry(&s.Entries[i], s.Latest)
	}
	if r.failed || len(r.rest) > 0 {
		return ErrFormat
	}
	return nil
}

// A reader takes values off the front of what rests. Once something is missing it yields zeros and stays failed.
type reader struct {
	rest   []byte
	intern func([]byte) string
	failed bool
}

var zeros [SecretSize]byte

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.failed, r.rest = true, nil
		return zeros[:min(n, len(zeros))]
	}
	head := r.rest[:n]
	r.rest = r.rest[n:]
	return head
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) count(most int) int {
	n := int(r.byte())
	if n > most {
		r.failed = true
		return 0
	}
	return n
}

// uvarint reads a value below limit.
func (r *reader) uvarint(limit uint64) uint64 {
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		c := r.byte()
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if v >= limit {
				break
			}
			return v
		}
	}
	r.failed = true
	return 0
}

// maxTime keeps sums of a few times far from overflow; it is some 35 000 years from now.
const maxTime = 1 << 50

func (r *reader) time() int64 { return int64(r.uvarint(maxTime)) }

func (r *reader) distance() int64 {
	v := r.uvarint(2 * maxTime)
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) string() string { return r.intern(r.take(int(r.uvarint(maxString + 1)))) }

// window reads into room, as far as it goes.
func (r *reader) window(room Window, latest int64) Window {
	n := r.count(maxBuckets + 1)
	w := slices.Grow(room, n)[:n]
	for i := range w {
		w[i].Hour = latest/hour - r.distance()
		w[i].Count = uint16(r.uvarint(1 << 16))
	}
	return w
}

func (r *reader) tag() [8]byte { return [8]byte(r.take(8)) }

func (r *reader) entry(e *Entry, latest int64) {
	flags := r.uvarint(flagEnd)
	has := func(flag uint64) bool { return flags&flag != 0 }
	e.State = State(flags & 7)
	r.failed = r.failed || e.State > MaxAttempts
	e.ID = r.tag()
	e.Created = latest - r.distance()
	e.Expires = latest + r.distance()
	e.Length, e.MaxGuesses, e.Sends = r.byte(), r.byte(), r.byte()
	e.MaxFailures = uint16(r.uvarint(1 << 16))
	e.Generation = uint32(r.uvarint(1 << 32))
	e.Channel = r.string()
	e.Locale = r.string()
	if n := r.count(maxGuesses); n > 0 && !r.failed {
		e.Guesses = make([]Tag, n, n+1)
		for i := range e.Guesses {
			e.Guesses[i] = r.tag()
		}
	}
	e.Live, e.Chosen, e.FromChannel, e.Nobody = has(flagLive), has(flagChosen), has(flagFromChannel), has(flagNobody)
	if e.KeepsPrevious = has(flagPrevious); e.KeepsPrevious {
		e.Previous = uint32(r.uvarint(1 << 32))
	}
	if has(flagCustom) {
		e.Custom = r.string()
	}
	if has(flagBound) {
		e.Bound = r.tag()
	}
	if has(flagIdempotency) {
		e.Idempotency = r.tag()
	}
	if e.Tag = Tag(e.ID); has(flagTag) {
		e.Tag = r.tag()
	}
	if has(flagAlias) {
		e.Alias = r.string()
	}
	if has(flagPayment) {
		e.Payment = r.string()
	}
	if has(flagLog) {
		e.Log = make([]Sent, r.count(maxGuesses))
		for i := range e.Log {
			e.Log[i] = Sent{At: latest - r.distance(), Channel: r.string()}
		}
	}
	if e.Updated = e.Created; has(flagUpdated) {
		e.Updated = latest - r.distance()
	}
}
