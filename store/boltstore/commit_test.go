package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

// held is a store whose transactions begin only when the test lets them: each asks for the time first. Additions do
// so once for a transaction, and never elsewhere.
type held struct {
	*boltstore.Store
	begin        chan struct{}
	transactions atomic.Int64
}

func openHeld(t *testing.T) *held {
	h := &held{begin: make(chan struct{})}
	h.Store = open(t, newPath(t), boltstore.Options{Now: func() time.Time {
		h.transactions.Add(1)
		<-h.begin
		return time.Now()
	}})
	return h
}

// start adds 1 to a counter in a goroutine; its outcome arrives on the channel.
func (h *held) start(ctx context.Context, key string) <-chan outcome {
	c := make(chan outcome, 1)
	go func() {
		sums, err := h.Add(ctx, store.Increment{Key: key, Delta: 1, Expires: time.Now().Add(time.Hour)})
		o := outcome{err: err}
		if err == nil {
			o.sum = sums[0]
		}
		c <- o
	}()
	synctest.Wait()
	return c
}

type outcome struct {
	sum int64
	err error
}

func TestCallersShareTheNextTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHeld(t)
		outcomes := []<-chan outcome{h.start(t.Context(), "k")}
		for range 20 {
			outcomes = append(outcomes, h.start(t.Context(), "k"))
		}
		close(h.begin)
		seen := map[int64]bool{}
		for _, c := range outcomes {
			o := <-c
			if o.err != nil || o.sum < 1 || o.sum > 21 || seen[o.sum] {
				t.Errorf("sum %d, %v; each of 1 to 21 must occur once", o.sum, o.err)
			}
			seen[o.sum] = true
		}
		if n := h.transactions.Load(); n != 2 {
			t.Errorf("%d transactions for one caller and the 20 that came meanwhile, want 2", n)
		}
	})
}

func TestWaitingCallerLeavesWithoutEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHeld(t)
		first := h.start(t.Context(), "k")
		ctx, cancel := context.WithCancel(t.Context())
		leaving := h.start(ctx, "k") // would lead the next transaction
		staying := h.start(t.Context(), "k")
		cancel()
		synctest.Wait()
		if o := <-leaving; !errors.Is(o.err, context.Canceled) {
			t.Errorf("the caller that left: %v, want context.Canceled", o.err)
		}
		close(h.begin)
		if a, b := <-first, <-staying; a != (outcome{sum: 1}) || b != (outcome{sum: 2}) {
			t.Errorf("the others got %v and %v, want 1 and 2", a, b)
		}
	})
}

func TestEverybodyLeavesAndTheQueueGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHeld(t)
		first := h.start(t.Context(), "k")
		ctx, cancel := context.WithCancel(t.Context())
		for range 5 {
			h.start(ctx, "k")
		}
		cancel()
		synctest.Wait()
		close(h.begin)
		<-first
		if o := <-h.start(t.Context(), "k"); o != (outcome{sum: 2}) {
			t.Errorf("afterwards: %v, want 2", o)
		}
	})
}

func TestCallerWhoseTurnHasComeDoesNotKnowTheOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHeld(t)
		first := h.start(t.Context(), "k")
		second := h.start(t.Context(), "k")
		ctx, cancel := context.WithCancel(t.Context())
		leaving := h.start(ctx, "k")
		third := h.start(ctx, "k")
		h.begin <- struct{}{} // the first transaction
		<-first
		synctest.Wait() // one of the others leads the second now, and is held
		cancel()
		synctest.Wait()
		gone := 0
		for _, c := range []<-chan outcome{leaving, third} {
			select {
			case o := <-c:
				gone++
				if !errors.Is(o.err, context.Canceled) || errors.Is(o.err, store.ErrConflict) || errors.Is(o.err, store.ErrNotFound) {
					t.Errorf("a caller that left too late: %v", o.err)
				}
			default: // it leads
			}
		}
		if gone == 0 {
			t.Error("nobody returned when the context ended")
		}
		close(h.begin)
		<-second
		if sum := <-h.start(t.Context(), "k"); sum != (outcome{sum: 5}) {
			t.Errorf("the counter ends at %v, want 5: all were committed", sum)
		}
	})
}

