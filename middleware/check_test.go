package middleware_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

func TestCheck(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	got := s.check(id, s.code())
	if want := `{"id":"` + id + `","status":"approved","channel":"sms","to":"` + mask + `"}`; got.status != 200 || got.raw != want {
		t.Errorf("answered %d %s, want %s", got.status, got.raw, want)
	}
	s.check(id, s.code()).want(t, 404, "not_found")
	if got := s.status(id); got.status != 200 || got.text("status") != "approved" {
		t.Errorf("status %d %s", got.status, got.raw)
	}
}

func TestCheckByForm(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	form := func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8") }
	code := s.code()
	s.do("POST", "/verify/check?code="+s.wrong(), "id="+id, form).want(t, 400, "invalid_request")
	s.do("POST", "/verify/check?code="+s.wrong()+"&id=x", "id="+id+"&code="+code[:3]+"+"+code[3:], form).want(t, 200, "")
}

func TestCheckIncorrect(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	for left := 4; left >= 0; left-- {
		got := s.check(id, s.wrong())
		got.want(t, 422, "incorrect_code")
		if got.number("attempts_left") != left {
			t.Errorf("%d attempts left, want %d", got.number("attempts_left"), left)
		}
	}
	s.check(id, s.code()).want(t, 429, "max_attempts")
	if got := s.status(id); got.text("status") != "max_attempts_reached" || got.number("attempts_left") != 0 {
		t.Errorf("status %s", got.raw)
	}
}

func TestCheckMalformedCostsNothing(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	for _, code := range []string{"", "1", "12345", "1234567", "abcdef", "12345a", "1e5", strings.Repeat("1", 4000), "１２３"} {
		s.check(id, code).want(t, 400, "invalid_request")
	}
	s.do("POST", "/verify/check", `{"id":"`+id+`"}`).want(t, 400, "invalid_request")
	if got := s.status(id); got.number("attempts_left") != 5 {
		t.Errorf("status %s", got.raw)
	}
	code := s.code()
	s.check(id, " "+code[:3]+" - "+code[3:]).want(t, 200, "")
}

// What there never was, what has ended and what is another browser's all look alike.
func TestCheckNotFound(t *testing.T) {
	s := open(t, middleware.Options{})
	right := func() string { return s.code() }
	tests := []struct {
		name string
		id   func() string
	}{
		{"unknown", func() string { s.start(); return "00000000-0000-0000-0000-000000000000" }},
		{"no id", func() string { s.start(); return "hello" }},
		{"used", func() string { id := s.start().text("id"); s.check(id, s.code()); return id }},
		{"expired", func() string { id := s.start().text("id"); s.clock.advance(10 * time.Minute); return id }},
		{"other browser", func() string { id := s.start().text("id"); s.browser = s.newBrowser(); return id }},
		{"other browser with a handle", func() string {
			id, code := s.start().text("id"), s.code()
			s.browser = s.newBrowser()
			s.do("POST", "/verify/start", `{"to":"+14155552679"}`)
			right = func() string { return code }
			return id
		}},
	}
	want := ""
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.clock.advance(time.Hour)
			s.browser = s.newBrowser()
			got := s.check(test.id(), right())
			got.want(t, 404, "not_found")
			if want == "" {
				want = got.raw
			}
			if got.raw != want {
				t.Errorf("answered %s, want %s", got.raw, want)
			}
		})
	}
	s.do("POST", "/verify/check", `{"id":"","code":"123456"}`).want(t, 400, "invalid_request")
	s.do("POST", "/verify/check", `{"code":"123456"}`).want(t, 400, "invalid_request")
}

func TestCheckThrottled(t *testing.T) {
	s := open(t, middleware.Options{}, func(o *verify.Options) { o.Limits.FailedChecks = verify.Rate{Count: 1, Per: time.Hour} })
	id := s.start().text("id")
	s.check(id, s.wrong()).want(t, 422, "incorrect_code")
	got := s.check(id, s.code())
	got.want(t, 429, "throttled")
	if n := got.number("retry_after"); n < 1 || n > 7200 || got.header.Get("Retry-After") != fmt.Sprint(n) {
		t.Errorf("retry after %d and %q", n, got.header.Get("Retry-After"))
	}
	if strings.Contains(got.raw, "attempts_left") {
		t.Errorf("answered %s", got.raw)
	}
}

func TestOtherPurpose(t *testing.T) {
	s := open(t, middleware.Options{Purpose: "login"})
	pay, err := middleware.New(s.engine, middleware.Options{Purpose: "pay"})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", s.handler)
	mux.Handle("/pay/", pay)
	s.serve(mux)
	id := s.start().text("id")
	s.do("POST", "/pay/check", `{"id":"`+id+`","code":"`+s.code()+`"}`).want(t, 404, "not_found")
	s.do("GET", "/pay/status/"+id, "").want(t, 404, "not_found")
	s.status(id).want(t, 200, "")
	s.check(id, s.code()).want(t, 200, "")
}

func TestStatus(t *testing.T) {
	s := open(t, middleware.Options{})
	id := s.start().text("id")
	s.check(id, s.wrong())
	s.clock.advance(20*time.Second + time.Millisecond)
	want := `{"id":"` + id + `","status":"pending","channel":"sms","to":"` + mask + `","expires_in":580,"attempts_left":4,"resend_in":10}`
	if got := s.status(id); got.status != 200 || got.raw != want {
		t.Errorf("answered %d %s, want %s", got.status, got.raw, want)
	}
	if got := s.status(strings.ReplaceAll(id, "-", "")); got.raw != want {
		t.Errorf("answered %d %s for 32 digits", got.status, got.raw)
	}
	s.clock.advance(10 * time.Minute)
	if got := s.status(id); got.status != 200 || got.text("status") != "expired" || got.number("expires_in") != 0 {
		t.Errorf("answered %d %s", got.status, got.raw)
	}
	s.status("hello").want(t, 404, "not_found")
	s.browser = s.newBrowser()
	s.status(id).want(t, 404, "not_found")
}

func TestOnApproved(t *testing.T) {
	var seen verify.Receipt
	var refuse error
	s := open(t, middleware.Options{Purpose: "login", OnApproved: func(w http.ResponseWriter, _ *http.Request, r verify.Receipt) error {
		seen = r
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Secure: true})
		if refuse != nil && refuse.Error() == "panic" {
			panic("of +14155552671")
		}
		return refuse
	}})
	cookies := func(r reply) string { return strings.Join(r.header["Set-Cookie"], "\n") }

	id := s.start().text("id")
	s.check(id, s.wrong()).want(t, 422, "incorrect_code")
	if seen.ID != "" {
		t.Fatal("called for a wrong code")
	}
	got := s.check(id, s.code())
	got.want(t, 200, "")
	if seen.ID != id || seen.Recipient() != number || seen.Purpose != "login" {
		t.Errorf("called with %v", seen)
	}
	if c := cookies(got); !strings.Contains(c, "session=1") || !strings.Contains(c, "__Host-codeword=") {
		t.Errorf("cookies %s", c)
	}
	for _, test := range []struct {
		err    error
		status int
		code   string
	}{
		{errors.New("the database is gone"), 503, "unavailable"},
		{fmt.Errorf("taken: %w", verify.ErrNotAllowed), 403, "recipient_not_allowed"},
		{errors.New("panic"), 500, "internal"},
	} {
		s.clock.advance(time.Hour)
		refuse = test.err
		got = s.check(s.start().text("id"), s.code())
		got.want(t, test.status, test.code)
		if c := cookies(got); c != "" {
			t.Errorf("%v: has set cookies %s", test.err, c)
		}
	}
}
