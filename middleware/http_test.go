package middleware_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

// S42
func TestContentTypes(t *testing.T) {
	const asJSON, asForm = `{"to":"hello"}`, `to=hello`
	tests := []struct {
		kind, body string
		code       string // invalid_recipient if the body was read
	}{
		{"application/json", asJSON, "invalid_recipient"},
		{"application/json; charset=utf-8", asJSON, "invalid_recipient"},
		{"Application/JSON;charset=\"UTF-8\"", asJSON, "invalid_recipient"},
		{"application/x-www-form-urlencoded", asForm, "invalid_recipient"},
		{"application/x-www-form-urlencoded; charset=UTF-8", asForm, "invalid_recipient"},
		{"application/json", asForm, "invalid_request"},
		{"application/x-www-form-urlencoded", asJSON, "invalid_request"},
		{"", asJSON, "unsupported_media_type"},
		{"text/plain", asJSON, "unsupported_media_type"},
		{"text/plain;charset=UTF-8", asJSON, "unsupported_media_type"},
		{"text/json", asJSON, "unsupported_media_type"},
		{"text/xml", "<to/>", "unsupported_media_type"},
		{"application/jsonp", asJSON, "unsupported_media_type"},
		{"application/problem+json", asJSON, "unsupported_media_type"},
		{"application/json, text/plain", asJSON, "unsupported_media_type"},
		{"application/json; charset=utf-16", asJSON, "unsupported_media_type"},
		{"application/json; charset=iso-8859-1", asJSON, "unsupported_media_type"},
		{"application/json; charset=utf-8; version=1", asJSON, "unsupported_media_type"},
		{"application/json; version=1", asJSON, "unsupported_media_type"},
		{"application/json;", asJSON, "invalid_recipient"},
		{"application/json; charset", asJSON, "unsupported_media_type"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nhello\r\n--x--\r\n", "unsupported_media_type"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"to\"; filename=\"f\"\r\n\r\nhello\r\n--x--\r\n", "unsupported_media_type"},
	}
	t.Setenv("TMPDIR", t.TempDir())
	s := open(t, middleware.Options{})
	status := map[string]int{"unsupported_media_type": 415}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			got := s.do("POST", "/verify/start", test.body, func(r *http.Request) { r.Header.Set("Content-Type", test.kind) })
			want := status[test.code]
			if want == 0 {
				want = 400
			}
			got.want(t, want, test.code)
		})
	}
	if files, err := os.ReadDir(os.TempDir()); err != nil || len(files) > 0 {
		t.Errorf("temporary files %v, %v", files, err)
	}
}

func TestContentHeadersOnce(t *testing.T) {
	s := open(t, middleware.Options{})
	twice := func(r *http.Request) { r.Header["Content-Type"] = []string{"application/json", "text/plain"} }
	s.do("POST", "/verify/start", `{"to":"hello"}`, twice).want(t, 415, "unsupported_media_type")
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, `{"to":"hello"}`)
	_ = z.Close()
	compressed := func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }
	s.do("POST", "/verify/start", b.String(), compressed).want(t, 415, "unsupported_media_type")
}

// S43: what is refused has not touched the store.
func TestStrictBodies(t *testing.T) {
	count := &brokenStore{}
	s := open(t, middleware.Options{}, func(o *verify.Options) { count.clock = o.Now; count.open(t); o.Store = count })
	id := s.start().text("id")
	code := s.code()
	before := count.calls.Load()
	for _, body := range []string{
		`{"id":"` + id + `","code":"` + code + `","code":"` + code + `"}`, `{"id":"` + id + `","Code":"` + code + `"}`,
		`{"id":"` + id + `","code":` + code + `}`, `{"id":"` + id + `","code":null}`, `{"id":"` + id + `","code":["` + code + `"]}`,
		`[{"id":"` + id + `","code":"` + code + `"}]`, "\ufeff" + `{"id":"` + id + `","code":"` + code + `"}`,
		`{"id":"` + id + `","code":"` + code + `"}{}`, `{"id":"` + id + `","code":"` + code + "\xff\"}", `{"id":"` + id + `","code":1e5}`,
		`{"id":"` + id + `","code":"` + code + `\ud800"}`, `{"id":"` + id + `","code":"` + code + `","to":"` + number + `"}`,
	} {
		s.do("POST", "/verify/check", body).want(t, 400, "invalid_request")
	}
	if n := count.calls.Load() - before; n != 0 {
		t.Errorf("%d calls of the store", n)
	}
	s.check(id, code).want(t, 200, "")
}

// S40
func TestTooLarge(t *testing.T) {
	s := open(t, middleware.Options{})
	body := func(n int) string { return `{"to":"hello"}` + strings.Repeat(" ", n-14) }
	chunked := func(r *http.Request) { r.ContentLength = -1 }
	s.do("POST", "/verify/start", body(8<<10)).want(t, 400, "invalid_recipient")
	s.do("POST", "/verify/start", body(8<<10), chunked).want(t, 400, "invalid_recipient")
	for _, path := range []string{"/verify/start", "/verify/check"} {
		s.do("POST", path, body(8<<10+1)).want(t, 413, "too_large")
		s.do("POST", path, body(8<<10+1), chunked).want(t, 413, "too_large")
	}
}

