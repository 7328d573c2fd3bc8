//go:build unix

package redistest

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
	"github.com/codeword-go/codeword/store/storetest"
)

// Tag is the hash tag of the stores in these tests.
const Tag = "login"

// Open connects a new client to the servers, which are one or a cluster, and opens a store over it. It closes the client by
// t.Cleanup.
type Open func(t testing.TB, o redisscript.Options, servers ...*Server) (store.Store, error)

func (open Open) must(t testing.TB, servers ...*Server) store.Store {
	t.Helper()
	s, err := open(t, redisscript.Options{Tag: Tag}, servers...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Run tests a store on Redis.
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"contract", testContract},
		{"cluster", testCluster},
		{"every key has a time to live", testTimeToLive},
		{"one command a call", testCommands},
		{"a server that forgot the scripts", testForgottenScripts},
		{"a full server", testFull},
		{"a silent server", testSilence},
		{"a server that is killed", testKill},
		{"a connection that breaks before the reply", testCut},
		{"check", testCheck},
		{"a primary that became a replica", testDemotion},
		{"errors keep keys to themselves", testRefusedCommand},
		{"a password", testPassword},
		{"tags", testTags},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open) })
	}
}

func testContract(t *testing.T, open Open) {
	s := Start(t)
	storetest.Run(t, func(t *testing.T) store.Store { return open.must(t, s) })
	s.Tidy(t)
}

func testCluster(t *testing.T, open Open) {
	servers := Cluster(t)
	storetest.Run(t, func(t *testing.T) store.Store { return open.must(t, servers...) })
	used := 0
	for _, s := range servers {
		if len(s.CLI("KEYS", "*")) > 0 {
			used++
			s.Tidy(t)
		}
	}
	if used != 1 {
		t.Errorf("%d of %d nodes hold keys, want the tag's", used, len(servers))
	}
}

// Tidy demands that every key has the tag and a time to live.
func (s *Server) Tidy(t testing.TB) {
	t.Helper()
	const count = `
		local untagged, immortal = 0, 0
		for _, key in ipairs(redis.call('KEYS', '*')) do
			if string.sub(key, 1, #ARGV[1]) ~= ARGV[1] then untagged = untagged + 1 end
			if redis.call('PTTL', key) < 0 then immortal = immortal + 1 end
		end
		return {untagged, immortal, redis.call('DBSIZE')}`
	counts := s.CLI("EVAL", count, "0", "{"+Tag+"}")
	if counts[0] != "0" || counts[1] != "0" || counts[2] == "0" {
		t.Errorf("of %s keys %s have another tag and %s live for ever", counts[2], counts[0], counts[1])
	}
}

