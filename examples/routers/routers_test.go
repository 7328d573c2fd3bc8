package routers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/examples/routers"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify/verifytest"
	"github.com/gin-gonic/gin"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode) // or it prints every route
	m.Run()
}

type mount func(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler

var mounts = map[string]mount{
	"ServeMux": routers.Standard, "chi": routers.Chi, "gin": routers.Gin, "echo": routers.Echo,
	"StripPrefix": func(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler {
		return routers.Standard(http.StripPrefix("/verify", h), verified, account)
	},
}

// A site is a server under one router, and a browser.
type site struct {
	t       *testing.T
	server  *httptest.Server
	browser *http.Client
}

func (s site) do(method, path, body string, change ...func(*http.Request)) (int, http.Header, map[string]any) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
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
	var fields map[string]any
	if strings.Contains(answer.Header.Get("Content-Type"), "json") {
		_ = json.Unmarshal(raw, &fields)
	}
	return answer.StatusCode, answer.Header, fields
}

func TestRouters(t *testing.T) {
	for name, mount := range mounts {
		t.Run(name, func(t *testing.T) { tour(t, mount) })
	}
}

// tour goes through the whole of a verification, and through what each router could have spoilt.
func tour(t *testing.T, mount mount) {
	engine, inbox := verifytest.New(t)
	handler, err := middleware.New(engine, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	verified, err := middleware.RequireVerified(engine, middleware.Requirement{})
	if err != nil {
		t.Fatal(err)
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if receipt, ok := middleware.ReceiptFrom(r.Context()); !ok || receipt.Recipient() != "+14155552671" {
			t.Errorf("receipt %v, %t", receipt, ok)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	server := httptest.NewTLSServer(mount(handler, verified, account))
	defer server.Close()
	jar, _ := cookiejar.New(nil) // never fails
	s := site{t, server, &http.Client{Transport: server.Client().Transport, Jar: jar}}

	want := func(what string, status, wanted int) {
		t.Helper()
		if status != wanted {
			t.Errorf("%s answered %d, want %d", what, status, wanted)
		}
	}
	status, _, _ := s.do("GET", "/account", "")
	want("account, unverified,", status, 403)
	status, header, started := s.do("POST", "/verify/start", `{"channel":"sms","to":"+1 415-555-2671"}`)
	want("start", status, 200)
	if header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", header)
	}
	id := fmt.Sprint(started["id"])
	code, err := inbox.Code(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}

	status, header, _ = s.do("HEAD", "/verify/status/"+id, "")
	want("HEAD", status, 405)
	if header.Get("Allow") != "GET" {
		t.Errorf("Allow %q", header.Get("Allow"))
	}
	status, _, _ = s.do("POST", "/verify/check", `{"id":"`+id+`","code":"`+code+`"}`, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") })
	want("check across origins", status, 403)
	status, _, _ = s.do("POST", "/verify/check", strings.Repeat(" ", 9000))
	want("a large check", status, 413)
	status, header, _ = s.do("POST", "/verify/start", `{"to":"+14155552671"}`)
	want("a second start", status, 429)
	if header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	for _, path := range []string{"/verify/", "/verify/start/", "/verify/status/" + id + "/", "/verify/status/a%2Fb", "/verify/status/a%00", "/verify/other"} {
		status, _, _ = s.do("GET", path, "")
		want(path, status, 404)
	}

	status, _, pending := s.do("GET", "/verify/status/"+id, "")
	want("status", status, 200)
	if pending["status"] != "pending" || pending["attempts_left"] != 5.0 {
		t.Errorf("status %v", pending)
	}
	status, _, _ = s.do("POST", "/verify/check", `{"id":"`+id+`","code":"`+code+`"}`)
	want("check", status, 200)
	status, _, _ = s.do("GET", "/account", "")
	want("account, verified,", status, 204)
}
