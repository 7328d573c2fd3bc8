package smtpmail

import (
	"bytes"
	"net/mail"

	"github.com/codeword-go/codeword/channel"
)

// Compose writes m as it would be sent.
func Compose(m channel.Message) ([]byte, error) {
	msg, _, err := compose(mail.Address{Name: "Acme", Address: "login@acme.example"}, m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = msg.WriteTo(&b)
	return b.Bytes(), err
}
