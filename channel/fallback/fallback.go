// Package fallback delivers through the first of several channels that can.
package fallback

import (
	"context"
	"errors"
	"fmt"

	"github.com/codeword-go/codeword/channel"
)

// A Channel tries its channels in order. It goes on to the next only when one has certainly sent nothing; after an error that leaves
// that open, a second message might follow a first.
type Channel struct{ channels []channel.Channel }

var _ channel.Channel = (*Channel)(nil)

// New returns a Channel that tries the first and then the others. The message is the same for all of them: text for a provider of SMS, speech for
// one of calls.
func New(first channel.Channel, others ...channel.Channel) (*Channel, error) {
	all := append([]channel.Channel{first}, others...)
	for i, c := range all {
		if c == nil {
			return nil, fmt.Errorf("fallback: channel %d is nil", i+1)
		}
		if _, ok := c.(channel.Coder); ok {
			return nil, fmt.Errorf("fallback: channel %d chooses the code itself, which no other can deliver", i+1)
		}
	}
	return &Channel{all}, nil
}

// Send delivers m through the first channel that can. If none can, the error wraps those of all, so that it wraps
// channel.ErrRejected only if every one of them has rejected the message.
func (c *Channel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	var failures []error
	for _, next := range c.channels {
		receipt, err := next.Send(ctx, m)
		if err == nil || !errors.Is(err, channel.ErrNotSent) {
			return receipt, err
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return channel.Receipt{}, notSent(failures)
}

// A failure wraps what went wrong everywhere.
type failure []error

func notSent(failures []error) error { return failure(failures) }

func (f failure) Error() string {
	return fmt.Sprintf("fallback: none of %d channels could send", len(f))
}

// Is reports ErrRejected if every channel has rejected the message, and everything else that any of them reports.
func (f failure) Is(target error) bool {
	for _, err := range f {
		if is := errors.Is(err, target); is != (target == channel.ErrRejected) {
			return is
		}
	}
	return target == channel.ErrRejected
}
