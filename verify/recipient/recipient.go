// Package recipient turns what people type into the one phone number or e-mail address that they mean.
//
// Call [Parse] with what a form or a request holds. Every spelling that it accepts of one number gives the same address, so that
// limits, storage and delivery all speak of the same recipient; what it does not understand without guessing it refuses
// with [ErrInvalid]. Reading an address that this package returned gives that address again.
//
// What comes in is hostile. Phone numbers pass a filter of our own before the number parser sees them, since that parser
// reads letters, extensions and whole sentences as numbers. E-mail addresses are the plain dot-separated form and nothing
// else. No error holds any part of the input, and a [Recipient] that is printed shows its address masked.
package recipient

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

var (
	// ErrInvalid reports an address that was refused. Its text gives a reason for the developer and never a part of the input;
	// the person who typed the address needs only to know that it is not right.
	ErrInvalid = errors.New("recipient: invalid address")

	// ErrCallingCode reports a calling code that no country and no network has. It wraps ErrInvalid.
	ErrCallingCode = refuse("no such calling code")
)

// A Kind says what sort of address a recipient has.
type Kind uint8

// The kinds. The zero Kind is that of the zero Recipient.
const (
	Phone Kind = iota + 1
	Email
)

// String returns "phone", "email" or "none".
func (k Kind) String() string {
	switch k {
	case Phone:
		return "phone"
	case Email:
		return "email"
	}
	return "none"
}

// A Recipient is one phone number or one e-mail address. The zero Recipient is nobody.
//
// The address is behind methods, and is masked or absent in whatever fmt, slog or encoding/json make of a Recipient,
// however deep it sits in other values.
type Recipient struct {
	Kind        Kind
	LineType    LineType // of a phone number; Unknown for e-mail
	CallingCode int      // of a phone number: 1 to 999; 0 for e-mail
	Region      string   // ISO 3166 code of the number's own country, not its calling code's: "GG" for +44 7781; "" if it has none

	reveal func() (address, key string) // fmt prints the unexported fields of other people's structs, but not what a func holds
}

// Address returns where a message is delivered: a number in E.164 form with its plus, or an e-mail address as it was
// typed with the domain in lower case.
func (r Recipient) Address() string {
	if r.reveal == nil {
		return ""
	}
	address, _ := r.reveal()
	return address
}

// Key returns the name that storage and limits go by. Two recipients with one key are one mailbox or one
// telephone. It is the address, except that an e-mail address is in lower case throughout, and that a telephone in Argentina or
// Brazil that can be reached under two numbers goes by one of them. A key is not for delivery.
func (r Recipient) Key() string {
	if r.reveal == nil {
		return ""
	}
	_, key := r.reveal()
	return key
}

// LimitKey returns a name for limits only, coarser than Key: it leaves out the "+tag" of an e-mail address. Most servers put
// me+1@ and me+2@ into one mailbox, which is reason enough to let them share a budget, but not to let them share a code.
func (r Recipient) LimitKey() string {
	key := r.Key()
	local, domain, _ := strings.Cut(key, "@")
	if box, _, tagged := strings.Cut(local, "+"); tagged && box != "" {
		return box + "@" + domain
	}
	return key
}

// String returns the address masked as by [Mask].
func (r Recipient) String() string { return Mask(r.Address()) }

// LogValue returns the address masked as by [Mask].
func (r Recipient) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Options relax what is accepted. The zero Options are for production.
type Options struct {
	// AllowPossible also accepts phone numbers that have a possible length but belong to no range in use, such as the fictional
	// +44 7700 900123 and many a sample in a vendor's documentation. Their line type is Unknown, and their region is
	// "" unless the calling code has only one. It is for tests and demonstrations: messages to such numbers go nowhere.
	AllowPossible bool
}

// Parse reads an e-mail address, if to has an "@", or else a phone number in international form: a plus, the calling
// code and the number. The error wraps ErrInvalid.
//
// A phone number may hold spaces and the signs - . / ( ), decimal digits of any script, and the national prefix that some write
// after the calling code, as in +44 (0) 20. Numbers without the plus are refused, since only the caller can
// know which country was meant: see [ParseNational].
func Parse(to string, o Options) (Recipient, error) {
	if strings.IndexByte(to, '@') >= 0 {
		return parseEmail(to)
	}
	typed, err := digits(to)
	if err != nil {
		return Recipient{}, err
	}
	if typed[0] != '+' {
		return Recipient{}, refuse("a phone number needs its plus and calling code")
	}
	return parsePhone(typed, "", o)
}

// ParseNational reads a phone number as it is dialled within the country of a calling code: "07400 123456" with 44. A
// number that repeats the calling code, with or without a plus, is understood as well; one of another calling code is
// refused. The error wraps ErrInvalid, and ErrCallingCode if there is no such calling code.
func ParseNational(callingCode int, national string, o Options) (Recipient, error) {
	region, err := mainRegion(callingCode)
	if err != nil {
		return Recipient{}, err
	}
	typed, err := digits(national)
	if err != nil {
		return Recipient{}, err
	}
	if region == noRegion && typed[0] != '+' {
		typed = join(callingCode, typed)
	}
	r, err := parsePhone(typed, region, o)
	if err == nil && r.CallingCode != callingCode {
		return Recipient{}, refuse("the number has another calling code")
	}
	return r, err
}

func refuse(reason string) error { return fmt.Errorf("%w: %s", ErrInvalid, reason) }
