package main

import (
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/verify"
)

// The names of the profiles that the engine begins with.
const (
	nativeProfile = "verify" // also what Twilio's services are made like
	authyProfile  = "authy"
	telnyxProfile = "telnyx" // what Telnyx's verify profiles are made like
)

// profiles are what the flags say, once for each set of routes.
func (c *config) profiles(channels map[string]channel.Channel) []verify.Profile {
	native := verify.Profile{Name: nativeProfile, Channels: messaging, CustomCodes: true}

	authy := authyv1.Profile(authyProfile, c.brand)
	authy.Channels = []string{"sms", "call"}

	telnyx := verify.Profile{Name: telnyxProfile, Channels: messaging}
	if channels[flashCall] != nil {
		telnyx.Channels = append(telnyx.Channels[:len(messaging):len(messaging)], flashCall)
		telnyx.AcceptRisk = true // a flash call has as few codes as there are numbers to call from
	}

	all := []verify.Profile{native, authy, telnyx}
	for i := range all {
		all[i].Brand = c.brand
		all[i].Regions = c.regions
		all[i].Cooldown = c.cooldown()
		all[i].AllowPossible = c.allowPossible
	}
	return all
}

// cooldown doubles with every message, four times.
func (c *config) cooldown() []time.Duration {
	steps := make([]time.Duration, 5)
	for i := range steps {
		steps[i] = min(c.resendAfter<<i, time.Hour)
	}
	return steps
}
