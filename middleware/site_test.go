package middleware_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	number = "+14155552671"
	mask   = "+1******2671"
)

// A site is a real server with the handlers below /verify/, and a browser that keeps its cookies.
type site struct {
	t       *testing.T
	engine  *verify.Engine
	inbox   *channeltest.Inbox
	handler *middleware.Handler
	server  *httptest.Server
	browser *http.Client
	clock   *clock
	seen    *transcript
}

// open starts a site. What it answers and logs is searched for codes and numbers when the test ends.
func open(t *testing.T, o middleware.Options, changes ...func(*verify.Options)) *site {
	t.Helper()
	s := &site{t: t, clock: &clock{at: time.Now().Truncate(time.Second)}, seen: &transcript{}}
	logger := slog.New(slog.NewTextHandler(s.seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
	changes = append([]func(*verify.Options){func(o *verify.Options) { o.Now, o.Logger = s.clock.now, logger }}, changes...)
	s.engine, s.inbox = verifytest.New(t, changes...)
	o.Logger = logger
	var err error
	if s.handler, err = middleware.New(s.engine, o); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", http.StripPrefix("/verify", s.handler))
	s.serve(mux)
	t.Cleanup(s.search)
	return s
}

// serve starts the server, over TLS: browsers do not send these cookies otherwise.
func (s *site) serve(handler http.Handler) {
	s.server = httptest.NewUnstartedServer(handler)
	s.server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(s.seen, nil), slog.LevelError)
	s.server.StartTLS()
	s.t.Cleanup(s.server.Close)
	s.browser = s.newBrowser()
}

func (s *site) newBrowser() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &http.Client{Transport: s.server.Client().Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *site) search() {
	seen := s.seen.String()
	for _, m := range s.inbox.Messages() {
		// Not as a part of the hexadecimal ids or of a longer number, such as a port.
		if regexp.MustCompile(`(^|[^0-9a-fA-F-])` + m.Code.Reveal() + `($|[^0-9a-fA-F-])`).MatchString(seen) {
			s.t.Errorf("a code was answered or logged")
		}
	}
	for _, secret := range []string{"4155552671", "415 555", "someone@example"} {
		if strings.Contains(seen, secret) {
			s.t.Errorf("%q was answered or logged", secret)
		}
	}
}

// A reply is what a browser gets.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (r reply) text(name string) string { v, _ := r.body[name].(string); return v }
func (r reply) number(name string) int {
	v, ok := r.body[name].(float64)
	if !ok {
		return -1
	}
	return int(v)
}

func (r reply) want(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || r.text("code") != code {
		t.Errorf("answered %d %s, want %d %s", r.status, r.raw, status, code)
	}
}

func (s *site) do(method, path, body string, change ...func(*http.Request)) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	answer, err := s.browser.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = s.seen.Write(raw)
	reply := reply{status: answer.StatusCode, header: answer.Header, raw: string(raw)}
	if len(raw) > 0 && json.Unmarshal(raw, &reply.body) != nil && strings.Contains(answer.Header.Get("Content-Type"), "json") {
		s.t.Errorf("answered %q, which is no JSON", raw)
	}
	return reply
}

func (s *site) start() reply {
	s.t.Helper()
	return s.do("POST", "/verify/start", `{"channel":"sms","to":"`+number+`"}`)
}

func (s *site) check(id, code string) reply {
	s.t.Helper()
	return s.do("POST", "/verify/check", `{"id":"`+id+`","code":"`+code+`"}`)
}

func (s *site) status(id string) reply { s.t.Helper(); return s.do("GET", "/verify/status/"+id, "") }

// code returns the code that was sent last.
func (s *site) code() string {
	s.t.Helper()
	code, err := s.inbox.Code(s.t.Context(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// wrong returns a code that is not the one that was sent last.
func (s *site) wrong() string {
	code := []byte(s.code())
	code[0] = '0' + (code[0]-'0'+1)%10
	return string(code)
}

// pass starts and checks, so that the browser has a receipt.
func (s *site) pass() {
	s.t.Helper()
	s.check(s.start().text("id"), s.code()).want(s.t, 200, "")
}

// A clock is set by the test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

// A transcript keeps what was answered and logged.
type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b.WriteByte('\n')
	return t.b.Write(p)
}

func (t *transcript) String() string { t.mu.Lock(); defer t.mu.Unlock(); return t.b.String() }
