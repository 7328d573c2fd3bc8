package telnyx

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A verification is one as it is told.
type verification struct {
	ID         string   `json:"id"`
	Number     string   `json:"phone_number"`
	RecordType string   `json:"record_type"`
	Status     string   `json:"status"`
	Timeout    int64    `json:"timeout_secs"`
	Type       string   `json:"type"`
	Profile    string   `json:"verify_profile_id"`
	CustomCode optional `json:"custom_code"` // told by the start that gave it, and never again
	Created    string   `json:"created_at"`
	Updated    string   `json:"updated_at"`
}

func (h *Handler) told(v verify.Verification) verification {
	return verification{
		ID: v.ID, Number: v.Recipient(), RecordType: "verification", Status: statuses[v.Status],
		Timeout: int64(v.ExpiresAt.Sub(v.CreatedAt).Round(time.Second).Seconds()), Type: v.Channel,
		Profile: strings.TrimPrefix(v.Profile, h.group+"/"), Created: clock(v.CreatedAt), Updated: clock(v.UpdatedAt),
	}
}

// statusError is the state of a verification whose message was certainly not sent, which the engine forgets.
const statusError = "error"

// statuses are Telnyx's words for the engine's. One that was rejected by the caller's word is invalid like one that was given up.
var statuses = map[verify.Status]string{
	verify.StatusPending:     "pending",
	verify.StatusApproved:    "accepted",
	verify.StatusCanceled:    "invalid",
	verify.StatusMaxAttempts: "invalid",
	verify.StatusExpired:     "expired",
}

// verification finds the one that the path names, among those of this handler's profiles.
func (c *call) verification() (v verify.Verification, err error) {
	id, err := c.id()
	if err != nil {
		return v, err
	}
	v, err = c.engine.Status(c.ctx, verify.Ref{ID: id})
	if err == nil && !strings.HasPrefix(v.Profile, c.group+"/") {
		return verify.Verification{}, verify.ErrNotFound
	}
	return v, err
}

func fetchVerification(c *call) (any, error) {
	v, err := c.verification()
	if err != nil {
		return nil, err
	}
	return envelope{c.told(v)}, nil
}

// number returns the phone number in the path.
func (c *call) number() (string, error) {
	number := c.vars["number"]
	if !isE164(number) {
		return "", refusedNumber.in("phone_number")
	}
	return number, nil
}

// isE164 reports whether a number has its one form, which alone Telnyx takes.
func isE164(s string) bool {
	digits, ok := strings.CutPrefix(s, "+")
	return ok && len(digits) >= 7 && only(digits, "0123456789", 15) && digits[0] != '0'
}

// listByNumber tells of all that is kept of a number, newest first. There is no index by number, so it asks each profile.
func listByNumber(c *call) (any, error) {
	number, err := c.number()
	if err != nil {
		return nil, err
	}
	page, err := c.page()
	if err != nil {
		return nil, err
	}
	ids, err := c.profileIDs()
	if err != nil {
		return nil, err
	}
	var all []verify.Verification
	for _, id := range ids {
		found, err := c.engine.Verifications(c.ctx, c.profileName(id), number)
		if e, ok := errors.AsType[*verify.InvalidError](err); ok && e.Field == "profile" { // it has just been deleted
			continue
		}
		if errors.Is(err, verify.ErrInvalidRecipient) {
			return nil, refusedNumber.in("phone_number")
		}
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b verify.Verification) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list(page, all, func(v verify.Verification) (verification, bool, error) { return c.told(v), true, nil })
}
