package boltstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// Compact rewrites the file at path without the space that removed entries have left, and without the remains of their
// bytes. Nobody may have the file open; ErrLocked says that somebody has. It needs room for a second copy beside the
// first, which the copy replaces in one step when it is complete. Not on Windows, which cannot replace an open file.
//
// It is not needed for the store to work: space is used again. It is for a file that was once much fuller.
func Compact(path string, o Options) error {
	o.MustExist = true
	s, err := Open(path, o)
	if err != nil {
		return err
	}
	err = s.compact()
	return errors.Join(err, s.Close())
}

func (s *Store) compact() error {
	dir := filepath.Dir(s.path)
	name, err := newFile(dir)
	if err != nil {
		return fmt.Errorf("boltstore: compact: %w", err)
	}
	defer os.Remove(name)
	if err := s.copyTo(name); err != nil {
		return fmt.Errorf("boltstore: compact: %w", err)
	}
	// The lock on the old file is still held: whoever waits for it will find that the path leads elsewhere.
	if err := errors.Join(os.Rename(name, s.path), syncDir(dir)); err != nil {
		return fmt.Errorf("boltstore: compact: %w", err)
	}
	return nil
}

func (s *Store) copyTo(name string) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = ErrCorrupt
		}
	}()
	copied, err := bbolt.Open(name, 0o600, boltOptions(nil, time.Second))
	if err != nil {
		return err
	}
	return errors.Join(bbolt.Compact(copied, s.db, 4<<20), copied.Close())
}
