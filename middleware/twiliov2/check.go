package twiliov2

import (
	"errors"

	"github.com/codeword-go/codeword/verify"
)

type checkBody struct {
	SID                   string     `json:"sid"`
	ServiceSID            string     `json:"service_sid"`
	AccountSID            string     `json:"account_sid"`
	To                    string     `json:"to"`
	Channel               string     `json:"channel"`
	Status                string     `json:"status"`
	Valid                 bool       `json:"valid"`
	Amount                *string    `json:"amount"`
	Payee                 *string    `json:"payee"`
	SNAAttemptsErrorCodes []struct{} `json:"sna_attempts_error_codes"`
	DateCreated           timestamp  `json:"date_created"`
	DateUpdated           timestamp  `json:"date_updated"`
}

func checkVerification(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	r, err := c.checkRequest(&s)
	if err != nil {
		return nil, err
	}
	v, err := c.engine.Check(c.ctx, r)
	if err != nil && !wrong(err, v) {
		return nil, orGone(err, v)
	}
	body := checkBody{
		SID: verificationSID(v.ID), ServiceSID: s.sid, AccountSID: c.account, To: v.Recipient(), Channel: v.Channel,
		Status: string(verify.StatusPending), // also after the last guess
		Amount: orNull(v.Payment.Amount), Payee: orNull(v.Payment.Payee), SNAAttemptsErrorCodes: []struct{}{},
		DateCreated: timestamp(v.CreatedAt), DateUpdated: timestamp(v.UpdatedAt),
	}
	if err == nil {
		body.Status, body.Valid = string(verify.StatusApproved), true
	}
	return body, nil
}

func (c *call) checkRequest(s *service) (r verify.CheckRequest, err error) {
	p := &params{fields: c.fields}
	to, sid := c.fields.Get("To"), c.fields.Get("VerificationSid")
	switch {
	case to == "" && sid == "":
		return r, faultNobody
	case to != "" && sid != "":
		return r, invalid("VerificationSid")
	case sid != "" && !isSID("VE", sid):
		return r, faultNotFound
	}
	p.need("Code")
	if p.err != nil {
		return r, p.err
	}
	r = verify.CheckRequest{Profile: s.profile.Name, Purpose: s.profile.Name, To: to, Code: c.fields.Get("Code")}
	if sid != "" {
		r.ID = sid[2:]
	}
	r.Payment, err = s.payment(p)
	return r, err
}

// wrong reports whether a check has found a wrong code, which is no error here. One of another length than the one that was sent costs no attempt.
func wrong(err error, v verify.Verification) bool {
	return errors.Is(err, verify.ErrIncorrect) || errors.Is(err, verify.ErrInvalid) && v.ID != ""
}
