package middleware

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

func (h *Handler) clientIP(r *http.Request) netip.Addr {
	if h.o.ClientIP != nil {
		return h.o.ClientIP(r)
	}
	return forwardedFor(peer(r.RemoteAddr), r.Header["X-Forwarded-For"], h.o.TrustedProxies)
}

// peer returns the address of the connection. Peers that have none share the unspecified one, so that they are limited together rather
// than not at all.
func peer(remote string) netip.Addr {
	if addr, ok := parseAddr(remote); ok {
		return addr
	}
	return netip.IPv6Unspecified()
}

// forwardedFor walks what proxies have appended, from the right, as long as the one that appended it is trusted. Whatever is left of the
// first one that is not, anybody could have written. An entry that is no address ends the walk at the proxy that wrote it.
func forwardedFor(peer netip.Addr, lines []string, trusted []netip.Prefix) netip.Addr {
	if !contains(trusted, peer) {
		return peer
	}
	for _, line := range slices.Backward(lines) {
		for more := true; more; {
			var entry string
			line, entry, more = cutLast(line, ',')
			addr, ok := parseAddr(strings.Trim(entry, " \t"))
			if !ok {
				return peer
			}
			if peer = addr; !contains(trusted, peer) {
				return peer
			}
		}
	}
	return peer
}

// parseAddr reads an address, with a port or without. One with a zone names no client: the zone is the proxy's own.
func parseAddr(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		var withPort netip.AddrPort
		if withPort, err = netip.ParseAddrPort(s); err == nil {
			addr = withPort.Addr()
		}
	}
	return addr.Unmap().WithZone(""), err == nil
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// unmapped returns a copy of the networks, those of mapped IPv4 addresses as IPv4: addresses are compared in that form.
func unmapped(networks []netip.Prefix) []netip.Prefix {
	networks = slices.Clone(networks)
	for i, n := range networks {
		if n.Addr().Is4In6() && n.Bits() >= 96 {
			networks[i] = netip.PrefixFrom(n.Addr().Unmap(), n.Bits()-96)
		}
	}
	return networks
}

func validateProxies(networks []netip.Prefix) error {
	for _, n := range networks {
		if !n.IsValid() || n.Addr().Is4In6() {
			return errors.New("TrustedProxies: has what is no network")
		}
		if n.Bits() == 0 {
			return errors.New("TrustedProxies: everybody is no proxy; set ClientIP if something else vouches for the header")
		}
	}
	return nil
}
