//go:build unix

package verify_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/verify"
)

var crashOps = []struct {
	op     string
	points []string
}{
	{"start", []string{beforeLoad, afterLoad, beforeAdd, afterAdd, beforeSwap, afterSwap, beforeSend, delivered, beforeEvent, beforeAnswer}},
	{"resend", []string{beforeLoad, afterLoad, beforeAdd, afterAdd, beforeSwap, afterSwap, beforeSend, delivered, beforeEvent, beforeAnswer}},
	{"wrong", []string{beforeLoad, afterLoad, beforeAdd, afterAdd, beforeSwap, afterSwap, beforeEvent, beforeAnswer}},
	{"right", []string{beforeLoad, afterLoad, beforeAdd, afterAdd, beforeSwap, afterSwap, beforeEvent, beforeAnswer}},
	{"cancel", []string{beforeLoad, afterLoad, beforeSwap, afterSwap, beforeEvent, beforeAnswer}},
}

const (
	commitKills = 6 // inside the commit of each call
	randomKills = 40
	leastRounds = 100
)

// TestCrash kills a process at every step of every call, and at random moments of many calls side by side, and looks at what the
// file holds afterwards: nothing that was acknowledged is lost, nothing is approved twice, nothing was sent that is not counted or cannot
// be checked (S72, S73, S74). The process is this test, started again.
func TestCrash(t *testing.T) {
	if plan := os.Getenv("CODEWORD_CRASH"); plan != "" {
		runCrashChild(plan)
	}
	c := &crashTest{dir: t.TempDir(), key: verify.NewKey(), seen: map[string]int{}}
	for _, o := range crashOps {
		for _, point := range slices.Concat(o.points, slices.Repeat([]string{insideSwap}, commitKills)) {
			t.Run(o.op+" "+point, func(t *testing.T) { c.round(t, o.op, point) })
		}
	}
	for range randomKills {
		t.Run("at random", func(t *testing.T) { c.round(t, "", "") })
	}
	c.sawEverything(t)
	c.approvedForGood(t)
}

// A crashTest is a file that outlives many processes.
type crashTest struct {
	dir      string
	key      []byte
	rounds   int
	approved []*crashCase
	seen     map[string]int // what has occurred, and how often
}

// A crashCase is what is known of an address. The children start one verification for each.
type crashCase struct {
	to, id, code string
	delivered    map[int]bool   // the attempts whose message has left
	begun, ended map[string]int // calls, by what they do
}

// round lets a child die and checks everything that it has done.
func (c *crashTest) round(t *testing.T, op, point string) {
	c.rounds++
	plan := crashPlan{
		Store: filepath.Join(c.dir, "verify.db"), Deliveries: filepath.Join(t.TempDir(), "deliveries"), Key: c.key,
		Domain: fmt.Sprintf("round%d.example.com", c.rounds), Op: op, Point: point,
	}
	notes := c.run(t, plan)
	e := c.reopen(t)
	for _, k := range c.cases(t, notes, plan) {
		v := c.compare(t, e, k, plan)
		c.checkUp(t, e, k, v)
	}
}

// run starts a child, sees to it that it is killed, and returns its notes.
func (c *crashTest) run(t *testing.T, plan crashPlan) (notes []crashNote) {
	t.Helper()
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var stderr bytes.Buffer
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash$")
	child.Env = append(os.Environ(), "CODEWORD_CRASH="+string(text))
	child.ExtraFiles, child.Stderr = []*os.File{w}, &stderr
	if err := errors.Join(child.Start(), w.Close()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var n crashNote
		if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
			t.Errorf("half a note: %v", err)
		}
		if notes = append(notes, n); len(notes) == 1 && plan.Op == "" {
			defer time.AfterFunc(rand.N(40*time.Millisecond), func() { _ = child.Process.Kill() }).Stop()
		}
	}
	_ = child.Wait()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the child was not killed: %v\n%s", child.ProcessState, stderr.Bytes())
	}
	return notes
}

