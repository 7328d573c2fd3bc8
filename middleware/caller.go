package middleware

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/http"
	"net/netip"

	"github.com/codeword-go/codeword/middleware/internal/field"
	"github.com/codeword-go/codeword/verify"
)

// ErrNobody, from Options.Recipient, says that the host knows nobody to verify.
var ErrNobody = errors.New("middleware: nobody")

// A caller is who a request comes from, as the host and the browser's cookie say.
type caller struct {
	profile   string
	recipient string // if the host decides it
	nobody    bool   // the host knows nobody of that address
	binding   string
	secret    string // the browser's, "" if it has none
	ip        netip.Addr
}

func (h *Handler) caller(r *http.Request, f field.Fields) (c caller, err error) {
	if h.o.BackEnd {
		return h.backEnd(f)
	}
	c.profile = h.profile
	if h.o.Profile != nil {
		c.profile = h.o.Profile(r)
	}
	if h.o.Recipient != nil {
		c.recipient, err = h.o.Recipient(r)
		if c.nobody = errors.Is(err, ErrNobody); err != nil && !c.nobody {
			return c, seamError{"Recipient", err}
		}
	}
	if h.o.Binding != nil {
		c.binding = h.o.Binding(r)
	}
	c.secret = h.o.Cookies.secret(r)
	c.ip = h.clientIP(r)
	return c, nil
}

// backEnd takes the back end's word for everything.
func (h *Handler) backEnd(f field.Fields) (c caller, err error) {
	c.profile = f.Get("profile")
	if ip := f.Get("client_ip"); ip != "" {
		if c.ip, err = netip.ParseAddr(ip); err != nil {
			return c, &verify.InvalidError{Field: "client_ip", Reason: "is no IP address"}
		}
	}
	return c, nil
}

// handle returns what the engine binds a verification to. All that the host says about the caller is in it, so that one which was
// started with one session, profile or recipient cannot be checked with another: a person who has two sessions in one browser would else take what the first one's
// telephone proved over to the second. A browser without a secret gets a handle that no start has used.
func (c caller) handle(backEnd bool) string {
	if backEnd {
		return ""
	}
	b := make([]byte, 0, 256)
	for _, part := range [...]string{c.secret, c.profile, c.recipient, c.binding} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	sum := sha256.Sum256(b)
	return string(sum[:])
}
