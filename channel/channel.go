// Package channel declares how Codeword delivers a message: one method. Retrying, falling back and breaking a
// circuit are channels made of channels.
package channel

import (
	"context"
	"errors"
	"time"

	"github.com/codeword-go/codeword/channel/speech"
)

// ErrRejected, wrapped by the error of a Send, says that the message was certainly not delivered and that trying again
// cannot help: the number does not exist, the account is closed. The engine takes such a send back.
// Any other error leaves open whether the message went out.
var ErrRejected = errors.New("channel: rejected")

// A Channel delivers one message.
//
// Send returns once the provider has taken responsibility for the message, or with an error. It should honour ctx; one that does
// not is abandoned at the engine's time-out and holds one of the channel's places until it returns. Implementations are
// safe for concurrent use, and put neither the code nor the address into an error.
type Channel interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// A Message carries everything that a provider may want, in finished form. The parts that hold a code or an address
// are behind Reveal, so that a message that is printed or logged by mistake shows neither.
type Message struct {
	Channel string // the name under which the channel is registered: "sms", "email", ...
	To      Secret // E.164 with a plus, or an e-mail address as it was typed

	Text    Secret               // the message as plain text
	Subject Secret               // e-mail only
	HTML    Secret               // e-mail only
	Speech  func() speech.Speech // the message as spoken in a call; nil if there is none
	Code    Secret               // for providers that have templates of their own

	Locale         string    // BCP 47 tag of the language of Text and Speech
	Profile        string    // name of the profile
	Brand          string    // who asks
	VerificationID string    // with Attempt, an idempotency key
	Attempt        int       // which send of this verification it is, from 1
	Expires        time.Time // when the code stops being good
}

// A Receipt is what a provider said about a message that it accepted.
type Receipt struct {
	ID string // the provider's own id of the message, or ""
}
