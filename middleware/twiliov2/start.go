package twiliov2

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"unicode/utf8"

	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

func startVerification(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	r, err := c.startRequest(&s)
	if err != nil {
		return nil, err
	}
	v, err := c.engine.Start(c.ctx, r)
	if err != nil {
		return nil, s.refused(err, r)
	}
	return c.verificationBody(&s, v), nil
}

func (c *call) startRequest(s *service) (verify.StartRequest, error) {
	p := &params{fields: c.fields}
	p.need("To")
	p.need("Channel")
	r := verify.StartRequest{
		Profile:      s.profile.Name,
		Purpose:      s.profile.Name,
		ResumeLatest: true,
		To:           c.fields.Get("To"),
		Channel:      p.choice("Channel", "sms", "call", "email", "whatsapp", "sna", "auto"),
		Locale:       c.fields.Get("Locale"),
		AppHash:      c.fields.Get("AppHash"),
	}
	p.text("CustomFriendlyName", 30, &r.Brand)
	if r.Channel == "call" {
		r.Extension = c.fields.Get("SendDigits")
	}
	if _, _, err := c.engine.Messages().MatchStrict(r.Locale, ""); err != nil {
		p.refuse("Locale")
	}
	if s.CustomCodeEnabled { // else it is passed over
		r.CustomCode = c.fields.Get("CustomCode")
	}
	if ip := c.fields.Get("DeviceIp"); ip != "" {
		var err error
		if r.ClientIP, err = netip.ParseAddr(ip); err != nil || r.ClientIP.Zone() != "" {
			p.refuse("DeviceIp")
		}
	}
	r.Draws = c.draws(s, p)
	templates := p.templates()
	if len(templates) == 0 && r.Channel == "sms" && s.DefaultTemplateSID != nil {
		templates = []string{*s.DefaultTemplateSID}
	}
	if len(templates) > 0 && r.Channel == "sms" {
		r.Template = c.wording.texts[templates[0]]
	}
	p.keepsake()
	if p.err != nil {
		return r, p.err
	}
	var err error
	if r.Payment, err = s.payment(p); err != nil {
		return r, err
	}
	return r, c.admits(s, &r, templates)
}

// templates returns the templates that a start names.
func (p *params) templates() (templates []string) {
	if sid := p.fields.Get("TemplateSid"); sid != "" {
		templates = append(templates, sid)
	}
	p.pairs("TemplateCustomSubstitutions")
	var list []struct {
		SID           string          `json:"sid"`
		Substitutions json.RawMessage `json:"substitutions"`
	}
	if p.decode("Templates", &list); len(list) > 10 {
		p.refuse("Templates")
	}
	for _, t := range list {
		templates = append(templates, t.SID)
	}
	return templates
}

// keepsake checks the parameters that change nothing here.
func (p *params) keepsake() {
	p.choice("RiskCheck", "enable", "disable")
	var flag bool
	p.flag("EnableSnaClientToken", &flag)
	var configuration map[string]json.RawMessage
	p.decode("ChannelConfiguration", &configuration)
	tags := 0
	for name, value := range p.pairs("Tags").All() {
		if tags++; tags > 10 || utf8.RuneCountInString(name) > 128 || utf8.RuneCountInString(value) > 128 {
			p.refuse("Tags")
		}
	}
}

// payment reads what a start or a check confirms. A service without PSD2 must not seem to confirm a payment.
func (s *service) payment(p *params) (verify.Payment, error) {
	payment := verify.Payment{Amount: p.fields.Get("Amount"), Payee: p.fields.Get("Payee")}
	switch {
	case s.Psd2Enabled && (payment.Amount == "" || payment.Payee == ""):
		return payment, faultPSD2
	case !s.Psd2Enabled && payment != verify.Payment{}:
		return payment, faultFeature
	}
	return payment, nil
}

// admits refuses channels that the service does not have, or not for this.
func (c *call) admits(s *service, r *verify.StartRequest, templates []string) error {
	if !slices.Contains(s.profile.Channels, r.Channel) {
		if f, ok := absent[r.Channel]; ok {
			return f
		}
		return faultChannel
	}
	switch {
	case r.Channel == "call" && s.Psd2Enabled:
		return faultPSD2Call
	case r.Channel != "sms" && r.AppHash != "":
		return faultAppHash
	case len(templates) > 0 && r.Channel != "sms" && r.Channel != "call":
		return faultTemplateChannel
	case slices.ContainsFunc(templates, func(sid string) bool { return !c.wording.has(sid) }):
		return faultTemplate
	case r.Channel == "sms" && s.SkipSmsToLandlines && recipientOf(r).LineType == recipient.Fixed:
		return faultLandline
	}
	return nil
}

// absent are the faults of channels that a service does not have.
var absent = map[string]*fault{"auto": invalid("Channel"), "sna": faultNoCarrier, "email": faultMailer}

// recipientOf returns whom a start is for, as far as that can be read.
func recipientOf(r *verify.StartRequest) recipient.Recipient {
	to, _ := recipient.Parse(r.To, recipient.Options{AllowPossible: true})
	return to
}

// refused tells the reasons apart for which a number is not served, and gives the rate limit that was reached its name.
func (s *service) refused(err error, r verify.StartRequest) error {
	if errors.Is(err, verify.ErrNotAllowed) && s.serves(recipientOf(&r)) {
		return faultBlocked // the region is served, the line is not
	}
	throttled, ok := errors.AsType[*verify.ThrottledError](err)
	if !ok {
		return err
	}
	for _, l := range s.RateLimits {
		if l.SID == throttled.Limit {
			return &verify.ThrottledError{Budget: throttled.Budget, Limit: l.UniqueName, RetryAfter: throttled.RetryAfter}
		}
	}
	return err
}

// serves reports whether a number is in one of the service's regions.
func (s *service) serves(to recipient.Recipient) bool {
	regions := s.profile.Regions
	if slices.Equal(regions, []string{verify.AllRegions}) {
		regions = recipient.Regions()
	}
	set, err := recipient.NewRegionSet(regions...)
	return err == nil && set.Contains(to)
}
