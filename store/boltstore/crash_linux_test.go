package boltstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
)

func init() { children["count"] = countUntilKilled }

// countUntilKilled raises eight counters from eight goroutines, and prints each sum once it is acknowledged.
func countUntilKilled() {
	s, err := boltstore.Open(inputs()[0], boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for {
				sums, err := s.Add(context.Background(),
					store.Increment{Key: fmt.Sprint("counter", c), Delta: 1, Expires: time.Now().Add(time.Hour)})
				if err != nil {
					fmt.Println(err)
					return
				}
				fmt.Printf("%d %d\n", c, sums[0])
			}
		})
	}
	wg.Wait()
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	path, total := newPath(t), int64(0)
	for range 30 {
		cmd := child(t, "count", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		var acknowledged [8]int64
		for first := true; ; first = false {
			line, err := lines.ReadString('\n')
			if err == io.EOF {
				break
			}
			var c int
			var sum int64
			if _, err := fmt.Sscanf(line, "%d %d", &c, &sum); err != nil {
				t.Fatalf("the child says %q", line)
			}
			acknowledged[c] = max(acknowledged[c], sum)
			if first {
				time.AfterFunc(time.Duration(rand.IntN(40_000))*time.Microsecond, func() { cmd.Process.Kill() })
			}
		}
		cmd.Wait()

		s := open(t, path, boltstore.Options{})
		for c, sum := range acknowledged {
			if got := add(t, s, fmt.Sprint("counter", c), 0); got < sum {
				t.Errorf("counter %d is %d after the kill, %d was acknowledged", c, got, sum)
			}
			total += sum
		}
		s.Close()
	}
	if total == 0 {
		t.Error("no addition was acknowledged before the kill")
	}
}

func init() { children["refuse system call"] = refuseSystemCall }

// refuseSystemCall lets one system call fail from some moment on, and prints what becomes of swaps.
func refuseSystemCall() {
	in := inputs()
	s, err := boltstore.Open(in[1], boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("before:", s.CompareAndSwap(context.Background(), "k", nil, []byte("v"), time.Now().Add(time.Hour)))
	if err := filter(in[0]); err != nil {
		fmt.Println("seccomp:", err)
		return
	}
	for range 2 {
		err := s.CompareAndSwap(context.Background(), "k", []byte("v"), []byte("w"), time.Now().Add(time.Hour))
		fmt.Println("refused:", errors.Is(err, syscall.EIO))
	}
	v, err := s.Load(context.Background(), "k")
	fmt.Println("value:", string(v), err)
}

// filter makes a system call of every thread fail with EIO: fdatasync, or writing one of the two header pages.
func filter(call string) error {
	const (
		loadWord, jumpEqual, jumpLess, answer = 0x20, 0x15, 0x35, 0x06
		allow, fail                           = 0x7fff0000, 0x00050000 | uint32(syscall.EIO)
		offsetOfNumber, offsetOfArgument3     = 0, 16 + 3*8
	)
	program := []syscall.SockFilter{
		{Code: loadWord, K: offsetOfNumber},
		{Code: jumpEqual, Jf: 1, K: syscall.SYS_FDATASYNC},
		{Code: answer, K: fail},
		{Code: answer, K: allow},
	}
	if call == "header" {
		program = []syscall.SockFilter{
			{Code: loadWord, K: offsetOfNumber},
			{Code: jumpEqual, Jf: 3, K: syscall.SYS_PWRITE64},
			{Code: loadWord, K: offsetOfArgument3},
			{Code: jumpLess, Jt: 1, K: 2 * pageSize}, // at or beyond
			{Code: answer, K: fail},
			{Code: answer, K: allow},
		}
	}
	seccomp := map[string]uintptr{"amd64": 317, "arm64": 277}[runtime.GOARCH]
	const setNoNewPrivileges, setModeFilter, allThreads = 38, 1, 1
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0); e != 0 {
		return e
	}
	f := syscall.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if _, _, e := syscall.RawSyscall(seccomp, setModeFilter, allThreads, uintptr(unsafe.Pointer(&f))); e != 0 {
		return e
	}
	return nil
}

// A swap that was not synced, or whose header page was not written, is never acknowledged.
func TestEverySwapIsSynced(t *testing.T) {
	for _, call := range []string{"fdatasync", "header"} {
		t.Run(call, func(t *testing.T) {
			path := newPath(t)
			out, err := child(t, "refuse system call", call, path).Output()
			if err != nil {
				t.Fatal(err)
			}
			if want := "before: <nil>\nrefused: true\nrefused: true\nvalue: v <nil>\n"; string(out) != want {
				t.Errorf("got %q, want %q", out, want)
			}
			wantValue(t, open(t, path, boltstore.Options{}), "k", "v")
		})
	}
}

