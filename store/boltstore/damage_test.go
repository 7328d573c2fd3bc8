package boltstore_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

const (
	pageSize     = 4096
	damageValues = 900
)

func damageKey(i int) string   { return fmt.Sprintf("subject-%06d", i) }
func damageValue(i int) string { return strings.Repeat(fmt.Sprintf("%06d|", i), 15) }

// soundFile is the file that the tests damage, and deepFile one with a second level of branches.
var (
	soundFile = sync.OnceValues(func() ([]byte, error) { return buildFile(damageValues) })
	deepFile  = sync.OnceValues(func() ([]byte, error) { return buildFile(5000) })
)

// buildFile makes a file of that many values, and a counter that was raised last.
func buildFile(values int) ([]byte, error) {
	dir, err := os.MkdirTemp("", "boltstore-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "codeword.db")
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	for c := range 100 {
		wg.Go(func() {
			for i := c; i < values; i += 100 {
				s.CompareAndSwap(context.Background(), damageKey(i), nil, []byte(damageValue(i)), time.Now().Add(time.Hour))
			}
		})
	}
	wg.Wait()
	for range 9 {
		if _, err := s.Add(context.Background(), store.Increment{Key: "attempts", Delta: 1, Expires: time.Now().Add(time.Hour)}); err != nil {
			return nil, err
		}
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// damaged writes a copy of the sound file, damaged.
func damaged(t *testing.T, path string, damage func(file []byte) []byte) string {
	t.Helper()
	file, err := soundFile()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, path, damage(bytes.Clone(file)))
}

func write(t *testing.T, path string, file []byte) string {
	t.Helper()
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func typed(err error) bool {
	return errors.Is(err, boltstore.ErrCorrupt) || errors.Is(err, boltstore.ErrForeign) || errors.Is(err, boltstore.ErrLostCommit)
}

func init() { children["use damaged files"] = useDamagedFiles }

// useDamagedFiles reads, writes and sweeps each file, and prints a line for it: refused, or how many values are right,
// damaged (an error), and lost (not found). "BAD" is what must never be.
func useDamagedFiles() {
	paths := make(chan string)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for path := range paths {
				alarm := time.AfterFunc(20*time.Second, func() {
					fmt.Println(path, "BAD hangs")
					os.Exit(1)
				})
				fmt.Println(path, useDamaged(path))
				alarm.Stop()
			}
		})
	}
	for _, path := range inputs() {
		paths <- path
	}
	close(paths)
	wg.Wait()
}

func useDamaged(path string) string {
	ctx := context.Background()
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil && !typed(err) {
		return fmt.Sprint("BAD ", err)
	}
	if err != nil {
		return fmt.Sprint("refused: ", err)
	}
	var right, broken, lost int
	for i := range damageValues {
		v, err := s.Load(ctx, damageKey(i))
		switch {
		case err == nil && string(v) == damageValue(i):
			right++
		case errors.Is(err, boltstore.ErrCorrupt):
			broken++
		case errors.Is(err, store.ErrNotFound):
			lost++
		default:
			return fmt.Sprintf("BAD value %q, %v", v, err)
		}
	}
	for i := range 5 {
		key, later := damageKey(i*180), time.Now().Add(time.Hour)
		err := s.CompareAndSwap(ctx, key, []byte(damageValue(i*180)), []byte("new"), later)
		swapped := err == nil
		if err != nil && !errors.Is(err, boltstore.ErrCorrupt) && !errors.Is(err, store.ErrConflict) {
			return fmt.Sprint("BAD swap: ", err)
		}
		if v, err := s.Load(ctx, key); swapped && (err != nil || string(v) != "new") {
			return fmt.Sprintf("BAD swapped value %q", v)
		}
	}
	if _, err := s.Sweep(ctx); err != nil && !errors.Is(err, boltstore.ErrCorrupt) {
		return fmt.Sprint("BAD sweep: ", err)
	}
	if err := s.Close(); err != nil {
		return fmt.Sprint("BAD close: ", err)
	}
	return fmt.Sprintf("opened: %d right, %d broken, %d lost", right, broken, lost)
}

