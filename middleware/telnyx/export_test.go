package telnyx

import (
	"context"
	"net"
)

// DialWith makes the connections of w by dial.
func (w *Webhooks) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	w.transport.DialContext = dial
}
