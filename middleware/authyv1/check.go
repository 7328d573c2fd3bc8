package authyv1

import (
	"github.com/codeword-go/codeword/verify"
)

// check judges a code.
func check(c *call) (object, error) {
	if err := c.readNumber(); err != nil {
		return nil, err
	}
	code := c.get("verification_code")
	if code == "" {
		return nil, missing("verification_code")
	}
	_, err := c.engine.Check(c.ctx, verify.CheckRequest{Profile: c.profile.Name, To: c.to.Address(), Code: code})
	if err != nil {
		return nil, err
	}
	return object{{"message", "Verification code is correct."}, {"success", true}}, nil
}

// status tells what became of a verification.
func status(c *call) (object, error) {
	v, err := c.lookUp()
	if err != nil {
		return nil, err
	}
	state, left := "expired", 0
	switch v.Status {
	case verify.StatusPending:
		state, left = "pending", seconds(v.ExpiresIn)
	case verify.StatusApproved:
		state, left = "verified", seconds(v.ExpiresIn)
	}
	return object{
		{"message", "Phone Verification status."}, {"status", state}, {"seconds_to_expire", left}, {"success", true},
	}, nil
}

// lookUp returns the verification that a status is about.
func (c *call) lookUp() (verify.Verification, error) {
	if id := c.get("uuid"); id != "" {
		return c.byID(id)
	}
	if c.get("country_code") == "" || c.get("phone_number") == "" {
		return verify.Verification{}, faultNobody
	}
	if err := c.readNumber(); err != nil {
		return verify.Verification{}, err
	}
	return c.engine.Status(c.ctx, verify.Ref{Profile: c.profile.Name, To: c.to.Address()})
}

// byID returns a verification, unless it is another profile's: the engine may serve others than this API.
func (c *call) byID(id string) (verify.Verification, error) {
	v, err := c.engine.Status(c.ctx, verify.Ref{ID: id})
	if err == nil && v.Profile != c.profile.Name {
		return verify.Verification{}, verify.ErrNotFound
	}
	return v, err
}
