package locale

import (
	"errors"
	"strings"

	"golang.org/x/text/language"
)

// A Reason says how a locale was chosen.
type Reason uint8

const (
	Requested Reason = iota // the very tag that was asked for, or another name of it
	Language                // another variety of the language that was asked for
	Country                 // the language of the number's region
	Fallback                // English, for want of anything better
)

// String returns "requested", "language", "country" or "fallback".
func (r Reason) String() string {
	switch r {
	case Requested:
		return "requested"
	case Language:
		return "language"
	case Country:
		return "country"
	default:
		return "fallback"
	}
}

// ErrUnsupported reports that no messages exist in the language that was asked for.
var ErrUnsupported = errors.New("locale: unsupported language")

// aliases are names, folded, that language.Matcher would take for something else.
var aliases = map[string]string{
	"pt": "pt-PT",
	"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-my": "zh-Hans", "cmn": "zh-Hans",
	"zh-tw": "zh-Hant",
	"yue":   "zh-HK", "yue-hk": "zh-HK", "zh-mo": "zh-HK",
	"tl": "fil",
	"no": "nb", "nn": "nb",
	"iw":  "he",
	"in":  "id",
	"arb": "ar",
}

// sameLanguage are bases that count as one although CLDR tells them apart.
var sameLanguage = map[language.Base]language.Base{
	language.MustParseBase("no"):  language.MustParseBase("nb"),
	language.MustParseBase("nn"):  language.MustParseBase("nb"),
	language.MustParseBase("cmn"): language.MustParseBase("zh"),
}

// maxTag is the longest language tag that is looked at, in bytes.
const maxTag = 35

// A negotiator chooses among tags. It is immutable.
type negotiator struct {
	tags    []string          // English first
	known   map[string]string // tags and aliases, folded, to tags
	bases   []language.Base   // of tags
	matcher language.Matcher  // its indexes are those of tags
	regions map[string]string // of the host; they go before the defaults
}

func newNegotiator(tags []string, regions map[string]string) *negotiator {
	n := &negotiator{tags: tags, known: make(map[string]string), regions: regions}
	parsed := make([]language.Tag, len(tags))
	for i, tag := range tags {
		parsed[i] = language.Make(tag)
		n.bases = append(n.bases, baseOf(parsed[i]))
		n.known[strings.ToLower(tag)] = tag
	}
	for alias, tag := range aliases {
		if _, shipped := n.known[strings.ToLower(tag)]; shipped {
			n.known[alias] = tag
		}
	}
	n.matcher = language.NewMatcher(parsed)
	return n
}

func (n *negotiator) choose(requested, region string) (string, Reason) {
	if tag, reason, ok := n.byRequest(requested); ok {
		return tag, reason
	}
	return n.byRegion(region)
}

func (n *negotiator) byRequest(requested string) (string, Reason, bool) {
	var array [maxTag]byte
	folded, ok := fold(array[:0], requested)
	if !ok {
		return "", 0, false
	}
	if tag, known := n.known[string(folded)]; known {
		return tag, Requested, true
	}
	desired, err := language.Parse(requested)
	if err != nil {
		return "", 0, false
	}
	// High confidence alone is not the same language: CLDR has Uzbeks read Russian, and the index that comes with
	// no confidence is guessed from the script.
	_, i, confidence := n.matcher.Match(desired)
	if confidence < language.High || baseOf(desired) != n.bases[i] {
		return "", 0, false
	}
	return n.tags[i], Language, true
}

func (n *negotiator) byRegion(region string) (string, Reason) {
	if tag, ok := n.regions[region]; ok {
		return tag, Country
	}
	if tag, ok := n.known[strings.ToLower(regionDefaults()[region])]; ok {
		return tag, Country
	}
	return english, Fallback
}

// fold appends the lower-case form of a tag, with dashes, to b. It refuses what is no tag at all.
func fold(b []byte, tag string) ([]byte, bool) {
	if tag == "" || len(tag) > maxTag {
		return nil, false
	}
	for _, c := range []byte(tag) {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '_':
			c = '-'
		case c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9'):
			return nil, false
		}
		b = append(b, c)
	}
	return b, !strings.HasPrefix(string(b), "und")
}

func baseOf(tag language.Tag) language.Base {
	base, _ := tag.Base()
	if same, ok := sameLanguage[base]; ok {
		return same
	}
	return base
}