// A caller that left may do what it likes with its slices, though its swap is yet to be committed.
func TestCallersThatLeftOwnTheirSlices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hold atomic.Bool
		begin := make(chan struct{})
		s := open(t, newPath(t), boltstore.Options{Now: func() time.Time {
			if hold.CompareAndSwap(true, false) {
				<-begin
			}
			return time.Now()
		}})
		h := &held{Store: s}
		hold.Store(true)
		first := h.start(t.Context(), "k")
		ctx, cancel := context.WithCancel(t.Context())
		const callers = 8
		errs, values := make(chan error, callers), [callers][]byte{}
		for i := range callers {
			values[i] = []byte("value")
			go func() {
				err := s.CompareAndSwap(ctx, fmt.Sprint("k", i), nil, values[i], time.Now().Add(time.Hour))
				copy(values[i], "XXXXX")
				errs <- err
			}()
		}
		synctest.Wait()
		hold.Store(true)
		begin <- struct{}{} // the first transaction; one of the others leads the second, and is held
		<-first
		synctest.Wait()
		cancel()
		synctest.Wait()
		if len(errs) != callers-1 {
			t.Errorf("%d of %d callers returned when their context ended, want all but the one that leads", len(errs), callers)
		}
		close(begin)
		synctest.Wait()
		for i := range callers {
			wantValue(t, s, fmt.Sprint("k", i), "value")
		}
	})
}

// A clock that panics is the host's fault. It strikes the caller that leads; the others must not take it for success.
func TestPanicOfTheLeaderAnswersNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		begin := make(chan struct{})
		h := &held{Store: open(t, newPath(t), boltstore.Options{Now: func() time.Time {
			switch calls.Add(1) {
			case 1:
				<-begin
			case 2:
				panic("clock")
			}
			return time.Now()
		}})}
		first := h.start(t.Context(), "k")
		errs := make(chan error, 5)
		for range 5 {
			go func() {
				defer func() {
					if recover() != nil {
						errs <- errors.New("panic")
					}
				}()
				_, err := h.Add(t.Context(), store.Increment{Key: "k", Delta: 1, Expires: time.Now().Add(time.Hour)})
				errs <- err
			}()
		}
		synctest.Wait()
		close(begin)
		<-first
		for range 5 {
			if err := <-errs; err == nil {
				t.Error("an addition was acknowledged that was never made")
			}
		}
		if o := <-h.start(t.Context(), "k"); o != (outcome{sum: 2}) {
			t.Errorf("afterwards: %v, want 2", o)
		}
	})
}

func TestEndedContext(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	put(t, s, "k", "v")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, load := s.Load(ctx, "k")
	swap := s.CompareAndSwap(ctx, "k", []byte("v"), []byte("w"), time.Now().Add(time.Hour))
	_, add := s.Add(ctx, store.Increment{Key: "c", Delta: 1})
	_, sweep := s.Sweep(ctx)
	for i, err := range []error{load, swap, add, sweep} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("call %d: %v, want context.Canceled", i, err)
		}
	}
	wantValue(t, s, "k", "v")
}

// A swap that cannot succeed costs no transaction, and so does not wait for one.
func TestStaleSwapDoesNotQueue(t *testing.T) {
	var hold atomic.Bool
	begin := make(chan struct{})
	s := open(t, newPath(t), boltstore.Options{Now: func() time.Time {
		if hold.CompareAndSwap(true, false) {
			<-begin
		}
		return time.Now()
	}})
	put(t, s, "k", "v")
	hold.Store(true)
	done := make(chan struct{})
	go func() {
		add(t, s, "c", 1)
		close(done)
	}()
	for hold.Load() {
		time.Sleep(time.Millisecond)
	}
	for _, old := range []string{"", "other"} {
		if err := s.CompareAndSwap(t.Context(), "k", []byte(old), []byte("w"), time.Now()); !errors.Is(err, store.ErrConflict) {
			t.Errorf("stale swap: %v", err)
		}
	}
	if err := s.CompareAndSwap(t.Context(), "missing", []byte("old"), nil, time.Now()); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale removal: %v", err)
	}
	close(begin)
	<-done
}

// Contexts that end at any moment neither lose an addition that was acknowledged nor stop the queue.
func TestAbandonedCallers(t *testing.T) {
	s := open(t, newPath(t), boltstore.Options{})
	var acknowledged, tried atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for range 40 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(3000))*time.Microsecond)
				tried.Add(1)
				_, err := s.Add(ctx, store.Increment{Key: "k", Delta: 1, Expires: time.Now().Add(time.Hour)})
				cancel()
				switch {
				case err == nil:
					acknowledged.Add(1)
				case !errors.Is(err, context.DeadlineExceeded):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	sum := add(t, s, "k", 0)
	if sum < acknowledged.Load() || sum > tried.Load() {
		t.Errorf("the counter is %d, of %d tried and %d acknowledged", sum, tried.Load(), acknowledged.Load())
	}
}
