// Package boltstore keeps Codeword's state in one bbolt file, for a single process that must not forget on restart.
//
//	s, err := boltstore.Open("/var/lib/myapp/codeword.db", boltstore.Options{})
//	if err != nil { ... }
//	defer s.Close()
//
// An answer is given only after its transaction has been synced to disk, so that limits, failures and approvals
// survive a crash. Concurrent callers share transactions: whoever arrives while one is being committed goes into the
// next, without a timer or a goroutine. Expired entries are removed a few at a time inside later writes.
//
// The file belongs to one process at a time: a second Open, from this process or another, fails with ErrLocked. It is
// created with mode 0600, in a directory created with 0700; a file with a looser mode is tightened. Keep it on a local
// file system, and never replace it under a running process: writes are refused once the path no longer leads to the
// open file (ErrReplaced).
//
// A damaged file is an error, at Open (ErrCorrupt, ErrForeign, ErrLostCommit) or later (ErrCorrupt), never a crash and
// never an empty store. Records carry a checksum, and the pages that lead to them are checked at Open; what stays
// invisible is damage to the bytes of a key itself, and somebody putting back an older copy of the file.
//
// The file never shrinks by itself. Space that removed entries leave is used again, and Compact gives it back.
// A pending verification takes about 300 bytes of the file.
package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store"
)

var (
	// ErrLocked reports that the file is open already, in another process or in this one.
	ErrLocked = errors.New("boltstore: file is in use")

	// ErrForeign reports that the path leads to something other than a boltstore file: another format, another
	// database, a directory, a symbolic link.
	ErrForeign = errors.New("boltstore: not a boltstore file")

	// ErrCorrupt reports damage: to the file if Open returned it, to the record asked for or the pages that lead to it
	// otherwise.
	ErrCorrupt = errors.New("boltstore: file is damaged")

	// ErrLostCommit reports that one of the two header pages is unreadable, or older than it should be. The other one
	// opens the file, perhaps without its last transaction. See Options.AcceptLostCommit.
	ErrLostCommit = errors.New("boltstore: header page is damaged, the last transaction may be lost")

	// ErrReplaced reports that the path no longer leads to the file that is open. Nothing was written: it would be
	// gone after a restart.
	ErrReplaced = errors.New("boltstore: file was moved, deleted or replaced while open")

	// ErrClosed reports a call after Close.
	ErrClosed = errors.New("boltstore: closed")
)

var (
	errNotFound = fmt.Errorf("boltstore: %w", store.ErrNotFound)
	errConflict = fmt.Errorf("boltstore: %w", store.ErrConflict)
	errTooLarge = fmt.Errorf("boltstore: %w", store.ErrTooLarge)
	errFull     = fmt.Errorf("boltstore: %w", store.ErrFull)
	errKind     = errors.New("boltstore: a counter was used as a value, or a value as a counter")
)

