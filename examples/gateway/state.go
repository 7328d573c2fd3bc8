package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

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

// serverPatience is how long a store's server may take to answer, with the engine as well.
const serverPatience = 5 * time.Second

// openers open a store, and say how to close it. Which one it is says what -store has before its colon.
var openers = map[string]func(name string) (store.Store, func() error, error){
	"memory":     openMemory,
	"bolt":       openBolt,
	"redis":      openRedis,
	"rediss":     openRedis,
	"valkey":     openRedis,
	"valkeys":    openRedis,
	"unix":       openRedis,
	"postgres":   openPostgres,
	"postgresql": openPostgres,
}

// openState opens the store. The key's file is there before a store is made, so that there is never a store without a key.
func openState(name, keyFile string) (s state, err error) {
	if err := mayMakeKey(name, keyFile); err != nil {
		return s, err
	}
	if s.key, err = readKey(keyFile); err != nil {
		return s, err
	}
	kind, _, _ := strings.Cut(name, ":")
	s.store, s.close, err = openers[kind](name)
	if errors.Is(err, context.DeadlineExceeded) {
		return s, fmt.Errorf("-store: no answer in time: %w", err)
	}
	if err != nil {
		return s, fmt.Errorf("-store: %w", err)
	}
	return s, nil
}

// mayMakeKey refuses a new key for a store that is there already, or that others may have used, since it would open nothing.
func mayMakeKey(store, keyFile string) error {
	path, bolt := strings.CutPrefix(store, "bolt:")
	switch {
	case store == "memory" || exists(keyFile):
		return nil
	case !bolt:
		return errors.New("-key-file: there is none; all who share a store need the same: make it once, of 32 random bytes (head -c 32 /dev/urandom), and keep it")
	case exists(path):
		return errors.New("-key-file: there is none, and the store needs the key that it was made with")
	}
	return nil
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

func openMemory(string) (store.Store, func() error, error) {
	s, err := memstore.New(memstore.Options{})
	return s, func() error { return nil }, err
}

func openBolt(name string) (store.Store, func() error, error) {
	s, err := boltstore.Open(strings.TrimPrefix(name, "bolt:"), boltstore.Options{})
	if errors.Is(err, boltstore.ErrLocked) {
		return nil, nil, errors.New("another process has it open")
	}
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}
