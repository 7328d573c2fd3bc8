package smtpmail

import (
	"crypto/rand"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/codeword-go/codeword/channel"
)

// compose writes m as an e-mail to one recipient.
func compose(from mail.Address, m channel.Message) (msg *gomail.Msg, id string, err error) {
	to, subject, text, html := m.To.Reveal(), m.Subject.Reveal(), m.Text.Reveal(), m.HTML.Reveal()
	if address, err := mail.ParseAddress(to); err != nil || address.Address != to || unfit(to) {
		return nil, "", fmt.Errorf("smtpmail: recipient is not one bare e-mail address: %w", channel.ErrRejected)
	}
	if unfit(subject) {
		return nil, "", fmt.Errorf("smtpmail: subject holds control characters: %w", channel.ErrRejected)
	}
	if text == "" {
		return nil, "", fmt.Errorf("smtpmail: message has no text: %w", channel.ErrRejected)
	}
	msg = gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if msg.From(from.String()) != nil || msg.To(to) != nil {
		return nil, "", fmt.Errorf("smtpmail: address cannot be written: %w", channel.ErrRejected)
	}
	id = rand.Text() + from.Address[strings.LastIndexByte(from.Address, '@'):]
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(time.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation notices in return
	msg.Subject(subject)
	msg.SetBodyString(gomail.TypeTextPlain, text)
	if html != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, html)
	}
	return msg, id, nil
}

// unfit reports whether s must not stand in a header: control characters and what turns the order of a text around.
// Direction marks stay: an Arabic subject may begin with one.
func unfit(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.In(r, unicode.Zl, unicode.Zp) ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}
