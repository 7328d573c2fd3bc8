package verify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func TestStart(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: "+1 (415) 555-2671", Locale: "de"})
	if v.Status != verify.StatusPending || v.To != "+1******2671" || v.Recipient() != phone || v.Channel != "sms" || v.Profile != "test" ||
		v.Locale != "de" || v.AttemptsLeft != 5 || v.Sends != 1 || v.ExpiresIn != 10*time.Minute || v.ResendIn != 30*time.Second ||
		!v.CreatedAt.Equal(c.Now().Truncate(time.Millisecond)) || v.ExpiresAt.Sub(v.CreatedAt) != 10*time.Minute {
		t.Errorf("%+v", v)
	}
	m := inbox.Messages()[0]
	if m.To.Reveal() != phone || m.Channel != "sms" || m.VerificationID != v.ID || m.Attempt != 1 || !m.Expires.Equal(v.ExpiresAt) ||
		m.Brand != "Test" || m.Profile != "test" || m.Locale != "de" || len(m.Code.Reveal()) != 6 {
		t.Errorf("%+v", m)
	}
	if text := m.Text.Reveal(); !strings.Contains(text, m.Code.Reveal()) || !strings.Contains(text, "Test") || !strings.Contains(text, "10") {
		t.Error("the text lacks the code, the brand or the time")
	}
	if spoken := m.Speech().Plain(); !strings.Contains(spoken, m.Code.Reveal()[:1]+", ") {
		t.Error("the code is not spoken digit by digit")
	}
}

func TestStartByEmail(t *testing.T) {
	e, inbox := verifytest.New(t)
	v := mustStart(t, e, verify.StartRequest{Channel: "email", To: "Some.One@Example.com"})
	m := inbox.Messages()[0]
	if v.To != "S***@example.com" || m.To.Reveal() != "Some.One@example.com" {
		t.Errorf("to %s", v.To)
	}
	for part, text := range map[string]channel.Secret{"subject": m.Subject, "text": m.Text, "html": m.HTML} {
		if !strings.Contains(text.Reveal(), m.Code.Reveal()) {
			t.Errorf("no code in the %s", part)
		}
	}
}

func TestNationalNumber(t *testing.T) {
	e, inbox := verifytest.New(t)
	mustStart(t, e, verify.StartRequest{Channel: "sms", CountryCode: "44", PhoneNumber: "07400 123456"})
	if got := inbox.Messages()[0].To.Reveal(); got != "+447400123456" {
		t.Error("sent elsewhere")
	}
}

