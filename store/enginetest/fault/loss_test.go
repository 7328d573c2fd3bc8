//go:build linux

package fault_test

import (
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/internal/proxytest"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

// backupPutBack undoes what a server was told since a copy was made of its data.
func backupPutBack(w *world, s *site) {
	s.server.Kill()
	saved := backup(w.t, s.folder())
	s.server.Restart()
	w.goesOn()
	s.server.Kill()
	putBack(w.t, saved, s.folder())
	s.server.Restart()
}

// S83: what Redis forgets when it is killed, but its machine is not. With everysec it answers before it writes as long as the sync before
// has not come back, on a disk that is busy.
func TestPersistence(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		memory memory
	}{
		{"snapshots", []string{"--appendonly", "no", "--save", "3600 1 300 100 60 10000"}, forgets},
		{"appendfsync no", []string{"--appendfsync", "no"}, keeps},
		{"appendfsync everysec", []string{"--appendfsync", "everysec"}, mayForget},
		{"appendfsync always", []string{"--appendfsync", "always"}, keeps},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := enginetest.RedisServer{Server: redistest.Start(t, tt.args...)}
			play(t, newSite(t, enginetest.Redis, server), scene{memory: tt.memory, fault: func(w *world, s *site) {
				server.CLI("SAVE")
				w.goesOn()
				server.Kill()
				w.fails()
				server.Restart()
			}})
		})
	}
}

// A pair is a primary and a replica.
type pair struct {
	primary, replica enginetest.Server
	link             *proxytest.Proxy
	promote          func()
}

func redisPair(t *testing.T) (p pair) {
	primary, replica := redistest.Pair(t, func(address string) string {
		p.link = proxytest.Start(t, "tcp", "127.0.0.1:0", address)
		return p.link.Addr().String()
	})
	p.primary, p.replica, p.promote = enginetest.RedisServer{Server: primary}, enginetest.RedisServer{Server: replica}, replica.Promote
	return p
}

func postgresPair(t *testing.T) (p pair) {
	primary := pgtest.Start(t, "fsync=off")
	p.primary = enginetest.PostgresServer{Server: primary}
	link := newSite(t, enginetest.Postgres, p.primary)
	replica := pgtest.Standby(t, link.socket, "fsync=off")
	p.link, p.replica, p.promote = link.proxy, enginetest.PostgresServer{Server: replica}, replica.Promote
	return p
}

// synchronousPair answers nothing that its replica has not.
func synchronousPair(t *testing.T) pair {
	p := postgresPair(t)
	for _, sql := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		pgtest.Do(t, pgtest.Address(p.primary.Socket(), "postgres"), sql)
	}
	return p
}

// guardedPair refuses writes once its replica has been silent for some seconds.
func guardedPair(t *testing.T) pair {
	p := redisPair(t)
	for _, setting := range [][]string{{"min-replicas-max-lag", "2"}, {"min-replicas-to-write", "1"}} {
		p.primary.(enginetest.RedisServer).CLI("CONFIG", "SET", setting[0], setting[1])
	}
	return p
}

func TestFailover(t *testing.T) {
	tests := []struct {
		name   string
		remote enginetest.Remote
		start  func(*testing.T) pair
		lags   func(*world) // for how long, if the replica lags
		memory memory
	}{
		{"redis", enginetest.Redis, redisPair, nil, mayForget},
		{"redis, replica lags", enginetest.Redis, redisPair, (*world).goesOn, forgets},
		{"redis, replica lags, min-replicas-to-write", enginetest.Redis, guardedPair, (*world).fails, forgets},
		{"goredis", enginetest.GoRedis, redisPair, nil, mayForget},
		{"goredis, replica lags", enginetest.GoRedis, redisPair, (*world).goesOn, forgets},
		{"postgres", enginetest.Postgres, postgresPair, nil, mayForget},
		{"postgres, standby lags", enginetest.Postgres, postgresPair, (*world).goesOn, forgets},
		{"postgres, synchronous", enginetest.Postgres, synchronousPair, nil, keeps},
		{"postgres, synchronous, standby lags", enginetest.Postgres, synchronousPair, (*world).fails, keeps},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := tt.start(t)
			play(t, newSite(t, tt.remote, p.primary), scene{memory: tt.memory, fault: func(w *world, s *site) {
				if tt.lags != nil {
					p.link.Keep(proxytest.Swallow)
					began := time.Now()
					tt.lags(w)
					t.Logf("the replica lagged for %v", time.Since(began).Round(time.Millisecond))
				} else {
					w.goesOn()
				}
				p.primary.Kill()
				w.fails()
				p.promote()
				s.proxy.Turn(enginetest.File(p.replica))
			}})
		})
	}
}
