//go:build linux

package promise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/verify"
)

const (
	right, wrong = "246802", "135791"
	callers      = 50 // of each process
)

// A burst is the same call by all callers of a process.
type burst struct {
	At   time.Time // when it begins
	To   string    // for a start
	ID   string    // for a check
	Code string
}

// A tally is what came of a burst.
type tally struct {
	Outcomes     map[string]int // calls by the error that they returned
	ID           string         // of the start that sent
	Sent         int            // messages
	Began, Ended time.Time
}

// outcomes are the errors that are to be expected. The name of any other is its text.
var outcomes = map[string]error{
	"done": nil, "incorrect": verify.ErrIncorrect, "spent": verify.ErrMaxAttempts, "used": verify.ErrUsed, "throttled": verify.ErrThrottled,
}

func outcome(err error) string {
	for name, target := range outcomes {
		if errors.Is(err, target) {
			return name
		}
	}
	return err.Error()
}

// An actor is the engine of one process.
type actor struct {
	engine *verify.Engine
	inbox  *channeltest.Inbox
}

func newActor(s store.Store, key []byte) (a actor, err error) {
	a.inbox = new(channeltest.Inbox)
	a.engine, err = verify.New(verify.Options{
		Store: s, Key: key, Channels: map[string]channel.Channel{"sms": a.inbox},
		Profiles: []verify.Profile{{Name: "test", Brand: "Test", Regions: []string{verify.AllRegions}, AllowPossible: true, CustomCodes: true}},
	})
	return a, err
}

// act lets all callers make the call at once.
func (a actor) act(b burst) tally {
	n := tally{Outcomes: map[string]int{}}
	before := len(a.inbox.Messages())
	var mu sync.Mutex
	var wg sync.WaitGroup
	time.Sleep(time.Until(b.At))
	n.Began = time.Now()
	for range callers {
		wg.Go(func() {
			id, err := a.call(b)
			mu.Lock()
			defer mu.Unlock()
			n.Outcomes[outcome(err)]++
			if err == nil {
				n.ID = id
			}
		})
	}
	wg.Wait()
	n.Ended = time.Now()
	n.Sent = len(a.inbox.Messages()) - before
	return n
}

func (a actor) call(b burst) (id string, err error) {
	if b.ID != "" {
		_, err = a.engine.Check(context.Background(), verify.CheckRequest{ID: b.ID, Code: b.Code})
		return "", err
	}
	v, err := a.engine.Start(context.Background(), verify.StartRequest{Channel: "sms", To: b.To, CustomCode: b.Code})
	return v.ID, err
}

// burstPart answers each burst by a tally.
func burstPart(j job, open func() (store.Store, error), in io.Reader, out io.Writer) error {
	s, err := open()
	if err != nil {
		return err
	}
	a, err := newActor(s, j.Key)
	if err != nil {
		return err
	}
	for bursts, tallies := json.NewDecoder(in), json.NewEncoder(out); ; {
		var b burst
		if err := bursts.Decode(&b); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := tallies.Encode(a.act(b)); err != nil {
			return err
		}
	}
}

// A pair is two processes with an engine each.
type pair struct {
	actor
	other *process
	met   int // bursts in which both were at work at once
}

func newPair(t *testing.T, r enginetest.Remote, socket string) *pair {
	t.Helper()
	key := verify.NewKey()
	a, err := newActor(r.Open(t, socket), key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{actor: a, other: job{"burst", r.Name, socket, key}.start(t)}
}

// together lets both processes make a call fifty times each, all at once.
func (p *pair) together(b burst) tally {
	p.other.t.Helper()
	b.At = time.Now().Add(20 * time.Millisecond)
	p.other.tell(b)
	mine := p.act(b)
	var n tally
	p.other.hear(&n)
	if mine.Began.Before(n.Ended) && n.Began.Before(mine.Ended) {
		p.met++
	}
	for name, count := range mine.Outcomes {
		n.Outcomes[name] += count
	}
	n.ID += mine.ID
	n.Sent += mine.Sent
	return n
}

// demand is together for a burst whose outcomes are known.
func (p *pair) demand(b burst, want map[string]int) tally {
	p.other.t.Helper()
	n := p.together(b)
	if !maps.Equal(n.Outcomes, want) {
		p.other.t.Fatalf("%v, want %v", n.Outcomes, want)
	}
	return n
}

// S16, S17, S19: of 100 starts by two processes at once one sends, and makes the one live verification; of 100 wrong answers five are judged,
// whereupon the right one comes too late; and of 100 right ones one is approved.
func TestTwoProcesses(t *testing.T) {
	const rounds = 3
	eachRemote(t, func(t *testing.T, r enginetest.Remote, socket string) {
		p := newPair(t, r, socket)
		for round := range rounds {
			start := burst{To: fmt.Sprintf("+14155550%03d", round), Code: right}
			started := p.demand(start, map[string]int{"done": 1, "throttled": 99})
			all, err := p.engine.Verifications(t.Context(), "", start.To)
			if err != nil || len(all) != 1 || all[0].ID != started.ID || started.Sent != 1 {
				t.Fatalf("%d verifications, %d messages, %v", len(all), started.Sent, err)
			}
			p.demand(burst{ID: started.ID, Code: wrong}, map[string]int{"incorrect": 5, "spent": 95})
			if _, err := p.call(burst{ID: started.ID, Code: right}); !errors.Is(err, verify.ErrMaxAttempts) {
				t.Fatalf("a right answer after all: %v", err)
			}

			id, err := p.call(burst{To: fmt.Sprintf("+14155551%03d", round), Code: right})
			if err != nil {
				t.Fatal(err)
			}
			p.demand(burst{ID: id, Code: right}, map[string]int{"done": 1, "used": 99})
		}
		if p.met == 0 {
			t.Error("the processes were never at work at once")
		}
	})
}
