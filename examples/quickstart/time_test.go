package main_test

import (
	"fmt"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/examples/quickstart/site"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A clock is moved by hand, for the engine and the page together or apart.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// startSite serves the site in this process, so that its engine goes by the clock.
func startSite(t *testing.T, c *clock) (base string, inbox *site.Inbox) {
	t.Helper()
	inbox = new(site.Inbox)
	store, err := memstore.New(memstore.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := verify.New(verify.Options{
		Store:    store,
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": inbox, "email": inbox},
		Profiles: []verify.Profile{{Name: "sign-in", Brand: "Acme", Regions: []string{"US"}, AllowPossible: true}},
		Now:      c.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler, err = site.New(site.Options{Engine: engine, Inbox: inbox, Hosts: site.LocalHosts(server.Listener.Addr())})
	if err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, inbox
}

// advance moves the page's clock.
func (b *tab) advance(d time.Duration) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("{ const now = Date.now; Date.now = () => now() + %d }", d.Milliseconds())))
}

func (b *tab) untilText(id, text string) {
	b.Helper()
	b.until(fmt.Sprintf("document.getElementById(%s).textContent === %s", quote(id), quote(text)))
}

func TestSendAgain(t *testing.T) {
	needBrowser(t)
	var c clock
	base, inbox := startSite(t, &c)
	page := openTab(t, startBrowser(t), base)
	page.open("/")
	page.start("phone", "+1 415 555 2671")

	if page.visible("#resend") {
		t.Error("the code can be sent again at once")
	}
	page.until(`/^You can send again in (30|2\d) seconds\.$/.test(document.getElementById("wait").textContent)`)
	page.advance(10 * time.Second)
	page.until(`/^You can send again in (20|1\d) seconds\.$/.test(document.getElementById("wait").textContent)`)

	// A page whose clock is ahead is told by the server.
	page.advance(21 * time.Second)
	page.until(`document.getElementById("resend").checkVisibility()`)
	if page.visible("#wait") {
		t.Errorf("the page goes on counting: %q", page.text("#wait"))
	}
	page.click("#resend")
	page.until(`/^Too many requests\. Try again in \d+ seconds\.$/.test(document.getElementById("answer-error").textContent)`)

	c.advance(31 * time.Second)
	page.click("#resend")
	page.untilText("notice", "Code sent.")
	page.untilText("answer-error", "")
	page.until(`/^You can send again in (60|5\d) seconds\.$/.test(document.getElementById("wait").textContent)`)
	if got := page.focused(); got != "code" {
		t.Errorf("after a resend the focus is on %q, want the code", got)
	}
	entries := inbox.Entries()
	if len(entries) != 2 || entries[0].Code != entries[1].Code {
		t.Fatalf("%d messages, want two with the same code", len(entries))
	}
	page.fill("#code", entries[0].Code)
	page.click("#answer .primary")
	page.until(`location.pathname === "/account"`)
}

func TestRefusals(t *testing.T) {
	needBrowser(t)
	var c clock
	base, inbox := startSite(t, &c)
	page := openTab(t, startBrowser(t), base)
	page.open("/")
	for _, test := range []struct{ kind, to, want string }{
		{"phone", "", "This phone number does not look right."},
		{"phone", "+1 415 555", "This phone number does not look right."},
		{"phone", "+44 20 7946 0958", "Codes cannot be sent to this country."},
		{"email", "ada", "This email address does not look right."},
	} {
		if test.kind == "email" {
			page.click(".segments label:nth-child(2)")
		}
		page.fill("#"+test.kind, test.to)
		page.click("#ask .primary")
		page.untilText("ask-error", test.want)
		if got := page.focused(); got != test.kind {
			t.Errorf("after an error the focus is on %q, want %q", got, test.kind)
		}
	}

	page.start("email", "ada@example.com")
	right := inbox.Entries()[0].Code
	for _, test := range []struct{ code, want string }{
		{"12", "Enter the code sent to a***@example.com."}, // no guess, and none is spent
		{another(right), "That code is not right. 4 tries left."},
		{another(right), "That code is not right. 3 tries left."},
		{another(right), "That code is not right. 2 tries left."},
		{another(right), "That code is not right. 1 try left."},
		{another(right), "Too many wrong codes. Please ask for a new one."},
		{right, "Too many wrong codes. Please ask for a new one."},
	} {
		page.fill("#code", test.code)
		page.click("#answer .primary")
		page.untilText("answer-error", test.want)
	}

	page.click("#back")
	page.until(`document.activeElement.id === "email"`)
	page.start("email", "grace@example.com")
	c.advance(11 * time.Minute)
	page.fill("#code", inbox.Entries()[0].Code)
	page.click("#answer .primary")
	page.untilText("answer-error", "This code has expired. Please ask for a new one.")
}
