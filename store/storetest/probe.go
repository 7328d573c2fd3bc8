package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/codeword-go/codeword/store"
)

// absent is the value of a key that holds nothing, both as what a script expects and as an empty old or new.
const absent = ""

// A probe runs the steps of a script. The first step that goes wrong is kept and the rest do nothing, so that a script
// reads from top to bottom. Keys in a script are short names, which the probe makes unique.
type probe struct {
	ctx    context.Context
	open   func() (store.Store, error)
	store  store.Store
	peer   *probe // another client of the same database, once a race has looked for one
	prefix string
	err    error
}

func newProbe(ctx context.Context, open func() (store.Store, error)) *probe {
	p := &probe{ctx: ctx, open: open, prefix: rand.Text()[:12] + "/"}
	p.connect()
	return p
}

// connect opens the store that the probe talks to.
func (p *probe) connect() {
	s, err := p.open()
	if err != nil {
		p.fail("open: %w", err)
	}
	p.store = s
}

func (p *probe) key(name string) string {
	return p.prefix + name
}

// with returns a probe that makes the same calls under another context.
func (p *probe) with(ctx context.Context) *probe {
	q := *p
	q.ctx = ctx
	return &q
}

// fail ends the script. It keeps only the first reason.
func (p *probe) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// load demands that the key holds want.
func (p *probe) load(name, want string) {
	if p.err != nil {
		return
	}
	got, err := p.store.Load(p.ctx, p.key(name))
	if want == absent {
		if len(got) != 0 {
			p.fail("Load of a key that holds nothing returned the value %s", brief(got))
		}
		p.outcome(err, store.ErrNotFound, "Load of a key that holds nothing")
		return
	}
	p.outcome(err, nil, "Load")
	if !bytes.Equal(got, []byte(want)) {
		p.fail("Load returned %s, want %s", brief(got), brief([]byte(want)))
	}
}

// swap demands that a swap which asks to be kept for an hour ends with the error want.
func (p *probe) swap(name, old, new string, want error) {
	p.swapUntil(name, old, new, time.Now().Add(time.Hour), want)
}

func (p *probe) swapUntil(name, old, new string, expires time.Time, want error) {
	if p.err != nil {
		return
	}
	err := p.store.CompareAndSwap(p.ctx, p.key(name), []byte(old), []byte(new), expires)
	p.outcome(err, want, "CompareAndSwap from %s to %s", brief([]byte(old)), brief([]byte(new)))
}

// swapBytes is swap for scripts in which the slices themselves matter.
func (p *probe) swapBytes(name string, old, new []byte, want error) {
	if p.err != nil {
		return
	}
	err := p.store.CompareAndSwap(p.ctx, p.key(name), old, new, time.Now().Add(time.Hour))
	p.outcome(err, want, "CompareAndSwap from %#v to %#v", old, new)
}

// add demands the sum of one addition to a counter that, if new, asks to be kept for an hour.
func (p *probe) add(name string, delta, want int64) {
	p.addUntil(name, delta, time.Now().Add(time.Hour), want)
}

func (p *probe) addUntil(name string, delta int64, expires time.Time, want int64) {
	p.addAll([]store.Increment{{Key: p.key(name), Delta: delta, Expires: expires}}, want)
}

// addAll demands the sums of one Add.
func (p *probe) addAll(adds []store.Increment, want ...int64) {
	if p.err != nil {
		return
	}
	sums, err := p.store.Add(p.ctx, adds...)
	p.outcome(err, nil, "Add")
	if !slices.Equal(sums, want) {
		p.fail("Add returned the sums %d, want %d", sums, want)
	}
}

// increment is an addition to a counter that, if new, asks to be kept for an hour.
func (p *probe) increment(name string, delta int64) store.Increment {
	return store.Increment{Key: p.key(name), Delta: delta, Expires: time.Now().Add(time.Hour)}
}

// outcome demands an error, found by errors.Is, and that it is none of the other errors of the contract as well.
func (p *probe) outcome(got, want error, format string, args ...any) {
	step := fmt.Sprintf(format, args...)
	if !errors.Is(got, want) || (got == nil) != (want == nil) {
		p.fail("%s returned the error %v, want %v", step, orNil(got), orNil(want))
	}
	for _, other := range []error{store.ErrNotFound, store.ErrConflict, store.ErrTooLarge, store.ErrFull} {
		if other != want && errors.Is(got, other) {
			p.fail("%s returned an error that is %v and also %v", step, want, other)
		}
	}
}

// wait lets time pass until t, unless the script is over.
func (p *probe) wait(t time.Time) {
	if p.err == nil {
		time.Sleep(time.Until(t))
	}
}

func orNil(err error) any {
	if err == nil {
		return "nil"
	}
	return fmt.Sprintf("%q", err)
}

// brief shows a value in a failure.
func brief(value []byte) string {
	switch {
	case len(value) == 0:
		return "nothing"
	case len(value) > 40:
		return fmt.Sprintf("%q... (%d bytes)", value[:40], len(value))
	}
	return fmt.Sprintf("%q", value)
}

func repeat(pattern string, size int) string {
	return strings.Repeat(pattern, size/len(pattern)+1)[:size]
}
