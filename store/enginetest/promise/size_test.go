//go:build linux

package promise_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/internal/redistest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	pending = 2100 // verifications: just more than Redis has slots for, so that its tables have doubled
	most    = 600  // bytes of each, with all that the database keeps around it
)

// fill starts verifications.
func fill(t *testing.T, s store.Store) {
	t.Helper()
	e, _ := verifytest.New(t, func(o *verify.Options) { o.Store = s })
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := part; i < pending; i += 4 {
				if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: fmt.Sprintf("+1415555%04d", i)}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestSizeInRedis(t *testing.T) {
	server := redistest.Start(t)
	used := func() int {
		t.Helper()
		for _, line := range server.CLI("INFO", "memory") {
			if text, ok := strings.CutPrefix(line, "used_memory:"); ok {
				n, err := strconv.Atoi(text)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
		}
		t.Fatal("the server does not say how much memory it uses")
		return 0
	}
	s := enginetest.Redis.Open(t, server.Addr)
	before := used()
	fill(t, s)
	bytes := (used() - before) / pending
	t.Logf("%d bytes of memory each", bytes)
	if bytes > most || server.CLI("DBSIZE")[0] != strconv.Itoa(pending) {
		t.Errorf("%d bytes each, %s keys", bytes, server.CLI("DBSIZE"))
	}
}

func TestSizeInPostgres(t *testing.T) {
	server := pgtest.Start(t, "fsync=off")
	address := server.Address("postgres")
	s := enginetest.Postgres.Open(t, server.Socket)
	size := func() int {
		t.Helper()
		pgtest.Do(t, address, "VACUUM codeword")
		return pgtest.Ask(t, address, "SELECT pg_total_relation_size('codeword')")
	}
	before := size()
	fill(t, s)
	bytes := (size() - before) / pending
	t.Logf("%d bytes of disk each", bytes)
	if rows := pgtest.Ask(t, address, "SELECT count(*) FROM codeword"); bytes > most || rows != pending {
		t.Errorf("%d bytes each, %d rows", bytes, rows)
	}
}
