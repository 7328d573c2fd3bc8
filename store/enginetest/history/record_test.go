//go:build linux

package history_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/anishathalye/porcupine"

	"github.com/codeword-go/codeword/verify"
)

// The size of a history.
const (
	clients   = 8
	requests  = 12 // of each client
	addresses = 3
)

// numbers are the addresses.
var numbers = [addresses]string{"+14155550001", "+14155550002", "+14155550003"}

// A history is what the clients of one database asked and were told.
type history struct {
	policy     policy
	profile    string
	clock      atomic.Int64 // of calls and returns
	mu         sync.Mutex
	told       [addresses][]answer // to whomever: clients pass on what they learn
	operations []porcupine.Operation
}

// record lets n clients work at once.
func (es *engines) record(ctx context.Context, seed uint64, n int) *history {
	h := &history{policy: newPolicy(seed), profile: profileName(seed)}
	var all sync.WaitGroup
	for i := range n {
		c := &client{history: h, number: i, engine: es.each[i], hasty: es.hasty, random: rand.New(rand.NewPCG(seed, uint64(i)+1))}
		all.Go(func() {
			for range clients * requests / n {
				c.ask(ctx, c.next())
			}
		})
	}
	all.Wait()
	return h
}

// A client asks one request after another.
type client struct {
	*history
	number        int
	random        *rand.Rand
	engine, hasty *verify.Engine
}

// next thinks of a request.
func (c *client) next() request {
	in := request{address: c.random.IntN(addresses)}
	c.mu.Lock()
	told := c.told[in.address]
	c.mu.Unlock()
	var known answer // something that was started
	if len(told) > 0 {
		known = told[max(c.random.IntN(len(told)), c.random.IntN(len(told)))]
		in.id = known.id
	}
	newest := c.random.IntN(5) == 0
	switch dice := c.random.IntN(100); {
	case len(told) == 0 || dice < 30:
		in.op = opStart
		c.wish(&in)
	case dice < 75:
		in.op, in.code = opCheck, known.code
		switch c.random.IntN(10) {
		case 0, 1, 2:
			in.code = told[c.random.IntN(len(told))].code
		case 3, 4, 5, 6:
			in.code = wrongCode
		case 7:
			in.code = "00000"
		}
	case dice < 82:
		in.op = opCancel
	default:
		in.op = opStatus
	}
	if newest && in.op != opStart {
		in.id = ""
	}
	return in
}

// wish thinks of what a start asks for.
func (c *client) wish(in *request) {
	switch c.random.IntN(5) {
	case 0, 1:
		in.id = ""
	case 2:
		in.id, in.latest = "", true
	}
	in.alone = in.id != "" && c.random.IntN(2) == 0
	if c.random.IntN(6) == 0 {
		in.key = "a key"
	}
}

// ask asks a request and notes it with its answer.
func (c *client) ask(ctx context.Context, in request) {
	call := new(call)
	engine := c.engine
	switch c.random.IntN(50) {
	case 0, 1:
		call.fault = refuse
	case 2, 3, 4:
		call.fault = lose
	case 5:
		call.fault, engine = vanish, c.hasty
	}
	ctx = context.WithValue(ctx, callKey{}, call)
	asked := c.clock.Add(1)
	v, err := c.do(ctx, engine, in)
	op := porcupine.Operation{ClientId: c.number, Call: asked, Return: c.clock.Add(1)}
	out := answer{outcomeOf(err), v.ID, v.Status, v.AttemptsLeft, v.Sends, call.sent, call.lost}

	c.mu.Lock()
	defer c.mu.Unlock()
	if in.op == opStart && out.outcome == done && out.code != "" {
		c.told[in.address] = append(c.told[in.address], out)
	}
	if out.lost || out.outcome == unknown {
		in.number = len(c.operations) + 1
	}
	switch {
	case out.lost && out.outcome != unknown: // it may have taken effect once before
		before := op
		before.Input, before.Output = in, answer{outcome: unknown, lost: true}
		c.operations = append(c.operations, before)
	case out.outcome == unknown && !out.lost: // it may take effect later
		out.lost, op.Return = true, math.MaxInt64
	}
	op.Input, op.Output = in, out
	c.operations = append(c.operations, op)
}

func (c *client) do(ctx context.Context, e *verify.Engine, in request) (verify.Verification, error) {
	ref := verify.Ref{ID: in.id, Profile: c.profile}
	if in.id == "" {
		ref.To = numbers[in.address]
	}
	switch in.op {
	case opStart:
		r := verify.StartRequest{ResumeID: in.id, ResumeLatest: in.latest, IdempotencyKey: in.key}
		if !in.alone {
			r.Profile, r.To = c.profile, numbers[in.address]
		}
		return e.Start(ctx, r)
	case opCheck:
		return e.Check(ctx, verify.CheckRequest{ID: ref.ID, Profile: ref.Profile, To: ref.To, Code: in.code})
	case opCancel:
		return e.Cancel(ctx, ref)
	}
	return e.Status(ctx, ref)
}

// outcomeOf returns the model's name of what an engine answers, and of what the model never says the error's text.
func outcomeOf(err error) string {
	if throttled, ok := errors.AsType[*verify.ThrottledError](err); ok {
		return string(throttled.Budget)
	}
	for _, known := range []struct {
		err     error
		outcome string
	}{
		{nil, done},
		{verify.ErrIncorrect, incorrect},
		{verify.ErrInvalid, invalid},
		{verify.ErrNotFound, notFound},
		{verify.ErrNotSent, notSent},
		{verify.ErrUnavailable, unknown},
		{verify.ErrUsed, string(verify.StatusApproved)},
		{verify.ErrCanceled, string(verify.StatusCanceled)},
		{verify.ErrMaxAttempts, string(verify.StatusMaxAttempts)},
	} {
		if errors.Is(err, known.err) {
			return known.outcome
		}
	}
	return err.Error()
}
