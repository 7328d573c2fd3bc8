package telnyx

import (
	"slices"
	"strconv"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

// The bounds and defaults of a channel's settings, in digits and seconds.
const (
	shortestCode  = 4
	longestCode   = 10
	defaultCode   = 5
	shortestLife  = 60
	defaultLife   = 300
	defaultSender = "Telnyx"
)

// channels are the ways of delivery, in the order of preference for what they share.
var channels = []string{"sms", "call", "flashcall", "whatsapp"}

// Settings are what a verify profile says about one way of delivery. Zero fields have their defaults.
type settings struct {
	Template     optional `json:"messaging_template_id,omitempty"`
	AppName      optional `json:"app_name,omitempty"`
	AlphaSender  optional `json:"alpha_sender,omitempty"`
	CodeLength   int      `json:"code_length,omitempty"`
	Life         int      `json:"default_verification_timeout_secs,omitempty"`
	Destinations []string `json:"whitelisted_destinations,omitempty"`
	Sender       optional `json:"sender_phone_number,omitempty"`
	TemplateName optional `json:"template_id,omitempty"`
	Account      optional `json:"waba_id,omitempty"`
}

// A setting is one field of the settings, which some channels have.
type setting struct {
	name string
	of   []string // channels
	read func(o object, name string, s *settings, longestLife int)
	show func(s *settings) any
}

var settingFields = []setting{
	{"messaging_template_id", []string{"sms", "call"},
		func(o object, name string, s *settings, _ int) { o.id(name, &s.Template) },
		func(s *settings) any { return s.Template }},
	{"app_name", []string{"sms", "call", "flashcall"},
		func(o object, name string, s *settings, _ int) {
			o.text(name, &s.AppName, isAppName, "1 to 30 letters, digits, spaces and dashes, without a run of digits like a code")
		},
		func(s *settings) any { return s.AppName }},
	{"alpha_sender", []string{"sms"},
		func(o object, name string, s *settings, _ int) {
			o.text(name, &s.AlphaSender, func(t string) bool { return only(t, alphanumeric+" ", 11) }, "1 to 11 letters, digits and spaces")
		},
		func(s *settings) any { return orDefault(s.AlphaSender, defaultSender) }},
	{"code_length", []string{"sms", "call"},
		func(o object, name string, s *settings, _ int) {
			o.number(name, &s.CodeLength, shortestCode, longestCode)
		},
		func(s *settings) any { return orDefault(s.CodeLength, defaultCode) }},
	// Both names are in use, so both are told.
	{"default_timeout_secs", channels, readLife, showLife},
	{"default_verification_timeout_secs", channels, readLife, showLife},
	{"whitelisted_destinations", channels, readDestinations,
		func(s *settings) any { return append([]string{}, s.Destinations...) }},
	{"sender_phone_number", []string{"whatsapp"},
		func(o object, name string, s *settings, _ int) {
			o.text(name, &s.Sender, plain(32), "at most 32 characters")
		},
		func(s *settings) any { return s.Sender }},
	{"template_id", []string{"whatsapp"},
		func(o object, name string, s *settings, _ int) {
			o.text(name, &s.TemplateName, plain(255), "at most 255 characters")
		},
		func(s *settings) any { return s.TemplateName }},
	{"waba_id", []string{"whatsapp"},
		func(o object, name string, s *settings, _ int) {
			o.text(name, &s.Account, plain(64), "at most 64 characters")
		},
		func(s *settings) any { return s.Account }},
}

// read changes what an object gives. Fields of other channels, and unknown ones, are passed over.
func (s *settings) read(o object, channel string, longestLife int) {
	for _, f := range settingFields {
		if slices.Contains(f.of, channel) {
			f.read(o, f.name, s, longestLife)
		}
	}
}

// show returns what a channel has, every field with its default.
func (s *settings) show(channel string) map[string]any {
	shown := make(map[string]any)
	for _, f := range settingFields {
		if slices.Contains(f.of, channel) {
			shown[f.name] = f.show(s)
		}
	}
	return shown
}

func readLife(o object, name string, s *settings, longestLife int) {
	o.number(name, &s.Life, shortestLife, longestLife)
}

func showLife(s *settings) any { return s.life() }

func (s *settings) life() int { return orDefault(s.Life, defaultLife) }

// readDestinations reads the countries that a channel serves, of those that the host serves.
func readDestinations(o object, name string, s *settings, _ int) {
	v, ok := o.given(name, field.List, "an array of country codes")
	if !ok {
		return
	}
	var all []string
	for i, item := range v.Items {
		at := name + "/" + strconv.Itoa(i)
		if item.Kind != field.Text {
			o.refuse(at, refusedRequest.because("The value must be a string."))
			return
		}
		if _, err := recipient.NewRegionSet(item.Text); err != nil && item.Text != verify.AllRegions {
			o.refuse(at, refusedEnum.because("The value must be a country code of ISO 3166 in capital letters, or \"*\"."))
			return
		}
		all = append(all, item.Text)
	}
	s.Destinations = all
}

// serves reports whether the channel serves the country of a number. Without a list it serves all that the host does.
func (s *settings) serves(to recipient.Recipient) bool {
	if len(s.Destinations) == 0 || slices.Contains(s.Destinations, verify.AllRegions) {
		return true
	}
	set, err := recipient.NewRegionSet(s.Destinations...)
	return err == nil && set.Contains(to)
}

// isAppName holds to Telnyx's alphabet and to what a message can show.
func isAppName(s string) bool {
	return only(s, alphanumeric+" -", 30) && locale.Message{Brand: s}.Validate() == nil
}

func orDefault[T comparable](value, standard T) T {
	if zero := *new(T); value == zero {
		return standard
	}
	return value
}
