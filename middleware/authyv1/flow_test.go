package authyv1_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A start within the life of a code sends the same code, by whichever channel, and keeps uuid and timer.
func TestResend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, eager)
		first := s.start(person)
		code := s.code()
		time.Sleep(100 * time.Second)
		again := s.start(person + "&via=call")
		again.want(t, 200, "")
		if again.text("uuid") != first.text("uuid") || s.code() != code || again.body["seconds_to_expire"] != 500.0 {
			t.Errorf("answered %s and %s", first.raw, again.raw)
		}
		if m := s.inbox.Messages(); len(m) != 2 || m[0].Channel != "sms" || m[1].Channel != "call" {
			t.Errorf("sent %d messages", len(m))
		}
		time.Sleep(500 * time.Second)
		if later := s.start(person); later.text("uuid") == first.text("uuid") {
			t.Error("an expired verification was continued")
		}
	})
}

// After five wrong codes the right one is refused too, and another start makes another verification.
func TestAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, eager)
		first := s.start(person).text("uuid")
		for range 5 {
			s.check(person, s.wrong()).want(t, 401, "60022")
		}
		got := s.check(person, s.code())
		got.want(t, 429, "60003")
		if status := s.status("uuid=" + first); status.text("status") != "expired" || status.body["seconds_to_expire"] != 0.0 {
			t.Errorf("status is %s", status.raw)
		}
		if second := s.start(person).text("uuid"); second == "" || second == first {
			t.Errorf("started %q after %q", second, first)
		}
		s.check(person, s.code()).want(t, 200, "")
	})
}

func TestResendKeepsGuesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, eager)
		s.start(person)
		for range 4 {
			s.check(person, s.wrong()).want(t, 401, "60022")
		}
		s.start(person).want(t, 200, "")
		s.check(person, s.wrong()).want(t, 401, "60022")
		s.check(person, s.code()).want(t, 429, "60003")
	})
}

// What cannot be the code is wrong, but no guess.
func TestMalformedCodes(t *testing.T) {
	s := open(t)
	s.start(person)
	for range 2 {
		for _, code := range []string{"12345", "123", "abcd", "12 34 5", "1234567890123", "%", "\x00\x00\x00\x00"} {
			s.check(person, code).want(t, 401, "60022")
		}
	}
	code := s.code()
	s.check(person, code[:2]+" - "+code[2:]).want(t, 200, "")
}

func TestCodeLengths(t *testing.T) {
	s := open(t)
	s.start("country_code=1&phone_number=775-461-5600")
	if code := s.code(); len(code) != 4 {
		t.Errorf("%d digits by default", len(code))
	}
	for length := 4; length <= 10; length++ {
		to := "country_code=1&phone_number=775-461-56" + strconv.Itoa(10+length)
		s.start(to+"&code_length="+strconv.Itoa(length)).want(t, 200, "")
		code := s.code()
		if len(code) != length {
			t.Errorf("%d digits, want %d", len(code), length)
		}
		s.check(to, s.wrong()).want(t, 401, "60022")
		s.check(to, code).want(t, 200, "")
	}
	for _, length := range []string{"0", "3", "11", "-4", "4.0", "99999999999999999999"} {
		s.start(person+"&code_length="+length).want(t, 400, "60004")
	}
}

func TestCustomCodes(t *testing.T) {
	s := open(t, eager)
	for _, code := range []string{"0042", "aB9z", "0123456789"} {
		got := s.start(person + "&custom_code=" + code)
		got.want(t, 200, "")
		if got.text("sms_id") == "" || s.code() != code {
			t.Errorf("%s: sent %s, answered %s", code, s.code(), got.raw)
		}
		s.check(person, "9999").want(t, 401, "60022")
		s.check(person, code).want(t, 200, "")
		s.check(person, code).want(t, 404, "60023")
	}
	for _, code := range []string{"123", "12345678901", "12-34", "12345é"} {
		s.start(person+"&custom_code="+code).want(t, 400, "60004")
	}
	got := s.start(person)
	if got.body["sms_id"] != nil {
		t.Errorf("answered %s", got.raw)
	}
	s.feedback(got.text("uuid"), "Outcome=received").want(t, 400, "60032")
	if status := s.status(person).text("status"); status != "pending" {
		t.Errorf("feedback on a code of the engine's own made it %s", status)
	}
	refusing := open(t, func(o *verify.Options) { o.Profiles[0].CustomCodes = false })
	refusing.start(person+"&custom_code=0042").want(t, 400, "60004")
}

