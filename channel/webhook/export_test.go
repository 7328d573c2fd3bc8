package webhook

import (
	"context"
	"net/netip"
)

// Permits reports whether an address may be dialled, without dialling it.
func Permits(address string, allowed ...netip.Prefix) bool {
	g, err := newGuard(allowed)
	return err == nil && g.control(context.Background(), "tcp", address, nil) == nil
}
