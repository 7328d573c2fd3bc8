//go:build linux

package fault_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/codeword-go/codeword/internal/leaktest"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "6") // most of a test is waiting
	signal.Ignore(syscall.SIGXFSZ)     // which Redis would die of, and so inherits as ignored
	pgtest.Main(func() int { return leaktest.Run(m) })
}

// marked runs do, and marks every goroutine that begins in it, or in one of those, as the test's.
func marked(t *testing.T, do func()) {
	pprof.Do(context.Background(), pprof.Labels("test", t.Name()), func(context.Context) { do() })
}

// alive returns how many goroutines that are marked as the test's run, and where they are.
func alive(t *testing.T) (n int, stacks string) {
	var profile bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&profile, 1) // never fails
	var all strings.Builder
	for group := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(group, fmt.Sprintf("%q:%q", "test", t.Name())) {
			var same int
			_, _ = fmt.Sscanf(group, "%d @", &same)
			n += same
			all.WriteString(group + "\n\n")
		}
	}
	return n, all.String()
}

// settles waits until no more than so many of the test's goroutines run.
func settles(t *testing.T, most int) {
	t.Helper()
	n, stacks := alive(t)
	for deadline := time.Now().Add(5 * time.Second); n > most && time.Now().Before(deadline); n, stacks = alive(t) {
		time.Sleep(10 * time.Millisecond)
	}
	if n > most {
		t.Errorf("%d goroutines are left, want at most %d\n%s", n, most, stacks)
	}
}
