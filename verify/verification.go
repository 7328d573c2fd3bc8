package verify

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify/recipient"
)

// A Status is the state of a verification.
type Status string

// The states. Only a call of Check that returns nil proves anything; a status never does.
const (
	StatusPending     Status = "pending"
	StatusApproved    Status = "approved"
	StatusCanceled    Status = "canceled"
	StatusExpired     Status = "expired"
	StatusMaxAttempts Status = "max_attempts_reached"
)

// A Verification is what its id leads to, as of the call that returned it.
type Verification struct {
	ID           string // 128 bits in UUID form: opaque, unguessable
	Profile      string
	Channel      string // of the latest send
	To           string // the address, masked: +1******2671, a***@example.com
	Locale       string // of the latest message
	Status       Status
	AttemptsLeft int           // guesses that this id still has
	Sends        int           // messages sent for this id
	Log          []Send        // each of them, if there were several
	Payment      Payment       // what the code confirms
	CustomCode   bool          // the code was the host's
	CreatedAt    time.Time     // when this id was given out
	UpdatedAt    time.Time     // when it was last sent, guessed or ended
	ExpiresAt    time.Time     // when the code stops being good
	ExpiresIn    time.Duration // from now to ExpiresAt, zero once it has passed
	ResendIn     time.Duration // how long the address's cool-down still lasts, while the verification is pending

	recipient func() string
	proof     proof // set only by the Check that approved it
}

// A Send is one message of a verification.
type Send struct {
	At      time.Time
	Channel string
}

// Recipient returns the address in full: E.164, or the e-mail address as it was typed.
func (v Verification) Recipient() string {
	if v.recipient == nil {
		return ""
	}
	return v.recipient()
}

// A Ref leads to a verification: by ID, or by Profile and To, which means the newest one of that address.
// By address it is meant for back ends that keep no ids, since anyone can name an address.
type Ref struct {
	ID      string
	Profile string // "" is the engine's first profile
	To      string

	Handle  string // as given to Start
	Purpose string // as given to Start
}

// A StartRequest asks for a code to be sent.
type StartRequest struct {
	Profile string // "" is the engine's first profile
	Channel string // "" is the profile's first channel
	To      string // a phone number with its plus, or an e-mail address

	// CountryCode and PhoneNumber may be given instead of To: the calling code, and the number as it is dialled there. So may a
	// Recipient that was parsed before.
	CountryCode string
	PhoneNumber string
	Recipient   recipient.Recipient

	Locale   string     // preferred language, a BCP 47 tag; by default the number's country decides
	ClientIP netip.Addr // the person's address, if it is known: the limits by client go by it

	// Handle and Purpose bind the verification: it can be checked, resumed and canceled only with the same two, and a code
	// sent for one purpose is wrong for another. Handle is a secret of whoever started it, such as a cookie's value.
	// Each is at most 256 bytes.
	Handle  string
	Purpose string

	// IdempotencyKey makes a repeated request return the first one's verification without sending again, whatever came of the first: after
	// ErrNotSent or ErrUnavailable, whose message may never have left, try again with another key. At most 256 bytes.
	IdempotencyKey string

	// ResumeID continues that verification, and ResumeLatest the newest pending one of the address if there is any: the id
	// stays, and so do the guesses spent. Otherwise a Start gets an id of its own.
	ResumeID     string
	ResumeLatest bool

	Brand    string           // who asks, instead of the profile's
	AppHash  string           // instead of the profile's
	Template *locale.Template // text messages in the host's own words
	Lifetime time.Duration    // of a code that this start makes, within the bounds of the profile's; one that lives already keeps its own end

	// Extension is dialled after a call was answered: digits, A to D, *, #, w and W for pauses; at most 32 characters, for the channel "call" alone.
	Extension string

	CodeLength int    // 4 to 10 digits instead of the profile's length
	CustomCode string // 4 to 10 ASCII letters or digits instead of a generated code, where the profile takes them

	// Nobody starts a decoy: it looks and is limited like any other verification, but nothing is sent and no code is right. It is for an address that
	// the host would not verify, where the answer must not tell. Its state is apart from that of the address's real holder.
	Nobody bool

	Payment Payment // what the code confirms, where the profile asks for it
	Draws   []Draw  // further limits, which the host keeps
}

// A Payment is what a code confirms, as strong customer authentication for payments wants it (Regulation (EU) 2018/389, article 5): the
// message shows it, and a check with any other refuses and voids the code.
type Payment struct {
	Amount string // as the payer reads it, "39.99 €"; at most locale.MaxAmount characters
	Payee  string // at most locale.MaxPayee characters
}

// A Draw charges one event to a limit of the host's own. Draws with the same limit and value share the limit.
type Draw struct {
	Limit string // a name; at most 64 bytes
	Value string // what is limited, such as a user's or a session's id; at most 256 bytes
	Rate  Rate
}

// A CheckRequest asks whether a code is right. It names a verification like a Ref.
type CheckRequest struct {
	ID      string
	Profile string
	To      string
	Code    string // as the person typed it; spaces and dashes are dropped, digits of any script are folded to ASCII

	ClientIP netip.Addr
	Handle   string
	Purpose  string
	Payment  Payment // as given to Start
}

func (r CheckRequest) ref() Ref {
	return Ref{ID: r.ID, Profile: r.Profile, To: r.To, Handle: r.Handle, Purpose: r.Purpose}
}

// Requests hold addresses, codes and handles: printed, they show none of them.

func (r StartRequest) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "verify.StartRequest{%q %q}", r.Profile, r.Channel)
}

func (r CheckRequest) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "verify.CheckRequest{%q}", r.ID)
}

func (r Ref) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "verify.Ref{%q}", r.ID)
}

// MarshalText returns the same, for log/slog and the encoders.

func (r StartRequest) MarshalText() ([]byte, error) { return fmt.Append(nil, r), nil }
func (r CheckRequest) MarshalText() ([]byte, error) { return fmt.Append(nil, r), nil }
func (r Ref) MarshalText() ([]byte, error)          { return fmt.Append(nil, r), nil }
