//go:build linux

package gateway_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	apiKey   = "0fedcba987654321"
	patience = 20 * time.Second // with a gateway that starts or ends
)

// A gateway that runs.
type gateway struct {
	*testing.T
	cmd    *exec.Cmd
	said   bytes.Buffer // to be read when it has ended
	url    string
	outbox string
	client *http.Client
	stop   func() // asks it to end, which it must do soon and well
}

// launch runs a gateway on a free port. If it ends instead of listening, the error is what it said.
func launch(t *testing.T, store, keyFile string, args ...string) (*gateway, error) {
	path, err := program.Path()
	if err != nil {
		return nil, err
	}
	g := &gateway{T: t, outbox: filepath.Join(t.TempDir(), "outbox.jsonl")}
	g.cmd = exec.Command(path, append([]string{"-listen", "127.0.0.1:0", "-outbox", g.outbox, "-key-file", keyFile}, args...)...)
	g.cmd.Env = []string{"CODEWORD_API_KEY=" + apiKey, "CODEWORD_STORE=" + store}
	g.cmd.Stderr = &g.said
	stdout, err := g.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := g.cmd.Start(); err != nil {
		return nil, err
	}
	late := time.AfterFunc(patience, g.kill)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	late.Stop()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", g.wait(), &g.said)
	}
	g.url = strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	g.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, Timeout: patience}
	g.stop = sync.OnceFunc(func() {
		g.client.CloseIdleConnections()
		if err := errors.Join(g.cmd.Process.Signal(syscall.SIGTERM), g.wait()); err != nil {
			t.Errorf("the gateway did not end well: %v: %s", err, &g.said)
		}
	})
	t.Cleanup(g.stop)
	return g, nil
}

func (g *gateway) kill() { _ = g.cmd.Process.Kill() }

// wait returns an error unless the gateway ends well and in time. It must have kept its secrets.
func (g *gateway) wait() error {
	late := time.AfterFunc(patience, g.kill)
	defer late.Stop()
	err := g.cmd.Wait()
	for _, secret := range []string{password, apiKey} {
		if strings.Contains(g.said.String(), secret) {
			g.Errorf("the gateway shows a secret: %s", &g.said)
		}
	}
	return err
}

// launchPair runs two gateways, started at once, over one store and with one key.
func launchPair(t *testing.T, store1, store2 string, args ...string) (pair [2]*gateway) {
	t.Helper()
	keyFile := newKey(t)
	var err1, err2 error
	var starting sync.WaitGroup
	starting.Go(func() { pair[0], err1 = launch(t, store1, keyFile, args...) })
	starting.Go(func() { pair[1], err2 = launch(t, store2, keyFile, args...) })
	starting.Wait()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return pair
}

// newKey makes a file with a new key.
func newKey(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An answer is a response whose body has been read.
type answer struct {
	status int
	body   map[string]any
}

// send may be called in any goroutine.
func (g *gateway) send(r *http.Request) (a answer, err error) {
	resp, err := g.client.Do(r)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	return a, json.NewDecoder(resp.Body).Decode(&a.body)
}

func (g *gateway) request(path, contentType, body string) *http.Request {
	g.Helper()
	r, err := http.NewRequestWithContext(g.Context(), "POST", g.url+path, strings.NewReader(body))
	if err != nil {
		g.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	return r
}

// native asks the gateway's own routes.
func (g *gateway) native(path, body string) *http.Request {
	g.Helper()
	r := g.request("/verify/"+path, "application/json", body)
	r.Header.Set("Authorization", "Bearer "+apiKey)
	return r
}

// twilio asks as Twilio's SDKs do.
func (g *gateway) twilio(path, form string) *http.Request {
	g.Helper()
	r := g.request("/v2/Services"+path, "application/x-www-form-urlencoded", form)
	r.SetBasicAuth("AC"+strings.Repeat("a", 32), apiKey)
	return r
}

// demand returns the body of an answer that has the status.
func (g *gateway) demand(status int, r *http.Request) map[string]any {
	g.Helper()
	a, err := g.send(r)
	if err != nil || a.status != status {
		g.Fatalf("%s: %d %v, %v, want %d", r.URL.Path, a.status, a.body, err, status)
	}
	return a.body
}

// start starts a verification and returns its id and code.
func (g *gateway) start(to string) (id, code string) {
	g.Helper()
	body := g.demand(200, g.native("start", `{"to":"`+to+`"}`))
	return body["id"].(string), g.codes(to)[0]
}

// codes are those that the gateway has sent to a number.
func (g *gateway) codes(to string) (all []string) {
	g.Helper()
	text, err := os.ReadFile(g.outbox)
	if err != nil {
		g.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m struct{ To, Code string }
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			g.Fatal(err)
		}
		if m.To == to {
			all = append(all, m.Code)
		}
	}
	return all
}

// wrong returns another code of the same length.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

func checkBody(id, code string) string { return `{"id":"` + id + `","code":"` + code + `"}` }

// storm sends a hundred requests at once, half of them to either gateway, and returns how many answers had each status.
func storm(t *testing.T, pair [2]*gateway, path, body string) map[int]int {
	t.Helper()
	counts := map[int]int{}
	var mu sync.Mutex
	var sending sync.WaitGroup
	ready := make(chan struct{})
	for i := range 100 {
		g := pair[i%2]
		r := g.native(path, body)
		sending.Go(func() {
			<-ready
			a, err := g.send(r)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			counts[a.status]++
		})
	}
	close(ready)
	sending.Wait()
	return counts
}
