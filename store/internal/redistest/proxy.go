//go:build unix

package redistest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/proxytest"
)

// A client that sent a swap again would be told that it lost, and an addition would count twice.
func testCut(t *testing.T, open Open) {
	s := Start(t)
	front := &Server{Network: "unix", Addr: filepath.Join(newDir(t), "s")}
	p := proxytest.Start(t, "unix", front.Addr, s.Addr)
	cut := func() { p.Keep(proxytest.Once(proxytest.Cut(proxytest.Reply, 1))) }
	st := open.must(t, front)
	hold(t, st, "one")
	expires := time.Now().Add(time.Hour)
	if _, err := st.Add(t.Context(), store.Increment{Key: "c", Expires: expires}); err != nil { // which brings the script
		t.Fatal(err)
	}

	cut()
	inconclusive(t, "swap", st.CompareAndSwap(t.Context(), "k", []byte("one"), []byte("two"), expires))
	works(t, st)
	if got, err := st.Load(t.Context(), "k"); string(got) != "two" {
		t.Errorf("the swap took effect, and Load returned %q, %v", got, err)
	}
	cut()
	_, err := st.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: expires})
	inconclusive(t, "Add", err)
	works(t, st)
	if sums, err := st.Add(t.Context(), store.Increment{Key: "c", Expires: expires}); err != nil || sums[0] != 1 {
		t.Errorf("the counter is %d, %v", sums, err)
	}
	if p.Faults() != 2 {
		t.Errorf("%d connections were cut, want 2", p.Faults())
	}
}
