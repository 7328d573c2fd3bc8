//go:build linux

package promise_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/internal/redistest"
	"github.com/codeword-go/codeword/store/pgstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// windows is how long an address is remembered at most: the sends of 24 hours, by the hour, and ten minutes for clocks that differ.
const windows = 25*time.Hour + 10*time.Minute

// A life is an engine and a person who uses it.
type life struct {
	t      *testing.T
	engine *verify.Engine
	to     string
	client netip.Addr
}

func newLife(t *testing.T, s store.Store, client netip.Addr) *life {
	t.Helper()
	e, _ := verifytest.New(t, func(o *verify.Options) {
		o.Store = s
		o.Profiles[0].CustomCodes = true
	})
	return &life{t: t, engine: e, client: client}
}

func (l *life) must(v verify.Verification, err error) verify.Verification {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	return v
}

func (l *life) start(number int) verify.Verification {
	l.t.Helper()
	l.to = fmt.Sprintf("+1415555%04d", number)
	return l.must(l.engine.Start(l.t.Context(), verify.StartRequest{Channel: "sms", To: l.to, CustomCode: right, ClientIP: l.client}))
}

func (l *life) check(id, code string) (verify.Verification, error) {
	return l.engine.Check(l.t.Context(), verify.CheckRequest{ID: id, Code: code, ClientIP: l.client})
}

// approve is a verification from its start to a receipt that is used.
func (l *life) approve(number int) {
	l.t.Helper()
	v := l.start(number)
	if _, err := l.check(v.ID, wrong); outcome(err) != "incorrect" {
		l.t.Fatal(err)
	}
	v = l.must(l.check(v.ID, right))
	_, receipt, err := l.engine.IssueReceipt(v, "session", 0)
	if err != nil {
		l.t.Fatal(err)
	}
	if err := l.engine.ConsumeReceipt(l.t.Context(), receipt); err != nil {
		l.t.Fatal(err)
	}
}

// everything calls all that an engine stores anything for.
func (l *life) everything() {
	l.t.Helper()
	ctx := l.t.Context()
	l.approve(1)
	v := l.start(2)
	l.must(l.engine.Cancel(ctx, verify.Ref{ID: v.ID}))
	v = l.start(3)
	l.must(l.engine.Resolve(ctx, verify.Ref{ID: v.ID}, true))
	v = l.start(4)
	for range 5 {
		_, _ = l.check(v.ID, wrong)
	}
	l.start(5)
	draw := verify.Draw{Limit: "by user", Value: "someone", Rate: verify.Rate{Count: 5, Per: time.Hour}}
	l.must(l.engine.Start(ctx, verify.StartRequest{Channel: "sms", To: "+14155550006", ClientIP: l.client, Draws: []verify.Draw{draw}}))
	l.must(l.engine.Start(ctx, verify.StartRequest{Channel: "sms", To: "+14155550007", Nobody: true}))
	l.start(8)
	profile := verify.Profile{Name: "group/one", Brand: "One", Regions: []string{verify.AllRegions}}
	steps := []error{
		l.engine.Forget(ctx, "", l.to),
		l.engine.Ready(ctx),
		l.engine.CreateProfile(ctx, profile, nil),
		l.engine.UpdateProfile(ctx, profile.Name, func(p *verify.Profile, _ *[]byte) error { p.Brand = "Two"; return nil }),
		l.engine.Shelf("kind").Create(ctx, "id", []byte("document")),
		l.engine.Shelf("kind").Create(ctx, "other", []byte("document")),
		l.engine.Shelf("kind").Delete(ctx, "id"),
	}
	for i, err := range steps {
		if err != nil {
			l.t.Errorf("step %d: %v", i, err)
		}
	}
}

// S61, S80: whatever an engine stores in Redis has an end.
func TestEverythingEndsInRedis(t *testing.T) {
	for _, r := range []enginetest.Remote{enginetest.Redis, enginetest.GoRedis} {
		server := redistest.Start(t)
		newLife(t, r.Open(t, server.Addr), netip.MustParseAddr("2001:db8::1")).everything()
		server.Tidy(t)
	}
}

// S61: of a verification that was approved nothing is left when its windows have passed, which the tests let happen by
// dating back what Redis holds.
func TestNothingIsLeftInRedis(t *testing.T) {
	server := redistest.Start(t)
	newLife(t, enginetest.Redis.Open(t, server.Addr), netip.Addr{}).approve(1)
	const pass = `
		for _, key in ipairs(redis.call('KEYS', '*')) do
			redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
		end
		return redis.call('DBSIZE')`
	before := server.CLI("DBSIZE")[0]
	after := server.CLI("EVAL", pass, "0", fmt.Sprint(windows.Milliseconds()))[0]
	if before != "2" || after != "0" { // the address and the receipt
		t.Errorf("%s keys, and %s when time has passed", before, after)
	}
}

// S61: the same in PostgreSQL, which keeps a row for up to an hour more, and then until it is swept.
func TestNothingIsLeftInPostgres(t *testing.T) {
	server := pgtest.Start(t)
	s := enginetest.Postgres.Open(t, server.Socket)
	newLife(t, s, netip.Addr{}).approve(1)
	address := server.Address("postgres")
	count := func() int { t.Helper(); return pgtest.Ask(t, address, "SELECT count(*) FROM codeword") }
	before := count()
	pgtest.Do(t, address, fmt.Sprintf("UPDATE codeword SET expires = expires - interval '%d seconds'", int((windows+time.Hour).Seconds())))
	if _, err := s.(*pgstore.Store).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := count(); before != 2 || after != 0 {
		t.Errorf("%d rows, and %d when time has passed", before, after)
	}
}
