//go:build unix

package verify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/verify"
)

// The points of one call at which the child can die, in the order in which the call reaches them.
const (
	beforeLoad   = "before load"
	afterLoad    = "after load"
	beforeAdd    = "before add"
	afterAdd     = "after add"
	beforeSwap   = "before swap"
	insideSwap   = "inside swap" // at a random time of the commit
	afterSwap    = "after swap"
	beforeSend   = "before send"
	delivered    = "delivered" // inside send, after the message has left
	beforeEvent  = "before event"
	beforeAnswer = "before answer"
)

// crashAttempts is how many guesses a verification has in the crash test.
const crashAttempts = 20

// A crashPlan tells a child what to do. It travels in the environment.
type crashPlan struct {
	Store, Deliveries string // files
	Key               []byte
	Domain            string // of the addresses, new for every child
	Op, Point         string // the call to die in and where; without them the child works until it is killed
}

// A crashNote is what the child tells its parent before and after each call: what it begins, and what it acknowledges.
type crashNote struct {
	Kind, Op, Point string // Kind is "begin", "end" or "die"
	To, ID          string
}

// A crashDelivery is one line of the file that stands for the network: the message is out once it is written.
type crashDelivery struct {
	To, ID, Code string
	Attempt      int
}

// A crashChild works on an engine over a file until it is killed.
type crashChild struct {
	plan       crashPlan
	notes      *os.File
	deliveries *os.File
	engine     *verify.Engine
	armed      atomic.Bool // the next call is the one to die in
	swapTime   atomic.Int64
	codes      sync.Map // by verification id
}

// runCrashChild never returns.
func runCrashChild(plan string) {
	c := &crashChild{notes: os.NewFile(3, "notes")}
	c.must(json.Unmarshal([]byte(plan), &c.plan))
	time.AfterFunc(time.Minute, func() { c.must(errors.New("nobody killed the child")) })
	file, err := boltstore.Open(c.plan.Store, boltstore.Options{})
	c.must(err)
	c.deliveries, err = os.OpenFile(c.plan.Deliveries, os.O_APPEND|os.O_CREATE|os.O_WRONLY|os.O_SYNC, 0o600)
	c.must(err)
	c.engine, err = crashEngine(crashStore{file, c}, c, c.plan.Key, func(context.Context, verify.Event) { c.reach(beforeEvent) })
	c.must(err)
	if c.plan.Op == "" {
		c.workUntilKilled()
	}
	c.dieAtPoint()
}

func crashEngine(s store.Store, ch channel.Channel, key []byte, onEvent func(context.Context, verify.Event)) (*verify.Engine, error) {
	many := verify.Rate{Count: 1_000_000, Per: time.Hour} // not unlimited, so that Add is called
	return verify.New(verify.Options{
		Store: s, Key: key, OnEvent: onEvent,
		Channels: map[string]channel.Channel{"email": ch},
		Profiles: []verify.Profile{{
			Name: "crash", Attempts: crashAttempts, Sends: 20, DailySends: 1000, Cooldown: []time.Duration{0}, AcceptRisk: true,
		}},
		Limits: verify.Limits{Starts: many, FailedChecks: many, FailedChecksPerRecipient: many},
	})
}

// dieAtPoint makes every call once, and then the one of the plan.
func (c *crashChild) dieAtPoint() {
	a := c.start("a")
	c.wrong(a)
	c.resend(a)
	c.right(a)
	c.cancel(c.start("b"))
	v := c.start("c")
	c.wrong(v)
	c.armed.Store(true)
	switch c.plan.Op {
	case "start":
		c.start("d")
	case "resend":
		c.resend(v)
	case "wrong":
		c.wrong(v)
	case "right":
		c.right(v)
	case "cancel":
		c.cancel(v)
	}
	c.must(errors.New("the child survived " + c.plan.Op + " " + c.plan.Point))
}

// workUntilKilled makes calls side by side, so that commits are always under way.
func (c *crashChild) workUntilKilled() {
	for worker := range 4 {
		go func() {
			for n := 0; ; n++ {
				v := c.start(fmt.Sprintf("worker%d.%d", worker, n))
				for range rand.N(3) {
					c.wrong(v)
				}
				if rand.N(2) == 0 {
					c.resend(v)
				}
				switch rand.N(3) {
				case 0:
					c.right(v)
				case 1:
					c.cancel(v)
				}
			}
		}()
	}
	select {}
}

type crashCall struct{ id, to string }

