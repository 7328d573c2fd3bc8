// Package apikey compares the keys that back ends present with those that a handler takes.
package apikey

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
)

// MinLength is the shortest key, in bytes.
const MinLength = 16

// A Set holds the hashes of keys, and not the keys.
type Set struct{ hashes [][sha256.Size]byte }

// New returns a Set of one or more keys. Several keys are for replacing one. The error never repeats a key.
func New(keys []string) (Set, error) {
	if len(keys) == 0 {
		return Set{}, errors.New("missing")
	}
	var s Set
	for i, key := range keys {
		if len(key) < MinLength {
			return Set{}, fmt.Errorf("number %d is shorter than %d characters", i+1, MinLength)
		}
		s.hashes = append(s.hashes, sha256.Sum256([]byte(key)))
	}
	return s, nil
}

// Has reports whether the key is one of the set's, in a time that does not tell which or how nearly.
func (s Set) Has(key string) bool {
	hash, found := sha256.Sum256([]byte(key)), 0
	for i := range s.hashes {
		found |= subtle.ConstantTimeCompare(hash[:], s.hashes[i][:])
	}
	return found == 1
}
