package twiliov2_test

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code := a.code()
	a.check(other(code)).want(201).golden("check_wrong")
	a.check(code).want(201).golden("check_approved").has(map[string]any{"sid": sid, "to": number})
	a.check(code).fails(404, 20404).golden("check_used")
	a.check(code, "VerificationSid", sid).fails(404, 20404)
	a.get(a.at("Verifications", sid)).fails(404, 20404)

	sid = a.start().want(201).text("sid")
	a.check(other(a.code()), "VerificationSid", sid).want(201).has(map[string]any{"status": "pending", "valid": false})
	a.check(a.code(), "VerificationSid", sid).want(201).has(map[string]any{"status": "approved", "valid": true})
}

// S7: five wrong codes are pending, then even the right one is refused, as long as the verification would have lived.
func TestMaxChecks(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code := a.code()
	for range 5 {
		a.check(other(code)).want(201).has(map[string]any{"status": "pending", "valid": false})
	}
	a.check(code).fails(429, 60202).golden("error_60202")
	a.check(code, "VerificationSid", sid).fails(429, 60202)
	a.post(a.at("Verifications", sid), "Status", "approved").fails(429, 60202)
	a.get(a.at("Verifications", sid)).want(200).golden("verification_max_attempts")
	a.clock.advance(10 * time.Minute)
	a.get(a.at("Verifications", sid)).fails(404, 20404)
	a.check(code).fails(404, 20404)
	a.post(a.at("Verifications", sid), "Status", "approved").fails(404, 20404)
}

// S6: a resend gives no guesses back.
func TestResendKeepsAttempts(t *testing.T) {
	a := open(t)
	a.start().want(201)
	for range 4 {
		a.check(other(a.code())).want(201)
	}
	a.start("Channel", "call").want(201)
	a.check(other(a.code())).want(201)
	a.check(a.code()).fails(429, 60202)
}

// S10: what cannot be the code costs no attempt.
func TestMalformedCode(t *testing.T) {
	a := open(t)
	a.start().want(201)
	for _, code := range []string{"", "123", "12345678901", "12;456", "1234\x00", strings.Repeat("9", 100)} {
		got := a.check(code).fails(400, 60200)
		if got.text("message") != "Invalid parameter: Code" {
			t.Errorf("%q: %s", code, got.raw)
		}
	}
	for range 10 {
		a.check("12345").want(201).has(map[string]any{"status": "pending", "valid": false})
		a.check("abcdef").want(201).has(map[string]any{"status": "pending", "valid": false})
	}
	code := a.code()
	a.check(code[:3] + " - " + code[3:]).want(201).has(map[string]any{"status": "approved"})
}

// S11: a code is a text from end to end.
func TestLeadingZeros(t *testing.T) {
	a := open(t)
	a.update("CustomCodeEnabled", "true")
	a.start("CustomCode", "000123").want(201)
	for _, code := range []string{"00123", "0000123", "123000"} {
		a.check(code).want(201).has(map[string]any{"status": "pending"})
	}
	a.check("000123").want(201).has(map[string]any{"status": "approved"})
}

func TestCheckRefuses(t *testing.T) {
	a := open(t)
	sid := a.start().want(201).text("sid")
	code, path := a.code(), a.at("VerificationCheck")
	a.post(path, "Code", code).fails(400, 60221).golden("error_60221")
	a.post(path, "Code", code, "To", number, "VerificationSid", sid).fails(400, 60200)
	a.post(path, "Code", code, "To", "nobody").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: To"})
	a.post(path, "Code", code, "To", "+14155552672").fails(404, 20404)
	a.post(path, "Code", code, "VerificationSid", "VE1").fails(404, 20404)
	a.post(path, "Code", code, "VerificationSid", "VE"+strings.Repeat("0", 32)).fails(404, 20404)
	a.post(path, "To", number, "SnaClientToken", "token").fails(400, 60200)
	a.check(code).want(201).has(map[string]any{"status": "approved"})
}

// S17: of many right codes at once one is approved.
func TestCheckTogether(t *testing.T) {
	a := open(t)
	a.start().want(201)
	code := a.code()
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := make(map[int]int)
	for range 20 {
		wg.Go(func() {
			got := a.check(code)
			mu.Lock()
			defer mu.Unlock()
			statuses[got.status]++
		})
	}
	wg.Wait()
	if statuses[201] != 1 || statuses[404] != 19 {
		t.Errorf("answered %v", statuses)
	}
}

// S9: failures of an address are limited over all its verifications.
func TestFailuresLimit(t *testing.T) {
	a := open(t)
	a.update("CodeLength", "4") // of which twenty may be wrong in a day
	wrong := 0
	for range 6 {
		if got := a.start(); got.status != 201 {
			got.fails(429, 60202)
			break
		}
		for range 5 {
			if a.check(other(a.code())).status == 201 {
				wrong++
			}
		}
		a.clock.advance(10 * time.Minute)
	}
	if wrong != 20 {
		t.Errorf("%d wrong codes were looked at", wrong)
	}
	if a.start().fails(429, 60202).header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
