package telnyx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
)

func TestProfileRefusals(t *testing.T) {
	s := open(t)
	const path = "/v2/verify_profiles"
	tests := []struct{ members, code, source string }{
		{`"language":"en US"`, "10015", "/language"},
		{`"language":7`, "10015", "/language"},
		{`"webhook_url":"example.com"`, "10015", "/webhook_url"},
		{`"webhook_url":"ftp://example.com"`, "10015", "/webhook_url"},
		{`"webhook_url":"https://user:secret@example.com"`, "10015", "/webhook_url"},
		{`"webhook_failover_url":"https://example.com/#x"`, "10015", "/webhook_failover_url"},
		{`"webhook_failover_url":"https:///x"`, "10015", "/webhook_failover_url"},
		{`"daily_spend_limit":-0.01`, "10033", "/daily_spend_limit"},
		{`"daily_spend_limit":1e999`, "10033", "/daily_spend_limit"},
		{`"daily_spend_limit":"1"`, "10015", "/daily_spend_limit"},
		{`"daily_spend_limit_enabled":1`, "10015", "/daily_spend_limit_enabled"},
		{`"sms":[]`, "10015", "/sms"},
		{`"sms":{"code_length":3}`, "10033", "/sms/code_length"},
		{`"call":{"code_length":11}`, "10033", "/call/code_length"},
		{`"sms":{"code_length":5.5}`, "10033", "/sms/code_length"},
		{`"sms":{"app_name":"A&B"}`, "10015", "/sms/app_name"},
		{`"sms":{"app_name":""}`, "10015", "/sms/app_name"},
		{`"call":{"app_name":"` + strings.Repeat("a", 31) + `"}`, "10015", "/call/app_name"},
		{`"flashcall":{"app_name":"Call 123456"}`, "10015", "/flashcall/app_name"}, // a message that shows it would seem to hold a code
		{`"sms":{"alpha_sender":"Twelve chars"}`, "10015", "/sms/alpha_sender"},
		{`"sms":{"alpha_sender":"a-b"}`, "10015", "/sms/alpha_sender"},
		{`"sms":{"messaging_template_id":"1"}`, "10006", "/sms/messaging_template_id"},
		{`"sms":{"messaging_template_id":"` + nowhere + `"}`, "10017", "/sms/messaging_template_id"},
		{`"flashcall":{"default_timeout_secs":59}`, "10033", "/flashcall/default_timeout_secs"},
		{`"whatsapp":{"default_verification_timeout_secs":601}`, "10033", "/whatsapp/default_verification_timeout_secs"},
		{`"sms":{"whitelisted_destinations":"US"}`, "10015", "/sms/whitelisted_destinations"},
		{`"sms":{"whitelisted_destinations":["us"]}`, "10032", "/sms/whitelisted_destinations/0"},
		{`"sms":{"whitelisted_destinations":[1]}`, "10015", "/sms/whitelisted_destinations/0"},
		{`"whatsapp":{"waba_id":"a\u0000"}`, "10015", "/whatsapp/waba_id"},
		{`"name":""`, "10004", "/name"},
		{`"name":null`, "10004", "/name"},
		{`"name":7`, "10015", "/name"},
		{`"name":"` + strings.Repeat("a", 256) + `"`, "10015", "/name"},
	}
	for _, test := range tests {
		body := `{"name":"A",` + test.members + `}`
		if strings.HasPrefix(test.members, `"name"`) {
			body = `{` + test.members + `}`
		}
		s.post(path, body).refused(t, 400, test.code, test.source)
		s.patch(path+"/"+profileID, `{`+test.members+`}`).refused(t, 400, test.code, test.source)
	}
	s.post(path, `{}`).refused(t, 400, "10004", "/name")
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		s.send(method, path+"/"+nowhere, `{}`).refused(t, 404, "10005", "")
		s.send(method, path+"/1", `{}`).refused(t, 400, "10006", "id")
	}
	if list := s.get(path).ok(t); list.at(t, "meta.total_results") != 1.0 || list.text(t, "data.0.name") != "Main" {
		t.Errorf("refused requests left %s", list.body)
	}
}

