//go:build linux

package history_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// Engines are those of one database. Each history has a profile of its own, and so finds nothing of what others left.
type engines struct {
	each  [clients]*verify.Engine // for one client each
	hasty *verify.Engine          // soon gives up a store that does not answer
}

// newEngines shares the clients of one database out among engines, whose clocks stand still.
func newEngines(t *testing.T, databases ...store.Store) *engines {
	t.Helper()
	key, old, fresh, now := verify.NewKey(), verify.NewKey(), verify.NewKey(), time.Now()
	engine := func(i int, timeout time.Duration) *verify.Engine {
		e, _ := verifytest.New(t, func(o *verify.Options) {
			o.Store = observed{databases[i%len(databases)]}
			o.Key, o.SealKeys = key, [][]byte{old, fresh}
			if i%2 == 0 { // in the middle of a rotation
				o.SealKeys = [][]byte{fresh, old}
			}
			o.Channels = map[string]channel.Channel{"sms": observer{}}
			o.Profiles = profiles()
			o.Now = func() time.Time { return now }
			o.StoreTimeout = timeout
		})
		return e
	}
	es := &engines{hasty: engine(0, 30*time.Millisecond)}
	for i := range es.each {
		es.each[i] = engine(i, time.Minute)
	}
	return es
}

// newPolicy returns a policy of small limits, so that all of them are reached.
func newPolicy(seed uint64) policy {
	random := rand.New(rand.NewPCG(seed, 0))
	return policy{
		resend:   verify.Resend(random.IntN(3)),
		guesses:  2 + random.IntN(maxGuesses-1),
		failures: 3 + random.IntN(5),
		sends:    3 + random.IntN(4),
		daily:    5 + random.IntN(maxSends-4),
		rest:     2 + random.IntN(6),
	}
}

// profiles are those of all histories.
func profiles() (all []verify.Profile) {
	for seed := range uint64(histories) {
		p := newPolicy(seed)
		cooldown := make([]time.Duration, p.rest)
		cooldown[p.rest-1] = time.Minute
		all = append(all, verify.Profile{
			Name: profileName(seed), Brand: "Test", Regions: []string{verify.AllRegions}, AllowPossible: true, CodeLength: codeLength,
			Resend: p.resend, Attempts: p.guesses, DailyFailures: p.failures, Sends: p.sends, DailySends: p.daily, Cooldown: cooldown,
		})
	}
	return all
}

func profileName(seed uint64) string { return "history " + strconv.FormatUint(seed, 10) }
