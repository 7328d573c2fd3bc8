// Package seal turns the host's key into everything secret that a store or a browser gets to see: keyed names, sealed
// values, verification ids.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// MinKey is the least length of a key, in bytes.
const MinKey = 32

var (
	// ErrKeyGone reports a value that none of the keys has sealed.
	ErrKeyGone = errors.New("seal: sealed with a key that is not there")

	// ErrCorrupt reports a value that was changed or moved since it was sealed.
	ErrCorrupt = errors.New("seal: value does not open")
)

const (
	version   = 1 // of the sealed form, bound as additional data
	nonceSize = 12
	overhead  = 1 + nonceSize + 16 // key byte, nonce, tag
	padding   = 16                 // lengths are multiples of it, so that they tell little

	// shards is how many AES keys one seal key is spread over, by the first byte of a value's name: random nonces are good
	// for 2^32 seals under one key, so for 2^40 under all of them, which is 17 years at 2 000 a second.
	shards = 256
)

// Keys holds what was derived from the host's key and seal keys. It is safe for concurrent use.
type Keys struct {
	names *sync.Pool   // of *macState: names of subjects and counters, bindings
	ids   cipher.Block // verification ids
	token cipher.AEAD  // what leaves for browsers, and the canary
	seals []sealKey    // the first seals, all open
}

type sealKey struct {
	id    byte
	aeads [shards]cipher.AEAD
}

// New derives the keys. Without sealKeys the values are sealed under key.
func New(key []byte, sealKeys ...[]byte) (*Keys, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	k := &Keys{names: newMACs(derive(key, "name", sha256.Size))}
	var err error
	if k.ids, err = aes.NewCipher(derive(key, "id", 16)); err != nil {
		return nil, err
	}
	if k.token, err = newAEAD(derive(key, "token", 32)); err != nil {
		return nil, err
	}
	if len(sealKeys) == 0 {
		sealKeys = [][]byte{derive(key, "seal", 32)}
	}
	for i, sk := range sealKeys {
		if err := check(sk); err != nil {
			return nil, fmt.Errorf("seal key %d: %w", i+1, err)
		}
		derived, err := newSealKey(sk)
		if err != nil {
			return nil, err
		}
		k.seals = append(k.seals, derived)
	}
	return k, nil
}

func newSealKey(key []byte) (sealKey, error) {
	s := sealKey{id: derive(key, "seal id", 1)[0]}
	for shard := range shards {
		aead, err := newAEAD(derive(key, "seal shard "+strconv.Itoa(shard), 32))
		if err != nil {
			return sealKey{}, err
		}
		s.aeads[shard] = aead
	}
	return s, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func derive(key []byte, label string, size int) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, "codeword 1 "+label, size)
	if err != nil {
		panic(err) // unreachable: SHA-256 yields up to 8 160 bytes, and no FIPS mode refuses keys of 32
	}
	return out
}

// check refuses keys that nobody drew at random: none, short ones, one byte over and over, counting up, and text that
// says it is an example.
func check(key []byte) error {
	if len(key) < MinKey {
		return fmt.Errorf("has %d bytes, needs %d random ones", len(key), MinKey)
	}
	repeated, counting := true, true
	for i := 1; i < len(key); i++ {
		repeated = repeated && key[i] == key[0]
		counting = counting && key[i] == key[i-1]+1
	}
	if repeated || counting {
		return errors.New("is not random")
	}
	text := strings.ToLower(string(key))
	for _, word := range []string{"example", "change", "sample", "secret", "password", "0123456789abcdef"} {
		if strings.Contains(text, word) {
			return errors.New("is a published sample")
		}
	}
	return nil
}

// Seal appends to dst the plaintext sealed under name.
func (k *Keys) Seal(dst []byte, name Name, plain []byte) []byte {
	key := &k.seals[0]
	start := len(dst)
	dst = append(dst, key.id)
	dst = append(dst, make([]byte, nonceSize)...)
	nonce := dst[start+1 : start+1+nonceSize]
	_, _ = rand.Read(nonce) // never fails

	body := len(dst)
	dst = append(dst, plain...)
	dst = pad(dst, body)
	aad := additional(name, key.id)
	defer aads.Put(aad)
	return key.aeads[name[0]].Seal(dst[:body], nonce, dst[body:], aad[:])
}

// Open appends to dst the plaintext of a value that was sealed under name.
func (k *Keys) Open(dst []byte, name Name, sealed []byte) ([]byte, error) {
	if len(sealed) < overhead+padding {
		return nil, ErrCorrupt
	}
	err := ErrKeyGone
	aad := additional(name, sealed[0])
	defer aads.Put(aad)
	for i := range k.seals {
		key := &k.seals[i]
		if key.id != sealed[0] {
			continue
		}
		plain, openErr := key.aeads[name[0]].Open(dst, sealed[1:1+nonceSize], sealed[1+nonceSize:], aad[:])
		if openErr == nil {
			return unpad(plain, len(dst))
		}
		err = ErrCorrupt // but two keys may share an id byte
	}
	return nil, err
}

// Current reports whether a sealed value was sealed with the key that seals today.
func (k *Keys) Current(sealed []byte) bool { return len(sealed) > 0 && sealed[0] == k.seals[0].id }

// additionalData is what a value is bound to: the form, the key and the name.
type additionalData [2 + len(Name{})]byte

// aads are pooled, since what is handed to a cipher.AEAD escapes.
var aads = sync.Pool{New: func() any { return new(additionalData) }}

func additional(name Name, id byte) *additionalData {
	aad := aads.Get().(*additionalData)
	aad[0], aad[1] = version, id
	copy(aad[2:], name[:])
	return aad
}

// pad ends the plaintext that begins at body with 0x80 and zeros, up to a multiple of padding.
func pad(b []byte, body int) []byte {
	b = append(b, 0x80)
	for (len(b)-body)%padding != 0 {
		b = append(b, 0)
	}
	return b
}

func unpad(b []byte, body int) ([]byte, error) {
	for end := len(b) - 1; end >= body; end-- {
		switch b[end] {
		case 0:
		case 0x80:
			return b[:end], nil
		default:
			return nil, ErrCorrupt
		}
	}
	return nil, ErrCorrupt
}
