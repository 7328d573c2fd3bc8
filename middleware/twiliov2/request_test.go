package twiliov2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/twiliov2"
	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func TestNewRefuses(t *testing.T) {
	a := open(t)
	keys := []string{key}
	templates := func(t ...twiliov2.Template) twiliov2.Options { return twiliov2.Options{APIKeys: keys, Templates: t} }
	tests := []struct {
		name    string
		options twiliov2.Options
	}{
		{"APIKeys", twiliov2.Options{}},
		{"APIKeys", twiliov2.Options{APIKeys: []string{key, "short"}}},
		{"Profile", twiliov2.Options{APIKeys: keys, Profile: "none"}},
		{"Group", twiliov2.Options{APIKeys: keys, Group: "a/b"}},
		{"Group", twiliov2.Options{APIKeys: keys, Group: strings.Repeat("a", 25)}},
		{"BaseURL", twiliov2.Options{APIKeys: keys, BaseURL: "verify.example.com"}},
		{"BaseURL", twiliov2.Options{APIKeys: keys, BaseURL: "ftp://verify.example.com"}},
		{"BaseURL", twiliov2.Options{APIKeys: keys, BaseURL: "https://verify.example.com?a=b"}},
		{"Templates", templates(twiliov2.Template{SID: "HJ1", FriendlyName: "x", Text: "{{code}}"})},
		{"Templates", templates(twiliov2.Template{SID: "HJ00000000000000000000000000000001", FriendlyName: "x", Text: "{{code}}"})},
		{"Templates", templates(twiliov2.Template{SID: "HJ00000000000000000000000000000002", Text: "{{code}}"})},
		{"Templates", templates(twiliov2.Template{SID: "HJ00000000000000000000000000000002", FriendlyName: "x", Text: "no code"})},
	}
	for _, test := range tests {
		if _, err := twiliov2.New(a.engine, test.options); err == nil || !strings.Contains(err.Error(), test.name+": ") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := twiliov2.New(nil, twiliov2.Options{APIKeys: keys}); err == nil {
		t.Error("takes no engine")
	}
}

var everyRoute = []struct{ path, methods string }{
	{"/v2/Services", "GET POST"},
	{"/v2/Services/VA", "GET POST DELETE"},
	{"/v2/Services/VA/Verifications", "POST"},
	{"/v2/Services/VA/Verifications/+14155552671", "GET POST"},
	{"/v2/Services/VA/VerificationCheck", "POST"},
	{"/v2/Services/VA/RateLimits", "GET POST"},
	{"/v2/Services/VA/RateLimits/ip", "GET POST DELETE"},
	{"/v2/Services/VA/RateLimits/ip/Buckets", "GET POST"},
	{"/v2/Services/VA/RateLimits/ip/Buckets/BL", "GET POST DELETE"},
	{"/v2/Templates", "GET"},
	{"/v2/Attempts", "GET"},
	{"/v2/Attempts/Summary", "GET"},
	{"/v2/Attempts/VL", "GET"},
}

// S69: no route is without credentials.
func TestCredentials(t *testing.T) {
	a := open(t)
	a.start().want(201)
	basic := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	good := a.request("GET", "/", "").Header.Get("Authorization")
	tests := map[string]func(*http.Request){
		"none":       func(r *http.Request) { r.Header.Del("Authorization") },
		"wrong":      basic(account, "0123456789abcdeF"),
		"short":      basic(account, key[:15]),
		"long":       basic(account, key+"0"),
		"empty":      basic(account, ""),
		"no account": basic("", key),
		"other user": basic("admin", key),
		"duplicate":  func(r *http.Request) { r.Header.Add("Authorization", good) },
		"bearer":     func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) },
		"two in one": func(r *http.Request) { r.Header.Set("Authorization", good+", "+good) },
	}
	for _, route := range everyRoute {
		for method := range strings.FieldsSeq(route.methods) {
			for name, change := range tests {
				r := a.request(method, route.path, "")
				change(r)
				if got := a.serve(r); got.status != 401 {
					t.Errorf("%s %s with %s credentials: %d", method, route.path, name, got.status)
				}
			}
		}
	}
	r := a.request("GET", "/v2/Services", "")
	tests["none"](r)
	a.serve(r).fails(401, 20003).golden("error_20003")
}

