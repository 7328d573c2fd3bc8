// Package publicnet keeps connections to addresses that somebody else chose out of the host's own networks.
package publicnet

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"syscall"
)

// errAddress leaves the address out: it is for whoever set up the URL, not for whoever reads the error.
var errAddress = errors.New("address outside the public Internet")

// A Guard decides which addresses may be dialled. The zero Guard allows those of the public Internet.
type Guard struct{ allowed []netip.Prefix }

// New returns a Guard that allows some networks besides the public Internet.
func New(allowed []netip.Prefix) (Guard, error) {
	for _, p := range allowed {
		if !p.IsValid() || p.Addr().Is4In6() {
			return Guard{}, errors.New("holds an invalid prefix")
		}
	}
	return Guard{slices.Clone(allowed)}, nil
}

// Control is a net.Dialer's ControlContext. It runs for every address that a name led to, after the look-up, so that a name cannot change
// its mind in between.
func (g Guard) Control(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !g.permits(ap.Addr().Unmap().WithZone("")) {
		return errAddress
	}
	return nil
}

func (g Guard) permits(a netip.Addr) bool {
	contains := func(p netip.Prefix) bool { return p.Contains(a) }
	if slices.ContainsFunc(g.allowed, contains) {
		return true
	}
	if a.Is6() && !global6.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(special, contains)
}

// global6 is all that has been given out for use on the IPv6 Internet. Loopback, link-local and unique local addresses,
// multicast, NAT64 and the IPv4-compatible ones lie outside.
var global6 = netip.MustParsePrefix("2000::/3")

// special are the blocks of the IANA special-purpose registries that no public server has.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("10.0.0.0/8"),      // private
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("127.0.0.0/8"),     // loopback
	netip.MustParsePrefix("169.254.0.0/16"),  // link-local, cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),   // private
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),  // private
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("224.0.0.0/3"),     // multicast, reserved, broadcast
	netip.MustParsePrefix("2001::/23"),       // Teredo, ORCHID and other protocol assignments
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("3fff::/20"),       // documentation
}