// reopen returns an engine on the file that the child has left, for one round.
func (c *crashTest) reopen(t *testing.T) *verify.Engine {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(c.dir, "verify.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	inbox := new(channeltest.Inbox)
	t.Cleanup(func() {
		if err := s.Close(); err != nil || len(inbox.Messages()) > 0 {
			t.Errorf("close: %v, after %d messages that nobody asked for", err, len(inbox.Messages()))
		}
	})
	e, err := crashEngine(s, inbox, c.key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// cases puts together what the child has told and what the network has seen.
func (c *crashTest) cases(t *testing.T, notes []crashNote, plan crashPlan) map[string]*crashCase {
	t.Helper()
	cases := map[string]*crashCase{}
	for _, n := range notes {
		if n.Kind == "die" {
			c.seen[n.Op+" dies "+n.Point]++
			continue
		}
		k := cases[n.To]
		if k == nil {
			k = &crashCase{to: n.To, delivered: map[int]bool{}, begun: map[string]int{}, ended: map[string]int{}}
			cases[n.To] = k
		}
		if n.Kind == "begin" {
			k.begun[n.Op]++
			continue
		}
		k.ended[n.Op]++
		k.id = n.ID
		c.seen[n.Op+" acknowledged"]++
	}
	file, err := os.ReadFile(plan.Deliveries)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(file) {
		var d crashDelivery
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		k := cases[d.To]
		if k == nil {
			t.Fatalf("a message left for %s, which nobody has asked for", d.To)
		}
		if k.id == "" {
			k.id = d.ID
		}
		if k.id != d.ID || k.code != "" && k.code != d.Code || k.delivered[d.Attempt] {
			t.Errorf("message %d of %s carries the id, the code or the attempt of another", d.Attempt, d.To)
		}
		k.code, k.delivered[d.Attempt] = d.Code, true
	}
	return cases
}

// compare holds what the file says of an address against what is known.
func (c *crashTest) compare(t *testing.T, e *verify.Engine, k *crashCase, plan crashPlan) verify.Verification {
	t.Helper()
	v, err := e.Status(t.Context(), verify.Ref{To: k.to})
	if k.id == "" && errors.Is(err, verify.ErrNotFound) {
		c.held(t, k, plan, "start", 0)
		return v
	}
	if err != nil {
		t.Fatalf("%s: a start that was acknowledged or sent is lost: %v", k.to, err)
	}
	if k.id != "" && v.ID != k.id {
		t.Fatalf("%s: the file knows another id", k.to)
	}
	k.id = v.ID
	c.held(t, k, plan, "start", 1)
	c.held(t, k, plan, "resend", v.Sends-1)
	c.held(t, k, plan, "wrong", crashAttempts-v.AttemptsLeft)
	c.held(t, k, plan, "right", is(v, verify.StatusApproved))
	c.held(t, k, plan, "cancel", is(v, verify.StatusCanceled))
	if sends := k.ended["start"] + k.ended["resend"]; len(k.delivered) < sends {
		t.Errorf("%s: %d sends were acknowledged and %d messages have left", k.to, sends, len(k.delivered))
	}
	for attempt := range k.delivered {
		if attempt > v.Sends {
			t.Errorf("%s: message %d was sent, but the file counts %d", k.to, attempt, v.Sends)
		}
	}
	return v
}

func is(v verify.Verification, s verify.Status) int {
	if v.Status == s {
		return 1
	}
	return 0
}

// held tells whether the file holds as many calls of a kind as were acknowledged, or one more that was begun. Where the point of death is
// known, so is whether that one must be there.
func (c *crashTest) held(t *testing.T, k *crashCase, plan crashPlan, op string, got int) {
	t.Helper()
	low, high := k.ended[op], k.begun[op]
	if low < high && plan.Op == op && plan.Point != insideSwap {
		if beforeCommit(plan.Point) {
			high = low
		} else {
			low = high
		}
	}
	if got < low || got > high {
		t.Errorf("%s: the file holds %d of %s; %d were begun and %d acknowledged", k.to, got, op, k.begun[op], k.ended[op])
	}
	if k.ended[op] < k.begun[op] {
		if got > k.ended[op] {
			c.seen[op+" committed, not acknowledged"]++
		} else {
			c.seen[op+" not committed"]++
		}
	}
}

func beforeCommit(point string) bool {
	return slices.Contains([]string{beforeLoad, afterLoad, beforeAdd, afterAdd, beforeSwap}, point)
}

// checkUp checks the code that was delivered to an address: it is good once, if nothing else has happened to it.
func (c *crashTest) checkUp(t *testing.T, e *verify.Engine, k *crashCase, v verify.Verification) {
	t.Helper()
	if k.code == "" {
		return // nothing was sent, so nobody has a code
	}
	enter := func(want error) {
		t.Helper()
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: k.id, Code: k.code})
		if !errors.Is(err, want) {
			t.Errorf("%s: the code of a %s verification: %v, want %v", k.to, v.Status, err, want)
		}
	}
	c.seen["found "+string(v.Status)]++
	switch v.Status {
	case verify.StatusPending:
		enter(nil)
		enter(verify.ErrUsed)
	case verify.StatusApproved:
		enter(verify.ErrUsed)
	case verify.StatusCanceled:
		enter(verify.ErrCanceled)
		return
	default:
		t.Errorf("%s: %s", k.to, v.Status)
	}
	c.approved = append(c.approved, k)
}

// approvedForGood tries every code that was approved once more, now that many processes have died since.
func (c *crashTest) approvedForGood(t *testing.T) {
	t.Helper()
	e := c.reopen(t)
	for _, k := range c.approved {
		_, err := e.Check(t.Context(), verify.CheckRequest{ID: k.id, Code: k.code})
		wantError(t, "a code that was approved before", err, verify.ErrUsed)
		v, err := e.Status(t.Context(), verify.Ref{ID: k.id})
		if err != nil || v.Status != verify.StatusApproved {
			t.Errorf("status: %s, %v", v.Status, err)
		}
	}
}

// sawEverything fails if something that the test is about never happened.
func (c *crashTest) sawEverything(t *testing.T) {
	t.Helper()
	if c.rounds < leastRounds {
		t.Errorf("%d rounds, want %d", c.rounds, leastRounds)
	}
	want := []string{"found pending", "found approved", "found canceled"}
	for _, o := range crashOps {
		want = append(want, o.op+" acknowledged", o.op+" committed, not acknowledged", o.op+" not committed", o.op+" dies "+insideSwap)
		for _, point := range o.points {
			want = append(want, o.op+" dies "+point)
		}
	}
	for _, what := range want {
		if c.seen[what] == 0 {
			t.Errorf("never happened: %s", what)
		}
		t.Logf("%3d %s", c.seen[what], what)
	}
}
