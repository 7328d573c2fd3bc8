// Package redisscript is all that the stores on Redis have in common, which is everything but the client.
package redisscript

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/codeword-go/codeword/store"
)

// DefaultTag is the hash tag of stores that name none.
const DefaultTag = "codeword"

// Options are those of the adapters, which document them.
type Options struct {
	Tag            string
	AcceptEviction bool
	AcceptLoss     bool
}

// A Command is one command to a server: what comes before its keys, the keys, and what comes after them.
type Command struct{ Head, Keys, Args []string }

// A Result is what came of a command. The reply is nil, an int64, a string or a list of these.
type Result struct {
	Reply any
	Err   error
}

// Do sends commands in one go to the node that owns their keys, and puts what comes of each into results, in the same order.
//
// It sends each command once. A client that tries again after a broken connection would let a swap lose against its own
// first attempt, and report as a conflict, which means that nothing was changed, what has taken effect.
type Do func(ctx context.Context, commands []Command, results []Result)

// A Store is a store.Store over any client.
type Store struct {
	name    string // of the adapter, for errors
	prefix  string // of every key
	options Options
	server  pipeline

	notFound, conflict, tooLarge, full error
}

var _ store.Store = (*Store)(nil)

// New returns a store whose errors begin with name, after it has checked the server.
func New(name string, do Do, o Options) (*Store, error) {
	if o.Tag == "" {
		o.Tag = DefaultTag
	}
	if !validTag(o.Tag) {
		return nil, errors.New(name + ": Tag: needs 1 to 32 printable ASCII characters, no space and no brace")
	}
	s := &Store{
		name:     name,
		prefix:   "{" + o.Tag + "}",
		options:  o,
		server:   pipeline{do: do},
		notFound: fmt.Errorf("%s: %w", name, store.ErrNotFound),
		conflict: fmt.Errorf("%s: %w", name, store.ErrConflict),
		tooLarge: fmt.Errorf("%s: %w", name, store.ErrTooLarge),
		full:     fmt.Errorf("%s: %w", name, store.ErrFull),
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	if err := s.Check(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func validTag(tag string) bool {
	return len(tag) <= 32 && !strings.ContainsFunc(tag, func(c rune) bool {
		return c < 0x21 || c > 0x7e || c == '{' || c == '}'
	})
}

// Load implements store.Store.
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	if err := s.begin(ctx, key); err != nil {
		return nil, err
	}
	reply, err := s.send(ctx, Command{Head: getex, Keys: []string{s.prefix + key}})
	if err != nil {
		return nil, err
	}
	switch value := reply.(type) {
	case nil:
		return nil, s.notFound
	case string:
		return []byte(value), nil
	}
	return nil, s.unexpected()
}

// CompareAndSwap implements store.Store.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if err := s.begin(ctx, key); err != nil {
		return err
	}
	if len(old) > store.MaxValue || len(new) > store.MaxValue {
		return s.tooLarge
	}
	reply, err := s.sendScript(ctx, swap, []string{s.prefix + key}, []string{string(old), string(new), life(expires)})
	if err != nil {
		return err
	}
	switch reply {
	case int64(1):
		return nil
	case int64(0):
		return s.conflict
	}
	return s.unexpected()
}

// Add implements store.Store.
func (s *Store) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.wrap(err)
	}
	if len(adds) > store.MaxAdds || slices.ContainsFunc(adds, func(a store.Increment) bool { return !validKey(a.Key) }) {
		return nil, s.tooLarge
	}
	if len(adds) == 0 {
		return nil, nil
	}
	keys, args := make([]string, 0, len(adds)), make([]string, 0, 2*len(adds))
	for _, a := range adds {
		keys = append(keys, s.prefix+a.Key)
		args = append(args, strconv.FormatInt(a.Delta, 10), life(a.Expires))
	}
	reply, err := s.sendScript(ctx, add, keys, args)
	if err != nil {
		return nil, err
	}
	return s.sums(reply, len(adds))
}

func (s *Store) sums(reply any, n int) ([]int64, error) {
	list, _ := reply.([]any)
	if len(list) != n {
		return nil, s.unexpected()
	}
	sums := make([]int64, n)
	for i, item := range list {
		switch sum := item.(type) {
		case int64:
			sums[i] = sum
		case string:
			exact, err := strconv.ParseInt(sum, 10, 64)
			if err != nil {
				return nil, s.unexpected()
			}
			sums[i] = exact
		default:
			return nil, s.unexpected()
		}
	}
	return sums, nil
}

// begin refuses a call whose context has ended, and a key outside the limits.
func (s *Store) begin(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return s.wrap(err)
	}
	if !validKey(key) {
		return s.tooLarge
	}
	return nil
}

func validKey(key string) bool { return key != "" && len(key) <= store.MaxKey }

// life is how many milliseconds to keep what expires at t. A length of time, and not its end, so that the server's clock has no
// say. It is rounded up, and at least one: Redis takes less for an error.
func life(t time.Time) string {
	return strconv.FormatInt(min(max(t.UnixMilli()-time.Now().UnixMilli()+1, 1), 1<<52), 10)
}

// wrap gives an error the adapter's name, and its meaning if it is one of the contract's.
func (s *Store) wrap(err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "OOM command not allowed"):
		return s.full // decided before a script's first write
	case strings.Contains(text, s.prefix), strings.Contains(text, "with args beginning with"): // which may be a password
		return errors.New(s.name + ": the server does not know a command, and repeats its arguments")
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

func (s *Store) unexpected() error { return errors.New(s.name + ": the server's reply makes no sense") }
