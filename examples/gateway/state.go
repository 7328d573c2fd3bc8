package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A state is the store and its key, which belong together.
type state struct {
	store store.Store
	key   []byte
	close func() error
}

// openState opens the store. The key's file is made before a new store's, so that there is never a store without a key; a store that is
// there already gets no new key, which would open nothing.
func openState(name, keyFile string) (s state, err error) {
	path, bolt := strings.CutPrefix(name, "bolt:")
	if bolt && exists(path) && !exists(keyFile) {
		return s, errors.New("-key-file: there is none, and the store needs the key that it was made with")
	}
	if s.key, err = readKey(keyFile); err != nil {
		return s, err
	}
	if !bolt {
		s.close = func() error { return nil }
		s.store, err = memstore.New(memstore.Options{})
		return s, err
	}
	file, err := boltstore.Open(path, boltstore.Options{})
	if errors.Is(err, boltstore.ErrLocked) {
		return s, errors.New("-store: another process has it open")
	}
	if err != nil {
		return s, fmt.Errorf("-store: %w", err)
	}
	s.store, s.close = file, file.Close
	return s, nil
}

func readKey(path string) ([]byte, error) {
	if path == "" {
		return verify.NewKey(), nil
	}
	key, err := verify.KeyFile(path)
	if err != nil {
		return nil, fmt.Errorf("-key-file: %w", err)
	}
	return key, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
