package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A postbox is a channel that keeps the latest code.
type postbox struct{ code atomic.Pointer[string] }

func (p *postbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	p.code.Store(new(m.Code.Reveal()))
	return channel.Receipt{}, nil
}

func (p *postbox) latest() string { return *p.code.Load() }

// newEngine returns an engine on a store, a large memory store if it is nil.
func newEngine(s store.Store) (*verify.Engine, *postbox, error) {
	if s == nil {
		var err error
		if s, err = memstore.New(memstore.Options{MaxEntries: memstore.LimitMaxEntries}); err != nil {
			return nil, nil, err
		}
	}
	box := new(postbox)
	e, err := engineWith(s, box)
	return e, box, err
}

func engineWith(s store.Store, sms channel.Channel) (*verify.Engine, error) {
	return verify.New(verify.Options{
		Store:      s,
		Key:        verify.NewKey(),
		Channels:   map[string]channel.Channel{"sms": sms},
		Profiles:   []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US"}}},
		MaxSending: 1024,
	})
}

// A mailroom is a channel that keeps the latest code of each number.
type mailroom struct{ codes []string } // by the number's n

func (m *mailroom) Send(_ context.Context, letter channel.Message) (channel.Receipt, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(letter.To.Reveal(), "+1415"))
	if err == nil {
		m.codes[n-firstNumber] = letter.Code.Reveal()
	}
	return channel.Receipt{}, err
}

const firstNumber = 2_000_000

// typedNumber returns the n-th of five million numbers.
func typedNumber(n int) string { return fmt.Sprintf("+1415%07d", firstNumber+n) }

// A spy is a store that notes what it is given.
type spy struct {
	store.Store
	key   string
	value []byte
}

func (s *spy) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	s.key, s.value = key, append(s.value[:0], new...)
	return s.Store.CompareAndSwap(ctx, key, old, new, expires)
}

// pending returns how long the key and the value of a pending phone verification are in a store.
func pending() (key, value int, err error) {
	s := &spy{Store: new(memstore.Store)}
	e, _, err := newEngine(s)
	if err != nil {
		return 0, 0, err
	}
	_, err = e.Start(context.Background(), verify.StartRequest{To: typedNumber(0)})
	return len(s.key), len(s.value), err
}