func TestStartRefuses(t *testing.T) {
	e, inbox := verifytest.New(t, profile(func(p *verify.Profile) {
		p.Regions, p.Channels, p.AllowPossible = []string{"US"}, []string{"sms", "email"}, false
	}))
	long := strings.Repeat("x", 257)
	for _, tt := range []struct {
		name  string
		r     verify.StartRequest
		want  error
		field string
	}{
		{"no recipient", verify.StartRequest{}, verify.ErrInvalidRecipient, "to"},
		{"no number", verify.StartRequest{To: "call me"}, verify.ErrInvalidRecipient, "to"},
		{"extension", verify.StartRequest{To: phone + "x12"}, verify.ErrInvalidRecipient, "to"},
		{"no such code", verify.StartRequest{CountryCode: "999", PhoneNumber: "1"}, verify.ErrInvalidRecipient, "country_code"},
		{"negative code", verify.StartRequest{CountryCode: "-1", PhoneNumber: "4155552671"}, verify.ErrInvalidRecipient, "country_code"},
		{"bad national", verify.StartRequest{CountryCode: "1", PhoneNumber: "911"}, verify.ErrInvalidRecipient, "phone_number"},
		{"both", verify.StartRequest{To: phone, CountryCode: "1", PhoneNumber: "4155552671"}, verify.ErrInvalidRecipient, "to"},
		{"other region", verify.StartRequest{To: "+18762101234"}, verify.ErrNotAllowed, ""},
		{"premium", verify.StartRequest{To: "+19002345678"}, verify.ErrNotAllowed, ""},
		{"toll-free", verify.StartRequest{To: "+18003569377"}, verify.ErrNotAllowed, ""},
		{"only possible", verify.StartRequest{To: "+19876543210"}, verify.ErrInvalidRecipient, "to"},
		{"profile", verify.StartRequest{To: phone, Profile: "x"}, verify.ErrInvalid, "profile"},
		{"channel", verify.StartRequest{To: phone, Channel: "fax"}, verify.ErrInvalid, "channel"},
		{"not the profile's", verify.StartRequest{To: phone, Channel: "call"}, verify.ErrInvalid, "channel"},
		{"e-mail by SMS", verify.StartRequest{To: email, Channel: "sms"}, verify.ErrInvalid, "channel"},
		{"phone by e-mail", verify.StartRequest{To: phone, Channel: "email"}, verify.ErrInvalid, "channel"},
		{"short code", verify.StartRequest{To: phone, CodeLength: 3}, verify.ErrInvalid, "code_length"},
		{"long code", verify.StartRequest{To: phone, CodeLength: 11}, verify.ErrInvalid, "code_length"},
		{"risky code", verify.StartRequest{To: phone, CodeLength: 5}, verify.ErrInvalid, "code_length"},
		{"custom code", verify.StartRequest{To: phone, CustomCode: "123456"}, verify.ErrInvalid, "custom_code"},
		{"handle", verify.StartRequest{To: phone, Handle: long}, verify.ErrInvalid, "handle"},
		{"purpose", verify.StartRequest{To: phone, Purpose: long}, verify.ErrInvalid, "purpose"},
		{"idempotency key", verify.StartRequest{To: phone, IdempotencyKey: long}, verify.ErrInvalid, "idempotency_key"},
		{"resume nothing", verify.StartRequest{To: phone, ResumeID: "x"}, verify.ErrNotFound, ""},
		{"resume unknown", verify.StartRequest{To: phone, ResumeID: "00000000-0000-0000-0000-000000000000"}, verify.ErrNotFound, ""},
	} {
		v, err := e.Start(t.Context(), tt.r)
		if !errors.Is(err, tt.want) || v.ID != "" {
			t.Errorf("%s: %v", tt.name, err)
		}
		if invalid, ok := errors.AsType[*verify.InvalidError](err); tt.field != "" && (!ok || invalid.Field != tt.field) {
			t.Errorf("%s: %v does not name %s", tt.name, err, tt.field)
		}
	}
	if n := len(inbox.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// S25, S26: regions are those of the number, not of its calling code, and lines that are no person's are refused.
func TestRegionsAndLines(t *testing.T) {
	for _, tt := range []struct {
		regions string
		to      string
		change  func(*verify.Profile)
		ok      bool
	}{
		{"US", phone, nil, true},
		{"US", "+18762101234", nil, false},  // Jamaica
		{"US", "+18092201234", nil, false},  // Dominican Republic
		{"RU", "+77710009998", nil, false},  // Kazakhstan
		{"GB", "+447911123456", nil, false}, // Guernsey
		{"GB", "+447797712345", nil, false}, // Jersey
		{"GB", "+447624123456", nil, false}, // Isle of Man
		{"GB", "+447400123456", nil, true},
		{verify.AllRegions, "+447911123456", nil, true},
		{verify.AllRegions, "+881612345678", nil, false}, // satellite
		{verify.AllRegions, "+80012345678", nil, false},
		{"GB", "+449012345678", nil, false}, // premium
		{"GB", "+447012345678", nil, false}, // personal
		{"GB", "+447640123456", nil, false}, // pager
		{"GB", "+443001234567", nil, false}, // UAN
		{"JP", "+815012345678", nil, false}, // VoIP
		{"JP", "+815012345678", func(p *verify.Profile) { p.AllowVoIP = true }, true},
		{"GB", "+449012345678", func(p *verify.Profile) { p.AllowAnyLine = true }, true},
		{"US", "+19876543210", func(p *verify.Profile) { p.AllowPossible = true }, true},
		{"GB", "+19876543210", func(p *verify.Profile) { p.AllowPossible = true }, false},
	} {
		e, inbox := verifytest.New(t, profile(func(p *verify.Profile) {
			p.Regions, p.AllowPossible = []string{tt.regions}, false
			if tt.change != nil {
				tt.change(p)
			}
		}))
		_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: tt.to})
		if (err == nil) != tt.ok || (len(inbox.Messages()) == 1) != tt.ok {
			t.Errorf("%s in %s: %v", tt.to, tt.regions, err)
		}
	}
}

