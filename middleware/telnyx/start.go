package telnyx

import (
	"errors"
	"strings"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

// A wish is the body of a start.
type wish struct {
	number  string
	profile string
	life    int
	code    optional
	dial    optional
}

// starter returns the action that starts verifications by one way of delivery.
func starter(channel string) action {
	return func(c *call) (any, error) { return c.start(channel) }
}

func (c *call) readWish(channel string) (w wish, err error) {
	o := c.body()
	if w.number = o.required("phone_number"); !isE164(w.number) {
		o.refuse("phone_number", refusedNumber)
	}
	w.profile = o.requiredID("verify_profile_id")
	o.number("timeout_secs", &w.life, shortestLife, c.longestLife())
	if channel != "flashcall" { // whose code is the caller's number
		o.text("custom_code", &w.code, isCustomCode, "4 to 10 digits")
	}
	if channel == "call" {
		o.text("extension", &w.dial, func(s string) bool { return only(s, "0123456789ABCD*#wW", 32) },
			"1 to 32 characters of 0-9, A-D, *, #, w and W")
	}
	return w, o.err()
}

func isCustomCode(s string) bool { return only(s, "0123456789", longestCode) && len(s) >= shortestCode }

func (c *call) start(by string) (any, error) {
	w, err := c.readWish(by)
	if err != nil {
		return nil, err
	}
	p, err := c.load(c.ctx, w.profile)
	if err != nil {
		return nil, err
	}
	to, err := recipient.Parse(w.number, recipient.Options{AllowPossible: c.like.AllowPossible})
	if err != nil {
		return nil, refusedNumber.at("/phone_number")
	}
	s := p.of(by)
	if !s.serves(to) {
		return nil, verify.ErrNotAllowed
	}
	request := verify.StartRequest{
		Profile: c.profileName(w.profile), Channel: by, Recipient: to, Locale: string(p.Language), Brand: string(s.AppName),
		Lifetime: time.Duration(orDefault(w.life, s.life())) * time.Second, CustomCode: string(w.code), Extension: string(w.dial),
		CodeLength: orDefault(s.CodeLength, defaultCode),
	}
	if s.Template != "" {
		t, err := c.template(c.ctx, string(s.Template))
		if err != nil {
			return nil, err
		}
		if request.Template, err = t.parse(); err != nil {
			return nil, err
		}
	}
	v, err := c.engine.Start(c.ctx, request)
	return c.answerStart(v, w.code, err)
}

// answerStart tells of a verification whose message failed for certain as Telnyx does of one that its carriers refuse. Where nobody can
// tell it is pending, since the code may arrive.
func (c *call) answerStart(v verify.Verification, code optional, err error) (any, error) {
	if err != nil && !errors.Is(err, verify.ErrNotSent) {
		return nil, err
	}
	told := c.told(v)
	told.CustomCode = code
	if errors.Is(err, channel.ErrNotSent) {
		told.Status = statusError
	}
	return envelope{told}, nil
}

// requiredID returns a UUID that has to be there, in lower case.
func (o object) requiredID(name string) string {
	id := o.required(name)
	if !isUUID(id) {
		o.refuse(name, refusedID)
	}
	return strings.ToLower(id)
}
