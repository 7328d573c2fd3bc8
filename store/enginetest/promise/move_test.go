//go:build linux

package promise_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// What an engine kept in a file it finds on a shared store after a copy: codes, guesses, cool-downs, clients and profiles.
func TestMoveFromFile(t *testing.T) {
	for _, r := range enginetest.Remotes {
		t.Run(r.Name, func(t *testing.T) {
			file, err := boltstore.Open(filepath.Join(t.TempDir(), "store"), boltstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			key := verify.NewKey()
			on := func(s store.Store) mover {
				e, _ := verifytest.New(t, func(o *verify.Options) {
					o.Store, o.Key, o.Profiles[0].CustomCodes = s, key, true
					o.Limits.FailedChecks = verify.Rate{Count: 2, Per: 24 * time.Hour}
				})
				return mover{t, e}
			}
			to := r.Open(t, r.Serve(t).Socket())
			before, after := on(file), on(to)

			id := before.start("+14155550100")
			before.check(id, wrong, "192.0.2.1", verify.ErrIncorrect)
			before.check(id, wrong, "192.0.2.1", verify.ErrIncorrect)
			if err := before.engine.CreateProfile(t.Context(), verify.Profile{Name: "shop/1", Regions: []string{"US"}}, nil); err != nil {
				t.Fatal(err)
			}
			if n, err := file.CopyTo(t.Context(), to); n < 4 || err != nil {
				t.Fatalf("copied %d, %v", n, err)
			}

			if _, err := after.engine.Start(t.Context(), verify.StartRequest{To: "+14155550100"}); !errors.Is(err, verify.ErrThrottled) {
				t.Errorf("a start within the cool-down: %v", err)
			}
			if names, err := after.engine.StoredProfiles(t.Context(), "shop"); err != nil || !slices.Equal(names, []string{"shop/1"}) {
				t.Errorf("profiles: %q, %v", names, err)
			}
			after.check(id, right, "192.0.2.1", verify.ErrThrottled)
			for range 3 {
				after.check(id, wrong, "", verify.ErrIncorrect)
			}
			after.check(id, right, "", verify.ErrMaxAttempts)
			after.check(before.start("+14155550101"), right, "", verify.ErrNotFound)
		})
	}
}

// A mover is an engine on one of the two stores.
type mover struct {
	t      *testing.T
	engine *verify.Engine
}

func (m mover) start(to string) (id string) {
	m.t.Helper()
	v, err := m.engine.Start(m.t.Context(), verify.StartRequest{To: to, CustomCode: right})
	if err != nil {
		m.t.Fatal(err)
	}
	return v.ID
}

func (m mover) check(id, code, client string, want error) {
	m.t.Helper()
	ip, _ := netip.ParseAddr(client)
	if _, err := m.engine.Check(m.t.Context(), verify.CheckRequest{ID: id, Code: code, ClientIP: ip}); !errors.Is(err, want) {
		m.t.Errorf("%s from %q: %v, want %v", code, client, err, want)
	}
}
