package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRefusesToStart(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string, mode os.FileMode) string {
		if err := os.WriteFile(file(name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return file(name)
	}
	loose := write("loose.jsonl", "", 0o644)
	looseKey := write("loose.key", strings.Repeat("k", 32), 0o644)
	shortKey := write("short.key", "k", 0o600)
	text := write("text.db", "no database", 0o600)
	somebodysKey := write("somebody.key", strings.Repeat("k", 32), 0o600)

	listen := []string{"-listen", "127.0.0.1:0"}
	withKey := slices.Clip(append(listen, "-api-key", key))
	toOutbox := slices.Clip(append(withKey, "-outbox", file("outbox.jsonl")))
	toWebhook := slices.Clip(append(withKey, "-webhook", "https://example.com/", "-webhook-secret", secret, "-regions", "US"))
	tests := []struct {
		name, want string
		args       []string
	}{
		{"nothing", "-api-key: missing", nil},
		{"unknown flag", "-apikey", []string{"-apikey=" + key}},
		{"argument", "argument behind the flags", append(toOutbox, "surplus"+key)},
		{"no key", "-api-key: missing", append(listen, "-outbox", file("outbox.jsonl"))},
		{"short key", "16 or more letters and digits", append(toOutbox, "-api-key", key[:15])},
		{"odd key", "16 or more letters and digits", append(toOutbox, "-api-key", key+"!")},
		{"empty key", "16 or more letters and digits", append(toOutbox, "-api-key", key+",")},
		{"no delivery", "one of -outbox and -webhook", withKey},
		{"two deliveries", "one of -outbox and -webhook", append(toWebhook, "-outbox", file("outbox.jsonl"))},
		{"webhook without secret", "-webhook and -webhook-secret", append(withKey, "-webhook", "https://example.com/", "-regions", "US")},
		{"secret without webhook", "-webhook and -webhook-secret", append(toOutbox, "-webhook-secret", secret)},
		{"bad secret", "whsec_", append(withKey, "-webhook", "https://example.com/", "-webhook-secret", "whsec_AAAA", "-regions", "US")},
		{"webhook without TLS", "https", append(withKey, "-webhook", "http://example.com/", "-webhook-secret", secret, "-regions", "US")},
		{"webhook without regions", "-regions: missing", append(withKey, "-webhook", "https://example.com/", "-webhook-secret", secret)},
		{"webhook to possible numbers", "-allow-possible", append(toWebhook, "-allow-possible")},
		{"unknown region", "Regions", append(toOutbox, "-regions", "XX")},
		{"every address", "-behind-proxy", append(toOutbox, "-listen", ":0")},
		{"address of the network", "-behind-proxy", append(toOutbox, "-listen", "192.0.2.1:8080")},
		{"name", "-behind-proxy", append(toOutbox, "-listen", "example.com:8080")},
		{"no address", "-listen", append(toOutbox, "-listen", "8080")},
		{"certificate without key", "-tls-cert and -tls-key", append(toOutbox, "-tls-cert", "a")},
		{"key without certificate", "-tls-cert and -tls-key", append(toOutbox, "-tls-key", "a")},
		{"missing certificate", "-tls-cert, -tls-key", append(toOutbox, "-tls-cert", file("none"), "-tls-key", file("none"))},
		{"relative base", "-base-url", append(toOutbox, "-base-url", "example.com")},
		{"base with query", "-base-url", append(toOutbox, "-base-url", "https://example.com/?a")},
		{"base with user", "-base-url", append(toOutbox, "-base-url", "https://a:b@example.com/")},
		{"unknown store", "-store: is neither", append(toOutbox, "-store", "mysql://app:"+key+"@localhost", "-key-file", somebodysKey)},
		{"memory with a name", "-store: is neither", append(toOutbox, "-store", "memory:a", "-key-file", somebodysKey)},
		{"store that is only a name", "-store: is neither", append(toOutbox, "-store", "redis", "-key-file", somebodysKey)},
		{"odd port of redis", "-store: is no URL", append(toOutbox, "-store", "redis://:"+key+"@localhost:a/0", "-key-file", somebodysKey)},
		{"odd database of redis", "-store: is no URL", append(toOutbox, "-store", "redis://localhost/"+key, "-key-file", somebodysKey)},
		{"odd port of postgres", "-store: is no URL", append(toOutbox, "-store", "postgres://app:"+key+"@localhost:a/app", "-key-file", somebodysKey)},
		{"odd setting of postgres", "-store: is no URL", append(toOutbox, "-store", "postgres://localhost/app?sslmode="+key, "-key-file", somebodysKey)},
		{"no redis", "-store: dial", append(toOutbox, "-store", "redis://:"+key+"@127.0.0.1:1", "-key-file", somebodysKey)},
		{"no postgres", "-store: pgstore: open", append(toOutbox, "-store", "postgresql://app:"+key+"@127.0.0.1:1/app", "-key-file", somebodysKey)},
		{"redis without key file", "-key-file: missing", append(toOutbox, "-store", "rediss://localhost")},
		{"postgres without key file", "-key-file: missing", append(toOutbox, "-store", "postgres://localhost/app")},
		{"redis whose key is gone", "-key-file: there is none", append(toOutbox, "-store", "unix:///none", "-key-file", file("none.key"))},
		{"postgres whose key is gone", "-key-file: there is none", append(toOutbox, "-store", "postgres://localhost/app", "-key-file", file("none.key"))},
		{"store without file", "-store", append(toOutbox, "-store", "bolt:", "-key-file", file("a.key"))},
		{"file that is no store", "-store", append(toOutbox, "-store", "bolt:"+text, "-key-file", somebodysKey)},
		{"store without key file", "-key-file: missing", append(toOutbox, "-store", "bolt:"+file("a.db"))},
		{"store whose key is gone", "-key-file: there is none", append(toOutbox, "-store", "bolt:"+text, "-key-file", file("none.key"))},
		{"key for all to read", "chmod 600", append(toOutbox, "-key-file", looseKey)},
		{"short key file", "at least", append(toOutbox, "-key-file", shortKey)},
		{"outbox for all to read", "chmod 600", append(withKey, "-outbox", loose)},
		{"outbox that is a folder", "-outbox", append(withKey, "-outbox", dir)},
		{"negative pause", "-resend-after", append(toOutbox, "-resend-after", "-1s")},
		{"long pause", "-resend-after", append(toOutbox, "-resend-after", "61m")},
		{"pause without unit", "-resend-after", append(toOutbox, "-resend-after", "30")},
		{"service that is none", "-twilio-service", append(toOutbox, "-twilio-service", "VA1")},
		{"profile that is none", "-telnyx-profile", append(toOutbox, "-telnyx-profile", "1")},
		{"brand with a code in it", "Brand", append(toOutbox, "-brand", "Acme 493021")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if said := refuses(t, test.want, nil, test.args...); strings.Contains(said, key) || strings.Contains(said, "whsec_A") {
				t.Errorf("says a secret: %s", said)
			}
		})
	}
	if _, err := os.Stat(file("none.key")); err == nil {
		t.Error("a key was made for a store that needs another")
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	env := []string{
		"CODEWORD_LISTEN=127.0.0.1:0",
		"CODEWORD_API_KEY=fedcba9876543210," + key,
		"CODEWORD_OUTBOX=" + filepath.Join(dir, "outbox.jsonl"),
		"CODEWORD_BRAND=",
		"CODEWORD_ALLOW_POSSIBLE=true",
	}
	g := launch(t, env, "-brand", "Acme")
	g.outbox = filepath.Join(dir, "outbox.jsonl")
	for _, k := range []string{key, "fedcba9876543210"} {
		if a := g.send("POST", "/verify/start", `{"to":"+14155552671"}`, "Bearer "+k); a.status != 200 {
			t.Errorf("%d %v", a.status, a.body)
		}
	}
	if text := g.last().Text; !strings.Contains(text, "Acme") {
		t.Errorf("the brand is not in %q", text)
	}
	refuses(t, "CODEWORD_RESEND_AFTER", append(env, "CODEWORD_RESEND_AFTER=soon"))
	refuses(t, "-listen", env, "-listen", ":0") // the flag wins
	refuses(t, "16 or more", env, "-api-key", "short")
}

func TestHelp(t *testing.T) {
	path, err := program.Path()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "-h").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "CODEWORD_API_KEY") || !strings.Contains(string(out), "-webhook-allow-private") {
		t.Errorf("%v: %s", err, out)
	}
}
