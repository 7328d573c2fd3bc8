// Package flashcall verifies by a call that nobody answers: the code is the end of the number that calls.
//
// There are only as many codes as there are numbers to call from. With 100 of them a single guess is right once in 100 times, whatever the number of
// digits, so the engine takes such a channel only for profiles that accept the risk, and gives each id fewer guesses.
package flashcall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/codeword-go/codeword/channel"
)

// A Placer places calls. Call lets the recipient's telephone ring once, from a number of the pool. Its errors are those of a channel's Send.
type Placer interface {
	Call(ctx context.Context, from string, m channel.Message) (channel.Receipt, error)
}

// Options configure a Channel.
type Options struct {
	Placer  Placer
	Numbers []string // to call from: E.164 with a plus; no two may end alike
	Digits  int      // how many of the last digits are the code: 4 to 10, default 4
}

// A Channel is a pool of numbers to call from.
type Channel struct {
	placer  Placer
	numbers map[string]string // by code
	codes   []string
}

var _ channel.Coder = (*Channel)(nil)

// New returns a Channel. The error names the option that is wrong.
func New(o Options) (*Channel, error) {
	if o.Digits == 0 {
		o.Digits = 4
	}
	switch {
	case o.Placer == nil:
		return nil, errors.New("flashcall: Placer: missing")
	case o.Digits < 4 || o.Digits > 10:
		return nil, fmt.Errorf("flashcall: Digits: %d is not between 4 and 10", o.Digits)
	case len(o.Numbers) == 0:
		return nil, errors.New("flashcall: Numbers: missing")
	}
	c := &Channel{placer: o.Placer, numbers: make(map[string]string, len(o.Numbers))}
	for i, number := range o.Numbers {
		digits, plus := strings.CutPrefix(number, "+")
		if !plus || len(digits) < max(7, o.Digits) || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			return nil, fmt.Errorf("flashcall: Numbers: number %d is not in E.164 form", i+1)
		}
		code := digits[len(digits)-o.Digits:]
		if _, taken := c.numbers[code]; taken {
			return nil, fmt.Errorf("flashcall: Numbers: number %d ends like another", i+1)
		}
		c.numbers[code] = number
		c.codes = append(c.codes, code)
	}
	return c, nil
}

// Pool returns how many codes there are.
func (c *Channel) Pool() int { return len(c.codes) }

// Code returns the end of one of the numbers, each as likely as the others.
func (c *Channel) Code(context.Context, string) (channel.Secret, error) {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(len(c.codes))))
	if err != nil {
		return channel.Secret{}, fmt.Errorf("flashcall: %w", err)
	}
	return channel.NewSecret(c.codes[i.Int64()]), nil
}

// Send calls the recipient from the number that ends in the message's code.
func (c *Channel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	from, ok := c.numbers[m.Code.Reveal()]
	if !ok {
		return channel.Receipt{}, fmt.Errorf("flashcall: no number for such a code: %w", channel.ErrRejected)
	}
	return c.placer.Call(ctx, from, m)
}