// Options are the settings of Open. The zero value is right for most hosts.
type Options struct {
	// MaxEntries is how many keys the store holds, those expired but not yet removed included, before creating another
	// fails with store.ErrFull. Default: 10 000 000, about 3 GB on disk.
	MaxEntries int

	// LockTimeout is how long Open waits for another holder of the file to let go. Default: 500 ms.
	LockTimeout time.Duration

	// MustExist makes a missing file an error (fs.ErrNotExist) instead of a new, empty store. Set it once a service is
	// established: a volume that failed to mount then stops it, instead of resetting every limit.
	MustExist bool

	// AcceptLostCommit opens a file in spite of ErrLostCommit, from the header page that is left, and repairs the
	// other. The last transaction may be undone: one guess too few counted, or one approved code pending again.
	AcceptLostCommit bool

	// Now is the clock that decides what has expired. Default: time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	if o.MaxEntries < 0 {
		return o, errors.New("boltstore: Options.MaxEntries is negative")
	}
	if o.LockTimeout < 0 {
		return o, errors.New("boltstore: Options.LockTimeout is negative")
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = 10_000_000
	}
	if o.LockTimeout == 0 {
		o.LockTimeout = 500 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// A Store is an open file. Its methods are safe for concurrent use.
type Store struct {
	db   *bbolt.DB
	file *os.File    // db's own handle
	info fs.FileInfo // what path led to at Open
	path string
	max  uint64
	now  func() time.Time

	gate    sync.Mutex // held while a transaction begins; guards the next two
	refusal error      // why no transaction may begin any more
	stuck   bool       // bbolt's own locks are lost, its Close would hang

	queue queue
	tidy  bool // sweep along with writes; used by whoever leads
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path, and creates it if there is none. The caller closes the store.
//
// The errors to expect are ErrLocked, ErrForeign, ErrCorrupt, ErrLostCommit and those of the file system.
func Open(path string, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	f, lost, err := openFile(path, o)
	if err != nil {
		return nil, fmt.Errorf("boltstore: open: %w", err)
	}
	s := &Store{file: f, max: uint64(o.MaxEntries), now: o.Now, tidy: true}
	if err := s.mount(path, o.LockTimeout, lost); err != nil {
		unlock(f) // it may be mapped still, and closed already, if bbolt came so far
		f.Close()
		return nil, err
	}
	return s, nil
}

// Close waits for the transactions under way, and closes the file. Calls after it fail with ErrClosed, but for Close
// itself, which does nothing the second time.
func (s *Store) Close() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.refusal == ErrClosed {
		return nil
	}
	s.refusal = ErrClosed
	if s.stuck {
		return errors.Join(unlock(s.file), s.file.Close()) // the mapping stays until the process ends
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("boltstore: close: %w", err)
	}
	return nil
}

// Load returns the value under key. It implements store.Store.
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	if !validKey(key) {
		return nil, errTooLarge
	}
	if err := begun(ctx); err != nil {
		return nil, err
	}
	var value []byte
	err := s.view(func(r reader) error {
		v, err := r.value(key)
		value = bytes.Clone(v)
		return err
	})
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, errNotFound
	}
	return value, nil
}

// CompareAndSwap replaces old by new under key. It implements store.Store. The swap is on disk when it returns nil.
//
// When ctx ends while the swap waits for its turn it is withdrawn; when ctx ends later the outcome is unknown.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if !validKey(key) || len(old) > store.MaxValue || len(new) > store.MaxValue {
		return errTooLarge
	}
	if err := begun(ctx); err != nil {
		return err
	}
	// A swap that cannot succeed is answered from a read, before it costs a transaction.
	name := []byte(key)
	err := s.view(func(r reader) error {
		_, err := r.match(name, old)
		return err
	})
	if err != nil {
		return err
	}
	if len(old) == 0 && len(new) == 0 {
		return nil
	}
	// Copies, because the caller may be gone, and its slices changed, before a leader reads them.
	old, new = bytes.Clone(old), bytes.Clone(new)
	return s.submit(ctx, func(w *writer) error { return w.swap(name, old, new, milliseconds(expires)) })
}

// Add adds to counters, all in one transaction, and returns their sums. It implements store.Store. The sums are on
// disk when it returns; a sum that would leave the range of an int64 stays at its end.
func (s *Store) Add(ctx context.Context, adds ...store.Increment) ([]int64, error) {
	if len(adds) > store.MaxAdds || slices.ContainsFunc(adds, func(a store.Increment) bool { return !validKey(a.Key) }) {
		return nil, errTooLarge
	}
	if err := begun(ctx); err != nil {
		return nil, err
	}
	sums := make([]int64, len(adds))
	if !slices.ContainsFunc(adds, func(a store.Increment) bool { return a.Delta != 0 }) {
		err := s.view(func(r reader) error { return r.sums(adds, sums) })
		if err != nil {
			return nil, err
		}
		return sums, nil
	}
	adds = slices.Clone(adds)
	if err := s.submit(ctx, func(w *writer) error { return w.add(adds, sums) }); err != nil {
		return nil, err
	}
	return sums, nil
}

// begun refuses a call whose context has ended already.
func begun(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("boltstore: not begun: %w", context.Cause(ctx))
	}
	return nil
}

func validKey(key string) bool {
	if len(key) < 1 || len(key) > store.MaxKey {
		return false
	}
	for i := range len(key) {
		if key[i] < 0x21 || key[i] > 0x7e {
			return false
		}
	}
	return true
}
