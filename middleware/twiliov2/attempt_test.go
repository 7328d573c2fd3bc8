package twiliov2_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
)

func TestAttempts(t *testing.T) {
	a := open(t)
	a.clock.at = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	sid := a.start().want(201).text("sid")
	a.clock.advance(time.Minute)
	resent := a.start("Channel", "call").want(201)
	a.check(a.code()).want(201)
	a.clock.advance(time.Minute)
	a.start("To", mail, "Channel", "email").want(201)
	if _, err := a.engine.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number}); err != nil { // the host's own
		t.Fatal(err)
	}
	listed := a.get("/v2/Attempts").want(200).golden("attempts_listed")
	sends := resent.list("send_code_attempts")
	attempts := listed.list("attempts")
	if len(attempts) != 3 || attempts[1]["sid"] != sends[1]["attempt_sid"] || attempts[2]["sid"] != sends[0]["attempt_sid"] {
		t.Fatalf("listed %s\nafter  %s", listed.raw, resent.raw)
	}
	for _, attempt := range attempts {
		got := a.get("/v2/Attempts/" + attempt["sid"].(string)).want(200)
		got.has(map[string]any{"sid": attempt["sid"], "conversion_status": attempt["conversion_status"]})
	}
	a.get("/v2/Attempts/" + sends[1]["attempt_sid"].(string)).golden("attempt_fetched").has(map[string]any{"conversion_status": "converted"})
	a.get("/v2/Attempts/VL"+strings.Repeat("0", 32)).fails(404, 20404)
	a.get("/v2/Attempts/Summary").want(200).golden("attempts_summary")

	tests := []struct {
		pairs []string
		want  int
	}{
		{[]string{"DateCreatedAfter", "2026-01-02T03:04:05Z"}, 2},
		{[]string{"DateCreatedBefore", "2026-01-02T03:05:05Z"}, 1},
		{[]string{"DateCreatedBefore", "2026-01-02T03:06:06Z", "DateCreatedAfter", "2026-01-02T04:04:04+01:00"}, 3},
		{[]string{"ChannelData.To", number}, 2},
		{[]string{"ChannelData.To", "+14155552672"}, 0},
		{[]string{"Country", "US"}, 2},
		{[]string{"Country", "GB"}, 0},
		{[]string{"Channel", "call"}, 1},
		{[]string{"Channel", "email"}, 1},
		{[]string{"VerifyServiceSid", a.service}, 3},
		{[]string{"VerifyServiceSid", "VA" + strings.Repeat("0", 32)}, 0},
		{[]string{"VerificationSid", sid}, 2},
		{[]string{"Status", "converted"}, 1},
		{[]string{"Status", "unconverted"}, 2},
		{[]string{"DestinationPrefix", "+1415"}, 2},
		{[]string{"Status", "unconverted", "Channel", "sms"}, 1},
	}
	for _, test := range tests {
		if n := len(a.get("/v2/Attempts", test.pairs...).want(200).list("attempts")); n != test.want {
			t.Errorf("%v: %d attempts, want %d", test.pairs, n, test.want)
		}
		a.get("/v2/Attempts/Summary", test.pairs...).want(200).has(map[string]any{"total_attempts": float64(test.want)})
	}
	for _, name := range []string{"DateCreatedAfter", "DateCreatedBefore", "Channel", "Status"} {
		a.get("/v2/Attempts", name, "yesterday").fails(400, 60200).has(map[string]any{"message": "Invalid parameter: " + name})
		a.get("/v2/Attempts/Summary", name, "yesterday").fails(400, 60200)
	}
}

func TestAttemptPagesKeepFilters(t *testing.T) {
	a := open(t)
	for i := range 5 {
		a.start("To", fmt.Sprintf("+141555526%02d", i)).want(201)
	}
	a.start("Channel", "call").want(201)
	seen := 0
	got := a.get("/v2/Attempts", "PageSize", "2", "Channel", "sms").want(200)
	for {
		seen += len(got.list("attempts"))
		a.start("To", fmt.Sprintf("+141555527%02d", seen)).want(201) // a newer one moves none
		if got.meta("next_page_url") == nil {
			break
		}
		got = a.follow(got.meta("next_page_url"))
	}
	if seen != 5 {
		t.Errorf("%d attempts", seen)
	}
}

func TestSummaryRate(t *testing.T) {
	a := open(t)
	a.get("/v2/Attempts/Summary").want(200).has(map[string]any{"total_attempts": 0.0, "conversion_rate_percentage": "0"})
	for i := range 11 {
		to := fmt.Sprintf("+141555526%02d", i)
		a.start("To", to).want(201)
		if i < 9 {
			a.check(a.code(), "To", to).want(201)
		}
	}
	a.get("/v2/Attempts/Summary").want(200).has(map[string]any{
		"total_attempts": 11.0, "total_converted": 9.0, "total_unconverted": 2.0, "conversion_rate_percentage": "81.818181818",
	})
}

// What was taken back keeps its place: the next send has its number.
func TestAttemptTakenBack(t *testing.T) {
	a := open(t)
	a.start().want(201)
	a.inbox.Once(channeltest.Fail(channel.ErrRejected))
	a.start().fails(503, 20503)
	a.start().want(201)
	if n := len(a.get("/v2/Attempts").list("attempts")); n != 2 {
		t.Errorf("%d attempts", n)
	}
}

// S61: who is forgotten is forgotten here as well.
func TestAttemptsForget(t *testing.T) {
	a := open(t)
	a.start().want(201)
	a.start("To", "+14155552672").want(201)
	if err := a.engine.Forget(t.Context(), "twilio/"+a.service, number); err != nil {
		t.Fatal(err)
	}
	attempts := a.get("/v2/Attempts").want(200).list("attempts")
	if len(attempts) != 1 || fmt.Sprint(attempts[0]["channel_data"]) != "map[country:US to:+14155552672]" {
		t.Errorf("left are %v", attempts)
	}
}

// The journal is bounded, and what it drops is the oldest.
func TestJournalBound(t *testing.T) {
	a := open(t)
	first := a.start().want(201)
	for i := range 10_000 {
		a.journal.Observe(context.Background(), verify.Event{
			Kind: verify.EventSent, Profile: "twilio/" + a.service, ID: fmt.Sprint(i), Attempt: 1, Channel: "sms", At: a.clock.now(),
		})
	}
	a.get("/v2/Attempts/Summary").want(200).has(map[string]any{"total_attempts": 10_000.0})
	a.get("/v2/Attempts/"+first.list("send_code_attempts")[0]["attempt_sid"].(string)).fails(404, 20404)
	if printed := fmt.Sprintf("%v %+v %#v", a.journal, a.journal, a.journal); strings.Contains(printed, number[1:]) {
		t.Error("the journal prints a number")
	}
}