func TestAccounts(t *testing.T) {
	a := open(t)
	second := "fedcba9876543210fedcba"
	h, err := twiliov2.New(a.engine, twiliov2.Options{APIKeys: []string{key, second}})
	if err != nil {
		t.Fatal(err)
	}
	a.handler = h
	const nobody = "AC00000000000000000000000000000000"
	for _, test := range []struct{ user, password, account string }{
		{account, key, account}, {account, second, account}, {"SK" + account[2:], key, nobody}, {"ACtest", second, nobody},
	} {
		r := a.request("GET", "/v2/Services/"+a.service, "")
		r.SetBasicAuth(test.user, test.password)
		a.serve(r).want(200).has(map[string]any{"account_sid": test.account})
	}
}

// S45: nothing but the documented methods does anything; HEAD spends no guess.
func TestMethods(t *testing.T) {
	a := open(t)
	for _, route := range everyRoute {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
			got := a.serve(a.request(method, strings.Replace(route.path, "/VA", "/"+a.service, 1), ""))
			if refused := got.status == 405; refused == strings.Contains(" "+route.methods+" ", " "+method+" ") {
				t.Errorf("%s %s: %d", method, route.path, got.status)
			}
			if method == "PUT" {
				got.fails(405, 20004).golden("error_20004")
				if allow := strings.Split(got.header.Get("Allow"), ", "); len(allow) != len(strings.Fields(route.methods)) {
					t.Errorf("%s allows %v", route.path, allow)
				}
			}
		}
	}
	a = open(t)
	a.start().want(201)
	for range 9 {
		r := a.request("HEAD", a.at("VerificationCheck"), form("To", number, "Code", other(a.code())))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a.serve(r).fails(405, 20004)
	}
	a.check(a.code()).want(201).has(map[string]any{"status": "approved"})
}

// S53
func TestPaths(t *testing.T) {
	a := open(t)
	a.start().want(201)
	for _, spelling := range []string{"+1415%2F5552671", "+1%20415%205552671", "+14155552671%00", "%20%2B14155552671"} {
		a.get(a.at("Verifications", spelling)).fails(404, 20404)
	}
	for _, path := range []string{
		"/", "/v2", "/v2/", "/v2/Services/", "/v2//Services", "/v1/Services", "/Services", "/v2/services", "/v2/Services/x/y",
		"/v2/Services/" + a.service + "/", "/v2/Services/../Services", "/v2/Services%2F" + a.service, "/v2/Services/" + a.service + "%00",
		"/v2/Services/" + a.service + "/Verifications/%2B1%2F", "/v2/Services/" + a.service + "/Verifications/%ff", "/v2/SafeList/Numbers",
		"/v2/Services/" + a.service + "/MessagingConfigurations", "/v2/Forms/x",
	} {
		a.get(path).fails(404, 20404)
	}
}

// S43 and S44: duplicates are refused, the query is no part of a form, and a guess is spent by neither.
func TestStrictForms(t *testing.T) {
	a := open(t)
	a.start().want(201)
	code, path := a.code(), a.at("VerificationCheck")
	good := form("To", number, "Code", code)
	for _, body := range []string{
		good + "&Code=" + code, good + "&C%6Fde=" + code, good + "&Unknown=1&Unknown=1", good + "&Bad=%zz", good + "&Bad", good + ";Bad=1", good + "&Bad=%ff",
		`{"To":"` + number + `"}`,
	} {
		a.serve(a.request("POST", path, body)).fails(400, 20001)
	}
	a.serve(a.request("POST", path, good+"&a=1&a=2")).golden("error_20001")
	a.serve(a.request("POST", path+"?"+good, "")).fails(400, 60221)
	a.serve(a.request("POST", path+"?Code=111111&Code=222222", good)).want(201).has(map[string]any{"status": "approved"})
	a.serve(a.request("GET", "/v2/Services?Page=0&Page=1", "")).fails(400, 20001)
}

