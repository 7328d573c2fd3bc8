package locale

import (
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/codeword-go/codeword/locale/sms"
)

// A Message is what a message tells. Whatever a field may not hold is left out when the message is written; Validate
// says so beforehand.
type Message struct {
	// Brand is who asks, in at most MaxBrand characters: letters, digits, spaces and a few marks. Of digits that no
	// letter separates there are at most three, so that they are not taken for a code. It may be empty.
	Brand string

	// Code is ASCII letters and digits.
	Code string

	// Valid is the time that is left, told in whole minutes, rounded down, at least one. If it is not positive none is
	// told.
	Valid time.Duration

	// Payee and Amount, both or neither, are what the code approves (PSD2), in at most MaxPayee and MaxAmount
	// characters. They are told whatever else there is no room for.
	Payee, Amount string

	// NoWarning leaves out the sentence that asks not to share the code.
	NoWarning bool

	// AppHash and Origin let a phone enter the code by itself, and stand in text messages only: the eleven characters
	// that the Android SMS Retriever looks for, and the domain name of the page that asks (WebOTP).
	AppHash, Origin string
}

// Validate returns an error that names the first field which holds something that would be left out. An empty Code is
// none, so that the fields which outlive a code can be validated before there is one.
func (m Message) Validate() error {
	switch {
	case cleanBrand(m.Brand) != m.Brand:
		return errField("Brand")
	case cleanCode(m.Code) != m.Code:
		return errField("Code")
	case cleanPayee(m.Payee) != m.Payee:
		return errField("Payee")
	case cleanAmount(m.Amount) != m.Amount:
		return errField("Amount")
	case (m.Payee == "") != (m.Amount == ""):
		return errors.New("locale: Message has one of Payee and Amount without the other")
	case m.AppHash != "" && !isAppHash(m.AppHash):
		return errField("AppHash")
	case m.Origin != "" && !isHost(m.Origin):
		return errField("Origin")
	}
	return nil
}

func errField(name string) error {
	return fmt.Errorf("locale: Message.%s holds what a message may not", name)
}

// values returns the cleaned fields of m, with minutes in the given forms.
func (m Message) values(l *Locale, minutes *forms) (v values) {
	v[fieldBrand] = cleanBrand(m.Brand)
	v[fieldCode] = cleanCode(m.Code)
	if m.Valid > 0 {
		n := max(1, int(m.Valid/time.Minute))
		v[fieldNumber] = strconv.Itoa(n)
		v[fieldMinutes] = minutes[l.plurals.form(n)].render(&v)
	}
	if m.Payee != "" || m.Amount != "" {
		v[fieldPayee] = orUnknown(cleanPayee(m.Payee))
		v[fieldAmount] = orUnknown(cleanAmount(m.Amount))
	}
	return v
}

// orUnknown keeps a gap in a payment visible: nobody should approve half of one.
func orUnknown(s string) string {
	if s == "" {
		return "?"
	}
	return s
}

// SMS returns the text message. To stay within one segment it leaves out how long the code is valid, and then the
// warning; a payment or a suffix for the phone may still need a second one.
func (l *Locale) SMS(m Message) string {
	v := m.values(l, &l.short)
	ttl, safe := v[fieldMinutes] != "", !m.NoWarning
	text, fits := l.compose(m, &v, ttl, safe)
	if !fits && ttl {
		text, fits = l.compose(m, &v, false, safe)
	}
	if !fits && safe {
		text, _ = l.compose(m, &v, false, false)
	}
	return text
}

// compose writes the message with or without the two sentences that are optional, and tells whether it fits one segment.
func (l *Locale) compose(m Message, v *values, ttl, safe bool) (text string, fits bool) {
	sentences := [...]template{l.sms.code, l.sms.payment, l.sms.ttl, l.sms.safe}
	if v[fieldBrand] == "" {
		sentences[0] = l.sms.nobrand
	}
	for i, wanted := range [...]bool{true, v[fieldPayee] != "", ttl, safe} {
		if !wanted {
			sentences[i] = nil
		}
	}
	var array [320]byte
	b, units := array[:0], 0
	for i, t := range sentences {
		if t == nil {
			continue
		}
		if i > 0 {
			b, units = space(b), units+1
		}
		b, units = t.append(b, v), units+t.maxUnits(v)
	}
	body := len(b)
	b = m.appendSuffix(b, v[fieldCode])
	units += len(b) - body
	text = string(b)
	return text, units <= alwaysFits || sms.Measure(text).Segments == 1
}

// appendSuffix appends the lines for the phone. The origin line has to be the last.
func (m Message) appendSuffix(b []byte, code string) []byte {
	if isAppHash(m.AppHash) {
		b = append(append(b, '\n'), m.AppHash...)
	}
	if isHost(m.Origin) {
		b = append(append(b, "\n@"...), m.Origin...)
		b = append(append(b, " #"...), code...)
	}
	return b
}

// alwaysFits is how many UTF-16 units fit one segment in any encoding.
const alwaysFits = 70

// space separates two sentences, which Chinese and Japanese full stops do by themselves.
func space(b []byte) []byte {
	if last, _ := utf8.DecodeLastRune(b); last == '。' {
		return b
	}
	return append(b, ' ')
}
