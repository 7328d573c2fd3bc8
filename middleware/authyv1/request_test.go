package authyv1_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestKeys(t *testing.T) {
	const other = "KEY123KEY123KEY124"
	tests := []struct {
		name, query, form string
		headers           []string
		good              bool
	}{
		{"header", "", "", []string{key}, true},
		{"query", "api_key=" + key, "", nil, true},
		{"form", "", "api_key=" + key, nil, true},
		{"all three", "api_key=" + key, "api_key=" + key, []string{key}, true},
		{"none", "", "", nil, false},
		{"empty", "api_key=", "api_key=", []string{""}, false},
		{"other header", "", "", []string{other}, false},
		{"other query", "api_key=" + other, "", nil, false},
		{"other form", "", "api_key=" + other, nil, false},
		{"short", "", "", []string{key[:17]}, false},
		{"long", "", "", []string{key + "4"}, false},
		{"two headers", "", "", []string{key, key}, false},
		{"two in the query", "api_key=" + key + "&api_key=" + key, "", nil, false},
		{"right and wrong header", "", "", []string{key, other}, false},
		{"header against query", "api_key=" + other, "", []string{key}, false},
		{"query against form", "api_key=" + key, "api_key=" + other, nil, false},
	}
	s := open(t)
	for _, test := range tests {
		for _, route := range []struct{ method, path string }{
			{"POST", api + "start"}, {"GET", api + "check"}, {"GET", api + "status"}, {"GET", "/protected/json/phones/info"}, {"DELETE", "/"},
		} {
			t.Run(test.name+"/"+route.path, func(t *testing.T) {
				r := httptest.NewRequest(route.method, route.path+"?"+test.query, strings.NewReader(test.form))
				r.Header["X-Authy-Api-Key"] = test.headers
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if got := s.send(r); (got.status != 401) != test.good || (got.text("error_code") != "60001") != test.good {
					t.Errorf("answered %d %s", got.status, got.raw)
				}
			})
		}
	}
}