// S33, S39: every spelling of a number is one subject, at the start and at the check.
func TestSpellingsShareASubject(t *testing.T) {
	spellings := []string{phone, "+1 415 555 2671", "+1 (415) 555-2671", "+1.415.555.2671", "+1/415/555/2671", "+1-415-555-2671",
		"＋１４１５５５５２６７１", "+١٤١٥٥٥٥٢٦٧١", "+۱۴۱۵۵۵۵۲۶۷۱", "+१४१५५५५२६७१"}
	for _, first := range spellings {
		e, inbox := verifytest.New(t)
		mustStart(t, e, verify.StartRequest{Channel: "sms", To: first})
		for _, second := range spellings {
			_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: second})
			if throttled, ok := errors.AsType[*verify.ThrottledError](err); !ok || throttled.Budget != verify.BudgetCooldown {
				t.Errorf("%q then %q: %v", first, second, err)
			}
			if _, err := e.Check(t.Context(), verify.CheckRequest{To: second, Code: "0"}); !errors.Is(err, verify.ErrInvalid) {
				t.Errorf("check of %q: %v", second, err)
			}
		}
		if _, err := e.Check(t.Context(), verify.CheckRequest{To: spellings[5], Code: lastCode(t, inbox)}); err != nil {
			t.Errorf("%q is not checked as %q: %v", first, spellings[5], err)
		}
	}
}

// S38: the case of an e-mail address makes no other subject, but two spellings do not share a code.
func TestEmailSpellings(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	lower := mustStart(t, e, verify.StartRequest{To: "a@b.com"})
	code := lastCode(t, inbox)
	if _, err := e.Start(t.Context(), verify.StartRequest{To: "A@B.com"}); !errors.Is(err, verify.ErrThrottled) {
		t.Errorf("the cool-down is not shared: %v", err)
	}
	c.Advance(30 * time.Second)
	upper := mustStart(t, e, verify.StartRequest{To: "A@B.com"})
	if got := inbox.Messages()[1]; got.To.Reveal() != "A@b.com" || got.Code.Reveal() == code {
		t.Error("the second spelling got the first one's message")
	}
	_, err := check(t, e, upper.ID, code)
	wantError(t, "the first one's code for the second", err, verify.ErrIncorrect)
	v, err := check(t, e, lower.ID, code)
	if err != nil || v.Recipient() != "a@b.com" {
		t.Errorf("%v", err)
	}
}

func TestCodeLengths(t *testing.T) {
	for length := 4; length <= 10; length++ {
		e, inbox := verifytest.New(t, profile(func(p *verify.Profile) { p.AcceptRisk = true }))
		v := mustStart(t, e, verify.StartRequest{To: email, CodeLength: length})
		code := lastCode(t, inbox)
		if len(code) != length {
			t.Errorf("a code of %d digits, want %d", len(code), length)
		}
		if _, err := check(t, e, v.ID, code); err != nil {
			t.Errorf("length %d: %v", length, err)
		}
	}
}

func TestCustomCodes(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set, profile(func(p *verify.Profile) { p.CustomCodes = true }))
	for _, bad := range []string{"12345", "abc", "12345678901", "123 456", "12345é", "123-456", "١٢٣٤٥٦"} {
		_, err := e.Start(t.Context(), verify.StartRequest{To: email, CustomCode: bad})
		wantError(t, bad, err, verify.ErrInvalid)
	}
	v := mustStart(t, e, verify.StartRequest{To: email, CustomCode: "aB3xYz"})
	if lastCode(t, inbox) != "aB3xYz" {
		t.Error("another code was sent")
	}
	_, err := check(t, e, v.ID, "ab3xyz")
	wantError(t, "other case", err, verify.ErrIncorrect)
	c.Advance(30 * time.Second)
	if again := mustStart(t, e, verify.StartRequest{To: email, ResumeID: v.ID}); again.ID != v.ID || lastCode(t, inbox) != "aB3xYz" {
		t.Error("the resend is not the same")
	}
	_, err = check(t, e, v.ID, "aB3xYz")
	if err != nil {
		t.Error(err)
	}
	_, err = check(t, e, v.ID, "aB3xYz")
	wantError(t, "again", err, verify.ErrUsed)
}

func TestIdempotencyKey(t *testing.T) {
	e, inbox := verifytest.New(t)
	first := mustStart(t, e, verify.StartRequest{To: email, IdempotencyKey: "k"})
	second := mustStart(t, e, verify.StartRequest{To: email, IdempotencyKey: "k"})
	if first.ID != second.ID || len(inbox.Messages()) != 1 {
		t.Error("a repeated start is another one")
	}
	_, err := e.Start(t.Context(), verify.StartRequest{To: email, IdempotencyKey: "other"})
	wantError(t, "another key", err, verify.ErrThrottled)
}

