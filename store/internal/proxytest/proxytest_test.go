package proxytest_test

import (
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/internal/proxytest"
)

// serve answers every four bytes with the same, and counts how often.
func serve(t *testing.T) (address string, answered *atomic.Int64) {
	t.Helper()
	address, answered = filepath.Join(t.TempDir(), "s"), new(atomic.Int64)
	l, err := net.Listen("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for b := make([]byte, 4); ; {
					if _, err := io.ReadFull(c, b); err != nil {
						return
					}
					answered.Add(1)
					_, _ = c.Write(b)
				}
			}()
		}
	}()
	return address, answered
}

// ask sends four bytes on a new connection and returns the reply, as far as it comes within a moment.
func ask(t *testing.T, p *proxytest.Proxy) string {
	t.Helper()
	c, err := net.Dial(p.Addr().Network(), p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = c.Write([]byte("ping"))
	_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	reply := make([]byte, 4)
	n, _ := io.ReadFull(c, reply)
	return string(reply[:n])
}

func TestRules(t *testing.T) {
	tests := []struct {
		name           string
		rule           proxytest.Rule
		asked, replied bool // whether the server gets the request, and the client the reply
		faults         int
	}{
		{"pass", proxytest.Pass, true, true, 0},
		{"delay", proxytest.Delay(proxytest.Reply, time.Millisecond), true, true, 0},
		{"cut a request", proxytest.Cut(proxytest.Request, 1), false, false, 1},
		{"cut a reply", proxytest.Cut(proxytest.Reply, 1), true, false, 1},
		{"swallow", proxytest.Swallow, false, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, answered := serve(t)
			p := proxytest.Start(t, "unix", filepath.Join(t.TempDir(), "p"), address)
			p.Keep(proxytest.Once(tt.rule))
			if reply := ask(t, p); (reply == "ping") != tt.replied {
				t.Errorf("the reply is %q", reply)
			}
			if (answered.Load() == 1) != tt.asked || p.Faults() != tt.faults {
				t.Errorf("%d requests, %d faults", answered.Load(), p.Faults())
			}
			if reply := ask(t, p); reply != "ping" {
				t.Errorf("the next reply is %q", reply)
			}
		})
	}
}

func TestTurn(t *testing.T) {
	first, before := serve(t)
	second, after := serve(t)
	p := proxytest.Start(t, "unix", filepath.Join(t.TempDir(), "p"), first)
	_ = ask(t, p)
	p.Turn(second)
	if reply := ask(t, p); reply != "ping" || before.Load() != 1 || after.Load() != 1 {
		t.Errorf("the reply is %q; %d and %d requests", reply, before.Load(), after.Load())
	}
}
