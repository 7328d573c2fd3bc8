package telnyx

import (
	"cmp"
	"errors"

	"github.com/codeword-go/codeword/verify"
)

// A result is how a check is told.
type result struct {
	Number string `json:"phone_number"`
	Code   string `json:"response_code"`
}

func verifyByNumber(c *call) (any, error) {
	number, err := c.number()
	if err != nil {
		return nil, err
	}
	o := c.body()
	code, profile := o.required("code"), o.requiredID("verify_profile_id")
	if err := o.err(); err != nil {
		return nil, err
	}
	request := verify.CheckRequest{Profile: c.profileName(profile), To: number, Code: code}
	v, err := c.check(request)
	if errors.Is(err, verify.ErrInvalidRecipient) {
		return nil, refusedNumber.in("phone_number")
	}
	return answerCheck(orDefault(v.Recipient(), number), err)
}

func verifyByID(c *call) (any, error) {
	v, err := c.verification()
	if err != nil {
		return nil, err
	}
	o := c.body()
	var code, status optional
	o.text("code", &code, plain(255), "at most 255 characters")
	o.text("status", &status, plain(255), "accepted or rejected")
	switch {
	case status != "" && status != "accepted" && status != "rejected":
		o.refuse("status", refusedEnum.because("The value must be accepted or rejected."))
	case code == "" && status == "":
		o.refuse("code", refusedMissing.because("Either code or status is required."))
	case status != "" && !v.CustomCode:
		o.refuse("status", refusedRequest.because("Only a verification with a custom_code takes a status."))
	}
	if err := o.err(); err != nil {
		return nil, err
	}
	return answerCheck(v.Recipient(), c.settle(v.ID, string(code), string(status)))
}

// settle judges by the code if there is one, and a caller who says rejected is believed in any case.
func (c *call) settle(id, code, status string) error {
	switch {
	case status == "rejected":
		if _, err := c.engine.Resolve(c.ctx, verify.Ref{ID: id}, false); err != nil {
			return err
		}
		return verify.ErrCanceled
	case code != "":
		_, err := c.check(verify.CheckRequest{ID: id, Code: code})
		return err
	}
	_, err := c.engine.Resolve(c.ctx, verify.Ref{ID: id}, true)
	return err
}

// check judges a code. What is no code at all costs no guess, and is answered like a wrong one, if there is anything to answer for.
func (c *call) check(r verify.CheckRequest) (verify.Verification, error) {
	v, err := c.engine.Check(c.ctx, r)
	if e, ok := errors.AsType[*verify.InvalidError](err); !ok || e.Field != "code" {
		return v, err
	}
	v, err = c.engine.Status(c.ctx, verify.Ref{ID: r.ID, Profile: r.Profile, To: r.To})
	if err != nil {
		return v, err
	}
	return v, cmp.Or(ended[v.Status], verify.ErrNotFound) // a status that is not in the table accepts nothing
}

// ended are the engine's answers to a wrong code, by the status.
var ended = map[verify.Status]error{
	verify.StatusPending:     verify.ErrIncorrect,
	verify.StatusApproved:    verify.ErrUsed,
	verify.StatusCanceled:    verify.ErrCanceled,
	verify.StatusExpired:     verify.ErrExpired,
	verify.StatusMaxAttempts: verify.ErrMaxAttempts,
}

// answerCheck tells of a check, which is a success of HTTP's whatever the verdict. Only the call that used the code up is told accepted.
func answerCheck(number string, err error) (any, error) {
	verdict := ""
	switch {
	case err == nil:
		verdict = "accepted"
	case errors.Is(err, verify.ErrUnavailable):
		return nil, err
	case errors.Is(err, verify.ErrIncorrect), errors.Is(err, verify.ErrUsed), errors.Is(err, verify.ErrCanceled):
		verdict = "rejected"
	case errors.Is(err, verify.ErrExpired):
		verdict = "expired"
	case errors.Is(err, verify.ErrMaxAttempts):
		verdict = "max_attempts_exceeded"
	default:
		return nil, err
	}
	return envelope{result{number, verdict}}, nil
}
