package twiliov2_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/twiliov2"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	key     = "0123456789abcdef"
	account = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	number  = "+14155552671"
	mail    = "foo@example.com"
)

// An api is a handler with an engine behind it, and a clock to set.
type api struct {
	t       *testing.T
	engine  *verify.Engine
	inbox   *channeltest.Inbox
	handler *twiliov2.Handler
	journal *twiliov2.Journal
	clock   *clock
	logged  *transcript
	told    *transcript // the answers
	service string      // the SID of the service that is used
}

// open returns an api with one service. What it logs is searched for secrets when the test ends, and what it answers for codes.
func open(t *testing.T, changes ...func(*verify.Options)) *api {
	t.Helper()
	a := &api{t: t, journal: new(twiliov2.Journal), clock: &clock{at: time.Now()}, logged: new(transcript), told: new(transcript)}
	logger := slog.New(slog.NewTextHandler(a.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	changes = append([]func(*verify.Options){func(o *verify.Options) {
		o.Now, o.Logger, o.OnEvent = a.clock.now, logger, a.journal.Observe
		o.Channels["whatsapp"], o.Channels["auto"] = o.Channels["sms"], o.Channels["sms"]
		o.Profiles[0].Cooldown = []time.Duration{0}
	}}, changes...)
	a.engine, a.inbox = verifytest.New(t, changes...)
	h, err := twiliov2.New(a.engine, twiliov2.Options{APIKeys: []string{key}, Journal: a.journal, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	a.handler = h
	a.service = a.post("/v2/Services", "FriendlyName", "Acme").want(201).text("sid")
	t.Cleanup(a.search)
	return a
}

// only replaces the engine's channels.
func only(names ...string) func(*verify.Options) {
	return func(o *verify.Options) {
		channels := make(map[string]channel.Channel)
		for _, name := range names {
			channels[name] = o.Channels["sms"]
		}
		o.Channels = channels
	}
}

func (a *api) search() {
	logged, told := a.logged.String(), a.told.String()
	// Not as a part of an id or of a longer number.
	holds := func(text, secret string) bool {
		return regexp.MustCompile(`(^|[^0-9a-f-])` + regexp.QuoteMeta(secret) + `($|[^0-9a-f-])`).MatchString(text)
	}
	secrets := []string{key, number[1:], mail}
	for _, m := range a.inbox.Messages() {
		code := m.Code.Reveal()
		secrets = append(secrets, code)
		if len(code) >= 6 && holds(told, code) { // shorter ones may be years
			a.t.Errorf("a code was answered: %q", code)
		}
	}
	for _, secret := range secrets {
		if holds(logged, secret) {
			a.t.Errorf("a secret was logged: %q", secret)
		}
	}
}

type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// An answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

func (a *api) serve(r *http.Request) answer {
	a.t.Helper()
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	_, _ = a.told.Write(append(w.Body.Bytes(), '\n'))
	got := answer{t: a.t, status: w.Code, header: w.Header(), raw: w.Body.Bytes()}
	if w.Code != http.StatusNoContent {
		if err := json.Unmarshal(got.raw, &got.body); err != nil {
			a.t.Fatalf("%s %s answered %q: %v", r.Method, r.URL, got.raw, err)
		}
	}
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" ||
		got.header.Get("Content-Type") != "application/json; charset=utf-8" || len(got.header["Access-Control-Allow-Origin"]) > 0 {
		a.t.Errorf("%s %s answered with %v", r.Method, r.URL, got.header)
	}
	return got
}

func (a *api) request(method, target, form string) *http.Request {
	r := httptest.NewRequestWithContext(a.t.Context(), method, "http://verify.test"+target, strings.NewReader(form))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.SetBasicAuth(account, key)
	return r
}

// form makes one of names and values.
func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

func (a *api) post(target string, pairs ...string) answer {
	a.t.Helper()
	return a.serve(a.request("POST", target, form(pairs...)))
}

func (a *api) get(target string, pairs ...string) answer {
	a.t.Helper()
	if len(pairs) > 0 {
		target += "?" + form(pairs...)
	}
	return a.serve(a.request("GET", target, ""))
}

func (a *api) delete(target string) answer {
	a.t.Helper()
	return a.serve(a.request("DELETE", target, ""))
}

// at returns the path of something that the service has.
func (a *api) at(elements ...string) string {
	return "/v2/Services/" + a.service + "/" + strings.Join(elements, "/")
}

// start starts a verification by SMS; what pairs name goes before.
func (a *api) start(pairs ...string) answer {
	a.t.Helper()
	return a.post(a.at("Verifications"), with(pairs, "To", number, "Channel", "sms")...)
}

// check checks a code for the number.
func (a *api) check(code string, pairs ...string) answer {
	a.t.Helper()
	if len(pairs) == 0 || pairs[0] != "VerificationSid" {
		pairs = with(pairs, "To", number)
	}
	return a.post(a.at("VerificationCheck"), with(pairs, "Code", code)...)
}

// with adds pairs to those that name the same.
func with(pairs []string, standard ...string) []string {
	all := make(map[string]string)
	for _, p := range [][]string{standard, pairs} {
		for i := 0; i < len(p); i += 2 {
			all[p[i]] = p[i+1]
		}
	}
	var merged []string
	for name, value := range maps.All(all) {
		merged = append(merged, name, value)
	}
	return merged
}

// update changes the service.
func (a *api) update(pairs ...string) answer {
	a.t.Helper()
	return a.post("/v2/Services/"+a.service, pairs...).want(200)
}

// code returns the latest code.
func (a *api) code() string {
	a.t.Helper()
	messages := a.inbox.Messages()
	if len(messages) == 0 {
		a.t.Fatal("no message was sent")
	}
	return messages[len(messages)-1].Code.Reveal()
}

// other returns a code that is not the one.
func other(code string) string {
	last := byte('0')
	if code[len(code)-1] == last {
		last = '1'
	}
	return code[:len(code)-1] + string(last)
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d %s, want %d", a.status, a.raw, status)
	}
	return a
}

// fails expects an error of Twilio's.
func (a answer) fails(status, code int) answer {
	a.t.Helper()
	if a.status != status || a.body["code"] != float64(code) || a.body["status"] != float64(status) {
		a.t.Fatalf("answered %d %s, want %d %d", a.status, a.raw, status, code)
	}
	return a
}

func (a answer) text(name string) string {
	a.t.Helper()
	s, ok := a.body[name].(string)
	if !ok {
		a.t.Fatalf("%s is no text in %s", name, a.raw)
	}
	return s
}

// has expects fields of the body to have values.
func (a answer) has(want map[string]any) answer {
	a.t.Helper()
	for name, value := range want {
		if a.body[name] != value {
			a.t.Errorf("%s is %v, want %v: %s", name, a.body[name], value, a.raw)
		}
	}
	return a
}

func (a answer) list(name string) (items []map[string]any) {
	a.t.Helper()
	list, ok := a.body[name].([]any)
	if !ok {
		a.t.Fatalf("%s is no list in %s", name, a.raw)
	}
	for _, item := range list {
		items = append(items, item.(map[string]any))
	}
	return items
}

func (a answer) meta(name string) any {
	a.t.Helper()
	return a.body["meta"].(map[string]any)[name]
}
