// Package proxytest stands between the clients and the server of a test, and breaks what passes.
package proxytest

import (
	"io"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// A Proxy passes bytes between clients and a server.
type Proxy struct {
	listener net.Listener
	server   atomic.Value // a string
	rule     atomic.Pointer[Rule]
	faults   atomic.Int64
}

// A Direction is where bytes are going.
type Direction int

const (
	Request Direction = iota // to the server
	Reply                    // to the client
)

// A Fate is what becomes of a connection, once the bytes of which a Rule decides have passed.
type Fate int

const (
	Live   Fate = iota
	Broken      // closed, towards both sides
	Deaf        // open, and nothing passes in this direction ever again
)

// A Rule decides how many of the bytes that arrived together pass, and what becomes of their connection. It may wait.
type Rule func(d Direction, n int) (pass int, fate Fate)

// Pass lets everything pass.
func Pass(_ Direction, n int) (int, Fate) { return n, Live }

// Cut breaks one connection in so many, in the middle of what goes in a direction: a Request does not reach the server whole,
// a Reply tells of what the server has done already.
func Cut(d Direction, one int) Rule {
	return func(going Direction, n int) (int, Fate) {
		if going == d && rand.N(one) == 0 {
			return rand.N(n), Broken
		}
		return n, Live
	}
}

// Swallow makes every connection that is used deaf.
func Swallow(Direction, int) (int, Fate) { return 0, Deaf }

// Delay makes everything that goes in a direction wait.
func Delay(d Direction, by time.Duration) Rule {
	return func(going Direction, n int) (int, Fate) {
		if going == d {
			time.Sleep(by)
		}
		return n, Live
	}
}

// Once keeps to a rule until it has not let a connection live; then everything passes.
func Once(r Rule) Rule {
	var done atomic.Bool
	return func(d Direction, n int) (int, Fate) {
		if done.Load() {
			return n, Live
		}
		pass, fate := r(d, n)
		if fate != Live && !done.CompareAndSwap(false, true) {
			return n, Live
		}
		return pass, fate
	}
}

// Start listens at an address and passes everything to the server at another one, until it is given another rule or another server. It
// ends with the test. Both are addresses of one network, "unix" or "tcp".
func Start(t testing.TB, network, address, server string) *Proxy {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &Proxy{listener: l}
	p.Turn(server)
	p.Keep(Pass)
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() net.Addr { return p.listener.Addr() }

// Turn gives the connections that are made from now on to another server.
func (p *Proxy) Turn(server string) { p.server.Store(server) }

// Keep makes the proxy keep to a rule from now on.
func (p *Proxy) Keep(r Rule) { p.rule.Store(&r) }

// Faults returns how many connections were not let live.
func (p *Proxy) Faults() int { return int(p.faults.Load()) }

func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial(p.Addr().Network(), p.server.Load().(string))
	if err != nil {
		_ = client.Close()
		return
	}
	go p.pump(client, server, Request)
	p.pump(server, client, Reply)
}

// pump passes bytes on in one direction, until either side closes or the rule does.
func (p *Proxy) pump(from, to net.Conn, d Direction) {
	defer from.Close()
	defer to.Close()
	for b := make([]byte, 1<<16); ; {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		pass, fate := (*p.rule.Load())(d, n)
		if fate != Live {
			p.faults.Add(1)
		}
		if _, err := to.Write(b[:pass]); err != nil || fate == Broken {
			return
		}
		if fate == Deaf {
			_, _ = io.Copy(io.Discard, from)
			return
		}
	}
}