func TestPatchChangesWhatItGives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		created := s.post("/v2/verify_profiles", fullProfile).ok(t)
		path := "/v2/verify_profiles/" + created.text(t, "data.id")
		time.Sleep(time.Minute)
		a := s.patch(path, `{"flashcall":{"app_name":"Changed"},"language":null}`).ok(t)
		for at, want := range map[string]any{
			"data.flashcall.app_name": "Changed", "data.sms.app_name": "Acme Shop", "data.sms.code_length": 8.0, "data.language": nil, "data.name": "Full",
		} {
			if got := a.at(t, at); got != want {
				t.Errorf("%s is %v", at, got)
			}
		}
		if a.text(t, "data.created_at") != created.text(t, "data.created_at") || a.text(t, "data.updated_at") == created.text(t, "data.updated_at") {
			t.Errorf("times: %s", a.body)
		}
		a = s.patch(path, `{"sms":{"code_length":null,"app_name":null,"alpha_sender":null}}`).ok(t)
		if a.at(t, "data.sms.code_length") != 5.0 || a.at(t, "data.sms.app_name") != nil || a.at(t, "data.sms.alpha_sender") != "Telnyx" {
			t.Error(a.body)
		}
	})
}

func TestDeletedProfile(t *testing.T) {
	s := open(t)
	id, code := s.start(number, "")
	s.send("DELETE", "/v2/verify_profiles/"+profileID, "").ok(t)
	s.get("/v2/verify_profiles/"+profileID).refused(t, 404, "10005", "")
	s.send("DELETE", "/v2/verify_profiles/"+profileID, "").refused(t, 404, "10005", "")
	s.post("/v2/verifications/sms", `{`+about+`}`).refused(t, 404, "10005", "")
	s.post(verifyBy, `{"code":"`+code+`"`+proves).refused(t, 404, "10005", "")
	if got := s.post("/v2/verifications/"+id+"/actions/verify", `{"code":"`+code+`"}`).ok(t).text(t, "data.response_code"); got != "accepted" {
		t.Errorf("a code on its way is %s", got)
	}
}

func TestFilter(t *testing.T) {
	s := open(t)
	for _, name := range []string{"Shop", "Work shop", "Bank"} {
		s.post("/v2/verify_profiles", `{"name":"`+name+`"}`).ok(t)
	}
	for name, want := range map[string]string{"": "Main Shop Work shop Bank", "shop": "Shop Work shop", "Bank": "Bank", "none": ""} {
		a := s.get("/v2/verify_profiles?filter[name]=" + url.QueryEscape(name)).ok(t)
		if got := strings.Join(names(t, a), " "); got != want {
			t.Errorf("filter %q: %q", name, got)
		}
	}
	a := s.get("/v2/verify_profiles?filter%5Bname%5D=shop&page[size]=1&page[number]=2&unknown=1").ok(t)
	if got := names(t, a); len(got) != 1 || got[0] != "Work shop" || a.at(t, "meta.total_pages") != 2.0 || a.at(t, "meta.page_number") != 2.0 {
		t.Error(a.body)
	}
}

