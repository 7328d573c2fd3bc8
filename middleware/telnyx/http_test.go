package telnyx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/telnyx"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	key       = "KEY0123456789ABCDEF_sentinel"
	number    = "+13035551234"
	profileID = "4900017a-e7c8-e79e-0a7c-0d98f49b09cc"
	nowhere   = "00000000-0000-4000-8000-000000000000"
)

// A site is a handler with an engine and an inbox, and one verify profile.
type site struct {
	t      testing.TB
	engine *verify.Engine
	inbox  *channeltest.Inbox
	h      *telnyx.Handler
	log    *bytes.Buffer
}

// A caller is a channel that calls from one of a hundred numbers.
type caller struct{ *channeltest.Inbox }

func (caller) Code(context.Context, string) (channel.Secret, error) {
	return channel.NewSecret("4711"), nil
}
func (caller) Pool() int { return 100 }

// setup changes what a site is made of.
type setup struct {
	engine  verify.Options
	options telnyx.Options
}

func open(t testing.TB, changes ...func(*setup)) *site {
	t.Helper()
	s := &site{t: t, log: new(bytes.Buffer)}
	o := telnyx.Options{APIKeys: []string{key}, Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	s.engine, s.inbox = verifytest.New(t, func(e *verify.Options) {
		inbox := e.Channels["sms"].(*channeltest.Inbox)
		e.Channels["whatsapp"], e.Channels["flashcall"] = inbox, caller{inbox}
		e.Profiles[0].Cooldown = []time.Duration{0}
		e.Profiles[0].AcceptRisk = true // of so small a pool
		e.Logger = o.Logger
		all := setup{*e, o}
		for _, change := range changes {
			change(&all)
		}
		*e, o = all.engine, all.options
	})
	var err error
	if s.h, err = telnyx.New(s.engine, o); err != nil {
		t.Fatal(err)
	}
	if err := s.h.EnsureProfile(t.Context(), profileID, "Main"); err != nil {
		t.Fatal(err)
	}
	return s
}

// An answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request with the key, the way the SDKs do, unless one of the headers, each "Name: value", says otherwise. Lines of one name add up.
func (s *site) send(method, path, body string, headers ...string) answer {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	replaced := map[string]bool{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		if !replaced[name] {
			r.Header.Del(name)
		}
		replaced[name] = true
		if value != "" {
			r.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" ||
		w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		s.t.Errorf("%s %s: headers %v", method, path, w.Header())
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (s *site) get(path string) answer         { s.t.Helper(); return s.send("GET", path, "") }
func (s *site) post(path, body string) answer  { s.t.Helper(); return s.send("POST", path, body) }
func (s *site) patch(path, body string) answer { s.t.Helper(); return s.send("PATCH", path, body) }

// start starts a verification by SMS with more members of the body, and returns its id and code.
func (s *site) start(to, more string) (id, code string) {
	s.t.Helper()
	a := s.post("/v2/verifications/sms", `{"phone_number":"`+to+`","verify_profile_id":"`+profileID+`"`+more+`}`).ok(s.t)
	code, err := s.inbox.Code(s.t.Context(), to)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.text(s.t, "data.id"), code
}

// check checks a code by number, and returns the response code.
func (s *site) check(to, code string) string {
	s.t.Helper()
	a := s.post("/v2/verifications/by_phone_number/"+to+"/actions/verify", `{"code":"`+code+`","verify_profile_id":"`+profileID+`"}`)
	return a.ok(s.t).text(s.t, "data.response_code")
}

func (s *site) status(id string) string {
	s.t.Helper()
	return s.get("/v2/verifications/"+id).ok(s.t).text(s.t, "data.status")
}

func (a answer) ok(t testing.TB) answer {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("HTTP %d: %s", a.status, a.body)
	}
	return a
}

// refused demands a status and an error code, and what the error is about.
func (a answer) refused(t testing.TB, status int, code, source string) {
	t.Helper()
	var body struct {
		Errors []struct {
			Code, Title, Detail string
			Source              struct{ Pointer, Parameter string }
			Meta                struct{ URL string }
		}
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || len(body.Errors) != 1 {
		t.Fatalf("HTTP %d: %s", a.status, a.body)
	}
	e := body.Errors[0]
	if a.status != status || e.Code != code || e.Source.Pointer+e.Source.Parameter != source || e.Title == "" || e.Detail == "" ||
		e.Meta.URL != "https://developers.telnyx.com/docs/overview/errors/"+code {
		t.Errorf("HTTP %d: %s; want %d %s about %q", a.status, a.body, status, code, source)
	}
}

// at returns what is under a path of names and indexes.
func (a answer) at(t testing.TB, path string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			member, ok := in[name]
			if !ok {
				t.Fatalf("no %s in %s", path, a.body)
			}
			v = member
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				t.Fatalf("no %s in %s", path, a.body)
			}
			v = in[i]
		default:
			t.Fatalf("no %s in %s", path, a.body)
		}
	}
	return v
}

func (a answer) text(t testing.TB, path string) string {
	t.Helper()
	s, ok := a.at(t, path).(string)
	if !ok {
		t.Fatalf("%s is no string in %s", path, a.body)
	}
	return s
}

var (
	anyUUID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"`)
	anyText = regexp.MustCompile(`[A-Z2-7]{26}`)
	fixed   = map[string]bool{profileID: true, nowhere: true}
)

// golden holds an answer to the file of that name, where ids that differ each time and times are masked.
func (a answer) golden(t *testing.T, name string) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(a.body), "", "  "); err != nil {
		t.Fatal(err)
	}
	got := anyUUID.ReplaceAllStringFunc(indented.String(), func(id string) string {
		if fixed[id] || strings.Contains(builtInIDs, id) {
			return id
		}
		return "<uuid>"
	})
	got = anyText.ReplaceAllString(anyTime.ReplaceAllString(got, `"<time>"`), "<error id>")
	got = "HTTP " + strconv.Itoa(a.status) + "\n" + got + "\n"
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

const builtInIDs = `0abb5b4f-459f-445a-bfcd-488998b7572d 2ca3f1da-5621-4aa6-ae56-df21caff79e0 33dfb056-6c1b-40bd-920e-4243e01248a5
46acd63c-be57-4993-ae8d-0e4067ad1d57 723ead5e-ada6-4c29-a962-349170866187 88d0781f-f4c7-4b78-8d0a-1f3e4de78b5e`
