package verify_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const lostForLong = "swap takes effect and then the store is gone"

// A fault makes one kind of store call fail. It returns the hooks of a store that fails while on is true.
var faults = map[string]func(h *hookedStore, on *bool){
	"load fails": func(h *hookedStore, on *bool) { h.load = func(string) error { return when(*on) } },
	"load panics": func(h *hookedStore, on *bool) {
		h.load = func(string) error {
			if *on {
				panic(phone)
			}
			return nil
		}
	},
	"swap fails before it took effect": func(h *hookedStore, on *bool) {
		h.swap = func(do func() error) error {
			if *on {
				return errBroken
			}
			return do()
		}
	},
	lostForLong: func(h *hookedStore, on *bool) {
		var until time.Time
		h.swap = func(do func() error) error {
			if *on {
				until = time.Now().Add(time.Minute)
				return errors.Join(do(), errBroken)
			}
			return do()
		}
		h.load = func(string) error { return when(*on && time.Now().Before(until)) }
	},
	"swap panics": func(h *hookedStore, on *bool) {
		h.swap = func(do func() error) error {
			if *on {
				panic(phone)
			}
			return do()
		}
	},
	"swap says full": func(h *hookedStore, on *bool) {
		h.swap = func(do func() error) error {
			if *on {
				return store.ErrFull
			}
			return do()
		}
	},
	"swap always conflicts": func(h *hookedStore, on *bool) {
		h.swap = func(do func() error) error {
			if *on {
				return store.ErrConflict
			}
			return do()
		}
	},
	"add fails": func(h *hookedStore, on *bool) {
		h.add = func(do func() ([]int64, error)) ([]int64, error) {
			if *on {
				return nil, errBroken
			}
			return do()
		}
	},
	"add panics": func(h *hookedStore, on *bool) {
		h.add = func(do func() ([]int64, error)) ([]int64, error) {
			if *on {
				panic(phone)
			}
			return do()
		}
	},
	"add returns too few sums": func(h *hookedStore, on *bool) {
		h.add = func(do func() ([]int64, error)) ([]int64, error) {
			sums, err := do()
			if *on {
				return sums[:1], err
			}
			return sums, err
		}
	},
}

func when(on bool) error {
	if on {
		return errBroken
	}
	return nil
}

// S30, S75: while the store fails nothing is approved and nothing is sent; when it is back everything works.
func TestStoreFails(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				on := false
				hooked := &hookedStore{Store: new(memstore.Store)}
				fault(hooked, &on)
				e, inbox := verifytest.New(t, withStore(hooked))
				v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, ClientIP: clientIP})
				code := lastCode(t, inbox)

				on = true
				_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(1), ClientIP: clientIP})
				wantError(t, "start", err, verify.ErrUnavailable)
				if n := len(inbox.Messages()); n != 1 {
					t.Fatalf("%d messages were sent", n-1)
				}
				_, err = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: wrong(code), ClientIP: clientIP})
				wantError(t, "wrong code", err, verify.ErrUnavailable)
				time.Sleep(2 * time.Minute)
				_, err = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, ClientIP: clientIP})
				wantError(t, "right code", err, verify.ErrUnavailable)
				if _, err = e.Status(t.Context(), verify.Ref{ID: v.ID}); name != lostForLong && hooked.load != nil && err == nil {
					t.Error("the status is told")
				}

				on = false
				time.Sleep(time.Minute)
				mustStart(t, e, verify.StartRequest{Channel: "sms", To: number(2), ClientIP: clientIP})
				_, err = e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code, ClientIP: clientIP})
				if name == lostForLong {
					wantError(t, "what was approved unseen", err, verify.ErrUsed) // S74
				} else if err != nil {
					t.Errorf("afterwards: %v", err)
				}
			})
		})
	}
}