// S42
func TestMediaTypes(t *testing.T) {
	a := open(t)
	for _, kind := range []string{"", "application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-16"} {
		r := a.request("POST", "/v2/Services", "FriendlyName=Good")
		r.Header.Set("Content-Type", kind)
		a.serve(r).fails(415, 20415).golden("error_20415")
	}
	r := a.request("POST", "/v2/Services", "FriendlyName=Good")
	r.Header.Set("Content-Encoding", "gzip")
	a.serve(r).fails(415, 20415)
	r = a.request("POST", "/v2/Services", "FriendlyName=Good")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	a.serve(r).want(201)
	r = a.request("POST", "/v2/Services/"+a.service, "")
	r.Header.Del("Content-Type") // there is nothing to tell the type of
	a.serve(r).want(200)
}

// S40
func TestTooLarge(t *testing.T) {
	a := open(t)
	pad := func(n int) string {
		return form("FriendlyName", "Good") + "&Pad=" + strings.Repeat("x", n-len("FriendlyName=Good&Pad="))
	}
	a.serve(a.request("POST", "/v2/Services", pad(8<<10))).want(201)
	a.serve(a.request("POST", "/v2/Services", pad(8<<10+1))).fails(413, 20413).golden("error_20413")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestCutBody(t *testing.T) {
	a := open(t)
	r := httptest.NewRequest("POST", "/v2/Services", brokenReader{})
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(account, key)
	a.serve(r).fails(400, 20001)
}

func TestBrowsersRefused(t *testing.T) {
	a := open(t)
	for name, value := range map[string]string{"Origin": "null", "Sec-Fetch-Site": "same-origin"} {
		r := a.request("GET", "/v2/Services", "")
		r.Header.Set(name, value)
		a.serve(r).fails(403, 20403).golden("error_20403")
	}
}

// S52: what a panic holds is told to nobody.
func TestPanics(t *testing.T) {
	a := open(t)
	a.inbox.Once(channeltest.Panic("the code is " + number))
	a.start().fails(503, 20503)
	r := a.request("GET", "/v2/Services", "")
	r.URL = nil // whatever goes wrong
	a.serve(r).fails(500, 20500).golden("error_20500")
}

// A downStore fails when it is told to, or after one swap.
type downStore struct {
	store.Store
	down bool
	only bool // one swap more
}

func (d *downStore) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	if d.down {
		return errors.New("the disk is full")
	}
	d.down = d.only
	return d.Store.CompareAndSwap(ctx, key, old, new, expires)
}

func (d *downStore) Load(ctx context.Context, key string) ([]byte, error) {
	if d.down {
		return nil, errors.New("the disk is on fire")
	}
	return d.Store.Load(ctx, key)
}

// S30, S62: a store that fails approves nothing, and what it said is not told.
func TestStoreDown(t *testing.T) {
	down := &downStore{Store: new(memstore.Store)}
	a := open(t, func(o *verify.Options) { o.Store, o.StoreTimeout = down, 50*time.Millisecond })
	sid := a.start().want(201).text("sid")
	down.down = true
	for _, got := range []answer{
		a.start(), a.check(a.code()), a.get(a.at("Verifications", sid)), a.get("/v2/Services"), a.delete("/v2/Services/" + a.service),
		a.post("/v2/Services", "FriendlyName", "Good"), a.get(a.at("RateLimits")),
	} {
		if got.fails(503, 20503); strings.Contains(string(got.raw), "fire") {
			t.Errorf("told %s", got.raw)
		}
	}
	down.down = false
	a.check(a.code()).want(201).has(map[string]any{"status": "approved"})
}

// A deletion that was interrupted leaves a name in the index, which a list passes over.
func TestInterruptedDeletion(t *testing.T) {
	down := &downStore{Store: new(memstore.Store)}
	a := open(t, func(o *verify.Options) { o.Store, o.StoreTimeout = down, 50*time.Millisecond })
	down.only = true
	a.delete("/v2/Services/"+a.service).fails(503, 20503)
	down.down = false
	a.get("/v2/Services/"+a.service).fails(404, 20404)
	if n := len(a.get("/v2/Services").want(200).list("services")); n != 0 {
		t.Errorf("%d services", n)
	}
}
