// Package verify proves that a person controls a phone number or an e-mail address: it sends a one-time code and checks
// the answer.
//
// Call [New] once with a store, a key and the channels that deliver messages, then [Engine.Start] to send a code and
// [Engine.Check] to judge what the person typed:
//
//	v, err := engine.Start(ctx, verify.StartRequest{Channel: "sms", To: "+1 415-555-2671", ClientIP: ip})
//	v, err = engine.Check(ctx, verify.CheckRequest{ID: v.ID, Code: "493021", ClientIP: ip})
//	if err != nil {
//		return // nobody was verified
//	}
//
// Check returns nil for the one call that approved the verification and an error in every other case.
//
// What must survive a restart is the key and the store. The store sees only sealed values under keyed names: whoever steals
// it learns no code, number or address.
//
// What an attacker can do is guess, and cost you messages. Guesses are bounded for each id, for each address in a day and for each
// client; [Profile.Risk] tells the odds that are left. Messages are bounded for each address and client, and to the regions that a
// profile names. The rules are one state machine, and each of its steps is one compare-and-swap in the store, committed before
// anybody is told; when a store or a channel fails nothing is approved and nothing is sent.
//
// A code proves who holds an address now. It is no second factor: numbers are ported, SIM cards swapped, mailboxes taken over.
package verify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/recipient"
)

// Options configure an Engine. Store, Key, Channels and Profiles are required; every zero field means its default.
type Options struct {
	Store store.Store

	// Key is at least 32 random bytes, as from NewKey or KeyFile, and lives as long as the store does: with another key nothing
	// that is stored is found. All engines on a store share it.
	Key []byte

	// SealKeys, if there are any, seal what is stored instead of Key, so that they can be replaced: put the new key behind the
	// old one everywhere, then before it, and drop the old one 25 hours later and after all documents of a Shelf have been read.
	SealKeys [][]byte

	Channels map[string]channel.Channel // by name: "sms", "call", "email", "whatsapp", or one of your own
	Profiles []Profile                  // the first one is the default

	Limits   Limits
	Messages *locale.Catalog // the texts; nil is locale.Default

	SendTimeout  time.Duration // for one message; default 10 s
	StoreTimeout time.Duration // for all that one call does in the store; default 5 s
	MaxSending   int           // messages on their way through one channel at a time; default 64

	OnEvent func(context.Context, Event) // called in the call that caused the event: hand it on and return
	Logger  *slog.Logger                 // nil is silent
	Now     func() time.Time             // nil is time.Now
}

// Limits bound what one client address may do: an IPv4 address, or the /64 network of an IPv6 address. They are sliding windows
// that take the events of the one before for evenly spread, so a burst at its end may be followed by nearly as many within the time. They are
// shared by the engines on a store, and are off for requests that carry no ClientIP.
type Limits struct {
	Starts       Rate // default 30 an hour
	FailedChecks Rate // default 60 an hour
	// FailedChecksPerRecipient counts one client's failed checks of one address. Default 20 in 24 hours.
	FailedChecksPerRecipient Rate
}

// A Rate is a number of events in a time.
type Rate struct {
	Count int           // Unlimited turns the limit off
	Per   time.Duration // a second to 31 days
}

// Unlimited, as the Count of a Rate, is no limit.
const Unlimited = math.MaxInt

// An Engine starts and checks verifications. It is safe for concurrent use, keeps no state but the store's, runs nothing in the
// background and needs no closing.
type Engine struct {
	store    store.Store
	keys     *seal.Keys
	outlets  map[string]*outlet
	profiles []*profile
	limits   Limits
	messages *locale.Catalog
	stored   profileCache
	intern   func([]byte) string // knows the names of channels, profiles and languages

	storeTimeout time.Duration
	sendTimeout  time.Duration

	onEvent func(context.Context, Event)
	logger  *slog.Logger
	now     func() time.Time
}

// New returns an engine. The error names every option that is wrong.
func New(o Options) (*Engine, error) {
	e := &Engine{
		store:        o.Store,
		limits:       o.Limits.withDefaults(),
		messages:     o.Messages,
		storeTimeout: orDefault(o.StoreTimeout, 5*time.Second),
		sendTimeout:  orDefault(o.SendTimeout, 10*time.Second),
		onEvent:      o.OnEvent,
		logger:       o.Logger,
		now:          o.Now,
		outlets:      make(map[string]*outlet, len(o.Channels)),
	}
	if e.messages == nil {
		e.messages = locale.Default()
	}
	if e.now == nil {
		e.now = time.Now
	}
	err := errors.Join(
		e.validate(o),
		e.deriveKeys(o),
		e.addChannels(o),
		e.addProfiles(o.Profiles),
	)
	if err != nil {
		return nil, fmt.Errorf("verify: options: %w", err)
	}
	known := make(names)
	for _, name := range slices.Concat(e.messages.Tags(), e.channelNames()) {
		known[name] = name
	}
	for _, p := range e.profiles {
		known[p.Name] = p.Name
	}
	e.intern = known.intern
	return e, nil
}

