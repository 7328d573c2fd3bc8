//go:build linux

package pgtest

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

const following = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"

// Standby starts a standby that follows the primary whose socket is in a folder, which may be a proxy's. It ends with the test.
func Standby(t testing.TB, primary string, settings ...string) *Server {
	t.Helper()
	need(t)
	folder, err := os.MkdirTemp(base, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(folder) // which pg_basebackup makes as its own
	backup := program("pg_basebackup", "-h", primary, "-p", "5432", "-U", "app", "-D", folder, "-c", "fast", "-X", "stream", "-R", "--no-sync")
	if out, err := backup.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	_ = os.Remove(filepath.Join(folder, ".s.PGSQL.5432.lock")) // the primary's
	s := &Server{Socket: folder, t: t, settings: settings}
	t.Cleanup(s.Kill)
	s.Restart()
	for deadline := time.Now().Add(10 * time.Second); Ask(t, Address(primary, "postgres"), following) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the standby does not follow its primary")
		}
	}
	return s
}

// Promote makes a primary of a standby.
func (s *Server) Promote() { s.t.Helper(); Do(s.t, s.Address("postgres"), "SELECT pg_promote()") }
