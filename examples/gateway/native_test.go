package main_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestNative(t *testing.T) {
	g := start(t, "-brand", "Acme")
	started := g.post("/verify/start", `{"to":"+14155552671","channel":"sms"}`)
	if started.status != 200 || started.body["resend_in"] != 0.0 {
		t.Fatalf("%d %v", started.status, started.body)
	}
	id := started.body["id"].(string)
	m := g.last()
	if m.To != "+14155552671" || m.Channel != "sms" || m.Verification_ID != id || m.Profile != "verify" || m.Locale != "en" ||
		!strings.Contains(m.Text, m.Code) || !strings.HasPrefix(m.Text, "Acme") || time.Since(m.At).Abs() > patience {
		t.Errorf("the outbox has %+v", m)
	}
	check := func(code string) answer { return g.post("/verify/check", `{"id":"`+id+`","code":"`+code+`"}`) }
	if a := check(wrong(m.Code)); a.status != 422 || a.body["attempts_left"] != 4.0 {
		t.Errorf("wrong code: %d %v", a.status, a.body)
	}
	if a := check(m.Code); a.status != 200 || a.body["status"] != "approved" {
		t.Errorf("right code: %d %v", a.status, a.body)
	}
	if a := check(m.Code); a.status != 404 {
		t.Errorf("used code: %d %v", a.status, a.body)
	}
	if a := g.send("GET", "/verify/status/"+id, "", "Bearer "+key); a.status != 200 || a.body["status"] != "approved" {
		t.Errorf("status: %d %v", a.status, a.body)
	}
	if len(started.header["Set-Cookie"]) > 0 {
		t.Error("a back end gets cookies")
	}
}

// wrong returns another code of the same length.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

func TestNativeChannels(t *testing.T) {
	g := start(t)
	tests := []struct {
		body, code string
		length     int
		holds      func(message) bool
	}{
		{`{"to":"+14155552671","channel":"call"}`, "", 6, func(m message) bool { return m.Channel == "call" && m.Speech != "" }},
		{`{"to":"ann@example.com","channel":"email"}`, "", 6, func(m message) bool { return m.To == "ann@example.com" && m.Subject != "" }},
		{`{"to":"+4915112345678","channel":"whatsapp"}`, "", 6, func(m message) bool { return m.Channel == "whatsapp" && m.Locale == "de" }},
		{`{"to":"+14155552672","code_length":10}`, "", 10, func(m message) bool { return m.Channel == "sms" }},
		{`{"to":"+14155552673","custom_code":"A1b2C3"}`, "A1b2C3", 6, func(m message) bool { return m.Code == "A1b2C3" }},
		{`{"to":"+14155552674","profile":"verify","locale":"fr"}`, "", 6, func(m message) bool { return m.Locale == "fr" }},
	}
	for _, test := range tests {
		if a := g.post("/verify/start", test.body); a.status != 200 {
			t.Errorf("%s: %d %v", test.body, a.status, a.body)
			continue
		}
		if m := g.last(); len(m.Code) != test.length || !strings.Contains(m.Text, m.Code) || !test.holds(m) {
			t.Errorf("%s: the outbox has %+v", test.body, m)
		}
	}
	if a := g.post("/verify/start", `{"to":"+14155552675","channel":"flashcall"}`); a.status != 400 {
		t.Errorf("a flash call, whose codes are few, without anybody's accepting that: %d %v", a.status, a.body)
	}
}

