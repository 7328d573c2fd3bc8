package verify

import (
	"errors"
	"strconv"

	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/recipient"
)

func (r *StartRequest) namesRecipient() bool {
	return r.To != "" || r.CountryCode != "" || r.PhoneNumber != "" || r.Recipient.Kind != 0
}

// recipient reads whom a request is for, and refuses whom the profile does not serve.
func (p *profile) recipient(r *StartRequest) (to recipient.Recipient, err error) {
	switch {
	case r.To != "" && (r.CountryCode != "" || r.PhoneNumber != ""):
		return to, &InvalidError{Field: "to", Reason: "excludes country_code and phone_number"}
	case r.CountryCode != "" || r.PhoneNumber != "":
		to, err = p.parseNational(r.CountryCode, r.PhoneNumber)
	case r.To == "" && r.Recipient.Kind != 0:
		to = r.Recipient
	default:
		to, err = p.parse(r.To)
	}
	if err != nil {
		return to, err
	}
	return to, p.serves(to)
}

// parse reads an address.
func (p *profile) parse(to string) (recipient.Recipient, error) {
	r, err := recipient.Parse(to, p.takes())
	if err != nil {
		return r, &InvalidError{Field: "to", Reason: "is no phone number in international form and no e-mail address"}
	}
	return r, nil
}

// parseNational reads a phone number as it is dialled in its country.
func (p *profile) parseNational(countryCode, number string) (to recipient.Recipient, err error) {
	callingCode, err := strconv.ParseUint(countryCode, 10, 10)
	if err == nil {
		to, err = recipient.ParseNational(int(callingCode), number, p.takes())
	}
	switch {
	case err == nil:
		return to, nil
	case errors.Is(err, recipient.ErrInvalid) && !errors.Is(err, recipient.ErrCallingCode):
		return to, &InvalidError{Field: "phone_number", Reason: "is no phone number of that country"}
	default:
		return to, &InvalidError{Field: "country_code", Reason: "is no calling code, such as 1 or 44"}
	}
}

func (p *profile) takes() recipient.Options {
	return recipient.Options{AllowPossible: p.AllowPossible}
}

// serves refuses regions that the profile does not name, and lines that are no person's telephone.
func (p *profile) serves(to recipient.Recipient) error {
	if to.Kind == recipient.Email {
		return nil
	}
	if !p.regions.Contains(to) {
		return ErrNotAllowed
	}
	switch to.LineType {
	case recipient.Mobile, recipient.Fixed, recipient.FixedOrMobile:
		return nil
	case recipient.VoIP:
		if p.AllowVoIP || p.AllowAnyLine {
			return nil
		}
	case recipient.Unknown:
		if p.AllowPossible || p.AllowAnyLine {
			return nil
		}
	default:
		if p.AllowAnyLine {
			return nil
		}
	}
	return ErrNotAllowed
}

// nobodyName returns the name of the subject of a decoy.
func (e *Engine) nobodyName(p *profile, to recipient.Recipient) seal.Name {
	return e.keys.Name("nobody", p.Name, to.Key())
}

// subjectName returns the name of the subject of a recipient in a profile.
func (e *Engine) subjectName(p *profile, to recipient.Recipient) seal.Name {
	return e.keys.Name("subject", p.Name, to.Key())
}
