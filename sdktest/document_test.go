package sdktest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// blocks returns the pieces of code of one language in docs/COMPAT.md.
func blocks(t *testing.T, language string) (code []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "COMPAT.md"))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```"+language+"\n")
	for _, part := range parts[1:] {
		block, _, ended := strings.Cut(part, "```")
		if !ended {
			t.Fatal("a piece of code has no end")
		}
		code = append(code, block)
	}
	if len(code) == 0 {
		t.Fatalf("docs/COMPAT.md shows no %s", language)
	}
	return code
}

// The programs that docs/COMPAT.md shows run as they stand there, but for where the gateway is.
func TestDocumentedPrograms(t *testing.T) {
	needNode(t)
	const documented = "http://127.0.0.1:8080"
	g := startGateway(t, "-twilio-service", "VA0123456789abcdef0123456789abcdef", "-telnyx-profile", "4900017a-e7c8-e79e-0a7c-0d98f49b09cc")
	for i, program := range blocks(t, "js") {
		if !strings.Contains(program, documented) {
			t.Errorf("program %d does not say where the gateway is", i+1)
		}
		cmd := exec.CommandContext(t.Context(), "node", "--input-type=module")
		cmd.Dir = "node"
		cmd.Stdin = strings.NewReader(strings.ReplaceAll(program, documented, g.url))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, program)
		}
		if sent := len(g.messages("+14155552671")); sent != i+1 {
			t.Errorf("%d messages were sent, want %d, one by each program\n%s", sent, i+1, program)
		}
	}
}

// TestTwilioGo runs the code that docs/COMPAT.md shows for Go.
func TestDocumentedGo(t *testing.T) {
	text, err := os.ReadFile("client_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks(t, "go") {
		if !strings.Contains(string(text), block) {
			t.Errorf("client_test.go has not, as it stands:\n%s", block)
		}
	}
}
