package pgstore_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/pgstore"
	"github.com/codeword-go/codeword/verify"
)

// A tally counts the answers to checks that were made at once.
type tally struct{ approved, incorrect, spent, used, other int }

func (a tally) plus(b tally) tally {
	return tally{a.approved + b.approved, a.incorrect + b.incorrect, a.spent + b.spent, a.used + b.used, a.other + b.other}
}

// checkAtOnce gives the same answer fifty times at once.
func checkAtOnce(e *verify.Engine, id, code string) (n tally) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := e.Check(context.Background(), verify.CheckRequest{ID: id, Code: code})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				n.approved++
			case errors.Is(err, verify.ErrIncorrect):
				n.incorrect++
			case errors.Is(err, verify.ErrMaxAttempts):
				n.spent++
			case errors.Is(err, verify.ErrUsed):
				n.used++
			default:
				n.other++
			}
		})
	}
	wg.Wait()
	return n
}

func newEngine(s *pgstore.Store, key []byte) (*verify.Engine, *channeltest.Inbox, error) {
	inbox := new(channeltest.Inbox)
	e, err := verify.New(verify.Options{
		Store: s, Key: key, Channels: map[string]channel.Channel{"sms": inbox},
		Profiles: []verify.Profile{{Name: "test", Brand: "Test", Regions: []string{verify.AllRegions}, AllowPossible: true, CustomCodes: true}},
	})
	return e, inbox, err
}

// A process with an engine of its own answers each line of an id and a code by a tally.
func init() {
	children["check"] = func() {
		fail := func(err error) {
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
		pool, err := pgxpool.New(context.Background(), os.Getenv("PGSTORE_TEST_ADDRESS"))
		fail(err)
		s, err := pgstore.New(pool, pgstore.Options{AcceptSettings: true})
		fail(err)
		key, err := base64.StdEncoding.DecodeString(os.Getenv("PGSTORE_TEST_KEY"))
		fail(err)
		e, _, err := newEngine(s, key)
		fail(err)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			id, code, _ := strings.Cut(in.Text(), " ")
			n := checkAtOnce(e, id, code)
			fmt.Println(n.approved, n.incorrect, n.spent, n.used, n.other)
		}
	}
}

// A rival is an engine in another process.
type rival struct {
	in  io.Writer
	out *bufio.Reader
}

func startRival(t *testing.T, address string, key []byte) rival {
	t.Helper()
	cmd := child("check", "PGSTORE_TEST_ADDRESS="+address, "PGSTORE_TEST_KEY="+base64.StdEncoding.EncodeToString(key))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("second process: %v", err)
		}
	})
	return rival{in, bufio.NewReader(out)}
}

// together lets an engine and its rival give the same answer fifty times each.
func (r rival) together(t *testing.T, e *verify.Engine, id, code string) (n tally) {
	t.Helper()
	fmt.Fprintln(r.in, id, code)
	mine := checkAtOnce(e, id, code)
	if _, err := fmt.Fscanln(r.out, &n.approved, &n.incorrect, &n.spent, &n.used, &n.other); err != nil {
		t.Fatal(err)
	}
	return mine.plus(n)
}

// S16, S17: of 100 right answers to two processes one is approved, and of 100 wrong ones five are judged.
func TestTwoProcesses(t *testing.T) {
	eachWay(t, func(t *testing.T, address string) {
		key := verify.NewKey()
		e, inbox, err := newEngine(open(t, address), key)
		if err != nil {
			t.Fatal(err)
		}
		other := startRival(t, address, key)
		for round := range 3 {
			for code, want := range map[string]tally{"246802": {approved: 1, used: 99}, "135791": {incorrect: 5, spent: 95}} {
				to := fmt.Sprintf("+1415555%s%d", code[:3], round)
				v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: to, CustomCode: "246802"})
				if err != nil {
					t.Fatal(err)
				}
				if got := other.together(t, e, v.ID, code); got != want {
					t.Fatalf("%+v, want %+v", got, want)
				}
			}
		}
		if n := len(inbox.Messages()); n != 6 {
			t.Errorf("%d messages for 6 starts", n)
		}
	})
}

// S19: of 100 starts at once for one address, through two clients, one sends.
func TestParallelStarts(t *testing.T) {
	eachWay(t, func(t *testing.T, address string) {
		key := verify.NewKey()
		var engines [2]*verify.Engine
		var inboxes [2]*channeltest.Inbox
		for i := range engines {
			var err error
			if engines[i], inboxes[i], err = newEngine(open(t, address), key); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		errs := make([]error, 100)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = engines[i%2].Start(t.Context(), verify.StartRequest{Channel: "sms", To: "+14155550100"})
			})
		}
		wg.Wait()
		started := 0
		for _, err := range errs {
			if err == nil {
				started++
			} else if !errors.Is(err, verify.ErrThrottled) {
				t.Error(err)
			}
		}
		if sent := len(inboxes[0].Messages()) + len(inboxes[1].Messages()); started != 1 || sent != 1 {
			t.Errorf("%d started, %d messages", started, sent)
		}
	})
}
