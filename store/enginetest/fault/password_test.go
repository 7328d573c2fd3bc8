//go:build linux

package fault_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

const password, other = "open-sesame", "open-barley"

// setPassword changes what the server asks for, and makes it forget who is there. An empty password is none.
func (s *site) setPassword(t *testing.T, before, after string) {
	t.Helper()
	s.password = after
	if redis, ok := s.server.(enginetest.RedisServer); ok {
		login := []string{"--no-auth-warning", "-a", before}
		if before == "" {
			login = nil
		}
		redis.CLI(append(login, "CONFIG", "SET", "requirepass", after)...)
		redis.CLI("--no-auth-warning", "-a", after, "CLIENT", "KILL", "TYPE", "normal")
		return
	}
	boss := strings.Replace(pgtest.Address(s.server.Socket(), "postgres"), "user=app", "user=boss", 1)
	if before == "" {
		pgtest.Do(t, pgtest.Address(s.server.Socket(), "postgres"), "CREATE ROLE boss SUPERUSER LOGIN")
		hba := filepath.Join(s.folder(), "pg_hba.conf")
		if err := os.WriteFile(hba, []byte("local all boss trust\nlocal all all scram-sha-256\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		pgtest.Do(t, boss, "SELECT pg_reload_conf()")
	}
	pgtest.Do(t, boss, "ALTER ROLE app PASSWORD '"+after+"'")
	pgtest.Do(t, boss, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")
}

// A password that is wrong when the store is opened is an error that does not tell it. One that is changed later is a fault.
func TestWrongPassword(t *testing.T) {
	for _, r := range enginetest.Remotes {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, r, r.Serve(t))
			s.setPassword(t, "", password)
			watch := startWatch()
			_, end, err := r.Login(s.socket, other)
			if err == nil {
				end()
				t.Fatal("the store was opened")
			}
			if strings.Contains(err.Error(), other) {
				t.Errorf("the error tells the password: %v", err)
			}
			if took := watch.took(time.Second); took > time.Second {
				t.Errorf("took %v", took)
			}
			play(t, s, scene{fault: func(w *world, s *site) {
				s.setPassword(t, password, other)
				w.fails()
				s.setPassword(t, other, password)
			}})
		})
	}
}