// verdicts runs the files through one child, and returns its line for each.
func verdicts(t *testing.T, paths []string) map[string]string {
	t.Helper()
	out, err := child(t, "use damaged files", paths...).Output()
	if err != nil {
		t.Errorf("the process died: %v", err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, verdict, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[path] = verdict
	}
	for _, path := range paths {
		if verdict := all[path]; verdict == "" || strings.HasPrefix(verdict, "BAD") {
			t.Errorf("%s: %q", filepath.Base(path), verdict)
		}
	}
	return all
}

func TestTruncatedFile(t *testing.T) {
	file, err := soundFile()
	if err != nil {
		t.Fatal(err)
	}
	dir, n := t.TempDir(), len(file)
	high := int(binary.NativeEndian.Uint64(file[16+40:]))*pageSize - 1 // within the last page in use
	var paths []string
	for _, size := range []int{0, 1, 79, 4095, 4096, 8191, 8192, 12288, 16384, n / 4, n / 2, high} {
		paths = append(paths, damaged(t, filepath.Join(dir, fmt.Sprint(size)), func(f []byte) []byte { return f[:size] }))
	}
	for path, verdict := range verdicts(t, paths) {
		if !strings.HasPrefix(verdict, "refused") {
			t.Errorf("cut to %s bytes: %s", filepath.Base(path), verdict)
		}
	}
	tail := damaged(t, filepath.Join(dir, "tail"), func(f []byte) []byte { return f[:max(n*9/10, high+1)] })
	if verdict := verdicts(t, []string{tail})[tail]; verdict != "opened: 900 right, 0 broken, 0 lost" {
		t.Errorf("without pages that were never used: %s", verdict)
	}
}

// The damages of whole pages never hide a record; a flipped bit may, if it is in a key.
func TestDamagedPages(t *testing.T) {
	file, err := soundFile()
	if err != nil {
		t.Fatal(err)
	}
	dir, rnd := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	var paths []string
	for i := range 120 {
		name := []string{"zero", "random", "flip"}[i%3]
		page := rnd.IntN(len(file) / pageSize)
		if i < 18 {
			page = i / 3 // each of the first pages, which hold everything together
		}
		paths = append(paths, damaged(t, filepath.Join(dir, fmt.Sprint(name, i, "@", page)), func(f []byte) []byte {
			p := f[page*pageSize:][:pageSize]
			switch name {
			case "zero":
				clear(p)
			case "random":
				for i := range p {
					p[i] = byte(rnd.Uint32())
				}
			case "flip":
				for range 1 + rnd.IntN(8) {
					p[rnd.IntN(pageSize)] ^= 1 << rnd.IntN(8)
				}
			}
			return f
		}))
	}
	refused, broken := 0, 0
	for path, verdict := range verdicts(t, paths) {
		name := filepath.Base(path)
		if strings.HasPrefix(verdict, "refused") {
			refused++
		} else if !strings.Contains(verdict, " 0 broken") {
			broken++
		}
		if !strings.HasPrefix(name, "flip") && strings.HasPrefix(verdict, "opened") && !strings.HasSuffix(verdict, " 0 lost") {
			t.Errorf("%s: %s", name, verdict)
		}
	}
	if refused < 6 || broken < 6 {
		t.Errorf("%d files refused and %d with broken records: the damages hit nothing", refused, broken)
	}
	t.Logf("of %d files %d were refused, %d opened with broken records", len(paths), refused, broken)
}

// newestHeader is 0 or 1: the page that holds the last transaction.
func newestHeader(file []byte) int {
	first, second := binary.NativeEndian.Uint64(file[16+48:]), binary.NativeEndian.Uint64(file[pageSize+16+48:])
	if first > second {
		return 0
	}
	return 1
}

// bbolt would open each of these, one transaction back, without a word.
func TestLostHeaderPage(t *testing.T) {
	for name, damage := range map[string]func(f []byte, newest int){
		"newest zeroed":  func(f []byte, newest int) { clear(f[newest*pageSize:][:pageSize]) },
		"newest flipped": func(f []byte, newest int) { f[newest*pageSize+16+49] ^= 4 },
		"older flipped":  func(f []byte, newest int) { f[(1-newest)*pageSize+16+49] ^= 4 },
		"newest is a stale copy": func(f []byte, newest int) {
			h := f[newest*pageSize+16:][:64]
			binary.NativeEndian.PutUint64(h[48:], binary.NativeEndian.Uint64(h[48:])-4)
			sealHeader(h)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := damaged(t, newPath(t), func(f []byte) []byte {
				damage(f, newestHeader(f))
				return f
			})
			if _, err := boltstore.Open(path, boltstore.Options{}); !errors.Is(err, boltstore.ErrLostCommit) {
				t.Fatalf("Open: %v, want ErrLostCommit", err)
			}
			s := open(t, path, boltstore.Options{AcceptLostCommit: true})
			if sum := add(t, s, "attempts", 0); sum != 8 && sum != 9 {
				t.Errorf("the counter is %d, want 9, or 8 without the last transaction", sum)
			}
			wantValue(t, s, damageKey(7), damageValue(7))
			s.Close()
			open(t, path, boltstore.Options{}) // it has been repaired
		})
	}
}

func sealHeader(h []byte) {
	sum := fnv.New64a()
	sum.Write(h[:56])
	binary.NativeEndian.PutUint64(h[56:], sum.Sum64())
}