func names(t *testing.T, a answer) (all []string) {
	t.Helper()
	var list struct{ Data []struct{ Name string } }
	if err := json.Unmarshal([]byte(a.body), &list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Data {
		all = append(all, p.Name)
	}
	return all
}

func TestPageRefusals(t *testing.T) {
	s := open(t)
	for query, code := range map[string]string{
		"page[number]=0": "10033", "page[number]=-1": "10033", "page[number]=a": "10033", "page[number]=": "10033", "page[size]=251": "10033",
		"page[size]=1&page[size]=1": "10015", "page[size]": "10015", "a=%zz": "10015", "page[size]=1;page[number]=1": "10015",
	} {
		source := query[:strings.Index(query, "]")+1]
		if code == "10015" {
			source = ""
		}
		s.get("/v2/verify_profiles?"+query).refused(t, 400, code, source)
	}
	if a := s.get("/v2/verify_profiles?page[number]=1000000&page[size]=250").ok(t); len(names(t, a)) != 0 || a.at(t, "meta.total_results") != 1.0 {
		t.Error(a.body)
	}
}

// TestThousandProfiles pages through a thousand profiles while others come and go.
func TestThousandProfiles(t *testing.T) {
	s := open(t)
	var want []string
	for i := range 1000 {
		id := fmt.Sprintf("%08x-0000-4000-8000-000000000000", i)
		want = append(want, id)
		if err := s.h.EnsureProfile(t.Context(), id, "Lasting"); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for {
			id := s.post("/v2/verify_profiles", `{"name":"Passing"}`).ok(t).text(t, "data.id")
			s.send("DELETE", "/v2/verify_profiles/"+id, "").ok(t)
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	var got []string
	for page := 1; ; page++ {
		a := s.get(fmt.Sprintf("/v2/verify_profiles?page[size]=90&page[number]=%d", page)).ok(t)
		var list struct{ Data []struct{ ID, Name string } }
		if err := json.Unmarshal([]byte(a.body), &list); err != nil {
			t.Fatal(err)
		}
		for _, p := range list.Data {
			if p.Name == "Lasting" {
				got = append(got, p.ID)
			}
		}
		if page >= int(a.at(t, "meta.total_pages").(float64)) {
			break
		}
	}
	close(stop)
	others.Wait()
	if !slices.Equal(got, want) {
		t.Errorf("%d profiles of %d were listed, or in another order", len(got), len(want))
	}
}

func TestEnsureProfile(t *testing.T) {
	s := open(t)
	for _, test := range []struct{ id, name string }{{"1", "A"}, {strings.ToUpper(profileID), "A"}, {nowhere, ""}, {nowhere, strings.Repeat("a", 256)}} {
		if err := s.h.EnsureProfile(t.Context(), test.id, test.name); !errors.Is(err, verify.ErrInvalid) {
			t.Errorf("%q %q: %v", test.id, test.name, err)
		}
	}
	s.patch("/v2/verify_profiles/"+profileID, `{"name":"Changed"}`).ok(t)
	if err := s.h.EnsureProfile(t.Context(), profileID, "Main"); err != nil {
		t.Fatal(err)
	}
	if got := s.get("/v2/verify_profiles/"+strings.ToUpper(profileID)).ok(t).text(t, "data.name"); got != "Changed" {
		t.Errorf("a profile that was there is called %s now", got)
	}
}

// TestHostsProfileChanges holds that verify profiles go by the host's profile as it is now.
func TestHostsProfileChanges(t *testing.T) {
	kept, key32 := newStore(t), verify.NewKey()
	with := func(regions ...string) *site {
		return open(t, func(o *setup) {
			o.engine.Store, o.engine.Key, o.engine.Profiles[0].Regions = store.Store(kept), key32, regions
		})
	}
	with("US").post("/v2/verifications/sms", `{"phone_number":"+4915123456789","verify_profile_id":"`+profileID+`"}`).refused(t, 403, "10010", "")
	with("US", "DE").post("/v2/verifications/sms", `{"phone_number":"+4915123456789","verify_profile_id":"`+profileID+`"}`).ok(t)
}

// TestShortCodesHaveFewerFailures holds the day's guesses against short codes down.
func TestShortCodesHaveFewerFailures(t *testing.T) {
	s := open(t)
	for length, want := range map[int]int{4: 20, 5: 40, 8: 40} { // flash calls stay at five
		s.patch("/v2/verify_profiles/"+profileID, fmt.Sprintf(`{"sms":{"code_length":%d},"call":{"code_length":10}}`, length)).ok(t)
		p, _, err := s.engine.StoredProfile(t.Context(), "telnyx/"+profileID)
		if err != nil {
			t.Fatal(err)
		}
		if p.DailyFailures != want {
			t.Errorf("%d digits: %d failures a day", length, p.DailyFailures)
		}
	}
}
