package verify

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// Errors about receipts.
var (
	// ErrReceipt reports a receipt that was not issued by an engine with this key, has expired, or does not meet the terms.
	ErrReceipt = errors.New("verify: receipt not valid")

	// ErrReceiptUsed reports a receipt that was consumed before.
	ErrReceiptUsed = errors.New("verify: receipt already used")
)

const maxReceiptLifetime = 24 * time.Hour

// A Receipt says that an address was verified. As a token it travels through a browser, sealed, so that the host need not remember.
type Receipt struct {
	ID         string // of the verification
	Profile    string
	Channel    string
	Purpose    string // as given to Start and Check
	To         string // masked
	ApprovedAt time.Time
	ExpiresAt  time.Time

	recipient func() string
}

// Recipient returns the address in full.
func (r Receipt) Recipient() string {
	if r.recipient == nil {
		return ""
	}
	return r.recipient()
}

// Terms are what a receipt must meet.
type Terms struct {
	Profile string        // "" is the engine's first profile
	Purpose string        // exactly the receipt's
	Binding string        // exactly what it was issued for, such as a user's or a session's id
	MaxAge  time.Duration // since the approval; zero asks for no more than the receipt's own lifetime
}

// IssueReceipt returns a token for a verification that Check has just approved. It is good for lifetime, at most 24 hours and by default
// 10 minutes, and only together with binding.
func (e *Engine) IssueReceipt(v Verification, binding string, lifetime time.Duration) (string, Receipt, error) {
	if v.proof.approved.IsZero() {
		return "", Receipt{}, fmt.Errorf("%w: a receipt is for what Check has approved", ErrInvalid)
	}
	lifetime = orDefault(lifetime, 10*time.Minute)
	if lifetime < 0 || lifetime > maxReceiptLifetime {
		return "", Receipt{}, &InvalidError{Field: "lifetime", Reason: "must be at most 24 hours"}
	}
	r := Receipt{
		ID: v.ID, Profile: v.Profile, Channel: v.Channel, Purpose: v.proof.purpose, To: v.To,
		ApprovedAt: v.proof.approved.Truncate(time.Millisecond), ExpiresAt: v.proof.approved.Add(lifetime).Truncate(time.Millisecond),
		recipient: v.recipient,
	}
	return e.keys.SealToken(receiptPurpose(binding), r.encode()), r, nil
}

// receiptPurpose binds a token to what it is and to its holder.
func receiptPurpose(binding string) string { return "receipt\x00" + binding }

// OpenReceipt returns the receipt in a token, if it meets the terms. The error wraps ErrReceipt.
func (e *Engine) OpenReceipt(token string, terms Terms) (Receipt, error) {
	plain, err := e.keys.OpenToken(receiptPurpose(terms.Binding), token)
	if err != nil {
		return Receipt{}, ErrReceipt
	}
	r, ok := decodeReceipt(plain)
	if !ok {
		return Receipt{}, ErrReceipt
	}
	profile := orDefault(terms.Profile, e.profiles[0].Name)
	now := e.now()
	age := now.Sub(r.ApprovedAt)
	switch {
	case r.Profile != profile, r.Purpose != terms.Purpose:
		return Receipt{}, ErrReceipt
	case !now.Before(r.ExpiresAt), age < -subject.Skew*time.Millisecond, terms.MaxAge > 0 && age > terms.MaxAge:
		return Receipt{}, ErrReceipt
	}
	return r, nil
}

// ConsumeReceipt uses a receipt up. It returns nil once for each receipt, and ErrReceiptUsed or ErrUnavailable from then on.
func (e *Engine) ConsumeReceipt(ctx context.Context, r Receipt) error {
	if r.recipient == nil || !e.now().Before(r.ExpiresAt) { // the store forgets soon after
		return ErrReceipt
	}
	bound, cancel := e.bounded(ctx)
	defer cancel()
	key, tag := e.keys.Counter("consumed receipt", 0, r.ID), newTag()
	err := e.storeSwap(bound, key, nil, tag[:], r.ExpiresAt.Add(subject.Skew*time.Millisecond))
	if err != nil && !unchanged(err) {
		if value, loadErr := e.storeLoad(bound, key); loadErr == nil && bytes.Equal(value, tag[:]) {
			return nil // the swap took effect, only its answer was lost
		}
	}
	if errors.Is(err, store.ErrConflict) {
		return ErrReceiptUsed
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}

func (r Receipt) encode() []byte {
	b := []byte{1}
	b = binary.AppendUvarint(b, uint64(r.ApprovedAt.UnixMilli()))
	b = binary.AppendUvarint(b, uint64(r.ExpiresAt.UnixMilli()))
	for _, text := range []string{r.ID, r.Profile, r.Channel, r.Purpose, r.Recipient()} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// decodeReceipt reads what encode wrote. The bytes were sealed, so that only a fault of ours makes them malformed.
func decodeReceipt(b []byte) (r Receipt, ok bool) {
	if len(b) == 0 || b[0] != 1 {
		return r, false
	}
	b, ok = b[1:], true
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	text := func() string {
		n := number()
		if n > uint64(len(b)) {
			ok = false
			return ""
		}
		v := string(b[:n])
		b = b[n:]
		return v
	}
	r.ApprovedAt, r.ExpiresAt = time.UnixMilli(int64(number())), time.UnixMilli(int64(number()))
	r.ID, r.Profile, r.Channel, r.Purpose = text(), text(), text(), text()
	address := text()
	r.To, r.recipient = recipient.Mask(address), func() string { return address }
	return r, ok && len(b) == 0
}
