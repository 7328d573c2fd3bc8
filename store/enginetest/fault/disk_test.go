//go:build linux

package fault_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

// run runs a program.
func run(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// backup returns a copy of a folder.
func backup(t testing.TB, folder string) (saved string) {
	t.Helper()
	saved = filepath.Join(t.TempDir(), "saved")
	run(t, "cp", "-aT", folder, saved)
	return saved
}

// putBack makes a folder again what it was.
func putBack(t testing.TB, saved, folder string) {
	t.Helper()
	run(t, "find", folder, "-mindepth", "1", "-delete")
	run(t, "cp", "-aT", saved, folder)
}

// fullDisk leaves a server no room on its disk, and then as much as before.
func fullDisk(w *world, s *site) {
	s.kill()
	if !onSmallDisk(w.t, s.folder()) {
		w.t.Log("mounting is not permitted here: a limit on the size of files stands in for a full disk")
		s.server.Restart()
		tooLarge(w, s)
		return
	}
	w.t.Cleanup(s.server.Kill) // before the disk goes
	s.server.Restart()
	w.recovers()
	ballast := filepath.Join(s.folder(), "ballast")
	fill(w.t, ballast)
	w.fails()
	if err := os.Remove(ballast); err != nil {
		w.t.Error(err)
	}
}

// onSmallDisk moves a folder to a file system of its own, unless that is not permitted.
func onSmallDisk(t testing.TB, folder string) bool {
	t.Helper()
	saved := backup(t, folder)
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64m"); err != nil {
		if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) {
			t.Fatal(err)
		}
		return false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	run(t, "cp", "-aT", saved, folder)
	return true
}

// fill writes a file until there is no room for more.
func fill(t testing.TB, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 1 << 12} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
}

// tooLarge forbids a server to write to its files for a while. PostgreSQL does not go on without its log.
func tooLarge(w *world, s *site) {
	s.limit(w.t, "1")
	w.fails()
	if isRedis(s.server) {
		s.limit(w.t, "unlimited")
		return
	}
	s.server.Kill()
	s.server.Restart()
}

// limit bounds how long files may become by the hands of the server's processes, in bytes.
func (s *site) limit(t testing.TB, size string) {
	t.Helper()
	owner, err := os.Stat(s.folder())
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range s.processes(t) {
		cmd := exec.Command("prlimit", "--pid", pid, "--fsize="+size+":unlimited")
		if user := owner.Sys().(*syscall.Stat_t); int(user.Uid) != os.Geteuid() {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user.Uid, Gid: user.Gid}}
		}
		if out, err := cmd.CombinedOutput(); err != nil && !strings.Contains(string(out), "No such process") {
			t.Fatalf("prlimit: %v\n%s", err, out)
		}
	}
}

// processes returns the ids of the server's processes.
func (s *site) processes(t testing.TB) (pids []string) {
	t.Helper()
	if redis, ok := s.server.(enginetest.RedisServer); ok {
		for _, field := range redis.CLI("INFO", "server") {
			if pid, ok := strings.CutPrefix(field, "process_id:"); ok {
				pids = append(pids, pid)
			}
		}
		return pids
	}
	status, err := os.ReadFile(filepath.Join(s.folder(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	parent, _, _ := strings.Cut(string(status), "\n")
	children, err := os.ReadFile(filepath.Join("/proc", parent, "task", parent, "children"))
	if err != nil {
		t.Fatal(err)
	}
	return append(strings.Fields(string(children)), parent)
}

// Redis refuses to write when its memory is full.
func TestFullMemory(t *testing.T) {
	for _, r := range []enginetest.Remote{enginetest.Redis, enginetest.GoRedis} {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			play(t, newSite(t, r, enginetest.RedisServer{Server: server}), scene{fault: func(w *world, s *site) {
				server.CLI("CONFIG", "SET", "maxmemory", "1")
				w.fails()
				server.CLI("CONFIG", "SET", "maxmemory", "0")
			}})
		})
	}
}
