package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/verify/internal/seal"
)

func newKey() []byte {
	key := make([]byte, seal.MinKey)
	rand.Read(key)
	return key
}

func open(t *testing.T, key []byte, sealKeys ...[]byte) *seal.Keys {
	t.Helper()
	k, err := seal.New(key, sealKeys...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// S67: there is no default key and no weak one.
func TestNewRefusesKeys(t *testing.T) {
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(i)
	}
	for name, key := range map[string][]byte{
		"none":      nil,
		"empty":     {},
		"31 bytes":  newKey()[:31],
		"zeros":     make([]byte, 32),
		"repeated":  bytes.Repeat([]byte{7}, 64),
		"counting":  counting,
		"sample":    []byte("this is an example key of the README"),
		"change me": []byte("please-CHANGE-me-please-change-me-please"),
	} {
		if _, err := seal.New(key); err == nil {
			t.Errorf("%s: accepted as key", name)
		}
		if _, err := seal.New(newKey(), newKey(), key); err == nil {
			t.Errorf("%s: accepted as seal key", name)
		}
	}
}

func TestSealOpen(t *testing.T) {
	k := open(t, newKey())
	for size := range 100 {
		plain := bytes.Repeat([]byte{0x80}, size) // the byte that padding begins with
		name := k.Name("test", "a")
		sealed := k.Seal([]byte("before"), name, plain)
		if !bytes.HasPrefix(sealed, []byte("before")) {
			t.Fatal("Seal does not append")
		}
		sealed = sealed[len("before"):]
		if (len(sealed)-29)%16 != 0 {
			t.Errorf("size %d: sealed length %d tells more than steps of 16", size, len(sealed))
		}
		got, err := k.Open([]byte("x"), name, sealed)
		if err != nil || !bytes.Equal(got[1:], plain) {
			t.Errorf("size %d: Open = %d bytes, %v", size, len(got), err)
		}
		if again := k.Seal(nil, name, plain); bytes.Equal(again, sealed) {
			t.Error("two seals of one value are equal")
		}
	}
}

// S63, S70: a value that was changed, cut or moved does not open.
func TestOpenRefuses(t *testing.T) {
	k := open(t, newKey())
	name, other := k.Name("test", "a"), k.Name("test", "b")
	sealed := k.Seal(nil, name, []byte("the plaintext of a value"))
	for i := range sealed {
		for bit := range 8 {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1 << bit
			if _, err := k.Open(nil, name, changed); err == nil {
				t.Fatalf("opens with bit %d of byte %d flipped", bit, i)
			}
		}
	}
	for n := range len(sealed) {
		if _, err := k.Open(nil, name, sealed[:n]); err == nil {
			t.Fatalf("opens when cut to %d bytes", n)
		}
	}
	if _, err := k.Open(nil, other, sealed); !errors.Is(err, seal.ErrCorrupt) {
		t.Errorf("moved to another name: %v", err)
	}
	same := name
	same[7] ^= 1 // same shard, other name
	if _, err := k.Open(nil, same, sealed); !errors.Is(err, seal.ErrCorrupt) {
		t.Errorf("moved within its shard: %v", err)
	}
	if _, err := open(t, newKey()).Open(nil, name, sealed); err == nil {
		t.Error("opens with another key")
	}
}

// S66: the first seal key seals and all of them open; names and ids do not change.
func TestRotation(t *testing.T) {
	key, old, fresh := newKey(), newKey(), newKey()
	before, during, after := open(t, key, old), open(t, key, fresh, old), open(t, key, fresh)
	name := before.Name("test", "a")
	if during.Name("test", "a") != name || during.ID(name, [8]byte{1}) != before.ID(name, [8]byte{1}) {
		t.Fatal("a rotation changes names or ids")
	}
	a, b := before.Seal(nil, name, []byte("old")), during.Seal(nil, name, []byte("new"))
	for _, sealed := range [][]byte{a, b} {
		if _, err := during.Open(nil, name, sealed); err != nil {
			t.Errorf("in mid-rotation: %v", err)
		}
	}
	if _, err := after.Open(nil, name, a); err == nil {
		t.Error("opens with the key gone")
	}
	if _, err := after.Open(nil, name, b); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
}

func TestNames(t *testing.T) {
	k := open(t, newKey())
	seen := map[seal.Name]string{}
	for _, parts := range [][]string{{}, {""}, {"a"}, {"a", ""}, {"", "a"}, {"ab"}, {"a", "b"}, {"b", "a"}, {"\x01a"}} {
		for _, label := range []string{"", "x", "xa"} {
			name := k.Name(label, parts...)
			is := label + "|" + strings.Join(parts, "|")
			if other, ok := seen[name]; ok {
				t.Errorf("%q and %q share a name", is, other)
			}
			seen[name] = is
		}
	}
	if k.Counter("x", 1, "a") == k.Counter("x", 2, "a") || k.Counter("x", 1, "a") == k.Counter("x", 1, "b") {
		t.Error("counters share a key")
	}
	if other := open(t, newKey()); k.Name("x", "a") == other.Name("x", "a") || k.Counter("x", 1, "a") == other.Counter("x", 1, "a") {
		t.Error("names do not depend on the key")
	}
	for _, key := range []string{k.Name("x").Key(), k.Counter("x", 1)} {
		if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("store key %q is not printable ASCII", key)
		}
	}
}

func TestID(t *testing.T) {
	k := open(t, newKey())
	name, entry := k.Name("test"), [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	id := k.ID(name, entry)
	for _, form := range []string{id.String(), strings.ReplaceAll(id.String(), "-", ""), strings.ToUpper(id.String())} {
		parsed, ok := seal.ParseID(form)
		if !ok || parsed != id {
			t.Errorf("ParseID(%q) = %v, %v", form, parsed, ok)
		}
	}
	if gotName, gotEntry := k.Locate(id); gotName != name || gotEntry != entry {
		t.Error("an id does not lead back")
	}
	for _, bad := range []string{"", "x", id.String()[:35], id.String() + "0", strings.Replace(id.String(), "-", "0", 1), strings.Repeat("g", 32)} {
		if _, ok := seal.ParseID(bad); ok {
			t.Errorf("ParseID(%q) accepts", bad)
		}
	}
}

func TestToken(t *testing.T) {
	k := open(t, newKey())
	token := k.SealToken("receipt", []byte("plain"))
	if got, err := k.OpenToken("receipt", token); err != nil || string(got) != "plain" {
		t.Errorf("OpenToken = %q, %v", got, err)
	}
	for name, call := range map[string]func() ([]byte, error){
		"purpose": func() ([]byte, error) { return k.OpenToken("other", token) },
		"key":     func() ([]byte, error) { return open(t, newKey()).OpenToken("receipt", token) },
		"empty":   func() ([]byte, error) { return k.OpenToken("receipt", "") },
		"cut":     func() ([]byte, error) { return k.OpenToken("receipt", token[:len(token)-4]) },
		"garbage": func() ([]byte, error) { return k.OpenToken("receipt", "!"+token) },
	} {
		if _, err := call(); !errors.Is(err, seal.ErrCorrupt) {
			t.Errorf("other %s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	key := bytes.Repeat([]byte("k3y!"), 8)
	k, err := seal.New(key)
	if err != nil {
		f.Fatal(err)
	}
	name := k.Name("test")
	f.Add(k.Seal(nil, name, []byte("plain")))
	f.Add([]byte{})
	f.Add(make([]byte, 45))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := k.Open(nil, name, sealed); err == nil && string(plain) != "plain" {
			t.Fatalf("opened %x", sealed)
		}
	})
}
