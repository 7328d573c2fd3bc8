//go:build unix

package verify_test

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// These benchmarks belong together: what the engine costs, what the parts that it cannot do without cost by themselves on as many
// addresses, and what the two guards cost that keep a slow channel and a caller who hangs up from doing harm. docs/PERFORMANCE.md has
// the ratios.

// people is how many addresses each round works on.
const people = 1 << 14

func recipients(b *testing.B) []recipient.Recipient {
	b.Helper()
	all := make([]recipient.Recipient, people)
	for i := range all {
		var err error
		if all[i], err = recipient.Parse(typedNumber(i), recipient.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

func typedNumber(i int) string { return fmt.Sprintf("+1415%07d", 2_000_000+i) }

// A postbox is a channel that keeps the latest code.
type postbox struct{ code string }

func (p *postbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	p.code = m.Code.Reveal()
	return channel.Receipt{}, nil
}

func benchEngine(b *testing.B) (*verify.Engine, *postbox) {
	b.Helper()
	box := new(postbox)
	e, err := verify.New(verify.Options{
		Store:    new(memstore.Store),
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": box},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return e, box
}

// A side is something whose cost is compared. Prepare, which is not measured, returns one operation, for each of the people.
type side struct {
	name    string
	prepare func() func(i int)
	took    []float64 // nanoseconds of processor time for one operation, by round
	allocs  float64
}

// compare runs the sides in turn, so that what else the machine does hits all of them, and reports the medians.
func compare(b *testing.B, sides ...*side) {
	b.Helper()
	for range b.N {
		for _, s := range sides {
			s.run()
		}
	}
	for _, s := range sides {
		slices.Sort(s.took)
		b.ReportMetric(s.took[len(s.took)/2], s.name+"-ns")
		b.ReportMetric(s.allocs, s.name+"-allocs")
	}
	b.ReportMetric(0, "ns/op") // says nothing here
}

func (s *side) run() {
	operate := s.prepare()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	started := processorTime()
	for i := range people {
		operate(i)
	}
	s.took = append(s.took, float64(processorTime()-started)/people)
	runtime.ReadMemStats(&after)
	s.allocs = float64((after.Mallocs - before.Mallocs) / people)
}

// processorTime is what this process has used, in nanoseconds: the collector's work is in it, and a machine that does other things
// besides changes little.
func processorTime() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func BenchmarkEngine(b *testing.B) {
	all := recipients(b)
	compare(b,
		engineStart(b, all), partsStart(b, all), engineCheck(b, all), partsCheck(b, all), guardSwap(b), guardSend(b),
		typedStart(b), numberParser(b),
		recordWrite(), jsonWrite(b), recordRead(b), jsonRead(b))
}

func engineStart(b *testing.B, all []recipient.Recipient) *side {
	return &side{name: "start", prepare: func() func(int) {
		e, _ := benchEngine(b)
		return func(i int) {
			if _, err := e.Start(b.Context(), verify.StartRequest{Recipient: all[i]}); err != nil {
				b.Fatal(err)
			}
		}
	}}
}

func engineCheck(b *testing.B, all []recipient.Recipient) *side {
	ids, codes := make([]string, people), make([]string, people)
	return &side{name: "check", prepare: func() func(int) {
		e, box := benchEngine(b)
		for i := range all {
			v, err := e.Start(b.Context(), verify.StartRequest{Recipient: all[i]})
			if err != nil {
				b.Fatal(err)
			}
			ids[i], codes[i] = v.ID, box.code
		}
		return func(i int) {
			if _, err := e.Check(b.Context(), verify.CheckRequest{ID: ids[i], Code: codes[i]}); err != nil {
				b.Fatal(err)
			}
		}
	}}
}

// parts are what every Start or Check has to do, whoever does it.
type parts struct {
	keys   *seal.Keys
	store  store.Store
	secret string // as the HOTP library wants it
	plain  []byte
	sealed []byte
	opened []byte
}

func newParts(b *testing.B, plain []byte) *parts {
	b.Helper()
	keys, err := seal.New(verify.NewKey())
	if err != nil {
		b.Fatal(err)
	}
	return &parts{keys: keys, store: new(memstore.Store), plain: plain, secret: base32.StdEncoding.EncodeToString(make([]byte, 20))}
}

func (p *parts) start(b *testing.B, to recipient.Recipient) string {
	var random [8 + subject.SecretSize]byte
	rand.Read(random[:8])
	rand.Read(random[8:])
	name := p.keys.Name("subject", "login", to.Key())
	key := name.Key()
	if _, err := p.store.Load(b.Context(), key); err != store.ErrNotFound {
		b.Fatal(err)
	}
	p.swap(b, name, key, nil)
	p.hotp(b)
	return key
}

func (p *parts) check(b *testing.B, name seal.Name) {
	var random [8]byte
	rand.Read(random[:])
	key := name.Key()
	old, err := p.store.Load(b.Context(), key)
	if err != nil {
		b.Fatal(err)
	}
	if p.opened, err = p.keys.Open(p.opened[:0], name, old); err != nil {
		b.Fatal(err)
	}
	p.hotp(b)
	p.swap(b, name, key, old)
}

func (p *parts) swap(b *testing.B, name seal.Name, key string, old []byte) {
	p.sealed = p.keys.Seal(p.sealed[:0], name, p.plain)
	if err := p.store.CompareAndSwap(b.Context(), key, old, p.sealed, time.Now().Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
}

func (p *parts) hotp(b *testing.B) {
	if _, err := hotp.GenerateCodeCustom(p.secret, 0, hotp.ValidateOpts{Digits: 6, Algorithm: otp.AlgorithmSHA1}); err != nil {
		b.Fatal(err)
	}
}

// pending returns a subject as it is after a first Start.
func pending() *subject.Subject {
	s := new(subject.Subject)
	s.Start(subject.Start{
		Now: time.Now().UnixMilli(), Profile: "login", Recipient: "+14152000000", Channel: "sms", Locale: "en",
		Rules: &subject.Rules{Lifetime: 600_000, Cooldowns: []int64{30_000}, Sends: 5, DailySends: 20, Guesses: 5, MaxFailures: 100, Length: 6},
		Tag:   subject.Tag{1},
	})
	return s
}

func partsStart(b *testing.B, all []recipient.Recipient) *side {
	plain := pending().Append(nil)
	return &side{name: "start-parts", prepare: func() func(int) {
		p := newParts(b, plain)
		return func(i int) { p.start(b, all[i]) }
	}}
}

func partsCheck(b *testing.B, all []recipient.Recipient) *side {
	plain, names := pending().Append(nil), make([]seal.Name, people)
	return &side{name: "check-parts", prepare: func() func(int) {
		p := newParts(b, plain)
		for i := range all {
			p.start(b, all[i])
			names[i] = p.keys.Name("subject", "login", all[i].Key())
		}
		return func(i int) { p.check(b, names[i]) }
	}}
}

// guardSwap is the context that outlives its caller, in which one call uses the store.
func guardSwap(b *testing.B) *side {
	return always("swap-guard", func(int) {
		_, cancel := context.WithTimeout(context.WithoutCancel(b.Context()), 5*time.Second)
		cancel()
	})
}

// guardSend is the hand-over of a message to a goroutine that may be abandoned.
func guardSend(b *testing.B) *side {
	var box postbox
	m := channel.Message{Code: channel.NewSecret("493021")}
	return always("send-guard", func(int) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(b.Context()), 10*time.Second)
		done := make(chan error, 1)
		go func() {
			defer cancel()
			_, err := box.Send(ctx, m)
			done <- err
		}()
		select {
		case err := <-done:
			if err != nil {
				b.Fatal(err)
			}
		case <-ctx.Done():
		}
	})
}

// typedStart is a Start that has to read its number first.
func typedStart(b *testing.B) *side {
	return &side{name: "typed", prepare: func() func(int) {
		e, _ := benchEngine(b)
		return func(i int) {
			if _, err := e.Start(b.Context(), verify.StartRequest{To: typedNumber(i)}); err != nil {
				b.Fatal(err)
			}
		}
	}}
}

// numberParser is what the number parser costs by itself for the same knowledge.
func numberParser(b *testing.B) *side {
	return always("phonenumbers", func(i int) {
		number, err := phonenumbers.Parse(typedNumber(i), "")
		if err != nil || !phonenumbers.IsValidNumber(number) {
			b.Fatal(err)
		}
		_, _ = phonenumbers.GetNumberType(number), phonenumbers.GetRegionCodeForNumber(number)
	})
}

// always is a side that needs no preparation.
func always(name string, operate func(int)) *side {
	return &side{name: name, prepare: func() func(int) { return operate }}
}

func recordWrite() *side {
	s := pending()
	var plain []byte
	return always("write", func(int) { plain = s.Append(plain[:0]) })
}

func jsonWrite(b *testing.B) *side {
	s := pending()
	return always("write-json", func(int) {
		if _, err := json.Marshal(s); err != nil {
			b.Fatal(err)
		}
	})
}

func recordRead(b *testing.B) *side {
	plain := pending().Append(nil)
	return always("read", func(int) {
		if err := new(subject.Subject).Decode(plain, func(b []byte) string { return string(b) }); err != nil {
			b.Fatal(err)
		}
	})
}

func jsonRead(b *testing.B) *side {
	plain, err := json.Marshal(pending())
	if err != nil {
		b.Fatal(err)
	}
	return always("read-json", func(int) {
		if err := json.Unmarshal(plain, new(subject.Subject)); err != nil {
			b.Fatal(err)
		}
	})
}