func (e *Engine) validate(o Options) error {
	var errs []error
	if o.Store == nil {
		errs = append(errs, errors.New("Store: missing"))
	}
	for field, d := range map[string]time.Duration{"SendTimeout": e.sendTimeout, "StoreTimeout": e.storeTimeout} {
		if d < time.Millisecond || d > time.Hour {
			errs = append(errs, fmt.Errorf("%s: %s is not between 1ms and 1h", field, d))
		}
	}
	return errors.Join(append(errs, e.limits.validate())...)
}

func (e *Engine) deriveKeys(o Options) (err error) {
	if e.keys, err = seal.New(o.Key, o.SealKeys...); err != nil {
		return fmt.Errorf("Key: %w", err)
	}
	return nil
}

func (e *Engine) addChannels(o Options) error {
	if len(o.Channels) == 0 {
		return errors.New("Channels: missing")
	}
	inFlight := orDefault(o.MaxSending, 64)
	if inFlight < 1 {
		return fmt.Errorf("MaxSending: %d is negative", inFlight)
	}
	for name, ch := range o.Channels {
		if name == "" || len(name) > 32 || ch == nil {
			return fmt.Errorf("Channels: %q: needs a name of 1 to 32 bytes and a channel", name)
		}
		e.outlets[name] = &outlet{channel: ch, places: make(chan struct{}, inFlight)}
	}
	return nil
}

func (e *Engine) addProfiles(profiles []Profile) error {
	if len(profiles) == 0 {
		return errors.New("Profiles: missing")
	}
	for _, p := range profiles {
		prepared, err := e.prepare(p)
		if err != nil {
			return fmt.Errorf("profile %q: %w", p.Name, err)
		}
		if e.configured(p.Name) != nil {
			return fmt.Errorf("profile %q: Name: used twice", p.Name)
		}
		if profileGroup(p.Name) != "" {
			return fmt.Errorf("profile %q: Name: a slash is for profiles in the store", p.Name)
		}
		e.profiles = append(e.profiles, prepared)
	}
	return nil
}

// prepare fills in a profile's defaults and checks it.
func (e *Engine) prepare(p Profile) (*profile, error) {
	p = p.withDefaults()
	if len(p.Channels) == 0 {
		p.Channels = e.channelNames()
	}
	errs := []error{p.validate()}
	for _, name := range p.Channels {
		if e.outlets[name] == nil {
			errs = append(errs, fmt.Errorf("Channels: the engine has no channel %q", name))
		}
	}
	regions := p.Regions
	if slices.Equal(regions, []string{AllRegions}) {
		regions = recipient.Regions()
	}
	if len(regions) == 0 && slices.ContainsFunc(p.Channels, func(name string) bool { return name != emailChannel }) {
		errs = append(errs, errors.New("Regions: missing; name the countries that you serve"))
	}
	set, err := recipient.NewRegionSet(regions...)
	if err != nil {
		errs = append(errs, fmt.Errorf("Regions: %w", err))
	}
	prepared := &profile{Profile: p, regions: set, rules: p.subjectRules()}
	for _, name := range p.Channels {
		if o := e.outlets[name]; o != nil && !p.AcceptRisk {
			if coder, ok := o.channel.(channel.Coder); ok && prepared.riskAmong(coder.Pool()) > MaxRisk {
				errs = append(errs, fmt.Errorf("Channels: %q has too few codes for Attempts and Sends; set AcceptRisk if that is meant", name))
			}
		}
	}
	return prepared, errors.Join(errs...)
}

// channelNames returns the channels' names, SMS first.
func (e *Engine) channelNames() []string {
	names := make([]string, 0, len(e.outlets))
	for name := range e.outlets {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == "sms") != (b == "sms") {
			if a == "sms" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return names
}

// Profile returns the profile of that name from Options with its defaults filled in, the first one for "".
func (e *Engine) Profile(name string) (Profile, error) {
	p := e.configured(orDefault(name, e.profiles[0].Name))
	if p == nil {
		return Profile{}, errNoProfile()
	}
	return p.Profile.withDefaults(), nil // a copy that shares no slice
}

// Messages returns the texts that the engine uses.
func (e *Engine) Messages() *locale.Catalog { return e.messages }

func (e *Engine) profile(ctx context.Context, name string) (*profile, error) {
	if name == "" {
		return e.profiles[0], nil
	}
	if p := e.configured(name); p != nil {
		return p, nil
	}
	if profileGroup(name) == "" {
		return nil, errNoProfile()
	}
	return e.storedProfile(ctx, name)
}

// configured returns the profile of that name from Options, if there is one.
func (e *Engine) configured(name string) *profile {
	for _, p := range e.profiles {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func errNoProfile() error {
	return &InvalidError{Field: "profile", Reason: "there is no such profile"}
}