func TestKeyInPath(t *testing.T) {
	s := open(t)
	sms := s.start(person + "&custom_code=0042").text("sms_id")
	send := func(pathKey, headerKey string) reply {
		r := httptest.NewRequest("POST", "/2010-04-01/Accounts/"+pathKey+"/SMS/Messages/"+sms+"/Feedback.json", strings.NewReader("Outcome=received"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if headerKey != "" {
			r.Header.Set("X-Authy-API-Key", headerKey)
		}
		return s.send(r)
	}
	for _, keys := range [][2]string{{"KEY123KEY123KEY124", ""}, {"KEY123KEY123KEY124", key}, {key, "KEY123KEY123KEY124"}, {"%00", ""}} {
		if got := send(keys[0], keys[1]); got.status != 401 {
			t.Errorf("%q: answered %d %s", keys, got.status, got.raw)
		}
	}
	send("%4B"+key[1:], "").want(t, 200, "")
}

// S45
func TestMethods(t *testing.T) {
	s := open(t)
	s.start(person)
	check := api + "check?" + person + "&verification_code=" + s.wrong()
	for _, target := range []struct{ path, method string }{
		{api + "start?" + person, "POST"}, {check, "GET"}, {api + "status?" + person, "GET"},
		{"/2010-04-01/Accounts/" + key + "/SMS/Messages/x/Feedback.json", "POST"},
	} {
		for _, method := range []string{"HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"} {
			if method == target.method {
				continue
			}
			if got := s.send(request(method, target.path, "")); got.status != 405 || got.header.Get("Allow") != target.method {
				t.Errorf("%s %s: answered %d %v", method, target.path, got.status, got.header)
			}
		}
	}
	if v, err := s.engine.Status(t.Context(), ref()); err != nil || v.AttemptsLeft != 5 || v.Sends != 1 {
		t.Errorf("%d guesses left, %d sends, %v", v.AttemptsLeft, v.Sends, err)
	}
}

func TestPaths(t *testing.T) {
	s := open(t)
	for _, path := range []string{
		"/", "/protected", "/protected/", "/protected/json", "/protected/json/phones/verification", api, api + "start/", api + "cancel",
		"/protected/JSON/phones/verification/start", "/protected/html/phones/verification/start", "/protected//phones/verification/start",
		"/protected/json/phones//verification/start", "/protected/json/../json/phones/verification/start", "/x" + api + "start",
		"/protected/json/phones%2Fverification/start", "/protected/json/phones/info", "/2010-04-01/Accounts/",
		"/2010-04-01/Accounts/" + key + "/SMS/Messages/x%2Fy/Feedback.json", "/2010-04-01/Accounts/" + key + "/SMS/Messages//Feedback.json",
		"/2010-04-01/Accounts/" + key + "/SMS/Messages/x%00/Feedback.json", "/2010-04-01/Accounts/" + key + "/SMS/Messages/x/Feedback.xml",
	} {
		s.send(request("POST", path, person)).want(t, 404, "60000")
	}
	if n := len(s.inbox.Messages()); n > 0 {
		t.Errorf("%d messages", n)
	}
}

// S44
func TestDuplicates(t *testing.T) {
	s := open(t)
	for _, form := range []string{
		"country_code=1&country_code=1&phone_number=" + national, "country_code=1&phone_number=" + national + "&phone%5Fnumber=" + national,
		person + "&x=1&x=2", person + "&", person + ";via=sms", person + "&via", person + "&via=%zz", "&" + person,
	} {
		s.start(form).want(t, 400, "60002")
		s.send(request("POST", api+"start?"+form, "")).want(t, 400, "60002")
		s.send(request("GET", api+"check?"+form, "verification_code=1234")).want(t, 400, "60002")
		s.send(request("GET", api+"check", form)).want(t, 400, "60002")
	}
	if n := len(s.inbox.Messages()); n > 0 {
		t.Errorf("%d messages", n)
	}
}

func TestBodyWins(t *testing.T) {
	s := open(t)
	s.send(request("POST", api+"start?phone_number=2125550100&country_code=44&via=call", person+"&via=sms")).want(t, 200, "")
	if m := s.inbox.Messages()[0]; m.To.Reveal() != number || m.Channel != "sms" {
		t.Errorf("sent by %s to %s", m.Channel, m.To.Reveal())
	}
	s.send(request("GET", api+"check?"+person+"&verification_code="+s.code(), "verification_code="+s.wrong())).want(t, 401, "60022")
	r := request("GET", api+"check?verification_code="+s.wrong(), `{"country_code":1,"phone_number":"7754615609","verification_code":"`+s.code()+`"}`)
	r.Header.Set("Content-Type", "application/json")
	s.send(r).want(t, 200, "")
}

// S43
func TestJSON(t *testing.T) {
	tests := []struct {
		body   string
		status int
		code   string
	}{
		{`{"country_code":1,"phone_number":"7754615609"}`, 200, ""},
		{`{"country_code":"1","phone_number":7754615609,"locale":null,"x":{"y":[true]}}`, 429, "60003"}, // the same, too soon
		{`{"country_code":1,"phone_number":"7754615609","phone_number":"7754615609"}`, 400, "60002"},
		{`{"country_code":1,"phone_number":"7754615609","phone\u005fnumber":"7754615609"}`, 400, "60002"},
		{`{"country_code":1,"phone_number":"7754615609","x":1,"x":2}`, 400, "60002"},
		{`{"country_code":1,"Phone_Number":"7754615609"}`, 400, "60004"},
		{`{"country_code":1,"phone_number":["7754615609"]}`, 400, "60002"},
		{`{"country_code":1,"phone_number":{"a":"7754615609"}}`, 400, "60002"},
		{`{"country_code":true,"phone_number":"7754615609"}`, 400, "60002"},
		{`{"country_code":1.0,"phone_number":"7754615609"}`, 400, "60002"},
		{`{"country_code":1,"phone_number":7.754615609e9}`, 400, "60002"},
		{`{"country_code":1,"phone_number":null}`, 400, "60004"},
		{`{"country_code":1,"phone_number":"7754615609"} {}`, 400, "60002"},
		{`[{"country_code":1,"phone_number":"7754615609"}]`, 400, "60002"},
		{"\ufeff{}", 400, "60002"},
		{"{\"country_code\":1,\"phone_number\":\"\xff\"}", 400, "60005"},
		{`{"country_code":1,"phone_number":"\ud83d"}`, 400, "60002"},
		{`country_code=1`, 400, "60002"},
	}
	s := open(t)
	for _, test := range tests {
		r := request("POST", api+"start", test.body)
		r.Header.Set("Content-Type", "application/json")
		s.send(r).want(t, test.status, test.code)
	}
}

// S42
func TestContentTypes(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := open(t)
	for _, kinds := range [][]string{
		nil, {""}, {"text/plain"}, {"text/xml"}, {"application/xml"}, {"application/json; charset=utf-16"}, {"application/jsonp"},
		{"multipart/form-data; boundary=x"}, {"application/json", "application/x-www-form-urlencoded"},
	} {
		for _, r := range []*http.Request{request("POST", api+"start", person), request("GET", api+"check", person)} {
			r.Header["Content-Type"] = kinds
			s.send(r).want(t, 415, "60002")
		}
	}
	var compressed strings.Builder
	z := gzip.NewWriter(&compressed)
	_, _ = io.WriteString(z, person)
	_ = z.Close()
	r := request("POST", api+"start", compressed.String())
	r.Header.Set("Content-Encoding", "gzip")
	s.send(r).want(t, 415, "60002")
	if files, err := os.ReadDir(os.TempDir()); err != nil || len(files) > 0 {
		t.Errorf("temporary files %v, %v", files, err)
	}
}

// S40
func TestTooLarge(t *testing.T) {
	s := open(t)
	fill := func(n int) string { return person + "&x=" + strings.Repeat("x", n-len(person)-3) }
	s.start(fill(8<<10)).want(t, 200, "")
	s.start(fill(8<<10+1)).want(t, 413, "60002")
	s.send(request("POST", api+"start?"+fill(8<<10), "")).want(t, 429, "60003")
	s.send(request("POST", api+"start?"+fill(8<<10+1), "")).want(t, 413, "60002")
	endless := &counter{r: strings.NewReader(fill(1 << 20))}
	r := httptest.NewRequest("POST", api+"start", endless)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Authy-API-Key", key)
	s.send(r).want(t, 413, "60002")
	if endless.n > 64<<10 {
		t.Errorf("%d bytes were read", endless.n)
	}
}

func TestIncompleteBody(t *testing.T) {
	s := open(t)
	broken := io.MultiReader(strings.NewReader(person), iotest.ErrReader(io.ErrUnexpectedEOF))
	r := httptest.NewRequest("POST", api+"start", broken)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Authy-API-Key", key)
	s.send(r).want(t, 400, "60002")
	if n := len(s.inbox.Messages()); n > 0 {
		t.Errorf("%d messages", n)
	}
}

// S41
func TestReadDeadline(t *testing.T) {
	s := open(t)
	for path, want := range map[string]int{api + "status": 2, "/other": 2} {
		w := &deadlines{ResponseWriter: httptest.NewRecorder()}
		s.handler.ServeHTTP(w, request("GET", path, person))
		if len(w.set) != want || time.Until(w.set[0]) > 10*time.Second || time.Until(w.set[0]) < 9*time.Second || !w.set[1].IsZero() {
			t.Errorf("%s: deadlines %v", path, w.set)
		}
	}
}

// A deadlines keeps the read deadlines that are set.
type deadlines struct {
	http.ResponseWriter
	set []time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error { d.set = append(d.set, at); return nil }

// A counter counts what is read of it.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// S50: a page that knew a key could start and check from its visitors' browsers.
func TestBrowsers(t *testing.T) {
	s := open(t)
	for name, value := range map[string]string{"Origin": "https://example.com", "Sec-Fetch-Site": "same-origin"} {
		r := request("POST", api+"start", person)
		r.Header.Set(name, value)
		s.send(r).want(t, 403, "60002")
	}
}