func (c *crashChild) start(name string) crashCall {
	to := name + "@" + c.plan.Domain
	return c.call("start", crashCall{to: to}, nil, func(ctx context.Context, _ crashCall) (verify.Verification, error) {
		return c.engine.Start(ctx, verify.StartRequest{To: to, ClientIP: crashClient})
	})
}

func (c *crashChild) resend(v crashCall) {
	c.call("resend", v, nil, func(ctx context.Context, v crashCall) (verify.Verification, error) {
		return c.engine.Start(ctx, verify.StartRequest{To: v.to, ResumeID: v.id, ClientIP: crashClient})
	})
}

func (c *crashChild) wrong(v crashCall) { c.check("wrong", v, wrong(c.code(v)), verify.ErrIncorrect) }
func (c *crashChild) right(v crashCall) { c.check("right", v, c.code(v), nil) }

func (c *crashChild) check(op string, v crashCall, code string, want error) {
	c.call(op, v, want, func(ctx context.Context, v crashCall) (verify.Verification, error) {
		return c.engine.Check(ctx, verify.CheckRequest{ID: v.id, Code: code, ClientIP: crashClient})
	})
}

func (c *crashChild) cancel(v crashCall) {
	c.call("cancel", v, nil, func(ctx context.Context, v crashCall) (verify.Verification, error) {
		return c.engine.Cancel(ctx, verify.Ref{ID: v.id})
	})
}

var crashClient = netip.MustParseAddr("192.0.2.1")

func (c *crashChild) code(v crashCall) string {
	code, ok := c.codes.Load(v.id)
	if !ok {
		c.must(errors.New("no code was delivered"))
	}
	return code.(string)
}

// call makes one call of the engine between two notes.
func (c *crashChild) call(op string, in crashCall, want error, do func(context.Context, crashCall) (verify.Verification, error)) crashCall {
	c.note(crashNote{Kind: "begin", Op: op, To: in.to, ID: in.id})
	v, err := do(context.Background(), in)
	if !errors.Is(err, want) {
		c.must(fmt.Errorf("%s: %w", op, err))
	}
	c.reach(beforeAnswer)
	c.note(crashNote{Kind: "end", Op: op, To: in.to, ID: v.ID})
	return crashCall{v.ID, in.to}
}

// note writes one line, whole or not at all.
func (c *crashChild) note(n crashNote) { c.write(c.notes, n) }

func (c *crashChild) write(f *os.File, value any) {
	line, err := json.Marshal(value)
	c.must(err)
	_, err = f.Write(append(line, '\n'))
	c.must(err)
}

func (c *crashChild) must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash child:", err)
		os.Exit(3)
	}
}

// reach dies if the plan says so.
func (c *crashChild) reach(point string) {
	if c.armed.Load() && c.plan.Point == point {
		c.die(point)
	}
}

func (c *crashChild) die(point string) {
	c.note(crashNote{Kind: "die", Op: c.plan.Op, Point: point})
	c.must(syscall.Kill(os.Getpid(), syscall.SIGKILL))
	select {}
}

// Send implements channel.Channel.
func (c *crashChild) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	c.reach(beforeSend)
	c.write(c.deliveries, crashDelivery{m.To.Reveal(), m.VerificationID, m.Code.Reveal(), m.Attempt})
	c.codes.Store(m.VerificationID, m.Code.Reveal())
	c.reach(delivered)
	return channel.Receipt{}, nil
}

// A crashStore is the child's store, with the points before and after each call.
type crashStore struct {
	store.Store
	child *crashChild
}

func (s crashStore) Load(ctx context.Context, key string) ([]byte, error) {
	s.child.reach(beforeLoad)
	value, err := s.Store.Load(ctx, key)
	s.child.reach(afterLoad)
	return value, err
}

func (s crashStore) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	s.child.reach(beforeAdd)
	sums, err := s.Store.Add(ctx, adds...)
	s.child.reach(afterAdd)
	return sums, err
}

func (s crashStore) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	c := s.child
	c.reach(beforeSwap)
	if c.armed.Load() && c.plan.Point == insideSwap {
		go func() {
			time.Sleep(rand.N(time.Duration(c.swapTime.Load())))
			c.die(insideSwap)
		}()
		_ = s.Store.CompareAndSwap(ctx, key, old, new, expires)
		select {} // dead before it can tell
	}
	began := time.Now()
	err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
	c.swapTime.Store(int64(time.Since(began)))
	c.reach(afterSwap)
	return err
}
