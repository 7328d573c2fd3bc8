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

	tries := 0
	// until cuts a reply and makes a call, again if that took no effect, because the reply was one to a client that was about to connect.
	until := func(what string, call func() error, tookEffect func() bool) {
		t.Helper()
		for again := true; again; again = !tookEffect() {
			if tries++; tries > 20 {
				t.Fatalf("%s: takes no effect", what)
			}
			cut()
			inconclusive(t, what, call())
			works(t, st)
		}
	}
	until("swap", func() error {
		return st.CompareAndSwap(t.Context(), "k", []byte("one"), []byte("two"), expires)
	}, func() bool {
		got, err := st.Load(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		return string(got) == "two"
	})
	until("Add", func() error {
		_, err := st.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: expires})
		return err
	}, func() bool {
		sums, err := st.Add(t.Context(), store.Increment{Key: "c", Expires: expires})
		if err != nil || sums[0] > 1 {
			t.Fatalf("the counter is %d, %v", sums, err)
		}
		return sums[0] == 1
	})
	if p.Faults() != tries {
		t.Errorf("%d connections were cut, want %d", p.Faults(), tries)
	}
}
