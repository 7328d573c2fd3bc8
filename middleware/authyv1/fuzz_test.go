package authyv1_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/codeword-go/codeword/verify"
)

// FuzzRequest sends whatever it likes with a good key. Nobody is verified, nothing breaks, and every answer is what it says it is.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][4]string{
		{"POST", person + "&via=sms", "", ""},
		{"POST", "", "application/x-www-form-urlencoded", "phone_number=775-461-5609&country_code=1&custom_code=0042"},
		{"POST", "", "application/json", `{"country_code":1,"phone_number":"7754615609","code_length":6,"locale":null}`},
		{"GET", "api_key=" + key, "application/x-www-form-urlencoded", person + "&verification_code=12345"},
		{"GET", person + "&verification_code=%EF%BC%91", "", ""},
		{"GET", "uuid=b8ebcd40-1234-5678-3fb5-0e5d6a065904", "application/json", "{}"},
		{"HEAD", "country_code=%FF&phone_number=%00", "application/json", `{"country_code":"\u0000"}`},
		{"GET", person + "&" + person, "text/xml", "<hash/>"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, query, kind, body string) {
		if method != "GET" && method != "HEAD" {
			method = "POST"
		}
		s := open(t)
		if _, err := s.engine.Start(t.Context(), verify.StartRequest{Channel: "sms", To: number, CustomCode: "zzzzzzzzzz"}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{
			api + "start", api + "check", api + "status", "/protected/xml/phones/verification/start", "/protected/xml/phones/verification/check",
			"/2010-04-01/Accounts/" + key + "/SMS/Messages/x/Feedback.json",
		} {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("X-Authy-API-Key", key)
			r.Header.Set("Content-Type", kind)
			got := s.send(r)
			switch {
			case got.status >= 500:
				t.Errorf("%s: answered %d", path, got.status)
			case got.status == 200 && strings.HasSuffix(path, "check"):
				t.Errorf("%s: verified", path)
			case !utf8.ValidString(got.raw):
				t.Errorf("%s: answered %q", path, got.raw)
			case strings.Contains(path, "/xml/"):
				if err := xml.Unmarshal([]byte(got.raw), new(struct{ XMLName xml.Name })); err != nil {
					t.Errorf("%s: answered %q, %v", path, got.raw, err)
				}
			}
		}
	})
}

// FuzzEscaping has a text repeated in both formats. XML has no way to write some characters, and U+FFFD stands for them.
func FuzzEscaping(f *testing.F) {
	for _, seed := range []string{"zzz", "<&>\"'", "]]>", "\x00\x1b\x7f", "\u202e\ufeff\ufffe", "é😀", "\xff", "</message><success>true", "\r\n\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := open(t)
		want := "Invalid parameter: country_code - '" + text + "' is not a valid Integer"
		target := "/phones/verification/start?country_code=" + url.QueryEscape(text)
		asJSON := s.send(request("POST", "/protected/json"+target, ""))
		asXML := s.send(request("POST", "/protected/xml"+target, ""))
		if !strings.Contains(asJSON.text("message"), "is not a valid Integer") {
			return // it is one, or none at all
		}
		if got := asJSON.text("message"); got != want {
			t.Errorf("JSON has %q, want %q", got, want)
		}
		var hash struct {
			XMLName xml.Name `xml:"errors"`
			Message []string `xml:"message"`
			Again   []string `xml:"errors>message"`
			Success []string `xml:"success"`
		}
		if err := xml.Unmarshal([]byte(asXML.raw), &hash); err != nil {
			t.Fatalf("%q: %v", asXML.raw, err)
		}
		want = strings.Map(inXML, want)
		if len(hash.Message) != 1 || hash.Message[0] != want || len(hash.Again) != 1 || len(hash.Success) != 1 || hash.Success[0] != "false" {
			t.Errorf("XML has %q, want %q", asXML.raw, want)
		}
	})
}

func inXML(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd || r >= 0x10000 {
		return r
	}
	return '\ufffd'
}

// FuzzParameters holds what is read of a JSON object against encoding/json: a number that was sent to was named there.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		`{"country_code":1,"phone_number":"7754615609"}`, `{"phone_number":"7754615609","country_code":"1","phone_number":"2125550100"}`,
		`{"country_code":44,"phone_number":7400123456,"x":[{}]}`, `{"country_code":1,"Phone_number":"7754615609"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := open(t)
		r := request("POST", api+"start", body)
		r.Header.Set("Content-Type", "application/json")
		if got := s.send(r); got.status != 200 {
			return
		}
		var named struct {
			CountryCode any `json:"country_code"`
			PhoneNumber any `json:"phone_number"`
		}
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&named); err != nil || named.CountryCode == nil || named.PhoneNumber == nil {
			t.Errorf("%q: started, encoding/json has %v, %v", body, named, err)
		}
	})
}
