// Package channel declares how Codeword delivers a message: one method. Retrying, falling back and breaking a
// circuit are channels made of channels.
//
// A channel of one's own is a type with that method. Hand the parts of the message to the provider, and turn what it
// answers into one of four outcomes: a Receipt, an error that wraps ErrRejected, an error that wraps ErrNotSent, or any other
// error, which means that nobody can tell. When in doubt, choose the last. The example shows all of it.
package channel

import (
	"context"
	"errors"
	"time"

	"github.com/codeword-go/codeword/channel/speech"
)

// ErrNotSent, wrapped by the error of a Send, says that the message was certainly not sent, and that trying again, or
// another channel, may help: the provider could not be reached, or asks for patience. The engine takes such a send back.
// An error that does not wrap it leaves open whether the message went out, and is never followed by a second try.
var ErrNotSent = errors.New("channel: not sent")

// ErrRejected, wrapped by the error of a Send, says that the message was certainly not delivered and that trying the
// same channel again cannot help: the number does not exist, the account is closed. It implies ErrNotSent:
// errors.Is finds both.
var ErrRejected error = rejected{}

type rejected struct{}

func (rejected) Error() string { return "channel: rejected" }
func (rejected) Unwrap() error { return ErrNotSent }

// A Channel delivers one message.
//
// Send returns once the provider has taken responsibility for the message, or with an error. It should honour ctx; one that does
// not is abandoned at the engine's time-out and holds one of the channel's places until it returns. Implementations are
// safe for concurrent use, and put neither the code nor the address into an error.
type Channel interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// A Coder is a Channel that chooses the code itself: a flash call's is the end of the number that calls.
type Coder interface {
	Channel

	// Code returns a code of 4 to 10 ASCII letters or digits for the next message to an address. The engine asks before anything is
	// counted, and hands the code to Send in Message.Code.
	Code(ctx context.Context, to string) (Secret, error)

	// Pool returns how many codes there are to guess among. It does not change.
	Pool() int
}

// A Message carries everything that a provider may want, in finished form. The parts that hold a code or an address
// are behind Reveal, so that a message that is printed or logged by mistake shows neither.
type Message struct {
	Channel string // the name under which the channel is registered: "sms", "email", ...
	To      Secret // E.164 with a plus, or an e-mail address as it was typed

	Text    Secret               // the message as plain text
	Subject Secret               // e-mail only
	HTML    Secret               // e-mail only
	Speech  func() speech.Speech `json:"-"` // the message as spoken in a call; nil if there is none
	Code    Secret               // for providers that have templates of their own

	// Extension is to be dialled after the call was answered, as digits, A to D, * and #, with w and W for pauses of half a second and a second.
	Extension Secret

	Locale         string    // BCP 47 tag of the language of Text and Speech
	Profile        string    // name of the profile
	Brand          string    // who asks
	VerificationID string    // with Channel and Attempt, an idempotency key
	Attempt        int       // which send of this verification it is, from 1
	Expires        time.Time // when the code stops being good
}

// A Receipt is what a provider said about a message that it accepted.
type Receipt struct {
	ID string // the provider's own id of the message, or ""
}
