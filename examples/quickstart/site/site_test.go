package site_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/examples/quickstart/site"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A browser is a client with cookies that follows no redirects.
type browser struct {
	*testing.T
	client http.Client
	base   string
	inbox  *site.Inbox
}

// visit serves a site and returns a browser for it.
func visit(t *testing.T) *browser {
	t.Helper()
	inbox := new(site.Inbox)
	store, err := memstore.New(memstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := verify.New(verify.Options{
		Store:    store,
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": inbox, "call": inbox, "email": inbox},
		Profiles: []verify.Profile{{Name: "sign-in", Brand: "Acme", Regions: []string{verify.AllRegions}, AllowPossible: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	handler, err := site.New(site.Options{Engine: engine, Inbox: inbox, Hosts: site.LocalHosts(server.Listener.Addr())})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{T: t, client: http.Client{Jar: jar, CheckRedirect: stay}, base: server.URL, inbox: inbox}
}

// do sends a request, with headers given as name and value by turns.
func (b *browser) do(method, path, body string, headers ...string) (*http.Response, string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res, string(text)
}

func (b *browser) get(path string, headers ...string) (*http.Response, string) {
	b.Helper()
	return b.do("GET", path, "", headers...)
}

// post sends JSON to the handlers and returns the id in the answer.
func (b *browser) post(path, body string) (id string) {
	b.Helper()
	res, text := b.do("POST", path, body, "Content-Type", "application/json")
	if res.StatusCode != 200 {
		b.Fatalf("POST %s: %s: %s", path, res.Status, text)
	}
	var answer struct{ ID string }
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		b.Fatal(err)
	}
	return answer.ID
}

func (b *browser) signIn(channel, to string) {
	b.Helper()
	id := b.post("/verify/start", `{"channel":"`+channel+`","to":"`+to+`"}`)
	b.post("/verify/check", `{"id":"`+id+`","code":"`+b.inbox.Entries()[0].Code+`"}`)
}

func TestNew(t *testing.T) {
	if _, err := site.New(site.Options{}); err == nil {
		t.Error("a site of nothing was made")
	}
}

func TestSigningInAndOut(t *testing.T) {
	b := visit(t)
	closed := func(when string) {
		t.Helper()
		res, body := b.get("/account?lang=de")
		if res.StatusCode != 303 || res.Header.Get("Location") != "/?lang=de" || strings.Contains(body, "2671") {
			t.Errorf("%s the protected page answers %s, to %q", when, res.Status, res.Header.Get("Location"))
		}
	}
	open := func(when string) {
		t.Helper()
		res, body := b.get("/account?lang=de")
		if res.StatusCode != 200 || !strings.Contains(body, `<bdi dir="ltr">&#43;1******2671</bdi>`) {
			t.Errorf("%s the protected page answers %s: %s", when, res.Status, body)
		}
		if strings.Contains(body, "4155552671") {
			t.Error("the protected page shows the number in full")
		}
	}
	closed("before signing in")
	b.signIn("sms", "+1 415 555 2671")
	open("after signing in")
	if res, _ := b.do("POST", "/sign-out", "", "Sec-Fetch-Site", "cross-site"); res.StatusCode != 403 {
		t.Errorf("a foreign page signs people out: %s", res.Status)
	}
	if res, _ := b.get("/sign-out"); res.StatusCode != 405 {
		t.Errorf("GET /sign-out: %s", res.Status)
	}
	open("after what is no signing out")
	res, _ := b.do("POST", "/sign-out?lang=de", "", "Sec-Fetch-Site", "same-origin")
	if cookies := res.Cookies(); res.Header.Get("Location") != "/?lang=de" || len(cookies) != 1 || cookies[0].MaxAge >= 0 {
		t.Errorf("signing out leads to %q and leaves %v", res.Header.Get("Location"), cookies)
	}
	closed("after signing out")
}

func TestHeaders(t *testing.T) {
	b := visit(t)
	b.post("/verify/start", `{"channel":"email","to":"ada@example.com"}`)
	mail := "/inbox/" + b.inbox.Entries()[0].ID
	for _, path := range []string{"/", "/account", "/inbox", "/inbox.json", "/assets/site.js", "/nothing", "/inbox/nothing", "/verify/status/1", mail} {
		t.Run(path, func(t *testing.T) {
			res, _ := b.get(path)
			policy := res.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || path != mail && strings.Contains(policy, "unsafe") {
				t.Errorf("the policy is %q", policy)
			}
			if path == mail && (!strings.HasPrefix(policy, "sandbox;") || strings.Contains(policy, "script-src")) {
				t.Errorf("the policy of an e-mail is %q", policy)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
				if got := res.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}
