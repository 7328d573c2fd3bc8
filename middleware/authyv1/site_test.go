package authyv1_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	key = "KEY123KEY123KEY123"
	api = "/protected/json/phones/verification/"

	// A number in Nevada, which every sample here names in its own spelling.
	number   = "+17754615609"
	national = "7754615609"
	shown    = "+1 775-461-5609"
	person   = "country_code=1&phone_number=" + national
)

// A site is a handler, its engine, and what both log.
type site struct {
	t       *testing.T
	engine  *verify.Engine
	inbox   *channeltest.Inbox
	handler *authyv1.Handler
	logged  *transcript
	store   *brokenStore
	clock   brokenClock
}

// open returns a site. What it logs is searched for codes, numbers and keys when the test ends.
func open(t *testing.T, changes ...func(*verify.Options)) *site {
	t.Helper()
	s := &site{t: t, logged: new(transcript), store: newBrokenStore(t)}
	logger := slog.New(slog.NewTextHandler(s.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	profile := authyv1.Profile("authy", "Acme", verify.AllRegions)
	profile.AllowPossible = true
	s.engine, s.inbox = verifytest.New(t, append([]func(*verify.Options){func(o *verify.Options) {
		o.Store, o.Now = s.store, s.clock.now
		o.Logger, o.Profiles = logger, []verify.Profile{profile, {Name: "other", Brand: "Acme", Regions: []string{"US"}}}
	}}, changes...)...)
	var err error
	s.handler, err = authyv1.New(s.engine, authyv1.Options{APIKeys: []string{key}, AcceptCodesInURLs: true, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.search)
	return s
}

// eager lets starts follow each other at once.
func eager(o *verify.Options) { o.Profiles[0].Cooldown = []time.Duration{0} }

func (s *site) search() {
	logged := s.logged.String()
	secrets := []string{key, national, "phone_number", "verification_code", "/protected/"}
	for _, m := range s.inbox.Messages() {
		secrets = append(secrets, m.To.Reveal())
		// Not as a part of an id, a date or a masked number, which are full of digits.
		if regexp.MustCompile(`(^|[^0-9a-fA-F*-])` + m.Code.Reveal() + `($|[^0-9a-fA-F-])`).MatchString(logged) {
			s.t.Errorf("a code is in the log:\n%s", logged)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(logged, secret) {
			s.t.Errorf("%q is in the log:\n%s", secret, logged)
		}
	}
}

// A reply is what was answered.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any // of JSON
}

func (s *site) send(r *http.Request) reply {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return read(s.t, w.Result())
}

func read(t *testing.T, answer *http.Response) reply {
	t.Helper()
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := reply{status: answer.StatusCode, header: answer.Header, raw: string(raw)}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(raw, &got.body); err != nil {
			t.Errorf("answered %q: %v", raw, err)
		}
	}
	if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("answered with headers %v", answer.Header)
	}
	return got
}

// want expects a success, if code is "", or that error.
func (r reply) want(t *testing.T, status int, code string) {
	t.Helper()
	got, _ := r.body["error_code"].(string)
	if r.status != status || got != code || r.body["success"] != (code == "") {
		t.Errorf("answered %d %s, want %d %s", r.status, r.raw, status, code)
	}
}

func (r reply) text(name string) string { text, _ := r.body[name].(string); return text }

func request(method, target, form string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	r.Header.Set("X-Authy-API-Key", key)
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (s *site) start(parameters string) reply {
	s.t.Helper()
	return s.send(request("POST", api+"start", parameters))
}

func (s *site) check(parameters, code string) reply {
	s.t.Helper()
	return s.send(request("GET", api+"check?"+parameters+"&verification_code="+url.QueryEscape(code), ""))
}

func (s *site) status(parameters string) reply {
	s.t.Helper()
	return s.send(request("GET", api+"status?"+parameters, ""))
}

func (s *site) feedback(sms, form string) reply {
	s.t.Helper()
	return s.send(request("POST", "/2010-04-01/Accounts/"+key+"/SMS/Messages/"+sms+"/Feedback.json", form))
}

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
	s.t.Helper()
	code := []byte(s.code())
	code[0] = '0' + (code[0]-'0'+1)%10
	return string(code)
}

// A transcript keeps what was logged.
type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *transcript) String() string { t.mu.Lock(); defer t.mu.Unlock(); return t.b.String() }
