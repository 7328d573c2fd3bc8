package redisscript_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/store/internal/redisscript"
)

// An echo answers every command with its key, but only when it is let; it heeds no context.
type echo struct {
	let     chan struct{} // for one batch
	mu      sync.Mutex
	batches [][]string // the keys
	last    context.Context
}

func (e *echo) do(ctx context.Context, commands []redisscript.Command, results []redisscript.Result) {
	keys := make([]string, len(commands))
	for i, c := range commands {
		keys[i] = c.Keys[0]
		results[i].Reply = c.Keys[0]
	}
	if keys[0] == "{codeword}" {
		results[0].Reply = sound
		return
	}
	e.mu.Lock()
	e.batches, e.last = append(e.batches, keys), ctx
	e.mu.Unlock()
	<-e.let
}

// openEcho returns a store on a new echo that has been asked nothing yet, and all of whose senders are held up.
func openEcho(t *testing.T) (*redisscript.Store, *echo) {
	t.Helper()
	e := &echo{let: make(chan struct{}, 1000)}
	e.let <- struct{}{} // for what New asks
	s, err := redisscript.New("adapter", e.do, redisscript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e.batches = nil
	return s, e
}

// occupy makes calls until no sender is left, and leaves the one that finds none.
func (e *echo) occupy(t *testing.T, s *redisscript.Store) {
	t.Helper()
	leave := func() {}
	for n := 0; len(e.batches) == n && n < 20; n++ {
		var ctx context.Context
		ctx, leave = context.WithCancel(context.Background())
		go s.Load(ctx, fmt.Sprint("busy", n))
		synctest.Wait()
	}
	leave()
	if senders := len(e.batches); senders < 1 || senders > 8 {
		t.Fatalf("%d batches at a time", senders)
	}
	e.batches = nil
}

func (e *echo) release(batches int) {
	for range batches {
		e.let <- struct{}{}
	}
}

func TestCallsThatComeTogetherShareBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 600
		s, e := openEcho(t)
		e.occupy(t, s)
		var all sync.WaitGroup
		for i := range calls {
			all.Go(func() {
				key := fmt.Sprint("k", i)
				if got, err := s.Load(context.Background(), key); string(got) != "{codeword}"+key || err != nil {
					t.Errorf("%s: %q, %v", key, got, err)
				}
			})
		}
		synctest.Wait()
		e.release(1000)
		all.Wait()
		sent := 0
		for _, batch := range e.batches {
			if len(batch) > 64 {
				t.Errorf("a batch of %d", len(batch))
			}
			sent += len(batch)
		}
		if sent != calls || len(e.batches) > 12 {
			t.Errorf("%d calls were sent in %d batches", sent, len(e.batches))
		}
	})
}

// A call ends with its context however silent the client is, and what was not sent by then is never sent.
func TestCallsThatAreLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, e := openEcho(t)
		e.occupy(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		err := s.CompareAndSwap(ctx, "left", nil, []byte("one"), began.Add(time.Hour))
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("%v after %v", err, took)
		}
		e.release(1000)
		synctest.Wait()
		if slices.ContainsFunc(e.batches, func(batch []string) bool { return slices.Contains(batch, "{codeword}left") }) {
			t.Error("a call that was left has been sent")
		}
		if got, err := s.Load(t.Context(), "next"); string(got) != "{codeword}next" || err != nil {
			t.Errorf("the next call: %q, %v", got, err)
		}
	})
}

// What comes for a call after it was left reaches no other.
func TestLateRepliesAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, e := openEcho(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		if _, err := s.Load(ctx, "left"); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		e.release(1000)
		for i := range 20 {
			key := fmt.Sprint("k", i)
			if got, err := s.Load(t.Context(), key); string(got) != "{codeword}"+key || err != nil {
				t.Errorf("%s: %q, %v", key, got, err)
			}
		}
	})
}

// The context of a batch lasts as long as any of its calls, and holds the values of the first.
func TestContextOfBatch(t *testing.T) {
	type key struct{}
	for name, tt := range map[string]struct {
		timeouts []time.Duration // none if it is zero
		want     time.Duration
	}{
		"one":            {[]time.Duration{time.Second}, time.Second},
		"several":        {[]time.Duration{time.Second, time.Minute, 2 * time.Second}, time.Minute},
		"one has none":   {[]time.Duration{time.Second, 0, 2 * time.Second}, 10 * time.Second},
		"none has one":   {[]time.Duration{0, 0}, 10 * time.Second},
		"alone, no time": {[]time.Duration{0}, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, e := openEcho(t)
				e.occupy(t, s)
				var calls sync.WaitGroup
				for i, timeout := range tt.timeouts {
					ctx := context.WithValue(t.Context(), key{}, i)
					if timeout > 0 {
						limited, cancel := context.WithTimeout(ctx, timeout)
						defer cancel()
						ctx = limited
					}
					calls.Go(func() { _, _ = s.Load(ctx, fmt.Sprint(i)) })
					synctest.Wait()
				}
				began := time.Now()
				e.release(1) // one sender, which takes all that waits
				synctest.Wait()
				deadline, ok := e.last.Deadline()
				if !ok || deadline.Sub(began) != tt.want {
					t.Errorf("the deadline is in %v, %t", deadline.Sub(began), ok)
				}
				if first := e.last.Value(key{}); first != 0 {
					t.Errorf("the values are those of %v", first)
				}
				e.release(1000)
				calls.Wait()
			})
		})
	}
}

// Calls without a deadline of a silent client (one that heeds deadlines only) must not shut others out for ever.
func TestCallsWithoutDeadlineShutNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := false
		end := make(chan struct{})
		do := func(ctx context.Context, commands []redisscript.Command, results []redisscript.Result) {
			for i, c := range commands {
				results[i].Reply = c.Keys[0]
				if c.Keys[0] == "{codeword}" {
					results[i].Reply = sound
				}
			}
			if !silent {
				return
			}
			var late <-chan time.Time
			if d, ok := ctx.Deadline(); ok {
				late = time.After(time.Until(d))
			}
			select {
			case <-late:
			case <-end:
			}
			for i := range results {
				results[i] = redisscript.Result{Err: errors.New("i/o timeout")}
			}
		}
		s, err := redisscript.New("adapter", do, redisscript.Options{})
		if err != nil {
			t.Fatal(err)
		}
		silent = true
		for i := range 4 {
			ctx, cancel := context.WithCancel(t.Context())
			go s.Load(ctx, fmt.Sprint("probe", i)) // a health check that gives up by hanging up
			synctest.Wait()
			time.Sleep(10 * time.Second)
			cancel()
		}
		silent = false // the server is back
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := s.Load(ctx, "k"); err != nil {
			t.Errorf("a minute after the server is back: %v", err)
		}
		close(end)
		synctest.Wait()
	})
}

// A client that panics, or a hook of the host's in it, has failed; the process and the store go on.
func TestClientPanics(t *testing.T) {
	boom := false
	do := func(_ context.Context, commands []redisscript.Command, results []redisscript.Result) {
		for i, c := range commands {
			results[i].Reply = c.Keys[0]
			if c.Keys[0] == "{codeword}" {
				results[i].Reply = sound
			}
		}
		if boom {
			panic("a hook of the host's")
		}
	}
	s, err := redisscript.New("adapter", do, redisscript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	boom = true
	for range 9 {
		if _, err := s.Load(t.Context(), "k"); err == nil {
			t.Error("no error")
		}
	}
	boom = false
	if _, err := s.Load(t.Context(), "k"); err != nil {
		t.Error(err)
	}
}
