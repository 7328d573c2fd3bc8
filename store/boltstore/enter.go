package boltstore

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// view runs fn in a read transaction.
func (s *Store) view(fn func(reader) error) error {
	now := s.now().UnixMilli()
	return s.enter(s.db.View, func(tx *bbolt.Tx) error {
		r, err := newReader(tx, now)
		if err != nil {
			return err
		}
		return fn(r)
	})
}

// update runs fn in the write transaction, and commits it unless fn returns an error.
func (s *Store) update(fn func(*writer) error) error {
	now := s.now().UnixMilli()
	return s.enter(s.db.Update, func(tx *bbolt.Tx) error {
		w, err := newWriter(tx, now, s.max)
		if err != nil {
			return err
		}
		return fn(w)
	})
}

// enter runs a transaction, and turns whatever a damaged file makes bbolt do into ErrCorrupt: panics, and faults in
// the mapped memory, which would otherwise end the process.
//
// A panic while a transaction begins leaves bbolt's locks behind. The gate keeps everyone else from waiting for them:
// it is held until the transaction has begun, and afterwards nobody is let in any more.
func (s *Store) enter(transaction func(func(*bbolt.Tx) error) error, fn func(*bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	s.gate.Lock()
	var tx *bbolt.Tx
	defer func() {
		if recover() != nil {
			err = ErrCorrupt
			s.broke(tx)
		}
		if tx == nil {
			s.gate.Unlock()
		}
	}()
	if s.refusal != nil {
		return s.refusal
	}
	err = transaction(func(t *bbolt.Tx) error {
		tx = t
		s.gate.Unlock()
		return fn(t)
	})
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// broke shuts the gate after a panic that bbolt has not cleaned up after: the transaction never began, or is still
// open because rolling it back failed as well.
func (s *Store) broke(tx *bbolt.Tx) {
	if tx == nil {
		s.refusal, s.stuck = ErrCorrupt, true
		return
	}
	if tx.DB() == nil {
		return
	}
	s.gate.Lock()
	s.refusal, s.stuck = ErrCorrupt, true
	s.gate.Unlock()
}

// failed explains why transaction id was not committed.
//
// As long as the header page was not written nothing has happened, and the next transaction may go well: that is a
// full disk. After that bbolt no longer knows which of two states is on disk, and would overwrite pages of both; so
// nothing more is written until the file is opened again.
func (s *Store) failed(id int, err error) error {
	if err == ErrCorrupt || err == ErrClosed {
		return err
	}
	err = fmt.Errorf("boltstore: commit: %w", cause(err))
	written := false
	check := s.enter(s.db.View, func(tx *bbolt.Tx) error {
		written = tx.ID() >= id
		return nil
	})
	if check == nil && !written {
		return err
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.refusal == nil {
		s.refusal = fmt.Errorf("boltstore: open the file again after a failed commit: %w", errors.Unwrap(err))
	}
	return err
}

// cause finds the system's error again where bbolt has made text of it: when growing the file failed.
func cause(err error) error {
	if _, ok := errors.AsType[syscall.Errno](err); ok {
		return err
	}
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT, syscall.EIO} {
		if strings.HasSuffix(err.Error(), errno.Error()) {
			return errno
		}
	}
	return err
}
