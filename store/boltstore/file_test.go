package boltstore_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %v, want %v", filepath.Base(path), got, want)
	}
}

func TestExistingFileIsMadePrivate(t *testing.T) {
	path := newPath(t)
	s := open(t, path, boltstore.Options{})
	put(t, s, "k", "v")
	s.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s = open(t, path, boltstore.Options{})
	wantMode(t, path, 0o600)
	wantValue(t, s, "k", "v")
}

// What is not ours keeps its mode and its bytes.
func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db, err := bbolt.Open(other, 0o644, &bbolt.Options{PageSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("something else"))
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, "long")
	if err := os.WriteFile(long, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(dir, "ours.db")
	open(t, ours, boltstore.Options{}).Close()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(ours, link); err != nil {
		t.Fatal(err)
	}
	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{other, text, long, dir, link, dangling} {
		before, _ := os.ReadFile(path)
		if _, err := boltstore.Open(path, boltstore.Options{}); !errors.Is(err, boltstore.ErrForeign) {
			t.Errorf("Open(%s): %v, want ErrForeign", filepath.Base(path), err)
		}
		if after, _ := os.ReadFile(path); string(before) != string(after) {
			t.Errorf("%s was changed", filepath.Base(path))
		}
	}
	for _, path := range []string{other, text, long} {
		wantMode(t, path, 0o644)
	}
}

func TestLocked(t *testing.T) {
	path := newPath(t)
	s := open(t, path, boltstore.Options{})
	start := time.Now()
	if _, err := boltstore.Open(path, boltstore.Options{LockTimeout: 50 * time.Millisecond}); !errors.Is(err, boltstore.ErrLocked) {
		t.Errorf("second Open: %v, want ErrLocked", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("second Open took %v", took)
	}
	// Whoever waits long enough gets the file.
	time.AfterFunc(50*time.Millisecond, func() { s.Close() })
	open(t, path, boltstore.Options{LockTimeout: 10 * time.Second})
}

func TestMustExist(t *testing.T) {
	path := newPath(t)
	if _, err := boltstore.Open(path, boltstore.Options{MustExist: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of nothing: %v, want fs.ErrNotExist", err)
	}
	open(t, path, boltstore.Options{}).Close()
	open(t, path, boltstore.Options{MustExist: true})
}

// Of many that create the file at once all but one find it locked, and nothing but the file is left.
func TestCreationRace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "codeword.db")
	stores := make([]*boltstore.Store, 8)
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() {
			s, err := boltstore.Open(path, boltstore.Options{LockTimeout: 30 * time.Millisecond})
			if err != nil && !errors.Is(err, boltstore.ErrLocked) {
				t.Error(err)
			}
			stores[i] = s
		})
	}
	wg.Wait()
	opened := 0
	for _, s := range stores {
		if s != nil {
			opened++
			s.Close()
		}
	}
	if opened != 1 {
		t.Errorf("%d stores are open at once", opened)
	}
	if names, _ := os.ReadDir(dir); len(names) != 1 {
		t.Errorf("%d files in the directory, want 1", len(names))
	}
}

func TestReplacedFileIsNotWritten(t *testing.T) {
	for name, replace := range map[string]func(path string) error{
		"deleted": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".old") },
		"replaced": func(path string) error {
			if err := os.WriteFile(path+".new", []byte("x"), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path, boltstore.Options{})
			put(t, s, "k", "v")
			if err := replace(path); err != nil {
				t.Fatal(err)
			}
			err := s.CompareAndSwap(t.Context(), "k", []byte("v"), []byte("w"), time.Now().Add(time.Hour))
			if !errors.Is(err, boltstore.ErrReplaced) {
				t.Errorf("swap: %v, want ErrReplaced", err)
			}
			wantValue(t, s, "k", "v")
		})
	}
}

func TestCompact(t *testing.T) {
	path, now := newPath(t), time.Now()
	s := open(t, path, boltstore.Options{Now: func() time.Time { return now }})
	if err := boltstore.Compact(path, boltstore.Options{LockTimeout: time.Millisecond}); !errors.Is(err, boltstore.ErrLocked) {
		t.Errorf("Compact of an open file: %v, want ErrLocked", err)
	}
	for round := range 40 {
		adds := make([]store.Increment, store.MaxAdds)
		for i := range adds {
			adds[i] = store.Increment{Key: fmt.Sprintf("some-long-counter-name-%d-%d", round, i), Delta: 1, Expires: now.Add(time.Minute)}
		}
		if _, err := s.Add(t.Context(), adds...); err != nil {
			t.Fatal(err)
		}
	}
	put(t, s, "k", "v")
	add(t, s, "c", 7)
	now = now.Add(3 * time.Minute)
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	before, _ := os.Stat(path)
	if err := boltstore.Compact(path, boltstore.Options{}); err != nil {
		t.Fatal(err)
	}
	after, _ := os.Stat(path)
	if after.Size() >= before.Size() {
		t.Errorf("%d bytes became %d", before.Size(), after.Size())
	}
	wantMode(t, path, 0o600)

	s = open(t, path, boltstore.Options{MaxEntries: 3})
	wantValue(t, s, "k", "v")
	if sum := add(t, s, "c", 1); sum != 8 {
		t.Errorf("the counter is %d, want 8", sum)
	}
	put(t, s, "third", "v")
	if err := s.CompareAndSwap(t.Context(), "fourth", nil, []byte("v"), time.Now()); !errors.Is(err, store.ErrFull) {
		t.Errorf("the number of entries was not kept: %v", err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("%d files are left, want 1", len(names))
	}
}
