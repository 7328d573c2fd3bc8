package middleware_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
)

func TestCookies(t *testing.T) {
	const attributes = "; HttpOnly; Secure; SameSite=Lax"
	tests := []struct {
		name            string
		o               middleware.Options
		handle, receipt string // name and what is behind the value
	}{
		{"default", middleware.Options{}, "__Host-codeword-handle=; Path=/; Max-Age=86400" + attributes, "__Host-codeword=; Path=/; Max-Age=600" + attributes},
		{"name and lifetime", middleware.Options{Cookies: middleware.Cookies{Name: "acme"}, ReceiptLifetime: time.Hour},
			"__Host-acme-handle=; Path=/; Max-Age=86400" + attributes, "__Host-acme=; Path=/; Max-Age=3600" + attributes},
		{"domain", middleware.Options{Cookies: middleware.Cookies{Domain: "127.0.0.1"}},
			"__Secure-codeword-handle=; Path=/; Domain=127.0.0.1; Max-Age=86400" + attributes, "__Secure-codeword=; Path=/; Domain=127.0.0.1; Max-Age=600" + attributes},
		{"insecure", middleware.Options{Cookies: middleware.Cookies{Insecure: true}},
			"codeword-handle=; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax", "codeword=; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, test.o)
			started := s.start()
			checked := s.check(started.text("id"), s.code())
			for _, got := range []struct {
				reply
				want string
			}{{started, test.handle}, {checked, test.receipt}} {
				set := got.header["Set-Cookie"]
				if len(set) != 1 {
					t.Fatalf("set %q", set)
				}
				name, rest, _ := strings.Cut(set[0], "=")
				value, rest, _ := strings.Cut(rest, ";")
				if name+"=;"+rest != got.want || len(value) < 26 {
					t.Errorf("set %s, want %s", set[0], got.want)
				}
			}
		})
	}
}

// The browser's secret stays from start to start, so that two verifications can go on at once.
func TestHandleStays(t *testing.T) {
	s := open(t, middleware.Options{})
	first := s.start()
	code := s.code()
	second := s.do("POST", "/verify/start", `{"to":"+14155552672"}`)
	handle := func(r reply) string { h, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";"); return h }
	if handle(first) == "" || handle(first) != handle(second) {
		t.Errorf("first %q, then %q", handle(first), handle(second))
	}
	s.check(first.text("id"), code).want(t, 200, "")
}

// A secret that somebody else may have chosen is replaced.
func TestHandleIsOurs(t *testing.T) {
	const good = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	tests := []struct {
		name, cookies string
		kept          string
	}{
		{"ours", "__Host-codeword-handle=" + good, good},
		{"short", "__Host-codeword-handle=A", ""},
		{"letters", "__Host-codeword-handle=" + strings.ToLower(good), ""},
		{"long", "__Host-codeword-handle=" + good + "A", ""},
		{"two", "__Host-codeword-handle=" + good + "; __Host-codeword-handle=" + good, ""},
		{"name", "codeword-handle=" + good, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, middleware.Options{})
			got := s.do("POST", "/verify/start", `{"to":"`+number+`"}`, func(r *http.Request) { r.Header.Set("Cookie", test.cookies) })
			name, value, _ := strings.Cut(got.header.Get("Set-Cookie"), "=")
			value, _, _ = strings.Cut(value, ";")
			sent := strings.Contains(test.cookies, "="+value)
			if got.status != 200 || name != "__Host-codeword-handle" || len(value) != 26 || sent != (value == test.kept) {
				t.Errorf("answered %d, set %q", got.status, got.header.Get("Set-Cookie"))
			}
		})
	}
}

// Of two starts at once, such as a double click, the one that is refused leaves the other's cookie alone.
func TestTwoStartsAtOnce(t *testing.T) {
	s := open(t, middleware.Options{})
	var wg sync.WaitGroup
	replies := make([]reply, 8)
	for i := range replies {
		wg.Go(func() { replies[i] = s.start() })
	}
	wg.Wait()
	started := 0
	for _, r := range replies {
		if r.status == 200 {
			started++
			s.check(r.text("id"), s.code()).want(t, 200, "")
		}
	}
	if started != 1 {
		t.Errorf("%d of 8 starts at once", started)
	}
}

func TestClear(t *testing.T) {
	s := open(t, middleware.Options{})
	requirement := middleware.Requirement{}
	verified, err := middleware.RequireVerified(s.engine, requirement)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", http.StripPrefix("/verify", s.handler))
	mux.Handle("/private", verified(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	mux.HandleFunc("/out", func(w http.ResponseWriter, _ *http.Request) { http.SetCookie(w, requirement.Cookies.Clear()) })
	s.serve(mux)
	s.pass()
	for i, path := range []string{"/private", "/out", "/private"} {
		want := []int{200, 200, 403}[i]
		if got := s.do("GET", path, ""); got.status != want {
			t.Errorf("%s: %d, want %d", path, got.status, want)
		}
	}
}
