package pgstore_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// startBouncer starts a PgBouncer in transaction mode before the shared server, and returns its folder, which is the host
// to connect to. It has fewer connections to the server than there are clients, so that they are really shared.
func startBouncer(t *testing.T, s *server) string {
	t.Helper()
	dir := filepath.Join(base, "bouncer"+t.Name())
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "config.ini")
	text := fmt.Sprintf(`[databases]
* = host=%s user=app
[pgbouncer]
listen_addr =
unix_socket_dir = %s
unix_socket_mode = 0777
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
`, s.dir, dir)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := program("pgbouncer", config)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, bounced(dir, "postgres"))
		if err == nil {
			c.Close(ctx)
			return dir
		}
		if ctx.Err() != nil {
			t.Fatalf("pgbouncer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func bounced(dir, database string) string {
	return "host=" + dir + " port=6432 user=app dbname=" + database
}