// A flood is a body without end that counts what is read of it.
type flood struct{ read int }

func (f *flood) Read(p []byte) (int, error) { f.read += len(p); clear(p); return len(p), nil }

func TestTooLargeIsNotRead(t *testing.T) {
	s := open(t, middleware.Options{})
	for _, length := range []int64{-1, 1 << 40} {
		body := &flood{}
		r := httptest.NewRequest("POST", "/start", body)
		r.ContentLength = length
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != 413 || body.read > 64<<10 || w.Header().Get("Connection") != "close" {
			t.Errorf("answered %d after %d bytes, Connection: %q", w.Code, body.read, w.Header().Get("Connection"))
		}
	}
}

// A deadlines records when reading must end.
type deadlines struct {
	http.ResponseWriter
	set []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error { d.set = append(d.set, t); return nil }

// S41
func TestReadDeadline(t *testing.T) {
	s := open(t, middleware.Options{})
	do := func(path, body string) *deadlines {
		w := &deadlines{ResponseWriter: httptest.NewRecorder()}
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		s.handler.ServeHTTP(w, r)
		return w
	}
	soon := func(at time.Time) bool { left := time.Until(at); return 9*time.Second < left && left <= 10*time.Second }
	if w := do("/start", `{"to":"hello"}`); len(w.set) != 2 || !soon(w.set[0]) || !w.set[1].IsZero() {
		t.Errorf("deadlines %v", w.set)
	}
	for _, refused := range []string{"/start/", "/status/x", "/other"} { // what is not read must not be waited for by the server either
		if w := do(refused, `{"to":"hello"}`); len(w.set) != 1 || !soon(w.set[0]) {
			t.Errorf("%s: deadlines %v", refused, w.set)
		}
	}
}

// A body that stops arriving ends the request when the server's own, shorter, time is over.
func TestSlowBody(t *testing.T) {
	s := open(t, middleware.Options{})
	server := httptest.NewUnstartedServer(s.handler)
	server.Config.ReadTimeout = 80 * time.Millisecond
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "POST /start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"to\"")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 400 || !answer.Close {
		t.Errorf("answered %d, close %t", answer.StatusCode, answer.Close)
	}
}

// S45
func TestMethods(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	routes := map[string]string{"/verify/start": "POST", "/verify/check": "POST", "/verify/status/" + id: "GET"}
	for path, allowed := range routes {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post"} {
			if method == allowed {
				continue
			}
			got := s.do(method, path, "")
			if got.status != 405 || got.header.Get("Allow") != allowed {
				t.Errorf("%s %s answered %d, Allow %q", method, path, got.status, got.header.Get("Allow"))
			}
		}
	}
	s.do("GET", "/verify/check?id="+id+"&code="+s.code(), "").want(t, 405, "method_not_allowed")
	if got := s.status(id); got.number("attempts_left") != 5 {
		t.Errorf("status %s", got.raw)
	}
}