func TestBothHeaderPagesLost(t *testing.T) {
	path := damaged(t, newPath(t), func(f []byte) []byte {
		f[16+49] ^= 4
		f[pageSize+16+49] ^= 4
		return f
	})
	for _, accept := range []bool{false, true} {
		if _, err := boltstore.Open(path, boltstore.Options{AcceptLostCommit: accept}); !errors.Is(err, boltstore.ErrCorrupt) {
			t.Errorf("Open: %v, want ErrCorrupt", err)
		}
	}
}

// branches are the branch pages in use, and freelist is the page with the list of free ones.
func branches(file []byte) (pages []int, freelist int) {
	newest := newestHeader(file)
	freelist = int(binary.NativeEndian.Uint64(file[newest*pageSize+16+32:]))
	for id := 2; id < len(file)/pageSize; id++ {
		p := file[id*pageSize:]
		if binary.NativeEndian.Uint64(p) == uint64(id) && binary.NativeEndian.Uint16(p[8:]) == 1 && !isFree(file, freelist, id) {
			pages = append(pages, id)
		}
	}
	return pages, freelist
}

func isFree(file []byte, freelist, id int) bool {
	p := file[freelist*pageSize:]
	for i := range int(binary.NativeEndian.Uint16(p[10:])) {
		if binary.NativeEndian.Uint64(p[16+8*i:]) == uint64(id) {
			return true
		}
	}
	return false
}

// A branch that leads back to itself would have no end: the process would die of a stack overflow. A page that is both
// free and in use would be overwritten, and a branch out of order would hide what lies below it.
func TestPagesThatDoNotHoldTogether(t *testing.T) {
	file, err := deepFile()
	if err != nil {
		t.Fatal(err)
	}
	all, freelist := branches(file)
	dir, lower := t.TempDir(), 0
	var paths []string
	add := func(name string, damage func(f []byte)) {
		f := bytes.Clone(file)
		damage(f)
		paths = append(paths, write(t, filepath.Join(dir, name), f))
	}
	for _, id := range all {
		page := func(f []byte) []byte { return f[id*pageSize:][:pageSize] }
		leadTo := func(i int, child uint64) func(f []byte) {
			return func(f []byte) { binary.NativeEndian.PutUint64(page(f)[16+16*i+8:], child) }
		}
		child := binary.NativeEndian.Uint64(page(file)[16+16+8:])
		if slices.Contains(all, int(child)) { // a page of the upper level
			add(fmt.Sprint(id, "-leads-to-itself"), leadTo(1, uint64(id)))
			add(fmt.Sprint(child, "-begins-too-low"), func(f []byte) {
				lower++
				p := f[child*pageSize:][:pageSize]
				p[16+binary.NativeEndian.Uint32(p[16:])] = '!'
			})
		}
		add(fmt.Sprint(id, "-leads-to-a-page-twice"), leadTo(0, child))
		add(fmt.Sprint(id, "-leads-nowhere"), leadTo(0, 1<<40))
		add(fmt.Sprint(id, "-out-of-order"), func(f []byte) {
			page(f)[16+16+binary.NativeEndian.Uint32(page(f)[16+16:])] = '!'
		})
		add(fmt.Sprint(child, "-is-free-and-used"), func(f []byte) {
			binary.NativeEndian.PutUint64(f[freelist*pageSize+16:], child)
		})
	}
	if lower == 0 {
		t.Fatal("the file has no second level")
	}
	add("free-page-beyond-the-end", func(f []byte) { binary.NativeEndian.PutUint64(f[freelist*pageSize+16:], 1<<40) })
	add("free-page-twice", func(f []byte) {
		copy(f[freelist*pageSize+16:][:8], f[freelist*pageSize+16+8:])
	})
	for path, verdict := range verdicts(t, paths) {
		if !strings.HasPrefix(verdict, "refused") {
			t.Errorf("%s: %s", filepath.Base(path), verdict)
		}
	}
}

// A bit that flips in a value, a counter or an expiry is an error, never another answer.
func TestFlippedRecordBytes(t *testing.T) {
	path := newPath(t)
	s := open(t, path, boltstore.Options{})
	put(t, s, "some-subject", "some-value")
	s.Close()
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	value := bytes.Index(sound, []byte("some-value"))
	if value < 0 || bytes.Count(sound, []byte("some-value")) != 1 {
		t.Fatal("the value must be in the file once")
	}
	for at := value - 15; at < value+len("some-value"); at++ {
		file := bytes.Clone(sound)
		file[at] ^= 0x10
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, path, boltstore.Options{})
		if v, err := s.Load(t.Context(), "some-subject"); !errors.Is(err, boltstore.ErrCorrupt) {
			t.Errorf("byte %d: Load = %q, %v; want ErrCorrupt", at-value, v, err)
		}
		err := s.CompareAndSwap(t.Context(), "some-subject", []byte("some-value"), []byte("w"), time.Now().Add(time.Hour))
		if !errors.Is(err, boltstore.ErrCorrupt) {
			t.Errorf("byte %d: swap: %v, want ErrCorrupt", at-value, err)
		}
		s.Close()
	}
}