func testTimeToLive(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	past, hour, day := time.Unix(9, 0), time.Now().Add(time.Hour), time.Now().Add(24*time.Hour)
	swap := func(old, new string, expires time.Time) func() error {
		return func() error { return st.CompareAndSwap(t.Context(), "k", []byte(old), []byte(new), expires) }
	}
	add := func(delta int64, expires time.Time) func() error {
		return func() error {
			_, err := st.Add(t.Context(), store.Increment{Key: "k", Delta: delta, Expires: expires})
			return err
		}
	}
	steps := []struct {
		name string
		do   func() error
		want time.Time // when the key goes; zero if it is gone
	}{
		{"create", swap("", "one", hour), hour},
		{"prolong", swap("one", "two", day), day},
		{"shorten", swap("two", "three", hour), hour},
		{"refuse", swap("two", "four", day), hour},
		{"remove", swap("three", "", day), time.Time{}},
		{"read nothing", add(0, hour), time.Time{}},
		{"start", add(1, hour), hour},
		{"add", add(1, day), hour},
		{"read", add(0, past), hour},
		{"lose its time to live elsewhere", func() error { s.CLI("PERSIST", "{"+Tag+"}k"); return nil }, past},
		{"heal", add(1, day), day},
		{"lose everything elsewhere", func() error { s.CLI("FLUSHALL"); return nil }, time.Time{}},
		{"start again", add(1, hour), hour},
		{"come back to zero", add(-1, hour), time.Time{}},
		{"create what has expired", swap("", "one", past), time.Time{}},
		{"start what has expired", add(1, past), time.Time{}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil && step.name != "refuse" {
			t.Fatalf("%s: %v", step.name, err)
		}
		time.Sleep(3 * time.Millisecond) // an expired entry lives for a millisecond
		var left int64
		if _, err := fmt.Sscan(s.CLI("PTTL", "{"+Tag+"}k")[0], &left); err != nil {
			t.Fatal(err)
		}
		switch {
		case step.want.IsZero() && left == -2, step.want.Equal(past) && left == -1:
			continue
		case step.want.IsZero(), left < 0:
			t.Fatalf("%s: the time to live is %d", step.name, left)
		}
		if end := time.Now().Add(time.Duration(left) * time.Millisecond); end.Sub(step.want).Abs() > 10*time.Second {
			t.Errorf("%s: the key lives until %v, want %v", step.name, end, step.want)
		}
	}
}

func testCommands(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	expires := time.Now().Add(time.Hour)
	create := func(key string) error {
		_, err := st.Add(t.Context(), store.Increment{Key: "c" + key, Delta: 1, Expires: expires}, store.Increment{Key: "d", Expires: expires})
		return errors.Join(err, st.CompareAndSwap(t.Context(), key, nil, []byte("one"), expires))
	}
	if err := create("first"); err != nil { // which brings the scripts
		t.Fatal(err)
	}
	s.CLI("CONFIG", "RESETSTAT")
	for i := range 10 {
		if err := create(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if _, err := st.Load(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	calls := map[string]string{}
	for _, line := range s.CLI("INFO", "commandstats") {
		if name, stats, ok := strings.Cut(strings.TrimPrefix(line, "cmdstat_"), ":calls="); ok {
			calls[name], _, _ = strings.Cut(stats, ",")
		}
	}
	if calls["evalsha"] != "20" || calls["getex"] != "10" || calls["eval"] != "" || calls["get"] != "20" { // in scripts: a swap compares, an addition of nothing reads
		t.Errorf("20 scripts and 10 reads were sent as %v", calls)
	}
}

func testForgottenScripts(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	for i := range int64(3) {
		s.CLI("SCRIPT", "FLUSH")
		expires := time.Now().Add(time.Hour)
		if err := st.CompareAndSwap(t.Context(), fmt.Sprint("k", i), nil, []byte("one"), expires); err != nil {
			t.Fatal(err)
		}
		sums, err := st.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: expires})
		if err != nil || !slices.Equal(sums, []int64{i + 1}) {
			t.Fatalf("Add returned %d, %v", sums, err)
		}
	}
}

func testFull(t *testing.T, open Open) {
	s := Start(t)
	st := open.must(t, s)
	expires := time.Now().Add(time.Hour)
	if err := st.CompareAndSwap(t.Context(), "k", nil, []byte("one"), expires); err != nil {
		t.Fatal(err)
	}
	s.CLI("CONFIG", "SET", "maxmemory", "1")
	if err := st.CompareAndSwap(t.Context(), "new", nil, []byte("one"), expires); !errors.Is(err, store.ErrFull) {
		t.Errorf("creating a value: %v, want ErrFull", err)
	}
	if err := st.CompareAndSwap(t.Context(), "k", []byte("one"), []byte("two"), expires); !errors.Is(err, store.ErrFull) {
		t.Errorf("changing a value: %v, want ErrFull", err)
	}
	if err := st.CompareAndSwap(t.Context(), "k", []byte("two"), []byte("three"), expires); !errors.Is(err, store.ErrConflict) {
		t.Errorf("changing a value from another: %v, want ErrConflict", err)
	}
	adds := []store.Increment{{Key: "a", Delta: 1, Expires: expires}, {Key: "b", Delta: 1, Expires: expires}}
	if _, err := st.Add(t.Context(), adds...); !errors.Is(err, store.ErrFull) {
		t.Errorf("adding: %v, want ErrFull", err)
	}
	if got, err := st.Load(t.Context(), "k"); string(got) != "one" {
		t.Errorf("Load: %q, %v", got, err)
	}
	if err := st.CompareAndSwap(t.Context(), "k", []byte("one"), nil, expires); err != nil {
		t.Errorf("removing a value: %v", err)
	}
	s.CLI("CONFIG", "SET", "maxmemory", "0")
	if sums, err := st.Add(t.Context(), adds...); err != nil || !slices.Equal(sums, []int64{1, 1}) {
		t.Errorf("adding when there is room again: %d, %v", sums, err)
	}
}

func testTags(t *testing.T, open Open) {
	s := Start(t)
	for tag, valid := range map[string]bool{
		"": true, "a": true, "codeword-2": true, strings.Repeat("t", 32): true,
		strings.Repeat("t", 33): false, "a b": false, "{a": false, "a}": false, "ä": false, "\n": false,
	} {
		st, err := open(t, redisscript.Options{Tag: tag}, s)
		if (err == nil) != valid || err != nil && !strings.Contains(err.Error(), ": Tag: ") {
			t.Errorf("%q: %v", tag, err)
		}
		if err != nil {
			continue
		}
		// Stores with different tags know nothing of each other.
		if err := st.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now().Add(time.Hour)); err != nil {
			t.Errorf("%q: %v", tag, err)
		}
	}
	if keys := s.CLI("KEYS", "*"); !slices.Contains(keys, "{codeword}k") || len(keys) != 4 {
		t.Errorf("the keys are %q", keys)
	}
}

// inconclusive demands an error that says nothing about what the key holds.
func inconclusive(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
	for _, claim := range []error{store.ErrNotFound, store.ErrConflict, store.ErrTooLarge, store.ErrFull} {
		if errors.Is(err, claim) {
			t.Errorf("%s: %v, which claims to know", what, err)
		}
	}
}

// settled waits until no more goroutines run than before.
func settled(t testing.TB, before int) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines are left, %d were there before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
