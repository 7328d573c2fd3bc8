package authyv1_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A scene leads to one answer, which its golden files hold in JSON and in XML. What comes before it is in JSON.
type scene struct {
	name    string
	options func(*verify.Options) // may be nil, like before
	before  func(*site)
	ask     func(*site) *http.Request // in JSON
}

func (s scene) changes() []func(*verify.Options) {
	if s.options == nil {
		return nil
	}
	return []func(*verify.Options){s.options}
}

// narrow serves the United States, by text message alone.
func narrow(o *verify.Options) {
	o.Profiles[0].Regions, o.Profiles[0].Channels = []string{"US"}, []string{"sms"}
}

func get(action, parameters string) func(*site) *http.Request {
	return func(*site) *http.Request { return request("GET", api+action+"?"+parameters, "") }
}

func post(parameters string) func(*site) *http.Request {
	return func(*site) *http.Request { return request("POST", api+"start", parameters) }
}

func started(s *site) { s.start(person); time.Sleep(13 * time.Second) }

func verified(s *site) { started(s); s.check(person, s.code()) }

func checkWith(code func(*site) string) func(*site) *http.Request {
	return func(s *site) *http.Request {
		return request("GET", api+"check?"+person+"&verification_code="+code(s), "")
	}
}

var (
	rightCode = checkWith((*site).code)
	wrongCode = checkWith((*site).wrong)
	anyCode   = checkWith(func(*site) string { return "1234" })
)

var scenes = []scene{
	{"start_sms", nil, nil, post("via=sms&" + person)},
	{"start_call", nil, nil, post("via=call&" + person)},
	{"start_again", eager, started, post(person)},
	{"start_custom_code", nil, nil, post(person + "&custom_code=0042")},
	{"start_short_number", nil, nil, post("country_code=290&phone_number=22158&via=call")},
	{"check", nil, started, rightCode},
	{"status_pending", nil, started, get("status", person)},
	{"status_verified", nil, verified, get("status", person)},
	{"status_expired", nil, func(s *site) { started(s); time.Sleep(10 * time.Minute) }, get("status", person)},

	{"60000_path", nil, nil, get("resend", person)},
	{"60000_unavailable", nil, func(s *site) { s.store.broken.Store(true) }, get("status", person)},
	{"60000_internal", nil, func(s *site) { s.clock.broken.Store(true) }, get("status", person)},
	{"60001", nil, nil, func(*site) *http.Request {
		r := request("GET", api+"status?"+person, "")
		r.Header.Set("X-Authy-API-Key", "KEY123KEY123KEY124")
		return r
	}},
	{"60002", nil, nil, post("country_code")},
	{"60002_method", nil, nil, func(*site) *http.Request { return request("PUT", api+"check?"+person, "") }},
	{"60002_too_large", nil, nil, post("locale=" + strings.Repeat("x", 8<<10))},
	{"60002_media_type", nil, nil, func(*site) *http.Request {
		r := request("POST", api+"start", "<country-code>1</country-code>")
		r.Header.Set("Content-Type", "text/xml")
		return r
	}},
	{"60003_attempts", nil, func(s *site) {
		started(s)
		for range 5 {
			s.check(person, s.wrong())
		}
	}, rightCode},
	{"60003_sends", eager, func(s *site) {
		for range 5 {
			started(s)
		}
	}, post(person)},
	{"60003_cooldown", nil, func(s *site) { s.start(person) }, post(person)},
	{"60004_country_code", nil, nil, post("phone_number=" + national)},
	{"60004_country_code_integer", nil, nil, post("country_code=zzz&phone_number=" + national)},
	{"60004_phone_number", nil, nil, post("country_code=1")},
	{"60004_verification_code", nil, nil, get("check", person)},
	{"60004_via", nil, nil, post(person + "&via=pigeon")},
	{"60004_via_channel", narrow, nil, post(person + "&via=call")},
	{"60004_code_length", nil, nil, post(person + "&code_length=11")},
	{"60004_code_length_integer", nil, nil, post(person + "&code_length=six")},
	{"60004_custom_code", nil, nil, post(person + "&custom_code=123")},
	{"60005", nil, nil, post(person + "&locale=%FF")},
	{"60021_region", narrow, nil, post("country_code=64&phone_number=0210393363")},
	{"60021_not_sent", nil, func(s *site) { s.inbox.Once(channeltest.Fail(errors.New("no"))) }, post(person)},
	{"60021_rejected", nil, func(s *site) { s.inbox.Once(channeltest.Fail(channel.ErrRejected)) }, post(person)},
	{"60022", nil, started, wrongCode},
	{"60023_none", nil, nil, anyCode},
	{"60023_used", nil, verified, checkWith((*site).code)},
	{"60023_expired", nil, func(s *site) { started(s); time.Sleep(10 * time.Minute) }, rightCode},
	{"60023_status", nil, nil, get("status", "country_code=64&phone_number=0210393363")},
	{"60023_uuid", nil, nil, get("status", "uuid=b8ebcd40-1234-5678-3fb5-0e5d6a065904")},
	{"60033_start", nil, nil, post("country_code=1&phone_number=12")},
	{"60033_check", nil, nil, get("check", "country_code=1&phone_number=12&verification_code=1234")},
	{"60042", nil, nil, get("status", "country_code=1")},
	{"60078", nil, nil, post("country_code=999&phone_number=" + national)},
	{"60082", nil, nil, post("country_code=44&phone_number=020+7946+0018&via=sms")},
	{"60083", nil, nil, post("country_code=1&phone_number=800-234-5678")},
	{"60091", nil, nil, post(person + "&custom_message=Hello")},
}

