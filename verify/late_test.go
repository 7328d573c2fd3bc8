package verify_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// A slowStore takes a while for each call, and no longer than its context lasts.
type slowStore struct {
	store.Store
	wait time.Duration
}

func (s *slowStore) pause(ctx context.Context) error {
	select {
	case <-time.After(s.wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *slowStore) Load(ctx context.Context, key string) ([]byte, error) {
	if err := s.pause(ctx); err != nil {
		return nil, err
	}
	return s.Store.Load(ctx, key)
}

func (s *slowStore) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if err := s.pause(ctx); err != nil {
		return err
	}
	return s.Store.CompareAndSwap(ctx, key, old, new, expires)
}

func (s *slowStore) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if err := s.pause(ctx); err != nil {
		return nil, err
	}
	return s.Store.Add(ctx, adds...)
}

// S81: giving back what a start that came to nothing was charged does not outlast the caller's deadline either.
func TestGivingBackInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowStore{Store: new(memstore.Store)}
		e, inbox := verifytest.New(t, func(o *verify.Options) { o.Store = slow })
		start := func(to string) {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := e.Start(ctx, verify.StartRequest{Channel: "sms", To: to, ClientIP: clientIP})
			if late := time.Since(began) - 400*time.Millisecond; err == nil || late > 200*time.Millisecond {
				t.Errorf("%v late: %v", late, err)
			}
		}
		slow.wait = 220 * time.Millisecond // a load and an addition end after the deadline, but in time to swap
		start("+14155550100")
		slow.wait = 0
		inbox.Once(func(context.Context) (bool, error) {
			slow.wait = time.Hour // gone, when the send that was refused is to be taken back
			return false, channel.ErrRejected
		})
		start("+14155550101")
	})
}
