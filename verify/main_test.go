package verify_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

const (
	phone = "+14155552671"
	email = "someone@example.com"
)

// S21, S88: no test leaves a goroutine behind.
func TestMain(m *testing.M) { leaktest.Main(m) }

// stores are the stores that every promise is tested on.
var stores = map[string]func(testing.TB) store.Store{
	"memstore": func(testing.TB) store.Store { return new(memstore.Store) },
	"boltstore": func(t testing.TB) store.Store {
		s, err := boltstore.Open(t.TempDir()+"/verify.db", boltstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	},
}

func eachStore(t *testing.T, test func(t *testing.T, s store.Store)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func mustStart(t testing.TB, e *verify.Engine, r verify.StartRequest) verify.Verification {
	t.Helper()
	v, err := e.Start(t.Context(), r)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return v
}

// lastCode returns the code of the newest message.
func lastCode(t testing.TB, inbox *channeltest.Inbox) string {
	t.Helper()
	messages := inbox.Messages()
	if len(messages) == 0 {
		t.Fatal("no message")
	}
	return messages[len(messages)-1].Code.Reveal()
}

// wrong returns a code that differs from the right one.
func wrong(right string) string {
	digits := []byte(right)
	digits[0] = '0' + (digits[0]-'0'+1)%10
	return string(digits)
}

func check(t testing.TB, e *verify.Engine, id, code string) (verify.Verification, error) {
	t.Helper()
	return e.Check(t.Context(), verify.CheckRequest{ID: id, Code: code})
}

func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: %v, want %v", what, err, want)
	}
}

// profile returns a change of the first profile, for verifytest.New.
func profile(change func(*verify.Profile)) func(*verify.Options) {
	return func(o *verify.Options) { change(&o.Profiles[0]) }
}

func withStore(s store.Store) func(*verify.Options) {
	return func(o *verify.Options) { o.Store = s }
}

// A clock shows what it is told to.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ns.Store(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) Now() time.Time          { return time.Unix(0, c.ns.Load()) }
func (c *clock) Advance(d time.Duration) { c.ns.Add(int64(d)) }
func (c *clock) set(o *verify.Options)   { o.Now = c.Now }

// number returns the n-th of many fictional numbers.
func number(n int) string { return fmt.Sprintf("+1415555%04d", n) }

// A hookedStore calls hooks around another store.
type hookedStore struct {
	store.Store
	load func(key string) error
	swap func(do func() error) error
	add  func(do func() ([]int64, error)) ([]int64, error)
}

func (h *hookedStore) Load(ctx context.Context, key string) ([]byte, error) {
	if h.load != nil {
		if err := h.load(key); err != nil {
			return nil, err
		}
	}
	return h.Store.Load(ctx, key)
}

func (h *hookedStore) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	do := func() error { return h.Store.CompareAndSwap(ctx, key, old, new, expires) }
	if h.swap != nil {
		return h.swap(do)
	}
	return do()
}

func (h *hookedStore) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	do := func() ([]int64, error) { return h.Store.Add(ctx, adds...) }
	if h.add != nil {
		return h.add(do)
	}
	return do()
}

var errBroken = errors.New("connection reset by peer")
