//go:build unix

package redistest

import (
	"net"
	"slices"
	"strings"
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
	for deadline := time.Now().Add(10 * time.Second); !primary.followed(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the replica does not follow its primary")
		}
	}
	return primary, replica
}

// followed reports whether a replica has said that it came further than to a copy of what there was. Until then it may get no more.
func (s *Server) followed() bool {
	s.CLI("PUBLISH", "nobody", "nothing") // so that there is more
	return slices.ContainsFunc(s.CLI("INFO", "replication"), func(line string) bool {
		return strings.Contains(line, "state=online") && !strings.Contains(line, "offset=0,")
	})
}

// Promote makes a primary of a replica.
func (s *Server) Promote() { s.t.Helper(); s.CLI("REPLICAOF", "NO", "ONE") }
