package verify

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify/internal/code"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/recipient"
)

// AllRegions, as the only region of a profile, serves every country that has phone numbers. Each further country is one more where
// somebody can earn on messages that you pay for.
const AllRegions = "*"

// MaxRisk is the chance of guessing a code, in one verification, that a profile may have without AcceptRisk.
const MaxRisk = 1.0 / 20_000

// A Resend policy says which code a further message carries.
type Resend uint8

// The resend policies.
const (
	SameCode     Resend = iota // messages overtake each other, and people type the older one
	NewCode                    // the older code is void
	KeepPrevious               // the older code stays good, which doubles the chance of guessing
)

// A Profile says how one kind of verification is done: what Twilio calls a service. Zero fields mean their defaults.
type Profile struct {
	Name  string // 1 to 64 bytes, unique within the engine
	Brand string // who asks, as the message says it; at most locale.MaxBrand characters, and no run of digits like a code

	// Regions are the countries whose phone numbers are served, as ISO 3166 codes, or AllRegions. A profile with a channel other than
	// "email" must name them.
	Regions []string

	// Channels are the names of the channels that may be used, the default one first. None means all that the engine has, by name, SMS first.
	Channels []string

	CodeLength int           // digits, 4 to 10; default 6
	Lifetime   time.Duration // of a code, from a minute up; default and without UnsafeLifetime at most 10 minutes
	Attempts   int           // guesses for each id; default 5, at most 20
	Sends      int           // messages to an address in one lifetime; default 5, at most 20
	DailySends int           // messages to an address in 24 hours; default 20, at most 1000

	// DailyFailures is how many wrong guesses an address may see in 24 hours, by whomever; only a success clears them.
	// Default 100, the most that NIST SP 800-63B allows, with 5 digits 40 and with 4 digits 20.
	DailyFailures int

	// Cooldown is how long an address rests after the first message, the second, and so on; the last one repeats. A success starts over.
	// Default 30 s, 1 min, 2 min, 4 min, 8 min.
	Cooldown []time.Duration

	Resend Resend
	Locale string // of messages when the request names none; "" goes by the number's country

	// Origin, a host name such as "example.com", ends text messages with the line by which browsers offer the code on that site alone, and
	// AppHash, 11 characters, with the one by which Android hands it to that app.
	Origin  string
	AppHash string

	CustomCodes    bool // StartRequest.CustomCode is taken
	Payments       bool // every code confirms a payment
	AllowVoIP      bool // numbers of internet telephones are served, which cost a fraudster nothing
	AllowPossible  bool // numbers that are possible but not in use are served, for tests and demonstrations
	AllowAnyLine   bool // premium, toll-free, pager and other numbers that are no person's telephone are served
	UnsafeLifetime bool // Lifetime may be up to 24 hours, against NIST SP 800-63B and OWASP ASVS
	AcceptRisk     bool // the chance of guessing may be greater than MaxRisk
}

// A Risk is how likely somebody who only guesses is to succeed.
type Risk struct {
	Verification float64 // with every id and guess that one lifetime allows
	Day          float64 // against one address, until DailyFailures stops it
}

// Risk computes the odds from the profile's settings: ids × guesses × codes that are good at once, over the number of codes.
func (p Profile) Risk() Risk { return p.withDefaults().risk() }

func (p Profile) risk() Risk {
	good := 1.0
	if p.Resend == KeepPrevious {
		good = 2
	}
	codes := math.Pow10(p.CodeLength)
	return Risk{
		Verification: min(1, float64(p.Sends*p.Attempts)*good/codes),
		Day:          min(1, float64(p.DailyFailures)*good/codes),
	}
}

// accepts reports whether the profile accepts its own risk.
func (p Profile) accepts() bool {
	const rounding = 1e-9
	return p.AcceptRisk || p.risk().Verification <= MaxRisk*(1+rounding)
}

const minLifetime = time.Minute

func (p Profile) longestLifetime() time.Duration {
	if p.UnsafeLifetime {
		return 24 * time.Hour
	}
	return 10 * time.Minute
}

