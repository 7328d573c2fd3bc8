package webhook

import (
	"context"
	"net/netip"

	"github.com/codeword-go/codeword/internal/publicnet"
)

// Permits reports whether an address may be dialled, without dialling it.
func Permits(address string, allowed ...netip.Prefix) bool {
	g, err := publicnet.New(allowed)
	return err == nil && g.Control(context.Background(), "tcp", address, nil) == nil
}
