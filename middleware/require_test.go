package middleware_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

// guard serves /secret behind RequireVerified, besides the handlers.
func (s *site) guard(r middleware.Requirement) {
	s.t.Helper()
	require, err := middleware.RequireVerified(s.engine, r)
	if err != nil {
		s.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", s.handler)
	mux.Handle("/secret", require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		receipt, ok := middleware.ReceiptFrom(r.Context())
		if !ok || receipt.Recipient() != number {
			s.t.Errorf("let through with receipt %v, %t", receipt, ok)
		}
		_, _ = io.WriteString(w, "come in")
	})))
	s.serve(mux)
}

func (s *site) secret(change ...func(*http.Request)) int {
	s.t.Helper()
	got := s.do("GET", "/secret", "", change...)
	if got.status == 200 && got.raw != "come in" || got.header.Get("Vary") != "Cookie" {
		s.t.Errorf("answered %d %q, Vary %q", got.status, got.raw, got.header.Get("Vary"))
	}
	if got.status == 403 {
		got.want(s.t, 403, "not_verified")
	}
	return got.status
}

func user(name string) func(*http.Request) string { return func(*http.Request) string { return name } }

func TestRequireVerified(t *testing.T) {
	second := func(o *verify.Options) {
		other := o.Profiles[0]
		other.Name = "other"
		o.Profiles = append(o.Profiles, other)
	}
	tests := []struct {
		name string
		o    middleware.Options
		r    middleware.Requirement
		wait time.Duration
		want int
	}{
		{"plain", middleware.Options{}, middleware.Requirement{}, 0, 200},
		{"named profile", middleware.Options{}, middleware.Requirement{Profile: "test"}, 0, 200},
		{"other profile", middleware.Options{}, middleware.Requirement{Profile: "other"}, 0, 403},
		{"no such profile", middleware.Options{}, middleware.Requirement{Profile: "none"}, 0, 403},
		{"profile of the host", middleware.Options{Profile: user("other")}, middleware.Requirement{Profile: "other"}, 0, 200},
		{"profile of the host, not the first", middleware.Options{Profile: user("other")}, middleware.Requirement{}, 0, 403},
		{"purpose", middleware.Options{Purpose: "pay"}, middleware.Requirement{Purpose: "pay"}, 0, 200},
		{"other purpose", middleware.Options{Purpose: "login"}, middleware.Requirement{Purpose: "pay"}, 0, 403},
		{"no purpose", middleware.Options{}, middleware.Requirement{Purpose: "pay"}, 0, 403},
		{"too much purpose", middleware.Options{Purpose: "login"}, middleware.Requirement{}, 0, 403},
		{"binding", middleware.Options{Binding: user("alice")}, middleware.Requirement{Binding: user("alice")}, 0, 200},
		{"other binding", middleware.Options{Binding: user("alice")}, middleware.Requirement{Binding: user("bob")}, 0, 403},
		{"no binding", middleware.Options{}, middleware.Requirement{Binding: user("alice")}, 0, 403},
		{"binding not asked for", middleware.Options{Binding: user("alice")}, middleware.Requirement{}, 0, 403},
		{"young enough", middleware.Options{}, middleware.Requirement{MaxAge: time.Minute}, time.Minute, 200},
		{"too old", middleware.Options{}, middleware.Requirement{MaxAge: time.Minute}, time.Minute + time.Millisecond, 403},
		{"within its lifetime", middleware.Options{}, middleware.Requirement{}, 10*time.Minute - time.Millisecond, 200},
		{"expired", middleware.Options{}, middleware.Requirement{MaxAge: time.Hour}, 10 * time.Minute, 403},
		{"own lifetime", middleware.Options{ReceiptLifetime: time.Hour}, middleware.Requirement{}, 59 * time.Minute, 200},
		{"own lifetime over", middleware.Options{ReceiptLifetime: time.Minute}, middleware.Requirement{}, time.Minute, 403},
		{"same cookie name", middleware.Options{Cookies: middleware.Cookies{Name: "acme"}}, middleware.Requirement{Cookies: middleware.Cookies{Name: "acme"}}, 0, 200},
		{"other cookie name", middleware.Options{Cookies: middleware.Cookies{Name: "acme"}}, middleware.Requirement{}, 0, 403},
		{"insecure", middleware.Options{Cookies: middleware.Cookies{Insecure: true}}, middleware.Requirement{Cookies: middleware.Cookies{Insecure: true}}, 0, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, test.o, second)
			s.guard(test.r)
			if got := s.secret(); got != 403 {
				t.Errorf("answered %d before anything", got)
			}
			id := s.start().text("id")
			s.check(id, s.wrong()).want(t, 422, "incorrect_code")
			if got := s.secret(); got != 403 {
				t.Errorf("answered %d after a wrong code", got)
			}
			s.check(id, s.code()).want(t, 200, "")
			s.clock.advance(test.wait)
			if got := s.secret(); got != test.want {
				t.Errorf("answered %d, want %d", got, test.want)
			}
		})
	}
}

