package authyv1

import (
	"time"

	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

// start sends a code, or the one that is on its way once more.
func start(c *call) (object, error) {
	if err := c.readNumber(); err != nil {
		return nil, err
	}
	request, err := c.startRequest()
	if err != nil {
		return nil, err
	}
	v, err := c.engine.Start(c.ctx, request)
	if err != nil {
		return nil, err
	}
	message := "Text message sent to " + display(c.to) + "."
	if request.Channel == "call" {
		message = "Call to " + display(c.to) + " initiated."
	}
	answer := object{
		{"carrier", ""}, // nobody is asked, and one client insists on a text
		{"is_cellphone", isCellphone(c.to.LineType)},
		{"message", message},
		{"seconds_to_expire", seconds(v.ExpiresIn)},
		{"uuid", v.ID},
	}
	if v.CustomCode {
		answer = append(answer, member{"sms_id", v.ID})
	}
	return append(answer, member{"success", true}), nil
}

func (c *call) startRequest() (verify.StartRequest, error) {
	r := verify.StartRequest{
		Profile: c.profile.Name, Channel: c.get("via"), Recipient: c.to, ResumeLatest: true,
		Locale: c.get("locale"), CustomCode: c.get("custom_code"),
	}
	if r.Channel == "" {
		r.Channel = "sms"
	}
	if c.get("code_length") != "" {
		length, err := c.integer("code_length")
		if err != nil {
			return r, err
		}
		if length < 4 || length > 10 {
			return r, invalid("code_length", "must be 4 to 10")
		}
		r.CodeLength = length
	}
	switch {
	case r.Channel != "sms" && r.Channel != "call":
		return r, invalid("via", "must be sms or call")
	case c.get("custom_message") != "":
		return r, faultCustomMessage
	case r.Channel == "sms" && c.to.LineType == recipient.Fixed:
		return r, faultLandline
	}
	return r, nil
}

// isCellphone reports whether a number may be a mobile telephone's, as far as the number itself tells.
func isCellphone(t recipient.LineType) bool {
	return t == recipient.Mobile || t == recipient.FixedOrMobile || t == recipient.Unknown
}

func seconds(d time.Duration) int { return int(d / time.Second) }
