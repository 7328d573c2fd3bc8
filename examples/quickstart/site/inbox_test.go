package site_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/examples/quickstart/site"
)

func TestInboxJSON(t *testing.T) {
	b := visit(t)
	if _, body := b.get("/inbox.json"); strings.TrimSpace(body) != "[]" {
		t.Errorf("an empty inbox is %q", body)
	}
	b.post("/verify/start", `{"channel":"sms","to":"+1 415 555 2671"}`)
	b.post("/verify/start", `{"channel":"call","to":"+33 6 12 34 56 78"}`)
	b.post("/verify/start", `{"channel":"email","to":"Ada@example.com","locale":"de"}`)

	res, body := b.get("/inbox.json")
	if got := res.Header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	var messages []map[string]string
	if err := json.Unmarshal([]byte(body), &messages); err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{
		{"channel": "email", "to": "Ada@example.com", "locale": "de"},
		{"channel": "call", "to": "+33612345678", "locale": "fr"},
		{"channel": "sms", "to": "+14155552671", "locale": "en"},
	}
	if len(messages) != len(want) {
		t.Fatalf("%d messages, want %d", len(messages), len(want))
	}
	for i, m := range messages {
		if keys := slices.Sorted(maps.Keys(m)); !slices.Equal(keys, []string{"at", "channel", "code", "locale", "text", "to"}) {
			t.Errorf("message %d has %q", i, keys)
		}
		for key, value := range want[i] {
			if m[key] != value {
				t.Errorf("message %d: %s is %q, want %q", i, key, m[key], value)
			}
		}
		spoken := strings.Join(strings.Split(m["code"], ""), ", ")
		if len(m["code"]) != 6 || !strings.Contains(m["text"], m["code"]) != (m["channel"] == "call") || !strings.Contains(m["text"], spoken) != (m["channel"] != "call") {
			t.Errorf("message %d: the code %q in the text %q", i, m["code"], m["text"])
		}
		if at, err := time.Parse("2006-01-02T15:04:05Z", m["at"]); err != nil || time.Since(at) > time.Minute {
			t.Errorf("message %d: at %q: %v", i, m["at"], err)
		}
	}
}

func TestInboxKeepsTheLatest(t *testing.T) {
	var inbox site.Inbox
	for i := range 150 {
		if _, err := inbox.Send(t.Context(), channel.Message{Channel: "sms", Code: channel.NewSecret(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	entries := inbox.Entries()
	if len(entries) != 100 || entries[0].Code != "149" || entries[99].Code != "50" {
		t.Errorf("%d messages from %s to %s, want 100 from 149 to 50", len(entries), entries[0].Code, entries[len(entries)-1].Code)
	}
}

func TestInboxPageEscapes(t *testing.T) {
	b := visit(t)
	const markup = `<script>alert(1)</script>`
	_, err := b.inbox.Send(t.Context(), channel.Message{
		Channel: "email", To: channel.NewSecret(`"` + markup + `"@example.com`), Text: channel.NewSecret(markup),
		Subject: channel.NewSecret(markup), HTML: channel.NewSecret(markup), Code: channel.NewSecret(markup), Locale: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, page := b.get("/inbox")
	if strings.Contains(page, markup) {
		t.Error("a message adds markup to the inbox")
	}
	if want := `<iframe sandbox src="/inbox/` + b.inbox.Entries()[0].ID; !strings.Contains(page, want) {
		t.Errorf("the page has no %s", want)
	}
	if _, mail := b.get("/inbox/" + b.inbox.Entries()[0].ID); mail != markup {
		t.Errorf("the e-mail is %q", mail)
	}
}
