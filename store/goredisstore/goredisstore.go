// Package goredisstore keeps Codeword's state in Redis or Valkey, through a client of github.com/redis/go-redis/v9, for a
// service that runs on more than one machine and has such a client. It keeps the same entries in the same way as the package
// redisstore, whose documentation tells what may be lost at which of the server's settings.
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379", ContextTimeoutEnabled: true})
//	defer client.Close()
//	s, err := goredisstore.New(client, goredisstore.Options{})
//
// Each call is one round trip, to a primary, and is never sent twice, whatever the client's MaxRetries: a swap that is tried again
// would lose against itself. Calls that come at the same time are one pipeline, which is how the client's hooks see them, in the
// context of the first. A swap and a list of additions are one script each. Every key has a time to live from the moment it is
// there. All keys begin with one hash tag, so a cluster keeps them on one of its nodes. A Ring is refused, since it forgets
// whatever is on a server that it takes out of the ring.
//
// The client must have ContextTimeoutEnabled, without which go-redis waits for a silent server seconds beyond a call's deadline,
// and keeps a goroutine and a connection waiting.
package goredisstore

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/redisscript"
)

// What New and Check find wrong with a server.
var (
	ErrReplica = redisscript.ErrReplica // a replica: it may be behind, and refuses writes
	ErrEvicts  = redisscript.ErrEvicts  // a maxmemory-policy other than noeviction
	ErrLoses   = redisscript.ErrLoses   // appendonly is off
)

// Options are the settings of New. The zero value is right for a server that is set up to keep what it is given.
type Options struct {
	// Tag is the hash tag that all keys begin with, in braces: 1 to 32 printable ASCII characters, no space and no brace. Engines
	// that share their state use the same one. Default: "codeword".
	Tag string

	// AcceptEviction takes a server that may drop entries when its memory is full, and with them the limits on guessing.
	AcceptEviction bool

	// AcceptLoss takes a server without an append-only file, as for development, or with a durability of its own that
	// does not show, as some hosted services have.
	AcceptLoss bool
}

// A Store is a store.Store in Redis. Its methods are safe for concurrent use. It has nothing to close: the client is the host's.
type Store struct{ shared *redisscript.Store }

var _ store.Store = (*Store)(nil)

// New returns a store over a client that the host has opened and closes itself, after a Check of at most 5 seconds. The client is a
// *redis.Client or a *redis.ClusterClient with ContextTimeoutEnabled. New fails if it is not, if Options.Tag is not valid, with
// what Check finds, and with the client's error if the server does not answer.
func New(client redis.UniversalClient, o Options) (*Store, error) {
	if err := fit(client); err != nil {
		return nil, err
	}
	do := func(ctx context.Context, commands []redisscript.Command, results []redisscript.Result) {
		batch := client.Pipeline()
		for _, c := range commands {
			_ = batch.Process(ctx, newOnce(ctx, c)) // which only notes it
		}
		sent, err := batch.Exec(ctx)
		for i, cmd := range sent {
			results[i] = result(cmd.(once), err)
		}
	}
	shared, err := redisscript.New("goredisstore", do, redisscript.Options(o))
	if err != nil {
		return nil, err
	}
	return &Store{shared}, nil
}

func fit(client redis.UniversalClient) error {
	deadlines := false
	switch c := client.(type) {
	case nil:
		return errors.New("goredisstore: client: missing")
	case *redis.Client:
		deadlines = c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		deadlines = c.Options().ContextTimeoutEnabled
	default:
		return errors.New("goredisstore: client: is neither a *redis.Client nor a *redis.ClusterClient")
	}
	if !deadlines {
		return errors.New("goredisstore: client: needs ContextTimeoutEnabled, or a silent server holds calls beyond their deadlines")
	}
	return nil
}

// once is a command that go-redis does not send again after it may have taken effect.
type once struct{ *redis.Cmd }

func (once) NoRetry() bool { return true }

func newOnce(ctx context.Context, c redisscript.Command) once {
	all := make([]any, 0, len(c.Head)+len(c.Keys)+len(c.Args))
	for _, list := range [][]string{c.Head, c.Keys, c.Args} {
		for _, arg := range list {
			all = append(all, arg)
		}
	}
	cmd := once{redis.NewCmd(ctx, all...)}
	cmd.SetFirstKeyPos(int8(len(c.Head)))
	return cmd
}

// result returns what became of a command of a batch, and batchErr if the command does not know: go-redis keeps it to itself that the
// server refused the connection, for instance because of the password, and a command without a reply is not one whose reply is nil.
func result(cmd once, batchErr error) redisscript.Result {
	reply, err := cmd.Result()
	switch {
	case errors.Is(err, redis.Nil):
		return redisscript.Result{}
	case reply == nil && err == nil:
		return redisscript.Result{Err: cmp.Or(batchErr, errNoReply)}
	}
	return redisscript.Result{Reply: reply, Err: err}
}

var errNoReply = errors.New("no reply")

// Check asks the server that owns the store's keys how it is set up. The errors to expect are ErrReplica, ErrEvicts, ErrLoses,
// several of them joined, and those of the client. New calls it; a host may call it again, since settings change
// and another server takes over after a failover.
func (s *Store) Check(ctx context.Context) error { return s.shared.Check(ctx) }

// Load returns the value under key. It implements store.Store.
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) { return s.shared.Load(ctx, key) }

// CompareAndSwap replaces old by new under key. It implements store.Store. When ctx ends first the outcome is unknown.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	return s.shared.CompareAndSwap(ctx, key, old, new, expires)
}

// Add adds to counters, all in one step, and returns their sums. It implements store.Store. A sum that would leave the range of
// an int64 is an error, and the additions after it are not made.
func (s *Store) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	return s.shared.Add(ctx, adds...)
}
