//go:build linux

package promise_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/proxytest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// A turnstile counts round trips: how often clients spoke after the server had. It is for calls one after the other.
type turnstile struct {
	mu    sync.Mutex
	last  proxytest.Direction
	trips int
}

func (c *turnstile) rule(d proxytest.Direction, n int) (int, proxytest.Fate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d == proxytest.Request && c.last == proxytest.Reply {
		c.trips++
	}
	c.last = d
	return n, proxytest.Live
}

// during returns the round trips of what f does.
func (c *turnstile) during(f func()) int {
	count := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.trips
	}
	before := count()
	f()
	return count() - before
}

// A check and a start are two round trips, and three if they are charged to a client's budget; a right code gets that back with a fourth.
func TestRoundTrips(t *testing.T) {
	for _, r := range enginetest.Remotes {
		t.Run(r.Name, func(t *testing.T) {
			c := &turnstile{last: proxytest.Reply}
			proxy, socket := enginetest.Front(t, r.Serve(t))
			proxy.Keep(c.rule)
			e, _ := verifytest.New(t, func(o *verify.Options) {
				o.Store = r.Open(t, socket)
				o.Profiles[0].CustomCodes = true
			})
			number := 0
			verification := func(ip netip.Addr) (start, check int) {
				number++
				var v verify.Verification
				var err error
				start = c.during(func() {
					v, err = e.Start(t.Context(), verify.StartRequest{
						Channel: "sms", To: fmt.Sprintf("+1415555%04d", number), CustomCode: right, ClientIP: ip,
					})
				})
				if err != nil {
					t.Fatal(err)
				}
				check = c.during(func() { _, err = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: right, ClientIP: ip}) })
				if err != nil {
					t.Fatal(err)
				}
				return start, check
			}
			nobody, client := netip.Addr{}, netip.MustParseAddr("192.0.2.1")
			verification(client) // which brings the scripts, and sweeps
			for range 10 {
				if start, check := verification(nobody); start != 2 || check != 2 {
					t.Fatalf("%d round trips a start, %d a check", start, check)
				}
				if start, check := verification(client); start != 3 || check != 4 {
					t.Fatalf("%d round trips a start with a budget, %d a check", start, check)
				}
			}
		})
	}
}
