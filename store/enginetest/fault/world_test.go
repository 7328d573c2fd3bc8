//go:build linux

package fault_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	patience = 400 * time.Millisecond // how long a caller waits for an answer
	slack    = 200 * time.Millisecond // how much later an answer may come
	guesses  = 5                      // for each verification
	sends    = 4                      // to each address, in all
)

// A world is two engines whose stores fail, the people who use them, and what is known for certain.
type world struct {
	t       *testing.T
	engines []*verify.Engine
	memory  memory

	mu     sync.Mutex
	people map[string]*person // by address
	late   time.Duration      // the most that an answer came too late

	calls, failed, verified, messages atomic.Int64
}

// newWorld makes the engines, each on a client of its own. Nothing is limited but guesses, and messages to an address.
func newWorld(t *testing.T, s *site, m memory) *world {
	t.Helper()
	w := &world{t: t, memory: m, people: map[string]*person{}}
	key := verify.NewKey()
	for range 2 {
		e, _ := verifytest.New(t, func(o *verify.Options) {
			o.Store, o.Key = s.open(t), key
			o.Channels = map[string]channel.Channel{"sms": w}
			plenty := verify.Rate{Count: 1_000_000, Per: time.Hour}
			o.Limits = verify.Limits{Starts: plenty, FailedChecks: plenty, FailedChecksPerRecipient: plenty}
			p := &o.Profiles[0]
			p.Attempts, p.Sends, p.DailySends, p.Cooldown = guesses, sends, sends, []time.Duration{0}
		})
		w.engines = append(w.engines, e)
	}
	return w
}

// Send delivers a message to its person, but for one in eight, which it rejects. It implements channel.Channel.
func (w *world) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	if w.messages.Add(1)%8 == 0 {
		return channel.Receipt{}, channel.ErrRejected
	}
	w.mu.Lock()
	p := w.people[m.To.Reveal()]
	w.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(m.VerificationID).code = m.Code.Reveal()
	p.of(m.VerificationID).messages++
	return channel.Receipt{}, nil
}

// ask calls one of the engines. The call has to end in time, with nil or one of some outcomes.
func (w *world) ask(what string, outcomes []error, call func(context.Context, *verify.Engine) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	watch := startWatch()
	err := call(ctx, w.engines[int(w.calls.Add(1))%len(w.engines)])
	late := watch.took(patience+slack) - patience
	if late > slack {
		w.t.Errorf("a %s ended %v after its deadline: %v", what, late, err)
	}
	if err != nil && !slices.ContainsFunc(outcomes, func(o error) bool { return errors.Is(err, o) }) {
		w.t.Errorf("a %s ended with %v", what, err)
	}
	if errors.Is(err, verify.ErrUnavailable) {
		w.failed.Add(1)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = max(w.late, late)
	return err
}

var (
	client = netip.MustParseAddr("192.0.2.1")

	startOutcomes = []error{verify.ErrUnavailable, verify.ErrThrottled, verify.ErrNotSent}
	checkOutcomes = []error{verify.ErrUnavailable, verify.ErrIncorrect, verify.ErrUsed, verify.ErrMaxAttempts}
)

// start returns the id of a verification whose message has come.
func (w *world) start(p *person) (id string, err error) {
	err = w.ask("start", startOutcomes, func(ctx context.Context, e *verify.Engine) error {
		v, err := e.Start(ctx, verify.StartRequest{Channel: "sms", To: p.to, ClientIP: client})
		id = v.ID
		return err
	})
	if err == nil && p.messages(id) == 0 {
		w.t.Error("a start sent nothing")
	}
	return id, err
}

// check remembers the verdict on a code.
func (w *world) check(p *person, id, code string) error {
	outcomes := checkOutcomes
	if w.memory != keeps {
		outcomes = append(slices.Clone(outcomes), verify.ErrNotFound)
	}
	err := w.ask("check", outcomes, func(ctx context.Context, e *verify.Engine) error {
		_, err := e.Check(ctx, verify.CheckRequest{ID: id, Code: code, ClientIP: client})
		return err
	})
	right, _ := p.code(id)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil && code != right:
		w.t.Error("a wrong code was approved")
	case err == nil:
		p.of(id).approved++
	case errors.Is(err, verify.ErrIncorrect):
		p.of(id).judged++
	}
	return err
}

// until waits for people to make something happen.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	eventually(w.t, what, 20*time.Second, holds)
}

// fails waits until callers have found that nothing works.
func (w *world) fails() {
	w.t.Helper()
	before := w.failed.Load()
	w.until("calls fail", func() bool { return w.failed.Load() >= before+12 })
}

// goesOn waits until some more people have been verified.
func (w *world) goesOn() {
	w.t.Helper()
	before := w.verified.Load()
	w.until("people are verified", func() bool { return w.verified.Load() >= before+10 })
}

// recovers waits until some calls in a row have not failed, and returns how long that took.
func (w *world) recovers() time.Duration {
	w.t.Helper()
	began := time.Now()
	inRow := 0
	eventually(w.t, "the engines work again", 30*time.Second, func() bool {
		p := w.newPerson()
		id, err := w.start(p)
		if err == nil {
			right, _ := p.code(id)
			err = w.check(p, id, right)
		}
		switch {
		case err == nil:
			inRow++
		case !errors.Is(err, verify.ErrNotSent):
			inRow = 0
		}
		return inRow >= 3
	})
	return time.Since(began)
}

func eventually(t testing.TB, what string, within time.Duration, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so after %v: %s", within, what)
		}
	}
}
