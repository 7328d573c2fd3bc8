package verify

import "strings"

// Bounds of a payment's parts, in bytes.
const (
	maxAmount = 32
	maxPayee  = 64
)

// text returns the payment as a subject keeps and compares it, "" for none.
func (p Payment) text() string {
	if p == (Payment{}) {
		return ""
	}
	return p.Amount + "\x00" + p.Payee
}

// payment checks what a start is to confirm.
func (p *profile) payment(of Payment) (string, error) {
	for _, part := range []struct {
		field, value string
		most         int
	}{{"amount", of.Amount, maxAmount}, {"payee", of.Payee, maxPayee}} {
		switch {
		case part.value == "" && p.Payments:
			return "", &InvalidError{Field: part.field, Reason: "is missing; every code of this profile confirms a payment"}
		case part.value != "" && !p.Payments:
			return "", &InvalidError{Field: part.field, Reason: "is not taken by this profile"}
		case len(part.value) > part.most || strings.ContainsFunc(part.value, unprintable):
			return "", &InvalidError{Field: part.field, Reason: "is too long, or holds what cannot be shown"}
		}
	}
	return of.text(), nil
}

// unprintable reports characters that could make the message show another payment than the one that is confirmed.
func unprintable(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x200b || 0x200e <= r && r <= 0x200f || 0x2028 <= r && r <= 0x202e ||
		0x2066 <= r && r <= 0x2069 || r == 0xfeff || r == 0xfffd
}
