package verify

import (
	"fmt"
	"strings"

	"github.com/codeword-go/codeword/locale"
)

// text returns the payment as a subject keeps and compares it, "" for none.
func (p Payment) text() string {
	if p == (Payment{}) {
		return ""
	}
	return p.Amount + "\x00" + p.Payee
}

// paymentOf reads what text has written.
func paymentOf(text string) Payment {
	amount, payee, _ := strings.Cut(text, "\x00")
	return Payment{amount, payee}
}

// payment checks what a start is to confirm. What a message would not show as it stands is refused, since the payer must see what they
// confirm.
func (p *profile) payment(of Payment) (string, error) {
	if of == (Payment{}) && !p.Payments {
		return "", nil
	}
	shown := locale.Message{Amount: "1", Payee: "A"}
	for _, part := range []struct {
		field, value string
		into         *string
		most         int
	}{{"amount", of.Amount, &shown.Amount, locale.MaxAmount}, {"payee", of.Payee, &shown.Payee, locale.MaxPayee}} {
		switch {
		case part.value == "" && p.Payments:
			return "", &InvalidError{Field: part.field, Reason: "is missing; every code of this profile confirms a payment"}
		case part.value == "":
			continue
		case !p.Payments:
			return "", &InvalidError{Field: part.field, Reason: "is not taken by this profile"}
		}
		*part.into = part.value
		if shown.Validate() != nil {
			return "", &InvalidError{Field: part.field, Reason: fmt.Sprintf("holds what a message cannot show, or is longer than %d characters", part.most)}
		}
	}
	return of.text(), nil
}
