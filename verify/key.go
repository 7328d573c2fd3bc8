package verify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/seal"
)

// NewKey returns a random key for Options.Key or Options.SealKeys.
func NewKey() []byte {
	key := make([]byte, seal.MinKey)
	_, _ = rand.Read(key) // never fails
	return key
}

// KeyFile reads a key from a file, or makes the file with a new key if there is none. The file must be readable by its owner alone.
// A key that is lost takes everything in the store with it, so keep the file as long as the store.
func KeyFile(path string) ([]byte, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path, NewKey()); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("verify: key file: %w", err)
	}
	return readKey(path) // whoever created it first
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("verify: key file: %w", err)
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 {
		return nil, fmt.Errorf("verify: key file: mode %v, want a regular file that only its owner can read (chmod 600)", mode)
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("verify: key file: %w", err)
	}
	if len(key) < seal.MinKey {
		return nil, fmt.Errorf("verify: key file: holds %d bytes, a key has at least %d", len(key), seal.MinKey)
	}
	return key, nil
}

// createKey writes the key aside and links it into place, so that nobody ever reads half a key or replaces one.
func createKey(path string, key []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".key-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	if _, err := f.Write(key); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// ErrWrongKey reports that the store was used with another key.
var ErrWrongKey = errors.New("verify: the store was used with another key")

const (
	canaryKey      = "canary" // not a keyed name, since a wrong key must find it
	canaryPurpose  = "canary"
	canaryLifetime = 10 * 365 * 24 * time.Hour
)

// Ready reports whether the store answers and was used with this key, or not at all. Call it when the program starts.
func (e *Engine) Ready(ctx context.Context) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	token, err := e.storeLoad(ctx, canaryKey)
	if errors.Is(err, store.ErrNotFound) {
		token = []byte(e.keys.SealToken(canaryPurpose, nil))
		err = e.storeSwap(ctx, canaryKey, nil, token, e.now().Add(canaryLifetime))
		if errors.Is(err, store.ErrConflict) {
			token, err = e.storeLoad(ctx, canaryKey)
		}
	}
	if err != nil {
		return unavailable(err)
	}
	if _, err := e.keys.OpenToken(canaryPurpose, string(token)); err != nil {
		return ErrWrongKey
	}
	return nil
}
