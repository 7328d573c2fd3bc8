package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/codeword-go/codeword/internal/programtest"
)

const (
	key      = "0123456789abcdef"
	patience = time.Minute // for a machine that is busy with other things
)

var program = programtest.Program{Package: "."}

func TestMain(m *testing.M) {
	code := m.Run()
	program.Remove()
	os.Exit(code)
}

// A running gateway.
type running struct {
	*testing.T
	base   string
	outbox string
	stderr *strings.Builder // to be read after stop
	stop   func()
	client *http.Client
}

// start runs the gateway on a free port with an outbox. When the test ends, if not before, it is asked to stop and must do so cleanly.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	outbox := filepath.Join(t.TempDir(), "outbox.jsonl")
	g := launch(t, nil, append([]string{"-listen", "127.0.0.1:0", "-api-key", key, "-outbox", outbox}, args...)...)
	g.outbox = outbox
	return g
}

func launch(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	g := &running{T: t, stderr: &strings.Builder{}, client: &http.Client{Timeout: patience}}
	cmd := exec.Command(path, args...)
	cmd.Env = env
	cmd.Stderr = g.stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g.stop = sync.OnceFunc(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the gateway did not end well: %v: %s", err, g.stderr)
		}
	})
	t.Cleanup(g.stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, g.stderr)
	}
	said, base, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " on ")
	if !ok || said != "listening" {
		t.Fatalf("the gateway prints %q", line)
	}
	g.base = base
	return g
}

// refuses runs the gateway, which has to end by itself and say why.
func refuses(t *testing.T, want string, env []string, args ...string) (said string) {
	t.Helper()
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 || !strings.Contains(string(out), want) {
		t.Errorf("%v: %s, want a refusal that says %q", err, out, want)
	}
	return string(out)
}

// A message is a line of the outbox.
type message struct {
	At                                                                         time.Time
	Channel, To, Code, Text, Speech, Locale, Subject, Verification_ID, Profile string
}

// messages returns what is in the outbox.
func (g *running) messages() (all []message) {
	g.Helper()
	text, err := os.ReadFile(g.outbox)
	if err != nil {
		g.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m message
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&m); err != nil {
			g.Fatalf("%q: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

// last returns the newest message.
func (g *running) last() message {
	g.Helper()
	all := g.messages()
	if len(all) == 0 {
		g.Fatal("the outbox is empty")
	}
	return all[len(all)-1]
}

// An answer is a response whose body has been read.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// post sends JSON with the key.
func (g *running) post(path, body string) answer {
	g.Helper()
	return g.send("POST", path, body, "Bearer "+key)
}

func (g *running) send(method, path, body string, authorization ...string) answer {
	g.Helper()
	req, err := http.NewRequestWithContext(g.Context(), method, g.base+path, strings.NewReader(body))
	if err != nil {
		g.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header["Authorization"] = authorization
	resp, err := g.client.Do(req)
	if err != nil {
		g.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if err := json.NewDecoder(resp.Body).Decode(&a.body); err != nil {
		g.Fatalf("%s %s: %s: %v", method, path, resp.Status, err)
	}
	return a
}
