package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// pageSize is the same on every machine, so that a file can be carried from one to another.
const pageSize = 4096

// openFile returns the file at path: locked, recognised as ours, checked, and with mode 0600. Lost means that one of
// its header pages needs repair.
func openFile(path string, o Options) (f *os.File, lost bool, err error) {
	_, err = os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) && !o.MustExist {
		err = create(path)
	}
	if err != nil {
		return nil, false, err
	}
	if f, err = openLocked(path, o.LockTimeout); err != nil {
		return nil, false, err
	}
	if lost, err = check(f); lost && o.AcceptLostCommit {
		err = nil
	}
	if err == nil {
		err = tighten(f)
	}
	if err != nil {
		f.Close()
		return nil, false, err
	}
	return f, lost, nil
}

// openLocked opens and locks the file that path leads to once the lock is held, which need not be the one from before.
func openLocked(path string, timeout time.Duration) (*os.File, error) {
	for deadline := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
		f, err := openRegular(path)
		if err != nil {
			return nil, err
		}
		locked, err := tryLock(f)
		if err == nil && locked && leadsTo(path, f) {
			return f, nil
		}
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		if time.Now().After(deadline) {
			return nil, ErrLocked
		}
	}
}

// openRegular refuses symbolic links: whoever can plant one would choose which file is written and made private.
func openRegular(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrForeign
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}

func leadsTo(path string, f *os.File) bool {
	there, err := os.Lstat(path)
	if err != nil {
		return false
	}
	here, err := f.Stat()
	return err == nil && os.SameFile(there, here)
}

func tighten(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return f.Chmod(0o600)
}

// create puts a new store at path. It is complete when it appears, so that an empty file is always a damaged one.
func create(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name, err := newFile(dir)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	db, err := bbolt.Open(name, 0o600, boltOptions(nil, time.Second))
	if err != nil {
		return err
	}
	err = errors.Join(db.Update(createBuckets), db.Close())
	if err != nil {
		return err
	}
	// A link, because a rename would replace the file of a process that does the same at this moment.
	if err := os.Link(name, path); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

func createBuckets(tx *bbolt.Tx) error {
	_, err1 := tx.CreateBucket(entriesBucket)
	_, err2 := tx.CreateBucket(deadlinesBucket)
	return errors.Join(err1, err2)
}

// newFile creates an empty file with mode 0600 in dir, under a name of its own.
func newFile(dir string) (name string, err error) {
	f, err := os.CreateTemp(dir, ".boltstore-*")
	if err != nil {
		return "", err
	}
	return f.Name(), errors.Join(tighten(f), f.Close())
}

// syncDir makes a new name in dir survive a power failure, where that needs doing.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// boltOptions are bbolt's options for a file that is open already, or for a new one if f is nil. Syncing stays on.
func boltOptions(f *os.File, timeout time.Duration) *bbolt.Options {
	o := &bbolt.Options{
		Timeout:      timeout, // zero would wait for ever
		PageSize:     pageSize,
		FreelistType: bbolt.FreelistArrayType, // takes the lowest page, so what is synced together lies together
		NoStatistics: true,
	}
	if f != nil {
		o.OpenFile = func(string, int, os.FileMode) (*os.File, error) { return f, nil }
	}
	return o
}

// mount lets bbolt map the file. The page checks have been made; should it panic all the same that is damage too.
func (s *Store) mount(path string, timeout time.Duration, lost bool) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("boltstore: open: %w", ErrCorrupt)
		}
	}()
	if s.path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("boltstore: open: %w", err)
	}
	if s.info, err = s.file.Stat(); err != nil {
		return fmt.Errorf("boltstore: open: %w", err)
	}
	s.db, err = bbolt.Open(path, 0o600, boltOptions(s.file, timeout))
	if errors.Is(err, bolterrors.ErrTimeout) {
		err = ErrLocked // where tryLock does nothing
	}
	if err != nil {
		return fmt.Errorf("boltstore: open: %w", err)
	}
	if lost {
		err = s.db.Update(func(*bbolt.Tx) error { return nil }) // writes the header page that was lost
	}
	if err != nil {
		s.db.Close()
		return fmt.Errorf("boltstore: open: %w", err)
	}
	return nil
}
