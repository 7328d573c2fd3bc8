package redisscript

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	// maxSenders is how many batches are on their way at a time. More of them are smaller, and cost the server and the client more
	// for each call; with one alone, a call that comes while it is under way waits for its reply.
	maxSenders = 4

	// maxBatch bounds how long the first reply of a batch waits for the last, so that the client and the server work at the same time, and
	// what one broken connection takes with it.
	maxBatch = 64
)

// A pipeline sends the commands of calls that come at the same time in batches, since most of what a command costs, on both
// sides, is the write and the read of its own. A lonely call waits for nobody.
//
// No client ends all of its own waits with the context, so it is asked in goroutines, which end when there is nothing to send; a
// call leaves when its context ends.
type pipeline struct {
	do Do

	mu      sync.Mutex
	waiting []*call
	senders int

	idle sync.Pool // calls to use again
}

// A call is one command on its way.
type call struct {
	ctx     context.Context
	command Command
	result  chan Result // has room, for a call that has left
}

// send returns when the command has a reply or ctx is done, whichever is first.
func (p *pipeline) send(ctx context.Context, command Command) (any, error) {
	c, _ := p.idle.Get().(*call)
	if c == nil {
		c = &call{result: make(chan Result, 1)}
	}
	c.ctx, c.command = ctx, command
	p.join(c)
	select {
	case r := <-c.result:
		c.ctx, c.command = nil, Command{}
		p.idle.Put(c)
		return r.Reply, r.Err
	case <-ctx.Done():
		return nil, ctx.Err() // the call itself may still be answered
	}
}

func (p *pipeline) join(c *call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, c)
	if p.senders < maxSenders {
		p.senders++
		go p.run()
	}
}

// run sends what waits until nothing does.
func (p *pipeline) run() {
	for batch := p.next(); len(batch) > 0; batch = p.next() {
		p.sendBatch(batch)
	}
}

// next takes the calls that have waited longest. If there are none, the sender that asks is done.
func (p *pipeline) next() []*call {
	runtime.Gosched() // to whoever is about to join
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(len(p.waiting), maxBatch)
	if n == 0 {
		p.senders--
		return nil
	}
	batch := p.waiting[:n:n]
	p.waiting = p.waiting[n:]
	return batch
}

// sendBatch leaves out the calls that have been left.
func (p *pipeline) sendBatch(batch []*call) {
	batch = slices.DeleteFunc(batch, func(c *call) bool { return c.ctx.Err() != nil })
	if len(batch) == 0 {
		return
	}
	ctx, cancel := shared(batch)
	defer cancel()
	commands := make([]Command, len(batch))
	for i, c := range batch {
		commands[i] = c.command
	}
	results := make([]Result, len(batch))
	p.ask(ctx, commands, results)
	for i, c := range batch {
		c.result <- results[i]
	}
}

// ask survives a client that panics, or a host's hook in it: the batch has failed, and what it panicked with may hold anything, so it is
// dropped. Nobody else could recover in this goroutine.
func (p *pipeline) ask(ctx context.Context, commands []Command, results []Result) {
	defer func() {
		if recover() == nil {
			return
		}
		for i := range results {
			results[i] = Result{Err: errPanic}
		}
	}()
	p.do(ctx, commands, results)
}

var errPanic = errors.New("the client panicked")

// patience is how long a call that has no deadline may hold up a sender.
const patience = 10 * time.Second

// shared returns a context that ends with the last of the calls' deadlines. Its values, which clients give to what traces them, are
// the first call's.
func shared(batch []*call) (context.Context, context.CancelFunc) {
	ctx := batch[0].ctx
	if len(batch) > 1 {
		ctx = context.WithoutCancel(ctx)
	}
	unhurried := time.Now().Add(patience)
	var last time.Time
	for _, c := range batch {
		deadline, ok := c.ctx.Deadline()
		if !ok {
			deadline = unhurried
		}
		if deadline.After(last) {
			last = deadline
		}
	}
	return context.WithDeadline(ctx, last)
}
