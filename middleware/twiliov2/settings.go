package twiliov2

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

// settings are what a service has been told, in the form that answers have. Some say what Codeword does; the others are kept for those who
// read them back.
type settings struct {
	FriendlyName                   string    `json:"friendly_name"`
	CodeLength                     int       `json:"code_length"`
	LookupEnabled                  bool      `json:"lookup_enabled"`
	Psd2Enabled                    bool      `json:"psd2_enabled"`
	SkipSmsToLandlines             bool      `json:"skip_sms_to_landlines"`
	DtmfInputRequired              bool      `json:"dtmf_input_required"`
	TtsName                        *string   `json:"tts_name"`
	DoNotShareWarningEnabled       bool      `json:"do_not_share_warning_enabled"`
	CustomCodeEnabled              bool      `json:"custom_code_enabled"`
	Push                           push      `json:"push"`
	Totp                           totp      `json:"totp"`
	DefaultTemplateSID             *string   `json:"default_template_sid"`
	Whatsapp                       whatsapp  `json:"whatsapp"`
	Passkeys                       passkeys  `json:"passkeys"`
	VerifyEventSubscriptionEnabled bool      `json:"verify_event_subscription_enabled"`
	DateCreated                    timestamp `json:"date_created"`
	DateUpdated                    timestamp `json:"date_updated"`
}

type push struct {
	IncludeDate      bool    `json:"include_date"`
	ApnCredentialSID *string `json:"apn_credential_sid"`
	FcmCredentialSID *string `json:"fcm_credential_sid"`
}

type totp struct {
	Issuer     *string `json:"issuer"`
	TimeStep   int     `json:"time_step"`
	CodeLength int     `json:"code_length"`
	Skew       int     `json:"skew"`
}

type whatsapp struct {
	MsgServiceSID *string `json:"msg_service_sid"`
	From          *string `json:"from"`
}

type passkeys struct {
	RelyingParty            relyingParty `json:"relying_party"`
	AuthenticatorAttachment *string      `json:"authenticator_attachment"`
	DiscoverableCredentials *string      `json:"discoverable_credentials"`
	UserVerification        *string      `json:"user_verification"`
}

type relyingParty struct {
	ID      *string `json:"id"`
	Name    *string `json:"name"`
	Origins *string `json:"origins"`
}

func newSettings() settings {
	created := now()
	return settings{
		CodeLength: 6, DtmfInputRequired: true, Totp: totp{TimeStep: 30, CodeLength: 6, Skew: 1},
		DateCreated: created, DateUpdated: created,
	}
}

// read takes over what a create or an update says.
func (s *settings) read(fields field.Fields) error {
	p := &params{fields: fields}
	p.text("FriendlyName", 32, &s.FriendlyName)
	p.number("CodeLength", 4, 10, &s.CodeLength)
	p.flag("LookupEnabled", &s.LookupEnabled)
	p.flag("SkipSmsToLandlines", &s.SkipSmsToLandlines)
	p.flag("DtmfInputRequired", &s.DtmfInputRequired)
	p.nullable("TtsName", &s.TtsName)
	p.flag("Psd2Enabled", &s.Psd2Enabled)
	p.flag("DoNotShareWarningEnabled", &s.DoNotShareWarningEnabled)
	p.flag("CustomCodeEnabled", &s.CustomCodeEnabled)
	p.sid("DefaultTemplateSid", "HJ", &s.DefaultTemplateSID)
	p.number("Totp.TimeStep", 20, 60, &s.Totp.TimeStep)
	p.number("Totp.CodeLength", 3, 8, &s.Totp.CodeLength)
	p.number("Totp.Skew", 0, 2, &s.Totp.Skew)
	p.nullable("Totp.Issuer", &s.Totp.Issuer)
	p.flag("Push.IncludeDate", &s.Push.IncludeDate)
	p.sid("Push.ApnCredentialSid", "CR", &s.Push.ApnCredentialSID)
	p.sid("Push.FcmCredentialSid", "CR", &s.Push.FcmCredentialSID)
	p.sid("Whatsapp.MsgServiceSid", "MG", &s.Whatsapp.MsgServiceSID)
	p.nullable("Whatsapp.From", &s.Whatsapp.From)
	p.nullable("Passkeys.RelyingParty.Id", &s.Passkeys.RelyingParty.ID)
	p.nullable("Passkeys.RelyingParty.Name", &s.Passkeys.RelyingParty.Name)
	p.nullable("Passkeys.RelyingParty.Origins", &s.Passkeys.RelyingParty.Origins)
	p.nullable("Passkeys.AuthenticatorAttachment", &s.Passkeys.AuthenticatorAttachment)
	p.nullable("Passkeys.DiscoverableCredentials", &s.Passkeys.DiscoverableCredentials)
	p.nullable("Passkeys.UserVerification", &s.Passkeys.UserVerification)
	p.flag("VerifyEventSubscriptionEnabled", &s.VerifyEventSubscriptionEnabled)
	s.DateUpdated = now()
	return p.err
}

// validate refuses settings that do not fit together, and names that no message may show.
func (h *Handler) validate(s *settings) error {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s.FriendlyName)
	switch {
	case s.FriendlyName == "", utf8.RuneCountInString(digits) >= 5, locale.Message{Brand: s.brand()}.Validate() != nil:
		return invalid("FriendlyName")
	case s.SkipSmsToLandlines && !s.LookupEnabled:
		return invalid("SkipSmsToLandlines")
	case s.DefaultTemplateSID != nil && !h.wording.has(*s.DefaultTemplateSID):
		return faultTemplate
	}
	return nil
}

// brand is the friendly name as messages have room for it.
func (s *settings) brand() string {
	runes := []rune(s.FriendlyName)
	return strings.TrimSpace(string(runes[:min(len(runes), locale.MaxBrand)]))
}

// profile returns how the engine is to verify for a service: as the profile that services are made like, but for what the service has been told.
func (h *Handler) profile(name string, s *settings) verify.Profile {
	p := h.like
	p.Name, p.Brand = name, s.brand()
	p.CodeLength, p.CustomCodes, p.Payments = s.CodeLength, s.CustomCodeEnabled, s.Psd2Enabled
	p.Resend = verify.SameCode
	if few, short := map[int]int{4: 20, 5: 40}[s.CodeLength]; short {
		p.DailyFailures = min(p.DailyFailures, few)
	}
	p.AcceptRisk = p.AcceptRisk || s.CodeLength < 6 || s.CustomCodeEnabled
	return p
}