// What the caller reports of its own code decides the verification, unless something has decided it before.
func TestFeedback(t *testing.T) {
	tests := []struct {
		name, outcome, status string
		before                func(s *site, sms string)
	}{
		{"received", "Outcome=received", "verified", nil},
		{"not received", "Outcome=not-received", "expired", nil},
		{"none", "", "pending", nil},
		{"received after a check", "Outcome=received", "verified", approve},
		{"not received after a check", "Outcome=not-received", "verified", approve},
		{"received after not received", "Outcome=received", "expired", func(s *site, sms string) { s.feedback(sms, "Outcome=not-received") }},
		{"received too late", "Outcome=received", "expired", func(*site, string) { time.Sleep(10 * time.Minute) }},
		{"received after too many checks", "Outcome=received", "expired", func(s *site, _ string) {
			for range 5 {
				s.check(person, s.wrong())
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				sms := s.start(person + "&custom_code=0042").text("sms_id")
				if test.before != nil {
					test.before(s, sms)
				}
				for range 2 {
					got := s.feedback(sms, test.outcome)
					got.want(t, 200, "")
					if got.text("message_sid") != sms || got.text("outcome") != strings.TrimPrefix(test.outcome, "Outcome=") {
						t.Errorf("answered %s", got.raw)
					}
				}
				if got := s.status(person).text("status"); got != test.status {
					t.Errorf("status is %q, want %q", got, test.status)
				}
				if got := s.check(person, "0042"); (got.status == 200) != (test.status == "pending") {
					t.Errorf("answered %d %s", got.status, got.raw)
				}
			})
		})
	}
}

func approve(s *site, _ string) { s.check(person, s.code()) }

// Waiting that long is enough.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		s.start(person)
		time.Sleep(500 * time.Millisecond)
		got := s.start(person)
		got.want(t, 429, "60003")
		if got.header.Get("Retry-After") != "30" {
			t.Errorf("headers %v", got.header)
		}
		time.Sleep(30 * time.Second)
		s.start(person).want(t, 200, "")
	})
}

// The verifications of the engine's other profiles are nobody's here.
func TestOtherProfiles(t *testing.T) {
	s := open(t)
	v, err := s.engine.Start(t.Context(), verify.StartRequest{Profile: "other", Channel: "sms", To: number})
	if err != nil {
		t.Fatal(err)
	}
	s.status("uuid="+v.ID).want(t, 404, "60023")
	s.status(person).want(t, 404, "60023")
	s.check(person, s.code()).want(t, 404, "60023")
	s.feedback(v.ID, "Outcome=received").want(t, 400, "60032")
	if v, err := s.engine.Status(t.Context(), verify.Ref{ID: v.ID}); err != nil || v.Status != verify.StatusPending {
		t.Errorf("status is %s, %v", v.Status, err)
	}
}

// An unknown language is no error: the country's is used.
func TestLocale(t *testing.T) {
	tests := []struct{ parameters, want string }{
		{"country_code=1&phone_number=7754615600", "en"},
		{"country_code=1&phone_number=7754615601&locale=es", "es"},
		{"country_code=1&phone_number=7754615602&locale=xx-YY", "en"},
		{"country_code=33&phone_number=0612345678", "fr"},
		{"country_code=33&phone_number=0612345679&locale=tlh", "fr"},
		{"country_code=33&phone_number=0612345670&locale=de", "de"},
		{"country_code=33&phone_number=0612345671&locale=%0d%0aX", "fr"},
	}
	s := open(t)
	for _, test := range tests {
		s.start(test.parameters).want(t, 200, "")
		m, err := s.inbox.Wait(t.Context(), "")
		if err != nil || m.Locale != test.want {
			t.Errorf("%s: in %s, %v", test.parameters, m.Locale, err)
		}
	}
}

