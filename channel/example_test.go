package channel_test

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/codeword-go/codeword/channel"
)

// gateway stands for any provider's client.
type gateway struct{ err error }

var (
	errBadNumber = errors.New("bad number")
	errBusy      = errors.New("busy")
)

func (g gateway) SMS(context.Context, string, string) (id string, err error) { return "SM1", g.err }

// Texts is a channel: this is all that it takes.
type Texts struct{ gateway gateway }

func (t Texts) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	id, err := t.gateway.SMS(ctx, m.To.Reveal(), m.Text.Reveal())
	_, unreachable := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, errBadNumber):
		return channel.Receipt{}, fmt.Errorf("texts: %w", channel.ErrRejected) // never will work
	case unreachable, errors.Is(err, errBusy):
		return channel.Receipt{}, fmt.Errorf("texts: %w", channel.ErrNotSent) // may work later
	case err != nil:
		return channel.Receipt{}, errors.New("texts: no answer") // perhaps it was sent; err may hold the number
	}
	return channel.Receipt{ID: id}, nil
}

func ExampleChannel() {
	m := channel.Message{Channel: "sms", To: channel.NewSecret("+14155552671"), Text: channel.NewSecret("Acme: code 493021.")}
	var c channel.Channel = Texts{}
	fmt.Println(c.Send(context.Background(), m))

	c = Texts{gateway{err: errBadNumber}}
	_, err := c.Send(context.Background(), m)
	fmt.Println(err, errors.Is(err, channel.ErrNotSent))
	fmt.Printf("%+v\n", m.To)
	// Output:
	// {SM1} <nil>
	// texts: channel: rejected true
	// [secret]
}