// guessesAmong returns how many guesses an id has when the codes are only so many: a twentieth of them at most.
func (p *profile) guessesAmong(pool int) uint8 {
	return uint8(max(1, min(p.Attempts, pool/20)))
}

// riskAmong is the risk of a verification whose codes are only so many.
func (p *profile) riskAmong(pool int) float64 {
	return float64(p.Sends*int(p.guessesAmong(pool))) / float64(max(1, pool))
}

func (p Profile) withDefaults() Profile {
	p.CodeLength = orDefault(p.CodeLength, 6)
	p.Lifetime = orDefault(p.Lifetime, 10*time.Minute)
	p.Attempts = orDefault(p.Attempts, 5)
	p.Sends = orDefault(p.Sends, 5)
	p.DailySends = orDefault(p.DailySends, 20)
	p.DailyFailures = orDefault(p.DailyFailures, defaultDailyFailures(p.CodeLength))
	if len(p.Cooldown) == 0 {
		p.Cooldown = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute}
	}
	p.Cooldown = slices.Clone(p.Cooldown)
	p.Regions = slices.Clone(p.Regions)
	p.Channels = slices.Clone(p.Channels)
	return p
}

// defaultDailyFailures keeps the odds of a day below about 1 in 2 500 when codes are short.
func defaultDailyFailures(length int) int {
	switch {
	case length <= 4:
		return 20
	case length == 5:
		return 40
	}
	return 100
}

func orDefault[T comparable](value, standard T) T {
	if zero := *new(T); value == zero {
		return standard
	}
	return value
}

// validate reports every field that is out of bounds. It wants the defaults filled in.
func (p *Profile) validate() error {
	var errs []error
	check := func(ok bool, field, reason string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s", field, reason))
		}
	}
	between := func(field string, n, low, high int) {
		check(low <= n && n <= high, field, fmt.Sprintf("%d is not between %d and %d", n, low, high))
	}
	check(p.Name != "" && len(p.Name) <= 64, "Name", "must have 1 to 64 bytes")
	check(locale.Message{Brand: p.Brand}.Validate() == nil, "Brand",
		fmt.Sprintf("a message cannot show it: at most %d letters, digits and spaces, and no run of digits like a code", locale.MaxBrand))
	between("CodeLength", p.CodeLength, code.MinLength, code.MaxLength)
	between("Attempts", p.Attempts, 1, 20)
	between("Sends", p.Sends, 1, 20)
	between("DailySends", p.DailySends, 1, 1000)
	between("DailyFailures", p.DailyFailures, 1, 100)
	longest := p.longestLifetime()
	check(p.Lifetime >= minLifetime && p.Lifetime <= longest, "Lifetime", fmt.Sprintf("%s is not between 1m and %s", p.Lifetime, longest))
	for _, d := range p.Cooldown {
		check(d >= 0 && d <= time.Hour, "Cooldown", fmt.Sprintf("%s is not between 0 and 1h", d))
	}
	check(p.Resend <= KeepPrevious, "Resend", "is no resend policy")
	check(locale.Message{AppHash: p.AppHash}.Validate() == nil, "AppHash", "is no hash of 11 characters")
	check(locale.Message{Origin: p.Origin}.Validate() == nil, "Origin", "is no host name")
	check(p.accepts(), "CodeLength",
		fmt.Sprintf("a code would be guessed in 1 of %.0f verifications, more often than 1 in %.0f; lengthen it, lower Attempts or Sends, or set AcceptRisk",
			1/p.risk().Verification, 1/MaxRisk))
	return errors.Join(errs...)
}

// A profile as the engine uses it.
type profile struct {
	Profile
	regions recipient.RegionSet
	rules   subject.Rules
}

func (p *Profile) subjectRules() subject.Rules {
	r := subject.Rules{
		Lifetime:    p.Lifetime.Milliseconds(),
		Sends:       uint8(p.Sends),
		DailySends:  p.DailySends,
		Guesses:     uint8(p.Attempts),
		MaxFailures: uint16(p.DailyFailures),
		Length:      uint8(p.CodeLength),
		Resend:      subject.Resend(p.Resend),
	}
	for _, d := range p.Cooldown {
		r.Cooldowns = append(r.Cooldowns, d.Milliseconds())
	}
	return r
}
