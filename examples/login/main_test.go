package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel/channeltest"
)

// A browser keeps cookies. The server speaks TLS, since the cookies demand it.
type browser struct {
	*testing.T
	client *http.Client
	site   string
}

func newBrowser(t *testing.T, server *httptest.Server) *browser {
	client := *server.Client()
	client.Jar, _ = cookiejar.New(nil)
	return &browser{t, &client, server.URL}
}

func (b *browser) post(path, contentType, body string) (int, map[string]any) {
	b.Helper()
	response, err := b.client.Post(b.site+path, contentType, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && err != io.EOF && response.StatusCode != http.StatusForbidden {
		b.Fatal(err)
	}
	return response.StatusCode, answer
}

func (b *browser) json(path string, body map[string]string) (int, map[string]any) {
	b.Helper()
	text, _ := json.Marshal(body)
	return b.post(path, "application/json", string(text))
}

func (b *browser) password(name, password string) int {
	b.Helper()
	status, _ := b.post("/password", "application/x-www-form-urlencoded", url.Values{"name": {name}, "password": {password}}.Encode())
	return status
}

func (b *browser) account() (int, string) {
	b.Helper()
	response, err := b.client.Get(b.site + "/account")
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func TestLogin(t *testing.T) {
	inbox := new(channeltest.Inbox)
	handler, err := newSite(inbox)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(handler)
	defer server.Close()
	alice, stranger := newBrowser(t, server), newBrowser(t, server)

	if status, _ := stranger.json("/verify/start", map[string]string{"channel": "sms"}); status != http.StatusForbidden {
		t.Errorf("start without a password: %d", status)
	}
	for _, wrong := range [][2]string{{"alice", "battery staple"}, {"nobody", ""}, {"", ""}} {
		if status := stranger.password(wrong[0], wrong[1]); status != http.StatusForbidden {
			t.Errorf("%v signs in: %d", wrong, status)
		}
	}
	if status := alice.password("alice", "correct horse"); status != http.StatusNoContent {
		t.Fatalf("password: %d", status)
	}
	if status, _ := alice.account(); status != http.StatusForbidden {
		t.Errorf("account after the password alone: %d", status)
	}
	if status, _ := alice.json("/verify/start", map[string]string{"channel": "sms", "to": "+14155550000"}); status != http.StatusBadRequest {
		t.Errorf("the browser names the number: %d", status)
	}
	status, v := alice.json("/verify/start", map[string]string{"channel": "sms"})
	if status != http.StatusOK {
		t.Fatalf("start: %d %v", status, v)
	}
	code, err := inbox.Code(t.Context(), users["alice"].phone)
	if err != nil {
		t.Fatal(err)
	}
	answer := map[string]string{"id": v["id"].(string), "code": code}
	if status := stranger.password("bob", "battery staple"); status != http.StatusNoContent {
		t.Fatalf("password: %d", status)
	}
	if status, _ := stranger.json("/verify/check", answer); status != http.StatusNotFound {
		t.Errorf("bob presents alice's code: %d", status)
	}
	if status, answer := alice.json("/verify/check", answer); status != http.StatusOK {
		t.Fatalf("check: %d %v", status, answer)
	}
	if status, body := alice.account(); status != http.StatusOK || !strings.Contains(body, "Hello alice") {
		t.Errorf("account: %d %s", status, body)
	}
	if status := alice.password("bob", "battery staple"); status != http.StatusNoContent {
		t.Fatalf("password: %d", status)
	}
	if status, _ := alice.account(); status != http.StatusForbidden {
		t.Errorf("alice's receipt opens bob's account: %d", status)
	}
}
