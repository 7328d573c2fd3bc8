package twiliov2

import (
	"errors"
	"strings"

	"github.com/codeword-go/codeword/verify"
)

type verificationBody struct {
	SID              string     `json:"sid"`
	ServiceSID       string     `json:"service_sid"`
	AccountSID       string     `json:"account_sid"`
	To               string     `json:"to"`
	Channel          string     `json:"channel"`
	Status           string     `json:"status"`
	Valid            bool       `json:"valid"`
	Lookup           struct{}   `json:"lookup"`
	Amount           *string    `json:"amount"`
	Payee            *string    `json:"payee"`
	SendCodeAttempts []sendBody `json:"send_code_attempts"`
	SNA              *struct{}  `json:"sna"`
	DateCreated      timestamp  `json:"date_created"`
	DateUpdated      timestamp  `json:"date_updated"`
	URL              string     `json:"url"`
}

type sendBody struct {
	Time       timestamp `json:"time"`
	Channel    string    `json:"channel"`
	AttemptSID string    `json:"attempt_sid"`
}

func (c *call) verificationBody(s *service, v verify.Verification) verificationBody {
	sid := verificationSID(v.ID)
	return verificationBody{
		SID: sid, ServiceSID: s.sid, AccountSID: c.account, To: v.Recipient(), Channel: v.Channel,
		Status: string(v.Status), Valid: v.Status == verify.StatusApproved,
		Amount: orNull(v.Payment.Amount), Payee: orNull(v.Payment.Payee), SendCodeAttempts: sendsOf(v),
		DateCreated: timestamp(v.CreatedAt), DateUpdated: timestamp(v.UpdatedAt),
		URL: c.base + "/v2/Services/" + s.sid + "/Verifications/" + sid,
	}
}

// sendsOf lists the sends of a verification, of which there is at least one.
func sendsOf(v verify.Verification) []sendBody {
	log := v.Log
	if len(log) == 0 {
		log = []verify.Send{{At: v.CreatedAt, Channel: v.Channel}}
	}
	sends := make([]sendBody, len(log))
	for i, sent := range log {
		channel := sent.Channel
		switch channel {
		case "sms", "call", "email":
			channel = strings.ToUpper(channel)
		}
		sends[i] = sendBody{timestamp(sent.At), channel, attemptSID(v.ID, i+1)}
	}
	return sends
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// ref leads to a verification by its SID or by its recipient. Verifications are bound to their service by purpose, so another service's is not
// found.
func (c *call) ref(s *service, key string) verify.Ref {
	r := verify.Ref{Profile: s.profile.Name, Purpose: s.profile.Name}
	if isSID("VE", key) {
		r.ID = key[2:]
	} else {
		r.To = key
	}
	return r
}

func fetchVerification(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	v, err := c.engine.Status(c.ctx, c.ref(&s, c.vars["verification"]))
	if err != nil {
		return nil, unlessNobody(err)
	}
	if gone(v) {
		return nil, faultNotFound
	}
	return c.verificationBody(&s, v), nil
}

// gone reports whether Twilio has removed such a verification.
func gone(v verify.Verification) bool {
	switch v.Status {
	case verify.StatusApproved, verify.StatusExpired:
		return true
	case verify.StatusMaxAttempts:
		return v.ExpiresIn == 0
	}
	return false
}

// unlessNobody makes of a path that names no address one that leads nowhere.
func unlessNobody(err error) error {
	if errors.Is(err, verify.ErrInvalidRecipient) {
		return faultNotFound
	}
	return err
}

func updateVerification(c *call) (any, error) {
	p := &params{fields: c.fields}
	p.need("Status")
	status := p.choice("Status", "approved", "canceled")
	if p.err != nil {
		return nil, p.err
	}
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	v, err := c.engine.Resolve(c.ctx, c.ref(&s, c.vars["verification"]), status == "approved")
	if err != nil {
		return nil, unlessNobody(orGone(err, v))
	}
	return c.verificationBody(&s, v), nil
}

// orGone tells of a verification that ran out of attempts only as long as Twilio does.
func orGone(err error, v verify.Verification) error {
	if errors.Is(err, verify.ErrMaxAttempts) && gone(v) {
		return faultNotFound
	}
	return err
}
