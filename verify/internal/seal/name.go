package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"sync"
)

// A Name stands for something in the store without telling what: the first half of an HMAC-SHA-256.
type Name [8]byte

// Key returns the store key of the value that has this name: "s" and eleven characters.
func (n Name) Key() string {
	var key [1 + 11]byte
	key[0] = 's'
	base64.RawURLEncoding.Encode(key[1:], n[:])
	return string(key[:])
}

// Name returns the name of something that is told apart by its label and parts.
func (k *Keys) Name(label string, parts ...string) Name {
	sum := k.mac(label, 0, parts)
	return Name(sum[:8])
}

// Counter returns the store key of a counter's window: "c" and sixteen characters.
func (k *Keys) Counter(label string, window int64, parts ...string) string {
	sum := k.mac(label, window, parts)
	return "c" + base64.RawURLEncoding.EncodeToString(sum[:12])
}

func (k *Keys) mac(label string, number int64, parts []string) [sha256.Size]byte {
	state := k.names.Get().(*macState)
	defer k.names.Put(state)
	return state.sum(label, number, parts)
}

// A macState is pooled, since keying an HMAC costs as much as using it.
type macState struct {
	hash.Hash
	buf []byte
}

func newMACs(key []byte) *sync.Pool {
	return &sync.Pool{New: func() any {
		mac := hmac.New(sha256.New, key)
		mac.Reset() // keeps the keyed state, so that every further Reset restores all of it
		return &macState{Hash: mac}
	}}
}

// sum writes every part behind its length, so that no two lists of parts read alike.
func (s *macState) sum(label string, number int64, parts []string) (out [sha256.Size]byte) {
	s.buf = binary.BigEndian.AppendUint64(s.buf[:0], uint64(number))
	s.buf = appendPart(s.buf, label)
	for _, part := range parts {
		s.buf = appendPart(s.buf, part)
	}
	s.Write(s.buf)
	s.buf = s.Sum(s.buf[:0])
	copy(out[:], s.buf)
	s.Reset() // no address or handle stays in the pool
	clear(s.buf[:cap(s.buf)])
	return out
}

func appendPart(b []byte, part string) []byte {
	b = binary.AppendUvarint(b, uint64(len(part)))
	return append(b, part...)
}

// An ID is a verification id: one AES block over the name of its subject and eight random bytes. It is unguessable, and
// leads back to the subject without an index.
type ID [16]byte

// ID returns the id that leads to entry in the subject of that name.
func (k *Keys) ID(name Name, entry [8]byte) (id ID) {
	block := idBlocks.Get().(*ID) // what is handed to a cipher.Block escapes
	defer idBlocks.Put(block)
	copy(block[:8], name[:])
	copy(block[8:], entry[:])
	k.ids.Encrypt(block[:], block[:])
	return *block
}

var idBlocks = sync.Pool{New: func() any { return new(ID) }}

// Locate returns where an id leads. Every id leads somewhere; whether anything is there the store knows.
func (k *Keys) Locate(id ID) (name Name, entry [8]byte) {
	block := idBlocks.Get().(*ID)
	defer idBlocks.Put(block)
	*block = id
	k.ids.Decrypt(block[:], block[:])
	return Name(block[:8]), [8]byte(block[8:])
}

// String returns the id in UUID form.
func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[0:], id[0:4])
	hex.Encode(b[9:], id[4:6])
	hex.Encode(b[14:], id[6:8])
	hex.Encode(b[19:], id[8:10])
	hex.Encode(b[24:], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// ParseID reads an id in UUID form or as 32 hexadecimal digits.
func ParseID(s string) (id ID, ok bool) {
	var digits [32]byte
	switch {
	case len(s) == 32:
		copy(digits[:], s)
	case len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-':
		n := copy(digits[:], s[:8])
		n += copy(digits[n:], s[9:13])
		n += copy(digits[n:], s[14:18])
		n += copy(digits[n:], s[19:23])
		copy(digits[n:], s[24:])
	default:
		return id, false
	}
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil
}

// SealToken seals a small text for a browser to keep, bound to what it is for.
func (k *Keys) SealToken(purpose string, plain []byte) string {
	nonce := make([]byte, nonceSize, overhead+len(plain))
	_, _ = rand.Read(nonce) // never fails
	return base64.RawURLEncoding.EncodeToString(k.token.Seal(nonce, nonce, plain, []byte(purpose)))
}

// OpenToken opens a text sealed for the same purpose.
func (k *Keys) OpenToken(purpose, token string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(sealed) < nonceSize {
		return nil, ErrCorrupt
	}
	plain, err := k.token.Open(nil, sealed[:nonceSize], sealed[nonceSize:], []byte(purpose))
	if err != nil {
		return nil, ErrCorrupt
	}
	return plain, nil
}
