// Package redisstore keeps Codeword's state in Redis or Valkey, through a client of github.com/redis/rueidis, for a service
// that runs on more than one machine. For clients of go-redis there is the package goredisstore; both keep the same entries in
// the same way, and may share a server.
//
//	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{"127.0.0.1:6379"}})
//	if err != nil { ... }
//	defer client.Close()
//	s, err := redisstore.New(client, redisstore.Options{})
//
// Each call is one round trip, to a primary, and is never sent twice; calls that come at the same time share one. A swap and a
// list of additions are one script each, so that nobody sees half of one. Every key has a time to live from the moment it is
// there. All keys begin with one hash tag, so a cluster keeps them on one of its nodes; give stores that should live on different
// nodes different tags. The server is Redis 6.2 or later, or Valkey; a pending verification takes about 300 bytes of its memory.
// The account needs GETEX, EVALSHA, EVAL and, inside scripts, GET, SET, DEL, INCRBY, PTTL, PEXPIRE and INFO.
//
// # What may be lost
//
// Whatever the server forgets, an attacker gets back: guesses, sends, and a code that was approved and is pending again.
//
//   - appendonly yes, appendfsync always: nothing that was answered, but for the loss of the disk.
//   - appendonly yes, appendfsync everysec: about the last second, two at worst, when its machine stops. Nothing when only the
//     server is killed, unless its disk is so busy that the sync of the second before has not ended: then up to two seconds.
//   - appendonly no: all since the last snapshot, or everything. New refuses it (ErrLoses).
//   - A failover to a replica: what the replica had not yet received, usually milliseconds, because replication is asynchronous at every
//     setting. While a network is split, the old primary may go on accepting what will be lost; min-replicas-to-write and
//     min-replicas-max-lag bound for how long.
//   - maxmemory-policy other than noeviction: any entry at any moment, for instance the counter of the number under attack. New
//     refuses it (ErrEvicts). With noeviction a full server loses nothing and refuses every write but removals (store.ErrFull), so
//     nobody is sent or approved anything until there is room.
//
// When the server cannot be reached or does not answer, calls fail with the context's deadline at the latest. Up to four
// goroutines may go on waiting for what was given up, until the server answers or the client gives the connection up, after
// ClientOption.ConnWriteTimeout. That is 10 seconds unless set; with 1 or 2 a network that swallows everything is got over sooner. With
// AlwaysPipelining a connection that broke is noticed at once, and not by the next call.
//
// Leave ClientOption.ConnLifetime at zero. With it rueidis sends what was under way on a connection again, if that breaks while it is
// being retired, whether it took effect or not.
package redisstore

import (
	"context"
	"errors"
	"time"

	"github.com/redis/rueidis"

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

// New returns a store over a client that the host has opened and closes itself, after a Check of at most 5 seconds. It fails if
// Options.Tag is not valid, with what Check finds, and with the client's error if the server does not answer.
func New(client rueidis.Client, o Options) (*Store, error) {
	if client == nil {
		return nil, errors.New("redisstore: client: missing")
	}
	do := func(ctx context.Context, commands []redisscript.Command, results []redisscript.Result) {
		batch := make([]rueidis.Completed, len(commands))
		for i, c := range commands {
			batch[i] = client.B().Arbitrary(c.Head...).Keys(c.Keys...).Args(c.Args...).Build()
		}
		for i, r := range client.DoMulti(ctx, batch...) {
			results[i] = result(r)
		}
	}
	shared, err := redisscript.New("redisstore", do, redisscript.Options(o))
	if err != nil {
		return nil, err
	}
	return &Store{shared}, nil
}

func result(r rueidis.RedisResult) redisscript.Result {
	reply, err := r.ToAny()
	if rueidis.IsRedisNil(err) {
		return redisscript.Result{}
	}
	return redisscript.Result{Reply: reply, Err: err}
}

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
