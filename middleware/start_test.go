package middleware_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

func TestStart(t *testing.T) {
	tests := []struct{ name, kind, body, channel, to string }{
		{"JSON", "application/json", `{"channel":"sms","to":"+1 415-555-2671"}`, "sms", mask},
		{"form", "application/x-www-form-urlencoded", `channel=call&to=%2B14155552671`, "call", mask},
		{"country code", "application/json", `{"country_code":"1","phone_number":"(415) 555-2671"}`, "sms", mask},
		{"e-mail", "application/json", `{"channel":"email","to":"someone@example.com"}`, "email", "s***@example.com"},
		{"channel of the profile", "application/json", `{"to":"someone@example.com"}`, "email", "s***@example.com"},
		{"locale and key", "application/json", `{"to":"+14155552671","locale":"fr","idempotency_key":"k"}`, "sms", mask},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, middleware.Options{})
			got := s.do("POST", "/verify/start", test.body, func(r *http.Request) { r.Header.Set("Content-Type", test.kind) })
			id := got.text("id")
			want := fmt.Sprintf(`{"id":"%s","status":"pending","channel":"%s","to":"%s","expires_in":600,"resend_in":30}`, id, test.channel, test.to)
			if got.status != 200 || got.raw != want || len(id) != 36 {
				t.Errorf("answered %d %s, want %s", got.status, got.raw, want)
			}
			if n := len(s.inbox.Messages()); n != 1 {
				t.Errorf("%d messages", n)
			}
		})
	}
}