func TestNativeNeedsKey(t *testing.T) {
	g := start(t)
	const body = `{"to":"+14155552671"}`
	for name, authorization := range map[string][]string{
		"none":         nil,
		"empty":        {""},
		"no scheme":    {key},
		"empty token":  {"Bearer "},
		"other key":    {"Bearer fedcba9876543210"},
		"part":         {"Bearer " + key[:15]},
		"more":         {"Bearer " + key + "0"},
		"other scheme": {"Token " + key},
		"two":          {"Bearer " + key, "Bearer " + key},
		"list":         {"Bearer " + key + ", Bearer " + key},
	} {
		a := g.send("POST", "/verify/start", body, authorization...)
		if a.status != 401 || a.body["code"] != "unauthorized" || a.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %v", name, a.status, a.body)
		}
	}
	if n := len(g.messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	if a := g.send("POST", "/verify/start", body, "bearer "+key); a.status != 200 {
		t.Errorf("scheme in lower case: %d %v", a.status, a.body)
	}
	if a := g.send("GET", "/", "", "Bearer "+key); a.status != 404 || a.body["code"] != "not_found" {
		t.Errorf("path that is nobody's: %d %v", a.status, a.body)
	}
}

func TestWhomItServes(t *testing.T) {
	const nobodys = `{"to":"+19876543210"}` // possible, and of an area that does not exist
	if a := start(t).post("/verify/start", nobodys); a.status != 200 {
		t.Errorf("with an outbox: %d %v", a.status, a.body)
	}
	g := start(t, "-allow-possible=false", "-regions", "CA, DE")
	if a := g.post("/verify/start", nobodys); a.status != 400 {
		t.Errorf("without -allow-possible: %d %v", a.status, a.body)
	}
	if a := g.post("/verify/start", `{"to":"+14155552671"}`); a.status != 403 {
		t.Errorf("a country that is not served: %d %v", a.status, a.body)
	}
	if a := g.post("/verify/start", `{"to":"+4915112345678"}`); a.status != 200 {
		t.Errorf("a country that is served: %d %v", a.status, a.body)
	}
}

func TestResendAfter(t *testing.T) {
	g := start(t, "-resend-after", "20m")
	g.post("/verify/start", `{"to":"+14155552671"}`)
	a := g.post("/verify/start", `{"to":"+14155552671"}`)
	if wait := a.body["retry_after"]; a.status != 429 || wait == nil || wait.(float64) < 1100 || wait.(float64) > 1200 {
		t.Errorf("%d %v", a.status, a.body)
	}
}

func TestOutboxIsPrivate(t *testing.T) {
	g := start(t)
	info, err := os.Stat(g.outbox)
	if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	g.post("/verify/start", `{"to":"+14155552671"}`)
	code := g.last().Code
	g.stop()
	for _, secret := range []string{code, "4155552671", key} {
		if strings.Contains(g.stderr.String(), secret) {
			t.Errorf("the log has a secret: %s", g.stderr)
		}
	}
	if !strings.Contains(g.stderr.String(), "IN CLEAR") {
		t.Errorf("the log has no warning: %s", g.stderr)
	}
}

func TestStoreStays(t *testing.T) {
	dir := t.TempDir()
	db, keyFile := filepath.Join(dir, "test.db"), filepath.Join(dir, "test.key")
	stay := []string{"-store", "bolt:" + db, "-key-file", keyFile}
	first := start(t, stay...)
	id := first.post("/verify/start", `{"to":"+14155552671"}`).body["id"].(string)
	code := first.last().Code
	if info, err := os.Stat(keyFile); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	refuses(t, "another process has it open", nil, append([]string{"-api-key", key, "-outbox", first.outbox}, stay...)...)
	first.stop()

	second := start(t, stay...)
	if a := second.post("/verify/check", `{"id":"`+id+`","code":"`+code+`"}`); a.status != 200 {
		t.Errorf("after a restart: %d %v", a.status, a.body)
	}
	second.stop()

	withOutbox := []string{"-listen", "127.0.0.1:0", "-api-key", key, "-outbox", first.outbox, "-store", "bolt:" + db, "-key-file"}
	other := filepath.Join(dir, "other.key")
	refuses(t, "-key-file: there is none", nil, append(withOutbox, other)...)
	if err := os.WriteFile(other, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, "-key-file: verify: the store was used with another key", nil, append(withOutbox, other)...)
}
