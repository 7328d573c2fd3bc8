package verify_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// engines returns two engines on one store that differ in the order of their seal keys, as in the middle of a rotation, and the inbox of
// the first.
func engines(t *testing.T, s store.Store, change func(*verify.Profile)) []*verify.Engine {
	t.Helper()
	key, old, fresh := verify.NewKey(), verify.NewKey(), verify.NewKey()
	var all []*verify.Engine
	for _, sealKeys := range [][][]byte{{old, fresh}, {fresh, old}} {
		e, _ := verifytest.New(t, withStore(s), profile(change), func(o *verify.Options) { o.Key, o.SealKeys = key, sealKeys })
		all = append(all, e)
	}
	return all
}

// together calls f n times at once and counts what it returns.
func together(n int, f func(i int) error) (nils int, errs []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ready := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-ready
			err := f(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				nils++
			} else {
				errs = append(errs, err)
			}
		})
	}
	close(ready)
	wg.Wait()
	return nils, errs
}

func count(errs []error, target error) (n int) {
	for _, err := range errs {
		if errors.Is(err, target) {
			n++
		}
	}
	return n
}

func custom(p *verify.Profile) { p.CustomCodes = true }

// S17: of 100 right answers at once, to two engines on one store in mid-rotation, one is approved.
func TestParallelRightAnswers(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		pair := engines(t, s, custom)
		for round := range 20 {
			v := mustStart(t, pair[0], verify.StartRequest{Channel: "sms", To: number(round), CustomCode: "246802"})
			approved, errs := together(100, func(i int) error {
				_, err := check(t, pair[i%2], v.ID, "246802")
				return err
			})
			if approved != 1 || count(errs, verify.ErrUsed) != 99 {
				t.Fatalf("%d approved, %v", approved, errs)
			}
		}
	})
}

// S16, S22: of 100 wrong answers at once at most five are judged.
func TestParallelWrongAnswers(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		pair := engines(t, s, custom)
		for round := range 20 {
			v := mustStart(t, pair[0], verify.StartRequest{Channel: "sms", To: number(round), CustomCode: "246802"})
			_, errs := together(100, func(i int) error {
				_, err := check(t, pair[i%2], v.ID, "135791")
				return err
			})
			if judged := count(errs, verify.ErrIncorrect); judged != 5 || count(errs, verify.ErrMaxAttempts) != 95 {
				t.Fatalf("%d guesses were judged, %v", judged, errs)
			}
			_, err := check(t, pair[1], v.ID, "246802")
			wantError(t, "right after all", err, verify.ErrMaxAttempts)
		}
	})
}

// S19: of 100 starts at once for one address one sends.
func TestParallelStarts(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		e, inbox := verifytest.New(t, withStore(s))
		for round := range 10 {
			started, errs := together(100, func(int) error {
				_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(round)})
				return err
			})
			if started+count(errs, verify.ErrThrottled) != 100 || started != 1 || len(inbox.Messages()) != round+1 {
				t.Fatalf("%d started, %d messages, %v", started, len(inbox.Messages())-round, errs)
			}
		}
	})
}

// S13: of cancel and check at once one wins.
func TestCancelAgainstCheck(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		pair := engines(t, s, custom)
		canceled := 0
		for round := range 40 {
			v := mustStart(t, pair[0], verify.StartRequest{Channel: "sms", To: number(round), CustomCode: "246802"})
			won, errs := together(2, func(i int) error {
				if i == round%2 {
					_, err := pair[i].Cancel(t.Context(), verify.Ref{ID: v.ID})
					return err
				}
				_, err := check(t, pair[i], v.ID, "246802")
				return err
			})
			if won != 1 || count(errs, verify.ErrUsed)+count(errs, verify.ErrCanceled) != 1 {
				t.Fatalf("%d won, %v", won, errs)
			}
			canceled += count(errs, verify.ErrCanceled)
		}
		t.Logf("canceled first in %d of 40", canceled)
	})
}

func TestParallelIdempotentStarts(t *testing.T) {
	e, inbox := verifytest.New(t)
	var mu sync.Mutex
	ids := map[string]bool{}
	started, errs := together(50, func(int) error {
		v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone, IdempotencyKey: "k"})
		mu.Lock()
		defer mu.Unlock()
		ids[v.ID] = true
		return err
	})
	if started != 50 || len(ids) != 1 || len(inbox.Messages()) != 1 {
		t.Errorf("%d started, %d ids, %d messages, %v", started, len(ids), len(inbox.Messages()), errs)
	}
}
