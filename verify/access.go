package verify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
)

// grace is how long a call may outlast its caller's deadline to learn how a swap ended that was under way.
const grace = 100 * time.Millisecond

// bounded returns the context in which a call uses the store. It does not end when the caller hangs up, or a right code could be
// used up without anybody being told; it ends with the caller's deadline and the engine's own bound.
func (e *Engine) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	timeout := e.storeTimeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline)+grace)
	}
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// staying returns a context for what is left to do when the caller may have hung up. It ends with the caller's deadline, or soon
// if that has passed.
func staying(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	ctx = context.WithoutCancel(ctx)
	if !ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, max(time.Until(deadline), grace/2))
}

// A decider works out the next state of a subject and the answer. It may be asked several times for one call.
type decider interface {
	decide(context.Context, *subject.Subject) (subject.Decision, error)
}

type deciderFunc func(*subject.Subject) subject.Decision

func (f deciderFunc) decide(_ context.Context, s *subject.Subject) (subject.Decision, error) {
	return f(s), nil
}

// change loads a subject, which the caller releases in the end, lets a decider work out what becomes of it, and commits that by one
// swap before it returns the decision. A conflict means to load and decide again.
//
// A swap whose outcome is unknown may have taken effect, and others may have written since; the tag, which the decider must
// have written into the subject, tells. So it does after a conflict, which is one with oneself if a driver sends a swap twice. Since
// every sealed value is unique, a swap that is late finds its old value gone.
func (e *Engine) change(ctx context.Context, name seal.Name, tag subject.Tag, by decider) (*subject.Subject, subject.Decision, error) {
	bound, cancel := e.bounded(ctx)
	defer cancel()
	key := name.Key()
	s := newSubject()
	uncertain := false
	for try := 0; ; try++ {
		old, err := e.load(bound, name, key, s)
		if err == nil && try > 0 {
			if d, ok := s.Verdict(tag); ok {
				return s, d, nil
			}
		}
		if err == nil {
			var d subject.Decision
			if d, err = by.decide(bound, s); err != nil || !d.Changed {
				return s, d, err
			}
			if ctx.Err() != nil && !uncertain {
				return s, d, unavailable(leftError{ctx.Err()})
			}
			err = e.commit(bound, name, key, old, s)
			if err == nil {
				return s, d, nil
			}
			uncertain = uncertain || !unchanged(err)
		}
		if !errors.Is(err, store.ErrConflict) && !uncertain || !pause(bound, try) {
			if uncertain {
				err = fmt.Errorf("outcome unknown: %v", err) // not %w: a conflict now says nothing of the swap before it
			}
			return s, subject.Decision{}, unavailable(err)
		}
	}
}

// A leftError says that the caller hung up before anything happened.
type leftError struct{ error }

func (e leftError) Unwrap() error { return e.error }

// unchanged reports whether an error of a swap, or of change, says that certainly nothing was changed.
func unchanged(err error) bool {
	if _, left := errors.AsType[leftError](err); left {
		return true
	}
	return errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrTooLarge) || errors.Is(err, store.ErrFull)
}

// pause waits a random time that doubles with every try, from up to 1 ms to up to 64 ms. It reports false when there is no time.
func pause(ctx context.Context, try int) bool {
	wait := time.NewTimer(mathrand.N(time.Millisecond << min(try, 6)))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}

// Subjects are pooled, since one is most of what a call would leave to the garbage collector. They go back zeroed, so that no
// secret outlives its call.
var subjects = sync.Pool{New: func() any { return new(subject.Subject) }}

func newSubject() *subject.Subject { return subjects.Get().(*subject.Subject) }

// release ends the use of a subject and of every entry in it.
func release(s *subject.Subject) {
	*s = subject.Subject{}
	subjects.Put(s)
}

// load reads a subject and returns the bytes that it was read from, which are nil for a subject that is new.
func (e *Engine) load(ctx context.Context, name seal.Name, key string, s *subject.Subject) ([]byte, error) {
	*s = subject.Subject{}
	old, err := e.storeLoad(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b := getBuffer()
	defer b.put()
	plain, err := e.keys.Open(b.plain, name, old)
	if err != nil {
		return nil, err // locked: neither started nor checked until it expires
	}
	b.plain = plain
	return old, s.Decode(plain, e.intern)
}

// names are the texts that come back in every subject, each to itself.
type names map[string]string

// intern returns a text as a string, which costs nothing for one of the names.
func (n names) intern(text []byte) string {
	if name, ok := n[string(text)]; ok {
		return name
	}
	return string(text)
}

// commit seals a subject and swaps it in.
func (e *Engine) commit(ctx context.Context, name seal.Name, key string, old []byte, s *subject.Subject) error {
	b := getBuffer()
	defer b.put()
	b.plain = s.Append(b.plain)
	b.sealed = e.keys.Seal(b.sealed, name, b.plain)
	expires := time.UnixMilli(s.Retain()).Add(subject.Skew * time.Millisecond)
	return e.storeSwap(ctx, key, old, b.sealed, expires)
}

// A buffer is scratch space for one step of one call. Stores keep none of it, and no plaintext stays in it.
type buffer struct{ plain, sealed []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func getBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) put() {
	clear(b.plain[:cap(b.plain)])
	b.plain, b.sealed = b.plain[:0], b.sealed[:0]
	buffers.Put(b)
}

func newTag() (tag subject.Tag) {
	_, _ = rand.Read(tag[:]) // never fails
	return tag
}

var errPanic = errors.New("panicked")

// storeLoad, storeSwap and storeAdd call the store. A store that panics has failed; what it panicked with may hold anything, so it is
// dropped.

func (e *Engine) storeLoad(ctx context.Context, key string) (value []byte, err error) {
	defer recovered(&err)
	return e.store.Load(ctx, key)
}

func (e *Engine) storeSwap(ctx context.Context, key string, old, new []byte, expires time.Time) (err error) {
	defer recovered(&err)
	return e.store.CompareAndSwap(ctx, key, old, new, expires)
}

func (e *Engine) storeAdd(ctx context.Context, adds ...store.Increment) (sums []int64, err error) {
	defer recovered(&err)
	sums, err = e.store.Add(ctx, adds...)
	if err == nil && len(sums) != len(adds) {
		err = fmt.Errorf("store: %d sums for %d additions", len(sums), len(adds))
	}
	return sums, err
}

func recovered(err *error) {
	if recover() != nil {
		*err = errPanic
	}
}
