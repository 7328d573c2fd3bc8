package twiliov2

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/codeword-go/codeword/locale"
)

// builtIn is the SID of the template that is always there: the engine's own messages, in all their languages.
const builtIn = "HJ00000000000000000000000000000001"

// A Template is a text message in your own words, which a service or a start may name by its SID.
type Template struct {
	SID          string // "HJ" and 32 hexadecimal digits in lower case
	FriendlyName string // at most 32 characters
	Locale       string // of the text, as Templates tells it; default "en"
	Text         string // as locale.ParseTemplate reads it
}

type template struct {
	SID          string                 `json:"sid"`
	AccountSID   string                 `json:"account_sid"`
	FriendlyName string                 `json:"friendly_name"`
	Channels     []string               `json:"channels"`
	Translations map[string]translation `json:"translations"`
}

type translation struct {
	IsDefault   bool      `json:"is_default_translation"`
	Status      string    `json:"status"`
	Locale      string    `json:"locale"`
	Text        string    `json:"text"`
	DateCreated timestamp `json:"date_created"`
	DateUpdated timestamp `json:"date_updated"`
}

// wording is the templates that there are.
type wording struct {
	texts map[string]*locale.Template // by SID; nil for the built-in one
	list  func() map[string]template
}

func newWording(catalog *locale.Catalog, own []Template) (w wording, err error) {
	since := now()
	w.texts = map[string]*locale.Template{builtIn: nil}
	listed := make(map[string]template)
	for _, t := range own {
		if t.Locale == "" {
			t.Locale = "en"
		}
		if _, taken := w.texts[t.SID]; taken || !isSID("HJ", t.SID) {
			return w, errors.New("a SID is used twice, or is not HJ and 32 hexadecimal digits in lower case")
		}
		if t.FriendlyName == "" || utf8.RuneCountInString(t.FriendlyName) > 32 {
			return w, fmt.Errorf("%s: FriendlyName: must have 1 to 32 characters", t.SID)
		}
		if w.texts[t.SID], err = locale.ParseTemplate(t.Text); err != nil {
			return w, fmt.Errorf("%s: %w", t.SID, err)
		}
		listed[t.SID] = template{SID: t.SID, FriendlyName: t.FriendlyName, Channels: []string{"sms"}, Translations: map[string]translation{
			t.Locale: {true, "approved", t.Locale, t.Text, since, since},
		}}
	}
	w.list = sync.OnceValue(func() map[string]template {
		listed[builtIn] = template{SID: builtIn, FriendlyName: "Codeword", Channels: []string{"sms", "voice"}, Translations: translations(catalog, since)}
		return listed
	})
	return w, nil
}

// translations returns the catalog's messages with placeholders.
func translations(catalog *locale.Catalog, since timestamp) map[string]translation {
	const brand, code = "FRIENDLYNAME", "CODE"
	placeholders := strings.NewReplacer(brand, "{{friendly_name}}", code, "{{code}}")
	all := make(map[string]translation)
	for i, tag := range catalog.Tags() {
		l, _ := catalog.Match(tag, "")
		text := placeholders.Replace(l.SMS(locale.Message{Brand: brand, Code: code}))
		all[tag] = translation{i == 0, "approved", tag, text, since, since}
	}
	return all
}

// has reports whether there is such a template.
func (w wording) has(sid string) bool {
	_, ok := w.texts[sid]
	return ok
}

func listTemplates(c *call) (any, error) {
	all := c.wording.list()
	var keys []string
	for sid, t := range all {
		if name := c.fields.Get("FriendlyName"); name == "" || name == t.FriendlyName {
			keys = append(keys, sid)
		}
	}
	return list(c, "templates", keys, func(key string) (any, error) {
		t := all[key]
		t.AccountSID = c.account
		return t, nil
	})
}
