//go:build unix

package redistest

import (
	"net"
	"slices"
	"testing"
	"time"
)

// Pair starts a server and a replica of it. They speak by TCP, through the address that link returns for the server's, which may be
// a proxy's. The arguments are for both.
func Pair(t testing.TB, link func(address string) string, args ...string) (primary, replica *Server) {
	t.Helper()
	need(t, "redis-server")
	port := freePort(t)
	primary = Start(t, append(args, "--bind", "127.0.0.1", "--port", port, "--repl-diskless-sync-delay", "0")...)
	replica = Start(t, args...)
	host, port, err := net.SplitHostPort(link(net.JoinHostPort("127.0.0.1", port)))
	if err != nil {
		t.Fatal(err)
	}
	replica.CLI("REPLICAOF", host, port)
	for deadline := time.Now().Add(10 * time.Second); !slices.Contains(replica.CLI("INFO", "replication"), "master_link_status:up"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the replica does not reach its primary")
		}
	}
	return primary, replica
}

// Promote makes a primary of a replica.
func (s *Server) Promote() { s.t.Helper(); s.CLI("REPLICAOF", "NO", "ONE") }
