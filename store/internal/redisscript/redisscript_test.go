package redisscript_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
)

const sound = "# Server\r\nrole:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n"

// client answers what every store asks when it is opened, and then as a test says.
type client struct {
	info  string
	reply any
	err   error
	sent  [][]string
}

func (c *client) do(_ context.Context, commands []redisscript.Command, results []redisscript.Result) {
	for i, command := range commands {
		c.sent = append(c.sent, slices.Concat(command.Head, command.Keys, command.Args))
		results[i] = redisscript.Result{Reply: c.reply, Err: c.err}
		switch command.Keys[0] {
		case "{codeword}":
			results[i] = redisscript.Result{Reply: c.info}
		case "{codeword}check":
			results[i] = redisscript.Result{}
		}
	}
}

func open(t *testing.T, c *client) *redisscript.Store {
	t.Helper()
	c.info = sound
	s, err := redisscript.New("adapter", c.do, redisscript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.sent = nil
	return s
}

func TestReplies(t *testing.T) {
	expires := time.Now().Add(time.Hour)
	load := func(s *redisscript.Store) error { _, err := s.Load(t.Context(), "k"); return err }
	swap := func(s *redisscript.Store) error {
		return s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), expires)
	}
	add := func(s *redisscript.Store) error {
		_, err := s.Add(t.Context(), store.Increment{Key: "k", Expires: expires})
		return err
	}
	tests := []struct {
		name  string
		call  func(*redisscript.Store) error
		reply any
		err   error
		want  string // of the error; empty if there is none
	}{
		{"a value", load, "one", nil, ""},
		{"no value", load, nil, nil, "adapter: store: not found"},
		{"a number for a value", load, int64(1), nil, "adapter: the server's reply makes no sense"},
		{"granted", swap, int64(1), nil, ""},
		{"refused", swap, int64(0), nil, "adapter: store: conflict"},
		{"neither granted nor refused", swap, nil, nil, "adapter: the server's reply makes no sense"},
		{"a sum", add, []any{int64(1)}, nil, ""},
		{"a sum as text", add, []any{"9223372036854775807"}, nil, ""},
		{"a sum beyond 64 bits", add, []any{"9223372036854775808"}, nil, "adapter: the server's reply makes no sense"},
		{"a sum that is none", add, []any{nil}, nil, "adapter: the server's reply makes no sense"},
		{"two sums for one", add, []any{int64(1), int64(1)}, nil, "adapter: the server's reply makes no sense"},
		{"no list", add, int64(1), nil, "adapter: the server's reply makes no sense"},
		{"out of memory, Redis 7", swap, nil, errors.New("OOM command not allowed when used memory > 'maxmemory'. script: 1234"), "adapter: store: full"},
		{"out of memory, Redis 6", swap, nil, errors.New("ERR Error running script: @user_script:1: -OOM command not allowed when used memory > 'maxmemory'."), "adapter: store: full"},
		{"an error", load, nil, errors.New("NOAUTH Authentication required."), "adapter: NOAUTH Authentication required."},
		{"an error with a password", load, nil, errors.New("ERR unknown command 'AUTH', with args beginning with: 'sesame'"), "adapter: the server does not know a command, and repeats its arguments"},
		{"an error with a key", load, nil, errors.New("ERR unknown command 'GETEX', with args beginning with: '{codeword}k'"), "adapter: the server does not know a command, and repeats its arguments"},
	}
	for _, tt := range tests {
		err := tt.call(open(t, &client{reply: tt.reply, err: tt.err}))
		if (err == nil) != (tt.want == "") || err != nil && err.Error() != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A script is sent by its digest, and as it is when the server does not know it.
func TestScriptsAreKnownByTheirDigests(t *testing.T) {
	c := &client{}
	s := open(t, c)
	c.err = errors.New("NOSCRIPT No matching script. Please use EVAL.")
	_ = s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), time.Now())
	_, _ = s.Add(t.Context(), store.Increment{Key: "k"})
	_ = s.Check(t.Context())
	if len(c.sent) != 6 { // the server knows the script of Check
		t.Fatalf("%d commands were sent: %q", len(c.sent), c.sent)
	}
	for i := 0; i < 4; i += 2 {
		digest := sha1.Sum([]byte(c.sent[i+1][1]))
		if c.sent[i][0] != "EVALSHA" || c.sent[i+1][0] != "EVAL" || c.sent[i][1] != hex.EncodeToString(digest[:]) {
			t.Errorf("sent %q and %q", c.sent[i][:2], c.sent[i+1][:2])
		}
	}
}

// Behind a proxy, INFO may be what the proxy makes of it.
func TestCheckTakesWhatIsMissingForWrong(t *testing.T) {
	for _, field := range []string{"role:", "maxmemory_policy:", "aof_enabled:"} {
		c := &client{info: strings.ReplaceAll(sound, field, "other:")}
		if _, err := redisscript.New("adapter", c.do, redisscript.Options{}); err == nil {
			t.Errorf("without %q: no error", field)
		}
	}
}

func TestNothingToAddIsNotSent(t *testing.T) {
	c := &client{}
	s := open(t, c)
	if sums, err := s.Add(t.Context()); len(sums) != 0 || err != nil || len(c.sent) != 0 {
		t.Errorf("returned %d, %v, and sent %q", sums, err, c.sent)
	}
}

// The life of an entry is a length of time, so the server's clock has no say.
func TestLife(t *testing.T) {
	for name, tt := range map[string]struct {
		expires  time.Time
		min, max string
	}{
		"past":     {time.Unix(9, 0), "1", "1"},
		"zero":     {time.Time{}, "1", "1"},
		"far":      {time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC), "4503599627370496", "4503599627370496"},
		"one hour": {time.Now().Add(time.Hour), "3599000", "3600001"},
	} {
		c := &client{}
		s := open(t, c)
		_ = s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), tt.expires)
		if life := c.sent[0][len(c.sent[0])-1]; len(life) != len(tt.min) || life < tt.min || life > tt.max {
			t.Errorf("%s: %s ms", name, life)
		}
	}
}
