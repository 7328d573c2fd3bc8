package sdktest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestNodeAuthy(t *testing.T)       { runNode(t, "authy.test.js") }
func TestNodeAuthyClient(t *testing.T) { runNode(t, "authy-client.test.js") }
func TestNodeTwilio(t *testing.T)      { runNode(t, "twilio.test.js") }
func TestNodeTelnyx(t *testing.T)      { runNode(t, "telnyx.test.js", "-webhook-allow-private") }

// needNode skips a test that needs Node and the packages of package-lock.json. CONTRIBUTING.md says how to install them.
func needNode(t *testing.T) {
	t.Helper()
	if os.Getenv("CODEWORD_FULL") != "1" {
		t.Skip("CODEWORD_FULL is not 1")
	}
}

// runNode runs the tests of one SDK from npm.
func runNode(t *testing.T, file string, args ...string) {
	needNode(t)
	t.Parallel()
	g := startGateway(t, args...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // on a machine that is busy with other things
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "--test", "--test-reporter=tap", file)
	cmd.Dir = "node"
	cmd.Env = append(os.Environ(), "GATEWAY_URL="+g.url, "GATEWAY_KEY="+key, "GATEWAY_OUTBOX="+g.outbox, "GATEWAY_PUBLIC_KEY="+g.publicKey())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	for _, want := range []string{"\n# fail 0\n", "\n# cancelled 0\n", "\n# skipped 0\n", "\n# todo 0\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("node does not report %q\n%s", strings.TrimSpace(want), out)
		}
	}
	if strings.Contains(string(out), "\n# tests 0\n") {
		t.Error("node has run no test")
	}
}
