//go:build unix

package redistest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
)

// clientGoroutines is how many more a client may run after a fault than before, for connections that it keeps.
const clientGoroutines = 4

// An ending makes a context and ends it after a time, as a deadline or as a caller who leaves.
type ending func(context.Context, time.Duration) (context.Context, context.CancelFunc)

var endings = map[string]ending{
	"deadline": context.WithTimeout,
	"cancel": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithTimeout(ctx, 100*d)
		time.AfterFunc(d, cancel)
		return ctx, cancel
	},
}

// attempts makes one call of each kind, one after the other, and demands that each ends inconclusively and with its context.
func attempts(t testing.TB, st store.Store, end ending) {
	t.Helper()
	const given, slack = 60 * time.Millisecond, 200 * time.Millisecond
	expires := time.Now().Add(time.Hour)
	calls := map[string]func(context.Context) error{
		"Load": func(ctx context.Context) error { _, err := st.Load(ctx, "k"); return err },
		"swap": func(ctx context.Context) error {
			return st.CompareAndSwap(ctx, "k", []byte("one"), []byte("one"), expires)
		},
		"Add": func(ctx context.Context) error {
			_, err := st.Add(ctx, store.Increment{Key: "c", Delta: 1, Expires: expires})
			return err
		},
	}
	for name, call := range calls {
		ctx, cancel := end(t.Context(), given)
		began := time.Now()
		inconclusive(t, name, call(ctx))
		if took := time.Since(began); took > given+slack {
			t.Errorf("%s took %v, want at most %v", name, took, given+slack)
		}
		cancel()
	}
}

func testSilence(t *testing.T, open Open) {
	for name, end := range endings {
		for _, callers := range []int{1, 8} {
			t.Run(fmt.Sprint(name, " ", callers), func(t *testing.T) { silence(t, open, end, callers) })
		}
	}
}

func silence(t *testing.T, open Open, end ending, callers int) {
	s := Start(t)
	st := open.must(t, s)
	hold(t, st, "one")
	before := runtime.NumGoroutine()
	s.Stop()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() { attempts(t, st, end) })
	}
	wg.Wait()
	s.Continue()
	works(t, st)
	if got, err := st.Load(t.Context(), "k"); string(got) != "one" {
		t.Errorf("Load when the server is back: %q, %v", got, err)
	}
	settled(t, before+clientGoroutines)
}

func testKill(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	for round := range 3 {
		old := ""
		if round > 0 {
			old = fmt.Sprint("value ", round-1)
		}
		value := fmt.Sprint("value ", round)
		if err := st.CompareAndSwap(t.Context(), "v", []byte(old), []byte(value), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		s.Kill()
		attempts(t, st, context.WithTimeout)
		s.Restart()
		works(t, st)
		if got, err := st.Load(t.Context(), "v"); string(got) != value {
			t.Fatalf("after a crash the value is %q, %v; want %q", got, err, value)
		}
	}
}

// hold stores a value under k.
func hold(t testing.TB, st store.Store, value string) {
	t.Helper()
	if err := st.CompareAndSwap(t.Context(), "k", nil, []byte(value), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// works demands that a store answers soon, if not at once: connections that broke have to be noticed, each by a call of its own.
func works(t testing.TB, st store.Store) {
	t.Helper()
	const inARow = 16
	var err error
	answers := 0
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); {
		if _, err = st.Load(t.Context(), "nothing"); !errors.Is(err, store.ErrNotFound) {
			answers = 0
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if answers++; answers == inARow {
			return
		}
	}
	t.Fatalf("Load goes on failing: %v", err)
}

func testCheck(t *testing.T, open Open) {
	s := Start(t)
	tests := []struct {
		name   string
		config []string
		accept redisscript.Options
		want   []error
	}{
		{"sound", nil, redisscript.Options{}, nil},
		{"evicts anything", []string{"CONFIG SET maxmemory-policy allkeys-lru"}, redisscript.Options{}, []error{redisscript.ErrEvicts}},
		{"evicts what has a time to live", []string{"CONFIG SET maxmemory-policy volatile-ttl"}, redisscript.Options{}, []error{redisscript.ErrEvicts}},
		{"evicts and is meant to", nil, redisscript.Options{AcceptEviction: true}, nil},
		{"evicts and is no longer meant to", nil, redisscript.Options{AcceptLoss: true}, []error{redisscript.ErrEvicts}},
		{"loses as well", []string{"CONFIG SET appendonly no"}, redisscript.Options{}, []error{redisscript.ErrEvicts, redisscript.ErrLoses}},
		{"loses", []string{"CONFIG SET maxmemory-policy noeviction"}, redisscript.Options{AcceptEviction: true}, []error{redisscript.ErrLoses}},
		{"loses and is meant to", nil, redisscript.Options{AcceptLoss: true}, nil},
		{"replica", []string{"REPLICAOF 127.0.0.1 1"}, redisscript.Options{AcceptLoss: true, AcceptEviction: true}, []error{redisscript.ErrReplica}},
		{"primary again", []string{"REPLICAOF NO ONE", "CONFIG SET appendonly yes"}, redisscript.Options{}, nil},
	}
	for _, tt := range tests {
		for _, command := range tt.config {
			s.CLI(strings.Split(command, " ")...)
		}
		_, err := open(t, tt.accept, s)
		if (err != nil) != (len(tt.want) > 0) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		for _, finding := range []error{redisscript.ErrReplica, redisscript.ErrEvicts, redisscript.ErrLoses} {
			wanted := false
			for _, w := range tt.want {
				wanted = wanted || w == finding
			}
			if errors.Is(err, finding) != wanted {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
	}
}

// A store that is open learns of it with the next call of any kind.
func testDemotion(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	hold(t, st, "one")
	s.CLI("REPLICAOF", "127.0.0.1", "1")
	attempts(t, st, context.WithTimeout)
	s.CLI("REPLICAOF", "NO", "ONE")
	works(t, st)
}

// Redis repeats the arguments of a command that it does not know.
func testRefusedCommand(t *testing.T, open Open) {
	for _, command := range []string{"GETEX", "EVALSHA"} {
		s := Start(t, "--rename-command", command, "")
		_, err := open(t, redisscript.Options{Tag: Tag}, s)
		if err == nil || strings.Contains(err.Error(), Tag) || !strings.Contains(err.Error(), "does not know a command") {
			t.Errorf("a server without %s: %v", command, err)
		}
	}
}

func testPassword(t *testing.T, open Open) {
	s := Start(t, "--requirepass", "sesame")
	_, err := open(t, redisscript.Options{}, s)
	inconclusive(t, "New without the password", err)
	if err != nil && !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("New without the password: %v", err)
	}
}
