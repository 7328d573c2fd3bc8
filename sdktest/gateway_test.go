package sdktest_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/codeword-go/codeword/internal/programtest"
)

const key = "0123456789abcdef" // letters and digits, as twilio-go wants them

var program = programtest.Program{Dir: filepath.Join("..", "examples"), Package: "./gateway"}

func TestMain(m *testing.M) {
	code := m.Run()
	program.Remove()
	os.Exit(code)
}

// A gateway that runs.
type gateway struct {
	*testing.T
	url    string
	outbox string
	log    string
}

// startGateway runs the gateway on a free port. When the test ends it is asked to stop, and must do so cleanly.
func startGateway(t *testing.T, args ...string) *gateway {
	t.Helper()
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{T: t, outbox: filepath.Join(t.TempDir(), "outbox.jsonl")}
	cmd := exec.Command(path, append([]string{"-listen", "127.0.0.1:0", "-outbox", g.outbox}, args...)...)
	cmd.Env = append(os.Environ(), "CODEWORD_API_KEY="+key)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	g.log, cmd.Stderr = log.Name(), log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the gateway did not end well: %v", err)
		}
		if t.Failed() {
			t.Log(g.said())
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, g.said())
	}
	g.url = strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	return g
}

// said returns what the gateway has logged.
func (g *gateway) said() string {
	g.Helper()
	text, err := os.ReadFile(g.log)
	if err != nil {
		g.Fatal(err)
	}
	return string(text)
}

var publicKey = regexp.MustCompile(`public_key="([^"]+)"`)

// publicKey returns what the gateway says that its webhooks are signed with.
func (g *gateway) publicKey() string {
	g.Helper()
	match := publicKey.FindStringSubmatch(g.said())
	if match == nil {
		g.Fatal("the gateway does not say its public key")
	}
	return match[1]
}

// A message is what the tests need of a line of the outbox.
type message struct{ Channel, To, Code, Text string }

// messages returns what was sent to a number, oldest first.
func (g *gateway) messages(to string) (sent []message) {
	g.Helper()
	text, err := os.ReadFile(g.outbox)
	if err != nil {
		g.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			g.Fatal(err)
		}
		if m.To == to {
			sent = append(sent, m)
		}
	}
	return sent
}

// code returns the code of the newest message to a number.
func (g *gateway) code(to string) string {
	g.Helper()
	sent := g.messages(to)
	if len(sent) == 0 {
		g.Fatal("nothing was sent")
	}
	return sent[len(sent)-1].Code
}

// wrong returns another code of the same length.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}