func TestRequireVerifiedTampered(t *testing.T) {
	s := open(t, middleware.Options{})
	s.guard(middleware.Requirement{})
	s.pass()
	var token, handle string
	for _, c := range s.browser.Jar.Cookies(mustURL(t, s.server.URL)) {
		switch c.Name {
		case "__Host-codeword":
			token = c.Value
		case "__Host-codeword-handle":
			handle = c.Value
		}
	}
	s.browser = s.newBrowser()
	with := func(cookies string) int { return s.secret(func(r *http.Request) { r.Header.Set("Cookie", cookies) }) }
	if got := with("__Host-codeword=" + token); got != 200 {
		t.Fatalf("answered %d to the receipt", got)
	}
	flipped := []byte(token)
	flipped[len(flipped)/2] ^= 1
	for name, cookies := range map[string]string{
		"flipped":         "__Host-codeword=" + string(flipped),
		"cut":             "__Host-codeword=" + token[:len(token)-2],
		"longer":          "__Host-codeword=" + token + "AA",
		"empty":           "__Host-codeword=",
		"handle":          "__Host-codeword=" + handle,
		"other name":      "codeword=" + token,
		"two":             "__Host-codeword=" + token + "; __Host-codeword=" + token,
		"case":            "__host-codeword=" + token,
		"handle's cookie": "__Host-codeword-handle=" + token,
	} {
		if got := with(cookies); got != 403 {
			t.Errorf("%s: answered %d", name, got)
		}
	}
	foreign := open(t, middleware.Options{})
	foreign.guard(middleware.Requirement{})
	if got := foreign.secret(func(r *http.Request) { r.Header.Set("Cookie", "__Host-codeword="+token) }); got != 403 {
		t.Errorf("answered %d to a receipt under another key", got)
	}
}

func TestRequireVerifiedRefused(t *testing.T) {
	s := open(t, middleware.Options{})
	s.guard(middleware.Requirement{Refused: http.RedirectHandler("/login", http.StatusSeeOther)})
	got := s.do("GET", "/secret", "")
	if got.status != 303 || got.header.Get("Location") != "/login" {
		t.Errorf("answered %d, Location %q", got.status, got.header.Get("Location"))
	}
	s.pass()
	if got := s.secret(); got != 200 {
		t.Errorf("answered %d", got)
	}
}

func TestRequireVerifiedOptions(t *testing.T) {
	s := open(t, middleware.Options{})
	tests := map[string]middleware.Requirement{
		"Purpose": {Purpose: strings.Repeat("x", 257)},
		"MaxAge":  {MaxAge: -1},
		"Cookies": {Cookies: middleware.Cookies{Name: "a;b"}},
	}
	for field, r := range tests {
		if _, err := middleware.RequireVerified(s.engine, r); err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: error %v", field, err)
		}
	}
	if _, err := middleware.RequireVerified(nil, middleware.Requirement{}); err == nil {
		t.Error("took no engine")
	}
	if _, ok := middleware.ReceiptFrom(t.Context()); ok {
		t.Error("a receipt out of nothing")
	}
}
