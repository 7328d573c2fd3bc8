//go:build unix

package redisstore_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/store/internal/redisscript"
	"github.com/codeword-go/codeword/store/internal/redistest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const right, wrong = "246802", "135791"

// engines returns two engines on clients of their own, which are all that two processes share.
func engines(t *testing.T, s *redistest.Server) []*verify.Engine {
	t.Helper()
	key := verify.NewKey()
	var pair []*verify.Engine
	for range 2 {
		st, err := open(t, redisscript.Options{Tag: redistest.Tag}, s)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := verifytest.New(t, func(o *verify.Options) {
			o.Store, o.Key = st, key
			o.Profiles[0].CustomCodes = true
		})
		pair = append(pair, e)
	}
	return pair
}

// tally counts the outcomes of 100 calls at once.
func tally(call func(i int) error, outcomes ...error) []int {
	counts := make([]int, len(outcomes))
	var mu sync.Mutex
	var wg sync.WaitGroup
	ready := make(chan struct{})
	for i := range 100 {
		wg.Go(func() {
			<-ready
			err := call(i)
			mu.Lock()
			defer mu.Unlock()
			for n, outcome := range outcomes {
				if errors.Is(err, outcome) {
					counts[n]++
				}
			}
		})
	}
	close(ready)
	wg.Wait()
	return counts
}

// S16, S17, S19: two engines keep what one promises.
func TestEngines(t *testing.T) {
	server := redistest.Start(t)
	pair := engines(t, server)
	for round := range 3 {
		request := verify.StartRequest{Channel: "sms", To: fmt.Sprintf("+1415555%04d", round), CustomCode: right}
		starts := tally(func(i int) error {
			_, err := pair[i%2].Start(t.Context(), request)
			return err
		}, nil, verify.ErrThrottled)
		if starts[0] != 1 || starts[1] != 99 {
			t.Fatalf("of 100 starts %d sent and %d were throttled", starts[0], starts[1])
		}

		checks := func(code string, outcomes ...error) []int {
			t.Helper()
			request.To = fmt.Sprintf("+1415556%03d%d", round, len(outcomes))
			v, err := pair[0].Start(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			return tally(func(i int) error {
				_, err := pair[i%2].Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code})
				return err
			}, outcomes...)
		}
		if got := checks(right, nil, verify.ErrUsed); got[0] != 1 || got[1] != 99 {
			t.Fatalf("of 100 right answers %d were approved and %d were late", got[0], got[1])
		}
		if got := checks(wrong, nil, verify.ErrIncorrect, verify.ErrMaxAttempts); got[0] != 0 || got[1] != 5 || got[2] != 95 {
			t.Fatalf("of 100 wrong answers %d were approved, %d judged and %d refused", got[0], got[1], got[2])
		}
	}
	server.Tidy(t)
}
