// Package channeltest is a channel for tests: an inbox that keeps what it is sent, hands out the codes, and can be told to
// fail, hang or panic.
//
//	var inbox channeltest.Inbox
//	e, err := verify.New(verify.Options{Channels: map[string]channel.Channel{"sms": &inbox}, ...})
//	...
//	code, err := inbox.Code(ctx, "+14155552671")
//
// It never looks at a clock, so that it works alike inside and outside of testing/synctest. Printed with any verb, an
// Inbox shows no code and no address.
package channeltest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/codeword-go/codeword/channel"
)

// An Inbox is a channel.Channel that keeps its messages. The zero Inbox is empty, ready for use and accepts everything.
// It is safe for concurrent use, and must not be copied.
type Inbox struct {
	mu       sync.Mutex
	messages []channel.Message
	once     []Behavior
	always   Behavior
	arrived  chan struct{} // closed by the next arrival; nil while nobody waits
}

var _ channel.Channel = (*Inbox)(nil)

// Send keeps m and returns a receipt with the number of the message as id, unless it was told to behave otherwise.
func (i *Inbox) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	delivered, err := true, error(nil)
	if behave := i.next(); behave != nil {
		delivered, err = behave(ctx)
	}
	var receipt channel.Receipt
	if delivered {
		receipt.ID = strconv.Itoa(i.keep(m))
	}
	if err != nil {
		return channel.Receipt{}, err
	}
	return receipt, nil
}

func (i *Inbox) next() Behavior {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.once) == 0 {
		return i.always
	}
	b := i.once[0]
	i.once = i.once[1:]
	return b
}

func (i *Inbox) keep(m channel.Message) (n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.messages = append(i.messages, m)
	if i.arrived != nil {
		close(i.arrived)
		i.arrived = nil
	}
	return len(i.messages)
}

// Messages returns what has arrived since the beginning or the last Reset, oldest first. The slice is the caller's.
func (i *Inbox) Messages() []channel.Message {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.messages)
}

// Wait returns the latest message to the address, of any address if to is empty. If there is none yet it waits
// for one until ctx is done, and then returns an error that wraps ctx.Err().
func (i *Inbox) Wait(ctx context.Context, to string) (channel.Message, error) {
	for {
		m, ok, arrived := i.latest(to)
		if ok {
			return m, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return channel.Message{}, fmt.Errorf("channeltest: no such message: %w", ctx.Err())
		}
	}
}

// latest returns the latest message, or what will be closed when another one arrives.
func (i *Inbox) latest(to string) (m channel.Message, ok bool, arrived <-chan struct{}) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, m := range slices.Backward(i.messages) {
		if to == "" || m.To.Reveal() == to {
			return m, true, nil
		}
	}
	if i.arrived == nil {
		i.arrived = make(chan struct{})
	}
	return channel.Message{}, false, i.arrived
}

// Code returns the code in the message that Wait returns.
func (i *Inbox) Code(ctx context.Context, to string) (string, error) {
	m, err := i.Wait(ctx, to)
	if err != nil {
		return "", err
	}
	return m.Code.Reveal(), nil
}

// Reset empties the inbox and makes it accept everything again. What hangs goes on hanging.
func (i *Inbox) Reset() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.messages, i.once, i.always = nil, nil, nil
}
