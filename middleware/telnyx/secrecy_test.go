package telnyx_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/telnyx"
)

// TestNothingIsLogged runs every kind of request, and looks for the number, the codes and the key in the log, at every level.
func TestNothingIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sentinel, hostile = "90817263", "\r\nforged\x1b"
		r := &receiver{statuses: slices.Repeat([]int{500}, 100)}
		s, stop := hooked(t, r, telnyx.WebhookOptions{Backoff: time.Millisecond})
		id, _ := s.start(number, `,"custom_code":"`+sentinel+`"`)
		s.check(number, "11111111")
		s.post("/v2/verifications/"+id+"/actions/verify", `{"code":"`+hostile+`"}`)
		s.check(number, sentinel)
		s.get(byNumber).ok(t)
		s.get("/v2/verifications/" + number)
		s.post("/v2/verifications/sms", `{"phone_number":"`+number+`","verify_profile_id":"`+hostile+`"}`)
		s.inbox.Once(channeltest.Panic(sentinel), channeltest.Fail(fmt.Errorf("%s to %s: %w", sentinel, number, context.Canceled)))
		for range 3 {
			s.post("/v2/verifications/sms", `{`+about+`,"custom_code":"`+sentinel+`"}`)
		}
		s.send("GET", byNumber, "", "Authorization: Bearer "+key+sentinel).refused(t, 401, "10009", "")
		time.Sleep(time.Hour)
		_ = stop()
		for _, secret := range []string{number, number[1:], sentinel, key, "forged"} {
			if strings.Contains(s.log.String(), secret) {
				t.Errorf("the log holds %q: %s", secret, s.log)
			}
		}
		if !strings.Contains(s.log.String(), "given up") {
			t.Error("the log holds nothing")
		}
	})
}

// TestErrorsRepeatNothing holds that refusals do not repeat what they refuse.
func TestErrorsRepeatNothing(t *testing.T) {
	s := open(t)
	const sentinel = "SENTINEL"
	for _, body := range []string{
		`{"phone_number":"` + sentinel + `","verify_profile_id":"` + profileID + `"}`,
		`{"phone_number":"` + number + `","verify_profile_id":"` + sentinel + `"}`,
		`{` + about + `,"custom_code":"` + sentinel + `"}`, `{` + about + `,"timeout_secs":"` + sentinel + `"}`,
		`{` + about + `,"` + sentinel + `":1,"` + sentinel + `":2}`, sentinel,
	} {
		if a := s.post("/v2/verifications/sms", body); a.status != 400 || strings.Contains(a.body, sentinel) {
			t.Errorf("%s: %s", body, a.body)
		}
	}
}

// A panickingBody panics with a code.
type panickingBody struct{}

func (panickingBody) Read([]byte) (int, error) { panic("90817263") }
func (panickingBody) Close() error             { return nil }

func TestPanic(t *testing.T) {
	s := open(t)
	r := httptest.NewRequest("POST", "/v2/verifications/sms", panickingBody{})
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	answer{w.Code, w.Header(), w.Body.String()}.refused(t, 500, "10007", "")
	if log := s.log.String(); strings.Contains(log+w.Body.String(), "90817263") || !strings.Contains(log, "error_id") {
		t.Errorf("logged %s, answered %s", log, w.Body)
	}
}
