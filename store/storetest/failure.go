package storetest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/codeword-go/codeword/store"
)

var failureRules = []rule{{
	name: "done context",
	says: "a call with a context that is already done returns an error that claims nothing about the key, and changes nothing",
	test: func(p *probe) {
		p.swap("k", absent, "one", nil)
		p.add("c", 5, 5)
		canceled, cancel := context.WithCancel(p.ctx)
		cancel()
		late, cancel := context.WithDeadline(p.ctx, past)
		defer cancel()
		for _, err := range slices.Concat(p.with(canceled).attempts("one"), p.with(late).attempts("one")) {
			if err == nil {
				p.fail("a call with a context that is done returned no error")
			}
			for _, claim := range []error{store.ErrNotFound, store.ErrConflict, store.ErrTooLarge, store.ErrFull} {
				if errors.Is(err, claim) {
					p.fail("a call with a context that is done returned %q, which claims to know", claim)
				}
			}
		}
		p.load("k", "one")
		p.load("new", absent)
		p.add("c", 0, 5)
		p.add("newcounter", 0, 0)
	},
}, {
	name: "discreet errors",
	says: "an error contains neither a key nor a value, in any notation",
	test: func(p *probe) {
		const held, other = "Sesame-1", "Simsim-2"
		p.swap("k", absent, held, nil)
		canceled, cancel := context.WithCancel(p.ctx)
		cancel()
		errs := slices.Concat(p.with(canceled).attempts(held), p.mistakes(held, other))
		for _, err := range errs {
			for _, secret := range []string{p.prefix, held, other} {
				if text, found := leak(err, secret); found {
					p.fail("an error contains a key or a value, as %q: %q", text, err)
				}
			}
		}
	},
}}

// attempts makes one call of each kind, on the value under "k" and the counter "c", and returns their errors.
func (p *probe) attempts(held string) []error {
	if p.err != nil {
		return nil
	}
	expires := time.Now().Add(time.Hour)
	_, load := p.store.Load(p.ctx, p.key("k"))
	_, add := p.store.Add(p.ctx, p.increment("c", 1), p.increment("newcounter", 1))
	return []error{
		load,
		p.store.CompareAndSwap(p.ctx, p.key("new"), nil, []byte(held), expires),
		p.store.CompareAndSwap(p.ctx, p.key("k"), []byte(held), []byte(held+"2"), expires),
		p.store.CompareAndSwap(p.ctx, p.key("k"), []byte(held), nil, expires),
		add,
	}
}

// mistakes makes calls that fail because of the key or the value, of which "k" holds one and the other is nowhere, and
// returns their errors.
func (p *probe) mistakes(held, other string) []error {
	if p.err != nil {
		return nil
	}
	expires := time.Now().Add(time.Hour)
	long := p.key(strings.Repeat("k", store.MaxKey))
	large := strings.Repeat(other, store.MaxValue/len(other)+1)
	_, missing := p.store.Load(p.ctx, p.key("missing"))
	_, longLoad := p.store.Load(p.ctx, long)
	_, longAdd := p.store.Add(p.ctx, store.Increment{Key: long, Delta: 1, Expires: expires})
	_, manyAdds := p.store.Add(p.ctx, slices.Repeat([]store.Increment{p.increment("c", 1)}, store.MaxAdds+1)...)
	return []error{
		missing, longLoad, longAdd, manyAdds,
		p.store.CompareAndSwap(p.ctx, p.key("k"), nil, []byte(other), expires),
		p.store.CompareAndSwap(p.ctx, p.key("k"), []byte(other), []byte(other), expires),
		p.store.CompareAndSwap(p.ctx, p.key("k"), []byte(other), nil, expires),
		p.store.CompareAndSwap(p.ctx, p.key("missing"), []byte(other), []byte(other), expires),
		p.store.CompareAndSwap(p.ctx, p.key("k"), []byte(held), []byte(large), expires),
		p.store.CompareAndSwap(p.ctx, long, nil, []byte(other), expires),
	}
}

// leak looks for a secret as it is and as it looks when it is printed as bytes.
func leak(err error, secret string) (text string, found bool) {
	if err == nil {
		return "", false
	}
	notations := []string{
		secret,
		strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		hex.EncodeToString([]byte(secret)),
		base64.RawStdEncoding.EncodeToString([]byte(secret[:len(secret)/3*3])),
	}
	for _, text := range notations {
		if strings.Contains(strings.ToLower(err.Error()), strings.ToLower(text)) {
			return text, true
		}
	}
	return "", false
}