// Every body of the contract, in both formats.
func TestBodies(t *testing.T) {
	for _, scene := range scenes {
		for _, format := range []string{"json", "xml"} {
			t.Run(scene.name+"/"+format, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := open(t, scene.changes()...)
					if scene.before != nil {
						scene.before(s)
					}
					r := scene.ask(s)
					r.URL.Path = strings.Replace(r.URL.Path, "/json/", "/"+format+"/", 1)
					got := s.send(r)
					golden(t, scene.name+"."+format, got)
				})
			})
		}
	}
}

var feedbacks = []scene{
	{"feedback_received", nil, customCode, feedbackOf("Outcome=received")},
	{"feedback_not_received", nil, customCode, feedbackOf("Outcome=not-received")},
	{"feedback_without_outcome", nil, customCode, feedbackOf("")},
	{"60004_outcome", nil, customCode, feedbackOf("Outcome=maybe")},
	{"60032", nil, nil, func(*site) *http.Request {
		return request("POST", "/2010-04-01/Accounts/"+key+"/SMS/Messages/cafd7a60-6d03-1234-5678-0eb34144aeb2/Feedback.json", "Outcome=received")
	}},
}

func customCode(s *site) { s.start(person + "&custom_code=0042"); time.Sleep(2 * time.Minute) }

func feedbackOf(form string) func(*site) *http.Request {
	return func(s *site) *http.Request {
		sms := s.inbox.Messages()[0].VerificationID
		return request("POST", "/2010-04-01/Accounts/"+key+"/SMS/Messages/"+sms+"/Feedback.json", form)
	}
}

// Feedback has one format.
func TestFeedbackBodies(t *testing.T) {
	for _, scene := range feedbacks {
		t.Run(scene.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, scene.changes()...)
				if scene.before != nil {
					scene.before(s)
				}
				golden(t, scene.name+".json", s.send(scene.ask(s)))
			})
		})
	}
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// golden compares an answer with its file. Ids are random, so "UUID" stands for them.
func golden(t *testing.T, name string, got reply) {
	t.Helper()
	lines := []string{strconv.Itoa(got.status)}
	for _, name := range []string{"Content-Type", "Allow", "Retry-After"} {
		if value := got.header.Get(name); value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	text := strings.Join(append(lines, "", uuids.ReplaceAllString(got.raw, "UUID"), ""), "\n")
	if strings.HasSuffix(name, ".xml") {
		if err := xml.Unmarshal([]byte(got.raw), new(struct{ XMLName xml.Name })); err != nil {
			t.Errorf("%s: %v", got.raw, err)
		}
	}
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("answered\n%swant\n%s", text, want)
	}
}
