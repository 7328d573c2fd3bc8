//go:build unix

package redistest

import (
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
)

// A proxy stands between clients and a server. When it is told to cut, it closes the connection of the next reply and keeps the
// reply.
type proxy struct {
	server *Server
	cut    atomic.Bool
	cuts   atomic.Int64
}

// newProxy starts a proxy and returns it, and the server as clients see it.
func newProxy(t testing.TB, s *Server) (*proxy, *Server) {
	t.Helper()
	p := &proxy{server: s}
	front := &Server{Network: "unix", Addr: filepath.Join(newDir(t), "s")}
	l, err := net.Listen(front.Network, front.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p, front
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(p.server.Network, p.server.Addr)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	for reply := make([]byte, 1<<16); ; {
		n, err := server.Read(reply)
		if err != nil {
			return
		}
		if p.cut.CompareAndSwap(true, false) {
			p.cuts.Add(1)
			return
		}
		if _, err := client.Write(reply[:n]); err != nil {
			return
		}
	}
}

// A client that sent a swap again would be told that it lost, and an addition would count twice.
func testCut(t *testing.T, open Open) {
	p, front := newProxy(t, Start(t))
	st := open.must(t, front)
	hold(t, st, "one")
	expires := time.Now().Add(time.Hour)
	if _, err := st.Add(t.Context(), store.Increment{Key: "c", Expires: expires}); err != nil { // which brings the script
		t.Fatal(err)
	}

	p.cut.Store(true)
	inconclusive(t, "swap", st.CompareAndSwap(t.Context(), "k", []byte("one"), []byte("two"), expires))
	works(t, st)
	if got, err := st.Load(t.Context(), "k"); string(got) != "two" {
		t.Errorf("the swap took effect, and Load returned %q, %v", got, err)
	}
	p.cut.Store(true)
	_, err := st.Add(t.Context(), store.Increment{Key: "c", Delta: 1, Expires: expires})
	inconclusive(t, "Add", err)
	works(t, st)
	if sums, err := st.Add(t.Context(), store.Increment{Key: "c", Expires: expires}); err != nil || sums[0] != 1 {
		t.Errorf("the counter is %d, %v", sums, err)
	}
	if p.cuts.Load() != 2 {
		t.Errorf("%d connections were cut, want 2", p.cuts.Load())
	}
}
