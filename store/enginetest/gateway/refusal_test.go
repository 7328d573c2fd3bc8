//go:build linux

package gateway_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/internal/redistest"
)

// refused demands that a gateway does not start, ends soon and says why.
func refused(t *testing.T, want, store, keyFile string) {
	t.Helper()
	began := time.Now()
	_, err := launch(t, store, keyFile)
	if took := time.Since(began); err == nil || !strings.HasPrefix(err.Error(), "exit status 1: ") || !strings.Contains(err.Error(), want) || took > 12*time.Second {
		t.Errorf("%v after %s, want a refusal that says %q", err, took, want)
	}
}

func TestRefusesToStart(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel() // with the other, since it mostly waits
			server, url := b.serve(t)
			keyFile := newKey(t)
			refused(t, "-store: ", strings.Replace(url, password, password+"X", 1), keyFile)
			refused(t, "-store: ", strings.Replace(url, ":"+password, "", 1), keyFile)
			refused(t, "-key-file: missing", url, "")
			refused(t, "-key-file: there is none", url, filepath.Join(t.TempDir(), "none"))

			g, err := launch(t, url, keyFile)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, "another key", url, newKey(t))
			g.start("+14155552671") // nor does it harm who has the right one

			server.Stop()
			refused(t, "-store: no answer in time", url, keyFile)
			server.Continue()
			server.Kill()
			refused(t, "-store: ", url, keyFile)
		})
	}
}

func TestUnsafeServers(t *testing.T) {
	keyFile := newKey(t)
	t.Run("redis", func(t *testing.T) {
		s := redistest.Start(t, "--appendonly", "no", "--maxmemory-policy", "allkeys-lru")
		refused(t, "appendonly", "unix://"+s.Addr, keyFile)
		refused(t, "noeviction", "unix://"+s.Addr, keyFile)

		mute := redistest.Start(t, "--requirepass", password, "--rename-command", "HELLO", "", "--rename-command", "AUTH", "")
		refused(t, "-store: ", "unix://:"+password+"@"+mute.Addr, keyFile) // it would repeat the password
	})
	t.Run("postgres", func(t *testing.T) {
		_, url := servePostgres(t)
		refused(t, "synchronous_commit", url+"&synchronous_commit=off", keyFile)
		refused(t, "read only", url+"&default_transaction_read_only=on", keyFile)
		// What the URL says about time-outs is what holds.
		refused(t, "statement_timeout is under", url+"&statement_timeout=99", keyFile)
		refused(t, "statement_timeout is under", url+"&options=-c%20statement_timeout%3D99", keyFile)
		refused(t, "statement_timeout is not set", url+"&statement_timeout=0", keyFile)
	})
}

// Of two gateways with different keys that begin on an empty store at once, one is refused.
func TestTwoKeys(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			for range 3 {
				_, url := b.serve(t)
				key1, key2 := newKey(t), newKey(t)
				var err1, err2 error
				var starting sync.WaitGroup
				starting.Go(func() { _, err1 = launch(t, url, key1) })
				starting.Go(func() { _, err2 = launch(t, url, key2) })
				starting.Wait()
				const want = "-key-file: verify: the store was used with another key"
				if refused := errors.Join(err1, err2); err1 != nil && err2 != nil || refused == nil || !strings.Contains(refused.Error(), want) {
					t.Errorf("one gateway: %v; the other: %v", err1, err2)
				}
			}
		})
	}
}
