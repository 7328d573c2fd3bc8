package verify

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify/internal/code"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
)

// What a request asks for beyond a message to an address.

const maxBinding = 256

// bind says whose the verification is, and which one is continued.
func (s *send) bind(r *StartRequest) error {
	field := ""
	switch {
	case len(r.Handle) > maxBinding:
		field = "handle"
	case len(r.Purpose) > maxBinding:
		field = "purpose"
	case len(r.IdempotencyKey) > maxBinding:
		field = "idempotency_key"
	}
	if field != "" {
		return &InvalidError{Field: field, Reason: "is longer than 256 bytes"}
	}
	keys := s.engine.keys
	s.in = subject.Start{
		Rules:        &s.profile.rules,
		Profile:      s.profile.Name,
		Recipient:    s.to.Address(),
		Channel:      s.channel,
		Bound:        s.engine.bound(r.Handle, r.Purpose),
		ResumeLatest: r.ResumeLatest,
		Nobody:       s.nobody,
		Tag:          newTag(),
	}
	if r.IdempotencyKey != "" {
		s.in.Idempotency = keys.Name("idempotency", r.IdempotencyKey)
	}
	if r.ResumeID == "" {
		return nil
	}
	id, ok := seal.ParseID(r.ResumeID)
	if !ok {
		return ErrNotFound
	}
	name, entry := keys.Locate(id)
	if name != s.name {
		return ErrNotFound
	}
	s.in.Resume, s.in.ResumeID = true, entry
	return nil
}

// phrase says what the message is to tell, and how.
func (s *send) phrase(r *StartRequest) (err error) {
	s.text, _ = s.engine.messages.Match(orDefault(r.Locale, s.profile.Locale), s.to.Region)
	s.in.Locale = s.text.Tag()
	if s.in.Payment, err = s.profile.payment(r.Payment); err != nil {
		return err
	}
	s.words = locale.Message{
		Brand: orDefault(r.Brand, s.profile.Brand), AppHash: orDefault(r.AppHash, s.profile.AppHash), Origin: s.profile.Origin,
		Amount: r.Payment.Amount, Payee: r.Payment.Payee,
	}
	s.template = r.Template
	s.extension = r.Extension
	switch {
	case r.Brand != "" && locale.Message{Brand: r.Brand}.Validate() != nil:
		return &InvalidError{Field: "brand", Reason: "is not what a message can show"}
	case r.AppHash != "" && locale.Message{AppHash: r.AppHash}.Validate() != nil:
		return &InvalidError{Field: "app_hash", Reason: "is no hash of 11 characters"}
	case r.Extension != "" && (s.channel != "call" || len(r.Extension) > 32 || strings.Trim(r.Extension, "0123456789ABCD*#wW") != ""):
		return &InvalidError{Field: "extension", Reason: "is for calls, and at most 32 digits, A to D, *, #, w and W"}
	}
	return nil
}

// chooseCode says which code it is to be, and for how long, within what the profile allows.
func (s *send) chooseCode(ctx context.Context, r *StartRequest) error {
	if r.Lifetime != 0 {
		if r.Lifetime < minLifetime || r.Lifetime > s.profile.longestLifetime() {
			return &InvalidError{Field: "lifetime", Reason: "is out of the profile's bounds"}
		}
		rules := s.profile.rules
		rules.Lifetime = r.Lifetime.Milliseconds()
		s.in.Rules = &rules
	}
	if coder, ok := s.outlet.channel.(channel.Coder); ok {
		return s.codeFrom(ctx, coder)
	}
	field, length := "custom_code", len(r.CustomCode)
	switch {
	case r.CustomCode != "":
		if !s.profile.CustomCodes {
			return &InvalidError{Field: field, Reason: "is not taken by this profile"}
		}
		if cleaned, ok := code.Clean(r.CustomCode); !ok || cleaned != r.CustomCode {
			return &InvalidError{Field: field, Reason: "must be 4 to 10 ASCII letters or digits"}
		}
		s.in.Custom = r.CustomCode
	case r.CodeLength != 0:
		field, length = "code_length", r.CodeLength
		if length < code.MinLength || length > code.MaxLength {
			return &InvalidError{Field: field, Reason: "must be 4 to 10"}
		}
		s.in.Length = uint8(length)
	default:
		return nil
	}
	wished := s.profile.Profile
	wished.CodeLength = length
	if !wished.accepts() {
		return &InvalidError{Field: field, Reason: "is so short that the profile does not accept the risk"}
	}
	return nil
}

// codeFrom asks a channel that chooses the codes itself for one, within the bounds of a send.
func (s *send) codeFrom(ctx context.Context, coder channel.Coder) error {
	place, err := s.outlet.enter()
	if err != nil {
		return err
	}
	var chosen atomic.Pointer[string] // the call may be abandoned and write late
	err = place.run(ctx, s.engine.sendTimeout, func(ctx context.Context) error {
		secret, err := coder.Code(ctx, s.to.Address())
		chosen.Store(new(secret.Reveal()))
		return err
	})
	if err != nil {
		return unavailable(err)
	}
	cleaned, ok := code.Clean(*chosen.Load())
	if !ok || cleaned != *chosen.Load() {
		return unavailable(errors.New("the channel's code is none"))
	}
	s.in.Custom, s.in.FromChannel = cleaned, true
	s.in.Guesses = s.profile.guessesAmong(coder.Pool())
	return nil
}

// bound returns the hash of what a verification is bound to, zero if it is bound to nothing.
func (e *Engine) bound(handle, purpose string) (hash [8]byte) {
	if handle == "" && purpose == "" {
		return hash
	}
	hash = e.keys.Name("bound", handle, purpose)
	hash[0] &^= subject.HasHandle
	if handle != "" {
		hash[0] |= subject.HasHandle
	}
	return hash
}