// S75, S81: a store that hangs ends the call at its bound or the caller's deadline, with nothing sent.
func TestStoreHangs(t *testing.T) {
	for _, tt := range []struct {
		deadline, want time.Duration
	}{{0, 5 * time.Second}, {time.Second, time.Second + 100*time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			inner := new(memstore.Store)
			e, inbox := verifytest.New(t, withStore(hangingStore{inner}))
			ctx := t.Context()
			if tt.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.deadline)
				defer cancel()
			}
			begin := time.Now()
			_, err := e.Start(ctx, verify.StartRequest{Channel: "sms", To: phone})
			wantError(t, "start", err, verify.ErrUnavailable)
			if took := time.Since(begin); took != tt.want {
				t.Errorf("took %s, want %s", took, tt.want)
			}
			if len(inbox.Messages()) != 0 {
				t.Error("a message was sent")
			}
		})
	}
}

type hangingStore struct{ store.Store }

func (hangingStore) CompareAndSwap(ctx context.Context, _ string, _, _ []byte, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

// S16, S20: a swap that took effect but reported an error, with other calls on top, still ends in the right verdict.
func TestLostAnswer(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		for _, tt := range []struct {
			name string
			do   func(e *verify.Engine, id, code string) error
			want error
			left int
		}{
			{"right", func(e *verify.Engine, id, code string) error { _, err := check(t, e, id, code); return err }, nil, 3},
			{"wrong", func(e *verify.Engine, id, code string) error { _, err := check(t, e, id, wrong(code)); return err }, verify.ErrIncorrect, 2},
			{"cancel", func(e *verify.Engine, id, _ string) error {
				_, err := e.Cancel(t.Context(), verify.Ref{ID: id})
				return err
			}, nil, 3},
		} {
			t.Run(tt.name, func(t *testing.T) {
				hooked := &hookedStore{Store: s}
				c := newClock()
				key := verify.NewKey()
				e, inbox := verifytest.New(t, withStore(hooked), c.set, func(o *verify.Options) { o.Key = key })
				others, _ := verifytest.New(t, withStore(s), c.set, func(o *verify.Options) { o.Key = key })
				v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
				code := lastCode(t, inbox)
				lost := 0
				hooked.swap = func(do func() error) error {
					err := do()
					if lost++; lost > 1 || err != nil {
						return err
					}
					for range 2 { // on top
						check(t, others, v.ID, wrong(code))
					}
					c.Advance(time.Minute)
					mustStart(t, others, verify.StartRequest{Channel: "sms", To: phone, Handle: "another"})
					return errBroken
				}
				if err := tt.do(e, v.ID, code); !errors.Is(err, tt.want) {
					t.Errorf("%v, want %v", err, tt.want)
				}
				hooked.swap = nil
				if lost == 0 {
					t.Fatal("no answer was lost")
				}
				if tt.name == "wrong" {
					got, _ := e.Status(t.Context(), verify.Ref{ID: v.ID})
					if got.AttemptsLeft != tt.left {
						t.Errorf("%d attempts left, want %d: the guess was counted otherwise than once", got.AttemptsLeft, tt.left)
					}
				}
				if err := e.Forget(t.Context(), "", phone); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}

// A start whose swap took effect but reported an error sends its one message.
func TestLostAnswerOfStart(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	lost := 0
	hooked.swap = func(do func() error) error {
		if lost++; lost > 1 {
			return do()
		}
		return errors.Join(do(), errBroken)
	}
	e, inbox := verifytest.New(t, withStore(hooked))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	if n := len(inbox.Messages()); n != 1 || v.Sends != 1 {
		t.Errorf("%d messages, %d sends", n, v.Sends)
	}
	if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
		t.Error(err)
	}
}

// S91: who hangs up before the swap has done nothing; who hangs up during it is told the truth.
func TestCallerHangsUp(t *testing.T) {
	hooked := &hookedStore{Store: new(memstore.Store)}
	e, inbox := verifytest.New(t, withStore(hooked))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	code := lastCode(t, inbox)

	ctx, cancel := context.WithCancel(t.Context())
	hooked.load = func(string) error { cancel(); return nil }
	_, err := e.Check(ctx, verify.CheckRequest{ID: v.ID, Code: wrong(code)})
	wantError(t, "before the swap", err, verify.ErrUnavailable)
	hooked.load = nil
	if got, _ := e.Status(t.Context(), verify.Ref{ID: v.ID}); got.AttemptsLeft != 5 {
		t.Errorf("%d attempts left", got.AttemptsLeft)
	}

	ctx, cancel = context.WithCancel(t.Context())
	hooked.swap = func(do func() error) error { cancel(); return do() }
	if _, err := e.Check(ctx, verify.CheckRequest{ID: v.ID, Code: code}); err != nil {
		t.Errorf("during the swap: %v", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	if _, err := e.Start(ctx, verify.StartRequest{Channel: "sms", To: number(1)}); err != nil || len(inbox.Messages()) != 2 {
		t.Errorf("a start during whose swap the caller hangs up: %v, %d messages", err, len(inbox.Messages()))
	}
}

// S70: a record that was changed in the store is locked, and stays so until it expires.
func TestCorruptRecord(t *testing.T) {
	inner := new(memstore.Store)
	e, inbox := verifytest.New(t, withStore(corruptingStore{inner}))
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	_, err := check(t, e, v.ID, lastCode(t, inbox))
	wantError(t, "check", err, verify.ErrUnavailable)
	_, err = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
	wantError(t, "start", err, verify.ErrUnavailable)
	if len(inbox.Messages()) != 1 {
		t.Error("a message was sent")
	}
}

type corruptingStore struct{ store.Store }

func (c corruptingStore) Load(ctx context.Context, key string) ([]byte, error) {
	value, err := c.Store.Load(ctx, key)
	if err == nil {
		value[len(value)/2] ^= 1
	}
	return value, err
}

// S89: whatever a channel does, the call returns in time, the messages on their way are bounded, and nothing is stuck afterwards.
func TestChannelHangs(t *testing.T) {
	release := make(chan struct{})
	for name, behavior := range map[string]channeltest.Behavior{
		"honours its context": channeltest.Hang(), "ignores its context": channeltest.HangUntil(release),
	} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			e, inbox := verifytest.New(t, func(o *verify.Options) {
				o.SendTimeout, o.MaxSending = 50*time.Millisecond, 8
			})
			inbox.Always(behavior)
			begin := time.Now()
			_, errs := together(100, func(i int) error {
				_, err := e.Start(context.Background(), verify.StartRequest{Channel: "sms", To: number(i)})
				return err
			})
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
			if sent := count(errs, verify.ErrNotSent); sent+count(errs, verify.ErrThrottled) != 100 || sent < 8 {
				t.Errorf("%d of %d: %v", sent, len(errs), errs[0])
			}
			n := runtime.NumGoroutine() - before
			for end := time.Now().Add(time.Second); n > 8 && time.Now().Before(end); n = runtime.NumGoroutine() - before {
				runtime.Gosched() // one that has called may not have ended yet
			}
			if n > 8 {
				t.Errorf("%d goroutines are left", n)
			}
			if name == "ignores its context" {
				_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
				wantError(t, "with all places taken", err, verify.ErrThrottled)
				close(release)
			}
			inbox.Always(nil)
			for {
				if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone}); err == nil {
					break
				}
				runtime.Gosched() // until the places are free again
			}
		})
	}
}

// What a channel says after it was abandoned changes nothing.
func TestLateResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		e, inbox := verifytest.New(t)
		inbox.Once(channeltest.HangUntil(release))
		v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
		wantError(t, "start", err, verify.ErrNotSent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is no time-out", err)
		}
		close(release)
		synctest.Wait()
		got, err := e.Status(t.Context(), verify.Ref{ID: v.ID})
		if err != nil || got.Sends != 1 || got.Status != verify.StatusPending {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
			t.Errorf("the late code: %v", err)
		}
	})
}
