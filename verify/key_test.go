package verify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "key")
	key, err := verify.KeyFile(path)
	if err != nil || len(key) != 32 {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := verify.KeyFile(path)
	if err != nil || !bytes.Equal(again, key) {
		t.Errorf("another key the second time, %v", err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files are left", len(files))
	}
}

func TestKeyFileRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, size int, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, verify.NewKey()[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, path := range map[string]string{
		"readable by the group": write("group", 32, 0o640),
		"readable by all":       write("all", 32, 0o604),
		"short":                 write("short", 31, 0o600),
		"empty":                 write("empty", 0, 0o600),
		"directory":             dir,
		"below a file":          filepath.Join(write("file", 32, 0o600), "key"),
	} {
		if key, err := verify.KeyFile(path); err == nil {
			t.Errorf("%s: a key of %d bytes", name, len(key))
		}
	}
}

func TestKeyFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	keys := make([][]byte, 20)
	together(len(keys), func(i int) (err error) {
		keys[i], err = verify.KeyFile(path)
		return err
	})
	for _, key := range keys {
		if len(key) == 0 || !bytes.Equal(key, keys[0]) {
			t.Fatal("two programs have different keys")
		}
	}
}

func TestReady(t *testing.T) {
	s, key := new(memstore.Store), verify.NewKey()
	withKey := func(key []byte, sealKeys ...[]byte) *verify.Engine {
		e, _ := verifytest.New(t, withStore(s), func(o *verify.Options) { o.Key, o.SealKeys = key, sealKeys })
		return e
	}
	for range 2 {
		if err := withKey(key).Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := withKey(key, verify.NewKey()).Ready(t.Context()); err != nil {
		t.Errorf("with other seal keys: %v", err)
	}
	wantError(t, "with another key", withKey(verify.NewKey()).Ready(t.Context()), verify.ErrWrongKey)

	hooked := &hookedStore{Store: s, load: func(string) error { return errBroken }}
	e, _ := verifytest.New(t, withStore(hooked))
	wantError(t, "without a store", e.Ready(t.Context()), verify.ErrUnavailable)
}

// S66: in mid-rotation both engines swap the same value, and nothing that was counted is lost; a record whose key is gone is locked.
func TestRotation(t *testing.T) {
	s, key, old, fresh := new(memstore.Store), verify.NewKey(), verify.NewKey(), verify.NewKey()
	c := newClock()
	with := func(sealKeys ...[]byte) *verify.Engine {
		e, _ := verifytest.New(t, withStore(s), c.set, func(o *verify.Options) {
			o.Key, o.SealKeys = key, sealKeys
			o.Profiles[0].CustomCodes = true
		})
		return e
	}
	before, during, after := with(old, fresh), with(fresh, old), with(fresh)
	v := mustStart(t, before, verify.StartRequest{Channel: "sms", To: phone, CustomCode: "246802"})
	gone := mustStart(t, before, verify.StartRequest{Channel: "sms", To: number(1), CustomCode: "246802"})
	for i, e := range []*verify.Engine{during, before, during} {
		got, err := check(t, e, v.ID, "135791")
		wantError(t, "wrong", err, verify.ErrIncorrect)
		if got.AttemptsLeft != 4-i {
			t.Errorf("%d attempts left, want %d", got.AttemptsLeft, 4-i)
		}
	}
	c.Advance(30 * time.Second)
	again := mustStart(t, during, verify.StartRequest{Channel: "sms", To: phone, ResumeID: v.ID})
	if again.Sends != 2 || again.AttemptsLeft != 2 {
		t.Errorf("%d sends, %d attempts left", again.Sends, again.AttemptsLeft)
	}
	if _, err := check(t, after, v.ID, "246802"); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	_, err := check(t, before, v.ID, "246802")
	wantError(t, "a second time, by the first engine", err, verify.ErrUsed)
	_, err = check(t, after, gone.ID, "246802")
	wantError(t, "sealed with a key that is gone", err, verify.ErrUnavailable)
	_, err = after.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(1)})
	wantError(t, "a start over it", err, verify.ErrUnavailable)
}
