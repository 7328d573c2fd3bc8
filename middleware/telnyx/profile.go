package telnyx

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

const (
	maxName = 255
	maxURL  = 2048
)

// A profile is what the engine keeps with a verify profile's own profile.
type profile struct {
	Name         string               `json:"name"`
	Language     optional             `json:"language"`
	Webhook      optional             `json:"webhook_url"`
	Failover     optional             `json:"webhook_failover_url"`
	SpendLimit   json.Number          `json:"daily_spend_limit"`
	SpendLimited bool                 `json:"daily_spend_limit_enabled"`
	Channels     map[string]*settings `json:"channels"`
	Created      time.Time            `json:"created_at"`
	Updated      time.Time            `json:"updated_at"`
}

func newProfile(name string) profile {
	now := time.Now()
	return profile{Name: name, SpendLimit: "0", Created: now, Updated: now}
}

// read changes what a body gives.
func (h *Handler) read(p *profile, o object) error {
	if o.Get("name").Kind != field.Absent || p.Name == "" {
		name := optional(o.required("name"))
		o.text("name", &name, plain(maxName), "1 to 255 characters")
		p.Name = string(name)
	}
	o.text("language", &p.Language, func(s string) bool { return only(s, alphanumeric+"-_", 35) }, "a language tag, such as en-US")
	o.text("webhook_url", &p.Webhook, h.hooks.takes, "an absolute https URL")
	o.text("webhook_failover_url", &p.Failover, h.hooks.takes, "an absolute https URL")
	if v, ok := o.given("daily_spend_limit", field.Number, "a number"); ok {
		limit, err := strconv.ParseFloat(orDefault(v.Text, "0"), 64)
		if err != nil || limit < 0 || math.IsInf(limit, 0) {
			o.refuse("daily_spend_limit", refusedRange.because("The value must be zero or more."))
		}
		p.SpendLimit = json.Number(orDefault(v.Text, "0"))
	}
	o.flag("daily_spend_limit_enabled", &p.SpendLimited)
	p.Channels = maps.Clone(p.Channels)
	for _, channel := range channels {
		m, given := o.member(channel)
		switch {
		case !given:
		case m.Kind != field.Object:
			delete(p.Channels, channel)
		default:
			s := settings{}
			if p.Channels == nil {
				p.Channels = make(map[string]*settings)
			} else if old := p.Channels[channel]; old != nil {
				s = *old
			}
			s.read(m, channel, h.longestLife())
			p.Channels[channel] = &s
		}
	}
	return o.err()
}

// takes reports whether a webhook may go to a URL.
func (w *Webhooks) takes(s string) bool {
	u, err := url.Parse(s)
	insecure := w == nil || w.allowHTTP
	return err == nil && len(s) <= maxURL && u.Hostname() != "" && u.User == nil && u.Fragment == "" &&
		(u.Scheme == "https" || u.Scheme == "http" && insecure)
}

// of returns a channel's settings.
func (p *profile) of(channel string) *settings {
	if s := p.Channels[channel]; s != nil {
		return s
	}
	return new(settings)
}

// longestLife is how long a code may live at most, in seconds.
func (h *Handler) longestLife() int {
	if h.like.UnsafeLifetime {
		return int((24 * time.Hour).Seconds())
	}
	return int((10 * time.Minute).Seconds())
}

// profile returns the engine's profile of a verify profile.
func (h *Handler) profile(name string, p *profile) verify.Profile {
	e := h.like
	e.Regions, e.Channels, e.Cooldown = slices.Clone(e.Regions), slices.Clone(e.Channels), slices.Clone(e.Cooldown)
	e.Name, e.Locale = name, string(p.Language)
	e.CodeLength, e.Lifetime = longestCode, 0
	for _, channel := range channels {
		s := p.of(channel)
		e.CodeLength = min(e.CodeLength, orDefault(s.CodeLength, defaultCode))
		e.Lifetime = max(e.Lifetime, time.Duration(s.life())*time.Second)
		if e.Brand == h.like.Brand && s.AppName != "" {
			e.Brand = string(s.AppName)
		}
	}
	// The contract wants codes of the caller's own and short ones. A day then has fewer guesses.
	e.CustomCodes, e.AcceptRisk = true, true
	e.DailyFailures = min(e.DailyFailures, map[int]int{4: 20, 5: 40}[e.CodeLength])
	return e
}

// A record is a verify profile as it is told.
type record struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	RecordType   string         `json:"record_type"`
	Language     optional       `json:"language"`
	Webhook      optional       `json:"webhook_url"`
	Failover     optional       `json:"webhook_failover_url"`
	SpendLimit   json.Number    `json:"daily_spend_limit"`
	SpendLimited bool           `json:"daily_spend_limit_enabled"`
	SMS          map[string]any `json:"sms"`
	Call         map[string]any `json:"call"`
	Flashcall    map[string]any `json:"flashcall"`
	WhatsApp     map[string]any `json:"whatsapp"`
	Created      string         `json:"created_at"`
	Updated      string         `json:"updated_at"`
}

func (p *profile) record(id string) record {
	show := func(channel string) map[string]any {
		if s := p.Channels[channel]; s != nil {
			return s.show(channel)
		}
		return nil
	}
	return record{
		ID: id, Name: p.Name, RecordType: "verification_profile", Language: p.Language, Webhook: p.Webhook, Failover: p.Failover,
		SpendLimit: p.SpendLimit, SpendLimited: p.SpendLimited,
		SMS: show("sms"), Call: show("call"), Flashcall: show("flashcall"), WhatsApp: show("whatsapp"),
		Created: clock(p.Created), Updated: clock(p.Updated),
	}
}

// clock writes a time as Telnyx does, without its zone.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") }

func (h *Handler) profileName(id string) string { return h.group + "/" + strings.ToLower(id) }

// keep puts a new profile into the store.
func (h *Handler) keep(ctx context.Context, id string, p profile) error {
	attachment, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return h.engine.CreateProfile(ctx, h.profile(h.profileName(id), &p), attachment)
}

var errAttachment = errors.New("telnyx: a stored profile cannot be read")

// load finds a profile. The engine's is brought up to date if the one that it is made like has changed.
func (h *Handler) load(ctx context.Context, id string) (p profile, err error) {
	name := h.profileName(id)
	stored, attachment, err := h.engine.StoredProfile(ctx, name)
	if err != nil {
		return p, err
	}
	if json.Unmarshal(attachment, &p) != nil {
		return p, errAttachment
	}
	if !reflect.DeepEqual(stored, h.profile(name, &p)) {
		return p, h.change(ctx, id, &p, func() error { return nil })
	}
	return p, nil
}

// change lets a function change what is in p by then, and keeps what becomes of it. The function may be called more than once.
func (h *Handler) change(ctx context.Context, id string, p *profile, how func() error) error {
	name := h.profileName(id)
	return h.engine.UpdateProfile(ctx, name, func(e *verify.Profile, attachment *[]byte) error {
		*p = profile{}
		if json.Unmarshal(*attachment, p) != nil {
			return errAttachment
		}
		if err := how(); err != nil {
			return err
		}
		*e = h.profile(name, p)
		var err error
		*attachment, err = json.Marshal(p)
		return err
	})
}