// The languages that the documentation lists are all taken, and those that have messages are used.
func TestLocalesOfTheDocumentation(t *testing.T) {
	s := open(t, func(o *verify.Options) { eager(o); o.Profiles[0].DailySends = 1000 })
	const listed = "af ar ca zh zh-CN zh-HK hr cs da nl en fi fr de el he hi hu id it ja ko ms nb pl pt-BR pt ro ru es sv tl th tr vi"
	for i, tag := range strings.Fields(listed) {
		s.start("country_code=1&phone_number=77546156"+strconv.Itoa(10+i)+"&locale="+tag).want(t, 200, "")
	}
}

// Numbers in messages are grouped from the right.
func TestDisplay(t *testing.T) {
	tests := []struct{ country, national, want string }{
		{"1", "987.654 3210", "+1 987-654-3210"},
		{"64", "021 039 3363", "+64 21-039-3363"},
		{"254", "712550547", "+254 71-255-0547"},
		{"84", "0866742932", "+84 86-674-2932"},
		{"290", "22158", "+290 2-2158"},
		{"683", "4002", "+683 4002"},
		{"86", "13912345678", "+86 1391-234-5678"},
	}
	s := open(t)
	for _, test := range tests {
		to := "country_code=" + test.country + "&phone_number=" + strings.ReplaceAll(test.national, " ", "+")
		for want, got := range map[string]reply{
			"No pending verifications for " + test.want + " found.": s.check(to, "1234"),
			"Call to " + test.want + " initiated.":                  s.start(to + "&via=call"),
		} {
			if got.text("message") != want {
				t.Errorf("answered %s, want %s", got.text("message"), want)
			}
		}
	}
}

// Spellings of one number are one number; what is none is refused by start, check and status alike.
func TestNumbers(t *testing.T) {
	tests := []struct {
		parameters string
		status     int
		code       string
	}{
		{"country_code=1&phone_number=7754615609", 404, "60023"},
		{"country_code=%2B1&phone_number=%2B1-775-461-5609", 404, "60023"},
		{"country_code=+1&phone_number=+17754615609", 404, "60023"},
		{"country_code=01&phone_number=+17754615609", 404, "60023"},
		{"country_code=1&phone_number=(775)%20461.5609", 404, "60023"},
		{"country_code=1&phone_number=%EF%BC%97754615609", 404, "60023"},
		{"country_code=1&phone_number=%2B447400123456", 400, "60033"},
		{"country_code=1&phone_number=775-461-5609x1", 400, "60033"},
		{"country_code=1&phone_number=775-GOT-CODE", 400, "60033"},
		{"country_code=1&phone_number=a@example.com", 400, "60033"},
		{"country_code=1&phone_number=7754615609;ext=1", 400, "60002"},
		{"country_code=0&phone_number=7754615609", 403, "60078"},
		{"country_code=-1&phone_number=7754615609", 403, "60078"},
		{"country_code=99999999999999999999&phone_number=7754615609", 403, "60078"},
		{"country_code=1.0&phone_number=7754615609", 400, "60004"},
	}
	s := open(t)
	for _, test := range tests {
		s.check(test.parameters, "1234").want(t, test.status, test.code)
		s.status(test.parameters).want(t, test.status, test.code)
	}
}

func TestCellphones(t *testing.T) {
	s := open(t, func(o *verify.Options) { o.Profiles[0].AllowAnyLine = true })
	for parameters, want := range map[string]bool{
		"country_code=44&phone_number=07400123456":          true,
		"country_code=44&phone_number=02079460018&via=call": false,
		"country_code=1&phone_number=7754615609":            true,
		"country_code=1&phone_number=8002345678&via=call":   false,
		"country_code=1&phone_number=9876543210":            true,
	} {
		if got := s.start(parameters); got.body["is_cellphone"] != want {
			t.Errorf("%s: answered %s", parameters, got.raw)
		}
	}
}

// All clients share the address of your back end, so it is nobody's.
func TestNoClientLimits(t *testing.T) {
	one := verify.Rate{Count: 1, Per: time.Hour}
	s := open(t, func(o *verify.Options) {
		o.Limits = verify.Limits{Starts: one, FailedChecks: one, FailedChecksPerRecipient: one}
	})
	for i := range 3 {
		to := "country_code=1&phone_number=775461560" + strconv.Itoa(i)
		s.start(to).want(t, 200, "")
		s.check(to, s.wrong()).want(t, 401, "60022")
	}
}