func init() { children["fill the disk"] = fillTheDisk }

// fillTheDisk writes until that fails, looks whether all that was acknowledged is there, makes room, and goes on. The
// disk is a file system of 1 MiB, or a limit on the size of files.
func fillTheDisk() {
	in := inputs()
	disk, dir := in[0], in[1]
	set := map[string]func(string) (syscall.Errno, func()){"tmpfs": smallDisk, "limit": smallFiles}[disk]
	full, makeRoom := set(dir)
	if full == 0 {
		fmt.Println("no mount")
		return
	}
	s, err := boltstore.Open(filepath.Join(dir, "codeword.db"), boltstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	value, later, acknowledged := make([]byte, 8000), time.Now().Add(time.Hour), 0
	create := func(i int) error {
		return s.CompareAndSwap(context.Background(), fmt.Sprint("k", i), nil, value, later)
	}
	for err = create(0); err == nil; err = create(acknowledged) {
		acknowledged++
	}
	fmt.Println("full:", errors.Is(err, full))
	found := 0
	for i := range acknowledged {
		if _, err := s.Load(context.Background(), fmt.Sprint("k", i)); err == nil {
			found++
		}
	}
	fmt.Println("kept:", found == acknowledged && found > 10)
	makeRoom()
	err = nil
	for i := range 5 {
		err = errors.Join(err, create(acknowledged+i))
	}
	fmt.Println("works again:", err)
}

// smallDisk and smallFiles set a limit, and return the error of reaching it and how to raise it.
func smallDisk(dir string) (full syscall.Errno, makeRoom func()) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		return 0, nil
	}
	ballast := filepath.Join(dir, "ballast")
	os.WriteFile(ballast, make([]byte, 300<<10), 0o600)
	return syscall.ENOSPC, func() { os.Remove(ballast) }
}

func smallFiles(string) (full syscall.Errno, makeRoom func()) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit)
	syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 700 << 10, Max: limit.Max})
	return syscall.EFBIG, func() { syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit) }
}

func TestDiskFull(t *testing.T) {
	for _, disk := range []string{"limit", "tmpfs"} {
		cmd := child(t, "fill the disk", disk, t.TempDir())
		if disk == "tmpfs" { // in a name space of its own, so that no privilege is needed and nobody else sees it
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
				UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
			}
		}
		out, err := cmd.Output()
		if disk == "tmpfs" && (err != nil || strings.HasPrefix(string(out), "no mount")) {
			t.Logf("mounting is not allowed here, the limit alone was tested: %v, %s", err, out)
			continue
		}
		if err != nil || string(out) != "full: true\nkept: true\nworks again: <nil>\n" {
			t.Errorf("%s: %v, %q", disk, err, out)
		}
	}
}

func init() { children["create"] = createWithoutMask }

func createWithoutMask() {
	syscall.Umask(0)
	s, err := boltstore.Open(inputs()[0], boltstore.Options{})
	if err == nil {
		err = s.Close()
	}
	fmt.Println(err)
}

func TestNewFilesArePrivateWhateverTheUmask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "directory", "codeword.db")
	out, err := child(t, "create", path).Output()
	if err != nil || string(out) != "<nil>\n" {
		t.Fatalf("%v, %q", err, out)
	}
	wantMode(t, path, 0o600)
	wantMode(t, filepath.Dir(path), 0o700)
	wantMode(t, filepath.Dir(filepath.Dir(path)), 0o700)
}

func init() { children["hold the lock"] = holdTheLock }

func holdTheLock() {
	in := inputs()
	_, err := boltstore.Open(in[0], boltstore.Options{})
	fmt.Println(err)
	if err == nil {
		time.Sleep(time.Minute)
	}
}

func TestSecondProcessIsLockedOut(t *testing.T) {
	path := newPath(t)
	cmd := child(t, "hold the lock", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" {
		t.Fatalf("the first process: %q", line)
	}
	start := time.Now()
	if _, err := boltstore.Open(path, boltstore.Options{}); !errors.Is(err, boltstore.ErrLocked) {
		t.Errorf("second process: %v, want ErrLocked", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v to say so", took)
	}
	cmd.Process.Kill()
	cmd.Wait()
	open(t, path, boltstore.Options{}) // the lock went with the process
}
