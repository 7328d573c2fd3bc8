package locale_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/locale"
)

// allTags are the languages that Codeword means to ship.
var allTags = strings.Fields(`en
	af ar ca zh-Hans zh-HK hr cs da nl fi fr de el he hi hu id it ja ko ms nb pl pt-BR pt-PT ro ru es sv fil th tr vi
	en-GB et kn lt mr sk te uk
	zh-Hant az be bg bn bs eu fa gl gu ka kk km ky lv mk ml my pa sl sq sr sr-Latn sw ta ur`)

func TestChoose(t *testing.T) {
	choose := locale.NewChooser(allTags...)
	if len(allTags) != 68 {
		t.Fatalf("%d tags", len(allTags))
	}
	for want, requests := range map[string]string{
		"pt-PT":   "pt PT pt-PT pt-AO pt-MZ pt-CV pt-MO",
		"pt-BR":   "pt-BR pt_br",
		"zh-Hans": "zh zh-CN zh_CN zh-SG zh-MY cmn zh-Hans zh-Hans-SG zh-Hans-CN zh-Hans-HK",
		"zh-Hant": "zh-TW zh_TW ZH-tw zh-Hant zh-Hant-TW cmn-Hant",
		"zh-HK":   "zh-HK zh-MO zh-Hant-HK zh-Hant-MO yue yue-HK",
		"nb":      "nb no nn nn-NO no-NO nb-NO",
		"fil":     "fil tl fil-PH tl-PH",
		"he":      "he iw he-IL",
		"id":      "id in id-ID",
		"ro":      "mo ro-MD",
		"sr":      "sr sr-RS sr-Cyrl sr-BA",
		"sr-Latn": "sr-Latn sr-Latn-RS sr-Latn-BA sr-ME sh",
		"en":      "en en-US EN_us en-us-POSIX",
		"en-GB":   "en-GB en-AU en-IN en-ZA",
		"es":      "es-419 es-MX es-ES es-US es-AR",
		"fr":      "fr-CA fr-CH fr-BE fr_FR",
		"de":      "de-AT de-CH de-DE-u-co-phonebk",
		"nl":      "nl-BE",
		"ca":      "ca-ES ca-valencia",
		"ar":      "ar-EG ar-XA ar-xa ar-MA arb",
		"fa":      "fa-AF",
		"ur":      "ur-IN",
		"az":      "az az-AZ az-x-abcdefgh-abcdefgh-abcdefgh-abc",
		"ms":      "ms ms-MY",
	} {
		for request := range strings.FieldsSeq(requests) {
			if got, reason := choose(request, "JP"); got != want || reason > locale.Language {
				t.Errorf("choose(%q) = %s, %v; want %s", request, got, reason, want)
			}
		}
	}
	for _, tag := range allTags {
		if got, reason := choose(strings.ToUpper(tag), "JP"); got != tag || reason != locale.Requested {
			t.Errorf("choose(%q) = %s, %v", strings.ToUpper(tag), got, reason)
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	choose := locale.NewChooser(allTags...)
	requests := strings.Fields(`gsw gsw-CH lb oc jv su uz uz-Cyrl tt hy ku yi ji mi tlh i-klingon
		pa-Arab pa-PK ms-Arab kk-Arab arz az-Cyrl bs-Cyrl cnr prs hi-Latn x-klingon art-lojban wuu
		* garbage!! en_US.UTF-8 es,en;q=0.5 de-DE;q=0.9,fr;q=0.8
		va xx zz-ZZ C POSIX english a fr- und und-BR und-TW und-419 UND_br`)
	for _, request := range append(requests, "", "en-\x00", strings.Repeat("a", 300), "en-"+strings.Repeat("a", 33), "dé") {
		if got, reason := choose(request, "JP"); got != "ja" || reason != locale.Country {
			t.Errorf("choose(%q) = %s, %v; want the country's", request, got, reason)
		}
		if got, reason := choose(request, "ZZ"); got != "en" || reason != locale.Fallback {
			t.Errorf("choose(%q) = %s, %v; want English", request, got, reason)
		}
	}
}

// With fewer languages an alias of one that is missing must not hide what the matcher would find.
func TestChooseFewer(t *testing.T) {
	choose := locale.NewChooser("en", "es", "pt-BR")
	for _, tt := range []struct {
		requested, region, tag string
		reason                 locale.Reason
	}{
		{"pt", "", "pt-BR", locale.Language},
		{"pt-PT", "", "pt-BR", locale.Language},
		{"gl", "MX", "es", locale.Country},
		{"zh-TW", "TW", "en", locale.Fallback},
		{"", "PT", "en", locale.Fallback},
		{"", "US", "en", locale.Country},
		{"", "001", "en", locale.Fallback},
		{"", "", "en", locale.Fallback},
	} {
		if tag, reason := choose(tt.requested, tt.region); tag != tt.tag || reason != tt.reason {
			t.Errorf("choose(%q, %q) = %s, %v; want %s, %v", tt.requested, tt.region, tag, reason, tt.tag, tt.reason)
		}
	}
}

// Simplified Chinese is not an answer to Traditional, though the language is the same.
func TestChooseOtherScript(t *testing.T) {
	choose := locale.NewChooser("en", "zh-Hans", "sr", "pa")
	for _, requested := range []string{"zh-TW", "zh-HK", "pa-Arab"} {
		if tag, reason := choose(requested, ""); tag != "en" || reason != locale.Fallback {
			t.Errorf("choose(%q) = %s, %v", requested, tag, reason)
		}
	}
}

func TestMatch(t *testing.T) {
	c, err := locale.New(locale.Options{RegionLocales: map[string]string{"BE": "fr"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		requested, region, tag string
		reason                 locale.Reason
	}{
		{"es", "DE", "es", locale.Requested},
		{"es-MX", "DE", "es", locale.Language},
		{"", "DE", "de", locale.Country},
		{"tlh", "DE", "de", locale.Country},
		{"", "BE", "fr", locale.Country},
		{"", "ZZ", "en", locale.Fallback},
	} {
		l, reason := c.Match(tt.requested, tt.region)
		if l.Tag() != tt.tag || reason != tt.reason {
			t.Errorf("Match(%q, %q) = %s, %v; want %s, %v", tt.requested, tt.region, l.Tag(), reason, tt.tag, tt.reason)
		}
		strict, _, err := c.MatchStrict(tt.requested, tt.region)
		if refused := tt.requested == "tlh"; refused != errors.Is(err, locale.ErrUnsupported) || refused != (strict == nil) {
			t.Errorf("MatchStrict(%q, %q) = %v, %v", tt.requested, tt.region, strict, err)
		}
	}
}

func TestReasonString(t *testing.T) {
	if got := fmt.Sprint(locale.Requested, locale.Language, locale.Country, locale.Fallback); got != "requested language country fallback" {
		t.Error(got)
	}
}

func FuzzChoose(f *testing.F) {
	for _, s := range []string{"", "en-US", "zh_TW", "und-BR", "a-a-a-a", "x-private", "en-\x00"} {
		f.Add(s, "BR")
	}
	choose := locale.NewChooser(allTags...)
	shipped := make(map[string]bool)
	for _, tag := range allTags {
		shipped[tag] = true
	}
	f.Fuzz(func(t *testing.T, requested, region string) {
		if tag, reason := choose(requested, region); !shipped[tag] || reason > locale.Fallback {
			t.Errorf("choose(%q, %q) = %q, %v", requested, region, tag, reason)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	choose := locale.NewChooser(allTags...)
	for _, requested := range []string{"pt-BR", "es-MX", "tlh", ""} {
		b.Run("requested="+requested, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				choose(requested, "DE")
			}
		})
	}
}