func TestResume(t *testing.T) {
	c := newClock()
	e, inbox := verifytest.New(t, c.set)
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Handle: "h"})
	code := lastCode(t, inbox)
	for _, r := range []verify.StartRequest{
		{Channel: "call", To: phone, ResumeID: v.ID, Handle: "h"},
		{Channel: "sms", To: phone, ResumeLatest: true, Handle: "h"},
		{ResumeID: v.ID, Handle: "h"},
	} {
		c.Advance(2 * time.Minute)
		again := mustStart(t, e, r)
		if again.ID != v.ID || lastCode(t, inbox) != code {
			t.Errorf("%+v: not the same verification and code", r)
		}
	}
	c.Advance(2 * time.Minute)
	_, err := e.Start(t.Context(), verify.StartRequest{To: phone, ResumeID: v.ID, Handle: "other"})
	wantError(t, "with another handle", err, verify.ErrNotFound)
	_, err = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number(1), ResumeID: v.ID, Handle: "h"})
	wantError(t, "for another number", err, verify.ErrNotFound)
	if _, err := check(t, e, v.ID, code); !errors.Is(err, verify.ErrNotFound) {
		t.Errorf("checked without the handle: %v", err)
	}
	if _, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Handle: "h", Code: code}); err != nil {
		t.Error(err)
	}
	_, err = e.Start(t.Context(), verify.StartRequest{ResumeID: v.ID, Handle: "h"})
	wantError(t, "resume what is approved", err, verify.ErrUsed)
}

func TestThrottledTellsWhen(t *testing.T) {
	c := newClock()
	e, _ := verifytest.New(t, c.set)
	mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	c.Advance(10 * time.Second)
	_, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
	throttled, ok := errors.AsType[*verify.ThrottledError](err)
	if !ok || throttled.Budget != verify.BudgetCooldown || throttled.RetryAfter != 20*time.Second {
		t.Errorf("%v", err)
	}
}

// S90: what the channel certainly did not send is taken back; what it may have sent stays counted.
func TestFailedSends(t *testing.T) {
	rejected := errors.Join(channel.ErrRejected, errors.New("no such number"))
	for _, tt := range []struct {
		name      string
		behavior  channeltest.Behavior
		takenBack bool
	}{
		{"rejected", channeltest.Fail(rejected), true},
		{"not sent", channeltest.Fail(channel.ErrNotSent), true},
		{"unclear", channeltest.Fail(errBroken), false},
		{"answer lost", channeltest.LoseAnswer(errBroken), false},
		{"panic", channeltest.Panic("the code is secret"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, inbox := verifytest.New(t)
			inbox.Once(tt.behavior)
			v, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
			wantError(t, "start", err, verify.ErrNotSent)
			if v.ID == "" {
				t.Error("no verification beside the error")
			}
			_, err = e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
			if tt.takenBack && err != nil || !tt.takenBack && !errors.Is(err, verify.ErrThrottled) {
				t.Errorf("the next start: %v", err)
			}
			_, err = e.Status(t.Context(), verify.Ref{ID: v.ID})
			if tt.takenBack != errors.Is(err, verify.ErrNotFound) {
				t.Errorf("the verification: %v", err)
			}
		})
	}
}

func TestRejectedSendsRunIntoTheLimits(t *testing.T) {
	e, inbox := verifytest.New(t)
	inbox.Always(channeltest.Fail(channel.ErrRejected))
	sent := 0
	for range 20 {
		if _, err := e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone}); errors.Is(err, verify.ErrNotSent) {
			sent++
		}
	}
	if sent != 4 {
		t.Errorf("%d sends were tried at once, want 3 that are taken back and one that is not", sent)
	}
}

func TestChannelOfOnesOwn(t *testing.T) {
	own := new(channeltest.Inbox)
	e, _ := verifytest.New(t, func(o *verify.Options) { o.Channels = map[string]channel.Channel{"pigeon": own} })
	mustStart(t, e, verify.StartRequest{To: phone})
	mustStart(t, e, verify.StartRequest{To: email})
	if len(own.Messages()) != 2 {
		t.Error("a channel of the host's own takes both kinds of address")
	}
}
