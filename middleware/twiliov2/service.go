package twiliov2

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/codeword-go/codeword/verify"
)

// A document is what the engine keeps with a service's profile.
type document struct {
	settings
	RateLimits []rateLimit `json:"rate_limits,omitempty"`
}

// A service is one that was found.
type service struct {
	document
	sid     string
	profile verify.Profile
}

type serviceBody struct {
	SID        string `json:"sid"`
	AccountSID string `json:"account_sid"`
	settings
	URL   string            `json:"url"`
	Links map[string]string `json:"links"`
}

func (c *call) serviceBody(sid string, s settings) serviceBody {
	if s.Totp.Issuer == nil {
		s.Totp.Issuer = &s.FriendlyName
	}
	url := c.base + "/v2/Services/" + sid
	return serviceBody{SID: sid, AccountSID: c.account, settings: s, URL: url, Links: map[string]string{
		"verification_checks":      url + "/VerificationCheck",
		"verifications":            url + "/Verifications",
		"rate_limits":              url + "/RateLimits",
		"messaging_configurations": url + "/MessagingConfigurations",
		"entities":                 url + "/Entities",
		"webhooks":                 url + "/Webhooks",
		"access_tokens":            url + "/AccessTokens",
	}}
}

func (h *Handler) profileName(sid string) string { return h.group + "/" + sid }

// keep puts a new service into the store.
func (h *Handler) keep(ctx context.Context, sid string, d document) error {
	attachment, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return h.engine.CreateProfile(ctx, h.profile(h.profileName(sid), &d.settings), attachment)
}

// service finds the one in the path. Its profile is brought up to date if the one that it is made like has changed.
func (c *call) service() (service, error) {
	return c.load(c.vars["service"])
}

func (c *call) load(sid string) (service, error) {
	s := service{sid: sid}
	if !isSID("VA", sid) {
		return s, faultNotFound
	}
	p, attachment, err := c.engine.StoredProfile(c.ctx, c.profileName(sid))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(attachment, &s.document); err != nil {
		return s, errAttachment
	}
	s.profile = c.profile(p.Name, &s.settings)
	if !reflect.DeepEqual(p, s.profile) {
		return s, c.change(&s, func() error { return nil })
	}
	return s, nil
}

var errAttachment = errors.New("twiliov2: a stored service cannot be read")

// change lets a function change a service's document, and keeps what becomes of it. The function may be called more than once.
func (c *call) change(s *service, how func() error) error {
	return c.engine.UpdateProfile(c.ctx, c.profileName(s.sid), func(p *verify.Profile, attachment *[]byte) error {
		s.document = document{}
		if json.Unmarshal(*attachment, &s.document) != nil {
			return errAttachment
		}
		if err := how(); err != nil {
			return err
		}
		s.profile = c.profile(p.Name, &s.settings)
		*p = s.profile
		var err error
		*attachment, err = json.Marshal(s.document)
		return err
	})
}

func (c *call) configure(s *settings) error {
	if err := s.read(c.fields); err != nil {
		return err
	}
	return c.validate(s)
}

func createService(c *call) (any, error) {
	d := document{settings: newSettings()}
	if err := c.configure(&d.settings); err != nil {
		return nil, err
	}
	sid := newSID("VA")
	return c.serviceBody(sid, d.settings), c.keep(c.ctx, sid, d)
}

func fetchService(c *call) (any, error) {
	s, err := c.service()
	return c.serviceBody(s.sid, s.settings), err
}

func updateService(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	err = c.change(&s, func() error { return c.configure(&s.settings) })
	return c.serviceBody(s.sid, s.settings), err
}

func deleteService(c *call) (any, error) {
	sid := c.vars["service"]
	if !isSID("VA", sid) {
		return nil, faultNotFound
	}
	return nil, c.engine.DeleteProfile(c.ctx, c.profileName(sid))
}

func listServices(c *call) (any, error) {
	names, err := c.engine.StoredProfiles(c.ctx, c.group)
	if err != nil {
		return nil, err
	}
	sids := make([]string, len(names))
	for i, name := range names {
		sids[i] = strings.TrimPrefix(name, c.group+"/")
	}
	return list(c, "services", sids, func(sid string) (any, error) {
		s, err := c.load(sid)
		return c.serviceBody(sid, s.settings), err
	})
}
