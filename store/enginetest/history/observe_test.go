//go:build linux

package history_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
)

// A call is one request on its way. It travels in the context, by which the store and the channel know whose they are.
type call struct {
	fault  fault
	lost   bool   // a swap took effect without its engine being told
	silent bool   // the store answers no more
	sent   string // the code of the message
}

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// A fault is what befalls the first swap of a call.
type fault int

const (
	none   fault = iota
	refuse       // it fails and does not take effect
	lose         // it takes effect, and its answer is lost
	vanish       // the same, and the store answers no more
)

var errFault = errors.New("fault")

// An observed store lets others come between the steps of a call, and makes a call's fault happen.
type observed struct{ store.Store }

func (s observed) Load(ctx context.Context, key string) ([]byte, error) {
	if callOf(ctx).silent {
		return nil, errFault
	}
	value, err := s.Store.Load(ctx, key)
	for range rand.IntN(4) {
		runtime.Gosched()
	}
	return value, err
}

func (s observed) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	call := callOf(ctx)
	fault := call.fault
	if call.silent || fault == refuse {
		call.fault = none
		return errFault
	}
	err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
	if err != nil || fault == none {
		return err
	}
	call.fault, call.lost, call.silent = none, true, fault == vanish
	return errFault
}

// An observer is a channel that notes the code with the call that sends it.
type observer struct{}

func (observer) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	callOf(ctx).sent += m.Code.Reveal()
	return channel.Receipt{}, nil
}