func TestStartRefuses(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		code       string
		field      string
	}{
		{"no recipient", `{}`, 400, "invalid_recipient", "to"},
		{"no number", `{"to":"hello"}`, 400, "invalid_recipient", "to"},
		{"both", `{"to":"+14155552671","country_code":"1","phone_number":"4155552671"}`, 400, "invalid_recipient", "to"},
		{"country code", `{"country_code":"x","phone_number":"4155552671"}`, 400, "invalid_recipient", "country_code"},
		{"national number", `{"country_code":"1","phone_number":"12"}`, 400, "invalid_recipient", "phone_number"},
		{"channel", `{"channel":"pigeon","to":"+14155552671"}`, 400, "invalid_request", "channel"},
		{"channel for phones", `{"channel":"sms","to":"someone@example.com"}`, 400, "invalid_request", "channel"},
		{"key", `{"to":"+14155552671","idempotency_key":"` + strings.Repeat("k", 257) + `"}`, 400, "invalid_request", "idempotency_key"},
		{"region", `{"to":"+442071838750"}`, 403, "recipient_not_allowed", ""},
		{"premium", `{"to":"+19002345678"}`, 403, "recipient_not_allowed", ""},
		{"custom code", `{"to":"+14155552671","custom_code":"111111"}`, 400, "invalid_request", "custom_code"},
		{"code length", `{"to":"+14155552671","code_length":4}`, 400, "invalid_request", "code_length"},
		{"profile", `{"to":"+14155552671","profile":"test"}`, 400, "invalid_request", "profile"},
		{"client", `{"to":"+14155552671","client_ip":"192.0.2.1"}`, 400, "invalid_request", "client_ip"},
	}
	s := open(t, middleware.Options{}, func(o *verify.Options) { o.Profiles[0].Regions = []string{"US"} })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := s.do("POST", "/verify/start", test.body)
			got.want(t, test.status, test.code)
			if got.text("field") != test.field {
				t.Errorf("field %q, want %q", got.text("field"), test.field)
			}
			if got.header.Get("Set-Cookie") != "" {
				t.Error("a refused start has set a cookie")
			}
		})
	}
	if n := len(s.inbox.Messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestStartThrottled(t *testing.T) {
	s := open(t, middleware.Options{})
	s.start().want(t, 200, "")
	s.clock.advance(1500 * time.Millisecond)
	got := s.start()
	got.want(t, 429, "throttled")
	if got.number("retry_after") != 29 || got.header.Get("Retry-After") != "29" {
		t.Errorf("28.5 s are told as %d and %q", got.number("retry_after"), got.header.Get("Retry-After"))
	}
	if got.header.Get("Set-Cookie") != "" {
		t.Error("a refused start has set a cookie")
	}
	s.clock.advance(28500 * time.Millisecond)
	s.start().want(t, 200, "")
}

func TestStartNotSent(t *testing.T) {
	s := open(t, middleware.Options{})
	s.inbox.Once(channeltest.Fail(errors.New("the provider says: +14155552671 is asleep")), channeltest.Panic("493021"))
	s.start().want(t, 502, "not_sent")
	s.clock.advance(time.Minute)
	s.start().want(t, 502, "not_sent")
}

func TestStartRejected(t *testing.T) {
	s := open(t, middleware.Options{})
	s.inbox.Once(channeltest.Fail(fmt.Errorf("%w: no such line", channel.ErrRejected)))
	s.start().want(t, 502, "not_sent")
}

func TestStartIsIdempotent(t *testing.T) {
	s := open(t, middleware.Options{})
	s.start()
	s.clock.advance(time.Minute)
	body := `{"to":"` + number + `","idempotency_key":"k"}`
	first, second := s.do("POST", "/verify/start", body), s.do("POST", "/verify/start", body)
	if first.status != 200 || first.raw != second.raw || len(s.inbox.Messages()) != 2 {
		t.Errorf("answered %s and %s, with %d messages", first.raw, second.raw, len(s.inbox.Messages()))
	}
}

var timeAndID = regexp.MustCompile(`"(id)":"[0-9a-f-]{36}"|"(expires_in|resend_in)":\d+`)

// S47: what other browsers have done with an address does not show.
func TestStartTellsNothingOfOthers(t *testing.T) {
	s := open(t, middleware.Options{})
	blank := func(r reply) string { return timeAndID.ReplaceAllString(r.raw, "") + fmt.Sprint(r.status) }
	first := s.start()
	for range 3 {
		s.check(first.text("id"), s.wrong()).want(t, 422, "incorrect_code")
	}
	s.clock.advance(time.Minute)
	s.browser = s.newBrowser()
	if second := s.start(); blank(second) != blank(first) {
		t.Errorf("%s after other browsers' guesses, %s before", second.raw, first.raw)
	}
	s.pass2(t)
	s.clock.advance(time.Hour)
	s.browser = s.newBrowser()
	if third := s.start(); blank(third) != blank(first) {
		t.Errorf("%s after another browser's approval, %s before", third.raw, first.raw)
	}
}

// pass2 passes once the cool-down is over.
func (s *site) pass2(t *testing.T) {
	t.Helper()
	s.clock.advance(time.Hour)
	s.pass()
}

// S47: whether the host knows the person does not show, from the start to the last guess.
func TestNobodyLooksLikeSomebody(t *testing.T) {
	transcript := func(known bool) (replies []string, sent int) {
		s := open(t, middleware.Options{Recipient: func(*http.Request) (string, error) {
			if known {
				return number, nil
			}
			return number, fmt.Errorf("no such user: %w", middleware.ErrNobody)
		}})
		note := func(r reply) reply {
			r.header.Del("Date")
			r.header.Del("Set-Cookie")
			replies = append(replies, regexp.MustCompile(`"id":"[0-9a-f-]{36}"`).ReplaceAllString(fmt.Sprint(r.status, r.header, r.raw), ""))
			return r
		}
		id := note(s.do("POST", "/verify/start", `{}`)).text("id")
		note(s.do("POST", "/verify/start", `{}`))
		s.clock.advance(time.Minute)
		note(s.do("POST", "/verify/start", `{}`))
		note(s.status(id))
		for range 6 {
			note(s.check(id, "000000"))
		}
		note(s.status(id))
		s.clock.advance(time.Hour)
		note(s.status(id))
		return replies, len(s.inbox.Messages())
	}
	somebody, sent := transcript(true)
	nobody, none := transcript(false)
	if sent != 2 || none != 0 {
		t.Errorf("%d messages to somebody, %d to nobody", sent, none)
	}
	for i := range somebody {
		if somebody[i] != nobody[i] {
			t.Errorf("somebody is answered %s, nobody %s", somebody[i], nobody[i])
		}
	}
}

func TestRecipientOfHost(t *testing.T) {
	var fail error
	to := number
	s := open(t, middleware.Options{Recipient: func(*http.Request) (string, error) { return to, fail }})
	s.start().want(t, 400, "invalid_request")
	for _, body := range []string{`{"country_code":"1"}`, `{"phone_number":"4155552671"}`} {
		s.do("POST", "/verify/start", body).want(t, 400, "invalid_request")
	}
	got := s.do("POST", "/verify/start", `{}`)
	if got.status != 200 || got.text("to") != mask {
		t.Fatalf("answered %d %s", got.status, got.raw)
	}
	id, code := got.text("id"), s.code()
	to = "+14155552672" // another session, in the same browser
	s.check(id, code).want(t, 404, "not_found")
	s.status(id).want(t, 404, "not_found")
	to, fail = number, errors.New("the database is gone")
	s.check(id, code).want(t, 503, "unavailable")
	fail = fmt.Errorf("not for you: %w", verify.ErrNotAllowed)
	s.do("POST", "/verify/start", `{}`).want(t, 403, "recipient_not_allowed")
	fail = nil
	s.check(id, code).want(t, 200, "")
	to = "hello"
	s.do("POST", "/verify/start", `{}`).want(t, 400, "invalid_recipient")
}

// What the engine reports is told alike wherever it comes from, and whatever else the error wraps.
func TestOutcomes(t *testing.T) {
	tests := []struct {
		err    error
		status int
		code   string
	}{
		{verify.ErrInvalid, 400, "invalid_request"},
		{verify.ErrInvalidRecipient, 400, "invalid_recipient"},
		{verify.ErrNotAllowed, 403, "recipient_not_allowed"},
		{verify.ErrNotFound, 404, "not_found"},
		{verify.ErrExpired, 404, "not_found"},
		{verify.ErrCanceled, 404, "not_found"},
		{verify.ErrUsed, 404, "not_found"},
		{verify.ErrIncorrect, 422, "incorrect_code"},
		{verify.ErrMaxAttempts, 429, "max_attempts"},
		{&verify.ThrottledError{RetryAfter: time.Nanosecond}, 429, "throttled"},
		{verify.ErrNotSent, 502, "not_sent"},
		{verify.ErrUnavailable, 503, "unavailable"},
		{fmt.Errorf("%w: %w", verify.ErrUnavailable, verify.ErrIncorrect), 503, "unavailable"},
		{fmt.Errorf("%w: %w", verify.ErrNotSent, verify.ErrNotFound), 502, "not_sent"},
		{fmt.Errorf("%w: %w", verify.ErrUnavailable, &verify.ThrottledError{RetryAfter: time.Second}), 503, "unavailable"},
		{errors.New("of the host"), 503, "unavailable"},
	}
	var fail error
	s := open(t, middleware.Options{Recipient: func(*http.Request) (string, error) { return "", fail }})
	for _, test := range tests {
		fail = test.err
		got := s.do("POST", "/verify/start", "{}")
		got.want(t, test.status, test.code)
		if after := got.header.Get("Retry-After"); (test.code == "throttled") != (after == "1") {
			t.Errorf("%v: Retry-After %q", test.err, after)
		}
	}
}

// A host may name a channel as it likes.
func TestAnswersAreEscaped(t *testing.T) {
	for _, odd := range []string{`a"b`, `a\b`, "</script>", "é", "a\x01b", "a\xffb"} {
		s := open(t, middleware.Options{}, func(o *verify.Options) { o.Channels = map[string]channel.Channel{odd: new(channeltest.Inbox)} })
		got := s.do("POST", "/verify/start", `{"to":"`+number+`"}`)
		if want := strings.ToValidUTF8(odd, "\ufffd"); got.status != 200 || got.text("channel") != want || strings.Contains(got.raw, "<") {
			t.Errorf("channel %q: answered %d %s", odd, got.status, got.raw)
		}
	}
}

func TestProfileOfHost(t *testing.T) {
	name := "strict"
	s := open(t, middleware.Options{Profile: func(*http.Request) string { return name }}, func(o *verify.Options) {
		o.Profiles = append(o.Profiles, verify.Profile{Name: "strict", CodeLength: 8, Regions: []string{"US"}, AllowPossible: true})
	})
	got := s.start()
	id, code := got.text("id"), s.code()
	if got.status != 200 || len(code) != 8 {
		t.Fatalf("answered %d %s, with a code of %d digits", got.status, got.raw, len(code))
	}
	name = "test"
	s.check(id, code).want(t, 404, "not_found") // started for another profile
	name = "strict"
	s.check(id, code).want(t, 200, "")
	name = "none"
	s.start().want(t, 500, "internal")
}

// A session that a browser begins after the start gets nothing from it.
func TestBindingOfHost(t *testing.T) {
	user := "alice"
	s := open(t, middleware.Options{Binding: func(*http.Request) string { return user }})
	id := s.start().text("id")
	user = "bob"
	s.check(id, s.code()).want(t, 404, "not_found")
	user = "alice"
	s.check(id, s.code()).want(t, 200, "")
}

func TestUnavailable(t *testing.T) {
	broken := &brokenStore{}
	s := open(t, middleware.Options{}, func(o *verify.Options) { broken.clock = o.Now; broken.open(t); o.Store = broken })
	id := s.start().text("id")
	code := s.code()
	for _, panics := range []bool{false, true} {
		broken.fail(panics)
		s.clock.advance(time.Minute)
		s.start().want(t, 503, "unavailable")
		s.check(id, code).want(t, 503, "unavailable")
		s.status(id).want(t, 503, "unavailable")
		broken.mend()
	}
	if n := len(s.inbox.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
	s.check(id, code).want(t, 200, "")
}

func TestBackEnd(t *testing.T) {
	s := open(t, middleware.Options{BackEnd: true}, func(o *verify.Options) {
		o.Profiles = append(o.Profiles, verify.Profile{Name: "custom", CustomCodes: true, Regions: []string{"US"}, AllowPossible: true})
		o.Limits.Starts = verify.Rate{Count: 1, Per: time.Hour}
	})
	got := s.do("POST", "/verify/start", `{"to":"`+number+`","code_length":8,"client_ip":"192.0.2.1"}`)
	got.want(t, 200, "")
	if len(s.code()) != 8 || len(got.header["Set-Cookie"]) != 0 {
		t.Errorf("a code of %d digits, cookies %q", len(s.code()), got.header["Set-Cookie"])
	}
	s.check(got.text("id"), s.wrong()).want(t, 422, "incorrect_code")
	s.status(got.text("id")).want(t, 200, "")
	if got := s.check(got.text("id"), s.code()); got.status != 200 || len(got.header["Set-Cookie"]) != 0 {
		t.Errorf("answered %d %s, cookies %q", got.status, got.raw, got.header["Set-Cookie"])
	}

	got = s.do("POST", "/verify/start", `{"to":"+14155552672","client_ip":"192.0.2.1"}`)
	got.want(t, 429, "throttled")
	got = s.do("POST", "/verify/start", `{"to":"+14155552672","profile":"custom","custom_code":"K7QX2M","client_ip":"192.0.2.2"}`)
	got.want(t, 200, "")
	s.check(got.text("id"), "K7QX2M").want(t, 200, "")

	tests := []struct{ name, body, field string }{
		{"client", `{"to":"+14155552673","client_ip":"x"}`, "client_ip"},
		{"length", `{"to":"+14155552673","code_length":300}`, "code_length"},
		{"length zero", `{"to":"+14155552673","code_length":0}`, "code_length"},
		{"short", `{"to":"+14155552673","code_length":"4"}`, "code_length"},
		{"no number", `{"to":"+14155552673","code_length":"six"}`, "code_length"},
		{"custom code", `{"to":"+14155552673","custom_code":"111111"}`, "custom_code"},
		{"profile", `{"to":"+14155552673","profile":"none"}`, "profile"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := s.do("POST", "/verify/start", test.body)
			got.want(t, 400, "invalid_request")
			if got.text("field") != test.field {
				t.Errorf("field %q, want %q", got.text("field"), test.field)
			}
		})
	}
	for header, value := range map[string]string{"Origin": s.server.URL, "Sec-Fetch-Site": "same-origin"} {
		s.do("POST", "/verify/start", `{"to":"+14155552674"}`, func(r *http.Request) { r.Header.Set(header, value) }).want(t, 403, "cross_origin")
	}
}

func TestBackEndKnowsNoClientOfItsOwn(t *testing.T) {
	s := open(t, middleware.Options{BackEnd: true}, func(o *verify.Options) { o.Limits.Starts = verify.Rate{Count: 1, Per: time.Hour} })
	for n := range 3 {
		s.do("POST", "/verify/start", fmt.Sprintf(`{"to":"+1415555267%d"}`, n)).want(t, 200, "")
	}
}

// A browser must not check what a back end started: it has shown no handle.
func TestBackEndApart(t *testing.T) {
	s := open(t, middleware.Options{})
	back, err := middleware.New(s.engine, middleware.Options{BackEnd: true})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/start", strings.NewReader(`{"to":"`+number+`"}`))
	r.Header.Set("Content-Type", "application/json")
	back.ServeHTTP(w, r)
	id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(w.Body.String())
	s.check(id, s.code()).want(t, 404, "not_found")
	s.status(id).want(t, 404, "not_found")
}
