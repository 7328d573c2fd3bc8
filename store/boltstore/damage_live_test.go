package boltstore_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

func init() { children["damage while open"] = damageWhileOpen }

// damageWhileOpen zeroes the page of one record under a running store, and lets a group of callers meet it.
func damageWhileOpen() {
	path := inputs()[0]
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, _ := os.ReadFile(path)
	_, freelist := branches(file)
	for id := range len(file) / pageSize {
		p := file[id*pageSize:][:pageSize]
		if binary.NativeEndian.Uint16(p[8:]) == 2 && !isFree(file, freelist, id) && bytes.Contains(p, []byte(damageValue(450))) {
			f, _ := os.OpenFile(path, os.O_RDWR, 0)
			f.WriteAt(make([]byte, pageSize), int64(id)*pageSize)
			f.Close()
		}
	}
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			key := fmt.Sprint("new", i)
			if i%6 == 0 {
				key = damageKey(450)
			}
			_, err := s.Add(context.Background(), store.Increment{Key: key, Delta: 1, Expires: time.Now().Add(time.Hour)})
			fmt.Println(key == damageKey(450), err == nil, errors.Is(err, boltstore.ErrCorrupt))
		})
	}
	wg.Wait()
	fmt.Println(s.Close())
}

func TestDamageStrikesOnlyThoseWhoTouchIt(t *testing.T) {
	path := damaged(t, newPath(t), func(f []byte) []byte { return f })
	out, err := child(t, "damage while open", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(out)) {
		counts[strings.TrimSpace(line)]++
	}
	if counts["true false true"] != 10 || counts["false true false"] != 50 || counts["<nil>"] != 1 {
		t.Errorf("outcomes (touches the damage, succeeds, is ErrCorrupt): %v", counts)
	}
}

func init() { children["truncate while open"] = truncateWhileOpen }

// truncateWhileOpen empties the file under a running store: every page that bbolt has mapped becomes a fault.
func truncateWhileOpen() {
	path := inputs()[0]
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	os.Truncate(path, 0)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			_, load := s.Load(context.Background(), damageKey(i))
			_, add := s.Add(context.Background(), store.Increment{Key: "attempts", Delta: 1, Expires: time.Now().Add(time.Hour)})
			fmt.Println(errors.Is(load, boltstore.ErrCorrupt), errors.Is(add, boltstore.ErrCorrupt))
		})
	}
	wg.Wait()
	fmt.Println(s.Close())
	_, err = boltstore.Open(path, boltstore.Options{})
	fmt.Println(errors.Is(err, boltstore.ErrCorrupt))
}

func TestFileTruncatedWhileOpen(t *testing.T) {
	path := damaged(t, newPath(t), func(f []byte) []byte { return f })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := child(t, "truncate while open", path)
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	defer stop()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("true true\n", 50) + "<nil>\ntrue\n"; string(out) != want {
		t.Errorf("got %q", out)
	}
}