// S50
func TestCrossOrigin(t *testing.T) {
	s := open(t, middleware.Options{TrustedOrigins: []string{"https://app.example.com"}})
	tests := []struct {
		site, origin string
		ok           bool
	}{
		{"", "", true}, // no browser
		{"same-origin", "", true},
		{"none", "", true},
		{"same-origin", s.server.URL, true},
		{"", s.server.URL, true},
		{"cross-site", "https://app.example.com", true},
		{"same-site", "https://app.example.com", true},
		{"", "https://app.example.com", true},
		{"cross-site", "", false},
		{"same-site", "", false},
		{"cross-site", "https://evil.example", false},
		{"", "https://evil.example", false},
		{"", "null", false},
		{"", "http://app.example.com", false},
		{"", "https://app.example.com.evil.example", false},
	}
	id := s.start().text("id")
	for _, test := range tests {
		for path, want := range map[string]int{"/verify/start": 400, "/verify/check": 400, "/verify/status/" + id: 200} {
			method := "POST"
			if want == 200 {
				method = "GET"
			} else if !test.ok {
				want = 403
			}
			got := s.do(method, path, "{}", func(r *http.Request) {
				for name, value := range map[string]string{"Sec-Fetch-Site": test.site, "Origin": test.origin} {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
			})
			if got.status != want || want == 403 && got.text("code") != "cross_origin" {
				t.Errorf("%s, site %q, origin %q: %d %s", path, test.site, test.origin, got.status, got.raw)
			}
		}
	}
}

// S51
func TestHeaders(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	replies := map[string]reply{
		"start":        s.do("POST", "/verify/start", `{"to":"+14155552670"}`),
		"status":       s.status(id),
		"check":        s.check(id, s.code()),
		"throttled":    s.do("POST", "/verify/start", `{"to":"+14155552670"}`),
		"invalid":      s.do("POST", "/verify/start", `{}`),
		"not found":    s.check(id, "123456"),
		"no such path": s.do("GET", "/verify/other", ""),
		"method":       s.do("PUT", "/verify/start", ""),
		"media type":   s.do("POST", "/verify/start", ""),
		"large":        s.do("POST", "/verify/start", strings.Repeat(" ", 9000)),
		"cross origin": s.do("POST", "/verify/start", "{}", func(r *http.Request) { r.Header.Set("Origin", "null") }),
	}
	for name, r := range replies {
		kind := "application/problem+json; charset=utf-8"
		if r.status == 200 {
			kind = "application/json; charset=utf-8"
		}
		for header, want := range map[string]string{"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
			if got := r.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		for header := range r.header {
			if strings.HasPrefix(header, "Access-Control-") {
				t.Errorf("%s: %s is set", name, header)
			}
		}
		if r.status == 200 {
			continue
		}
		if r.text("type") != "https://codeword-go.github.io/problems/"+r.text("code") || r.number("status") != r.status || r.text("title") == "" || r.text("detail") == "" {
			t.Errorf("%s: answered %d %s", name, r.status, r.raw)
		}
	}
}

// S53
func TestPaths(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	tests := []struct {
		method, path string
		want         int
	}{
		{"POST", "/start", 400}, {"POST", "start", 400}, {"POST", "/a/b/start", 400}, {"POST", "/caf%C3%A9/start", 400}, {"POST", "/check", 400},
		{"GET", "/status/" + id, 200}, {"GET", "status/" + id, 200}, {"GET", "/a/status/" + id, 200}, {"POST", "/start?x=/y", 400},
		{"POST", "/start/", 404}, {"POST", "//start", 404}, {"POST", "/a//start", 404}, {"POST", "/./start", 404}, {"POST", "./start", 404},
		{"POST", "/a/../start", 404}, {"POST", "/%2e/start", 404}, {"POST", "/a/%2E%2e/start", 404}, {"POST", "/a%2Fstart", 404},
		{"POST", "/a%2fb/start", 404}, {"POST", "/a%5Cb/start", 404}, {"POST", "/%00/start", 404}, {"POST", "/start%00", 404}, {"POST", "/start%20", 404},
		{"POST", "/%73tart", 404}, {"POST", "/Start", 404}, {"POST", "/start;a=b", 404}, {"POST", "/restart", 404}, {"POST", "/", 404}, {"POST", "", 404},
		{"GET", "/status", 404}, {"GET", "/status/", 404}, {"GET", "/status//" + id, 404}, {"GET", "/status/" + id + "/", 404},
		{"GET", "/status%2F" + id, 404}, {"GET", "/status/" + id + "%00", 404}, {"GET", "/status/a%2F" + id, 404}, {"GET", "/status/.", 404},
		{"GET", "/status/..", 404}, {"GET", "/status/%2e%2e", 404}, {"GET", "/mystatus/" + id, 404}, {"GET", "/" + id, 404},
	}
	secret := s.browser.Jar.Cookies(mustURL(t, s.server.URL))[0]
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "/", strings.NewReader(`{}`))
			path, query, _ := strings.Cut(test.path, "?")
			plain, err := url.PathUnescape(path)
			if err != nil {
				t.Fatal(err)
			}
			r.URL = &url.URL{Path: plain, RawPath: path, RawQuery: query}
			r.Header.Set("Content-Type", "application/json")
			r.AddCookie(secret)
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			if w.Code != test.want {
				t.Errorf("answered %d %s, want %d", w.Code, w.Body, test.want)
			}
		})
	}
}

// S52
func TestPanics(t *testing.T) {
	const sentinel = "sentinel-4155552671"
	var abort bool
	s := open(t, middleware.Options{Binding: func(*http.Request) string {
		if abort {
			panic(http.ErrAbortHandler)
		}
		panic(sentinel)
	}})
	ids := map[string]bool{}
	for range 2 {
		got := s.start()
		got.want(t, 500, "internal")
		_, id, _ := strings.Cut(strings.TrimSuffix(got.text("detail"), "."), " under ")
		if len(id) < 20 || !strings.Contains(s.seen.String(), "error_id="+id) {
			t.Errorf("answered %s, logged %s", got.raw, s.seen)
		}
		ids[id] = true
	}
	if len(ids) != 2 {
		t.Error("two failures have one id")
	}
	if strings.Contains(s.seen.String(), "sentinel") {
		t.Error("what was panicked with is printed")
	}
	abort = true
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+"/verify/status/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := s.browser.Do(r); err == nil {
		answer.Body.Close()
		t.Errorf("answered %d to an aborted request", answer.StatusCode)
	}
}
