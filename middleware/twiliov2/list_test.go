package twiliov2_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/twiliov2"
)

// next follows a link as it stands.
func (a *api) follow(link any) answer {
	a.t.Helper()
	u, err := url.Parse(fmt.Sprint(link))
	if err != nil || u.Host != "verify.test" || u.Scheme != "http" {
		a.t.Fatalf("the link is %v", link)
	}
	return a.get(u.RequestURI()).want(200)
}

// A list of a thousand services is whole and without doubles while others are created and deleted.
func TestThousandServices(t *testing.T) {
	a := open(t)
	sids := []string{a.service}
	for i := range 999 {
		sids = append(sids, a.post("/v2/Services", "FriendlyName", fmt.Sprint("Service ", i)).want(201).text("sid"))
	}
	seen := make(map[string]bool)
	var order []string
	got := a.get("/v2/Services", "PageSize", "90").want(200)
	for pages := 0; ; pages++ {
		for _, s := range got.list("services") {
			sid := s["sid"].(string)
			if seen[sid] {
				t.Fatalf("%s is listed twice", sid)
			}
			seen[sid] = true
			order = append(order, sid)
		}
		last := order[len(order)-1]
		if got.meta("next_page_url") == nil {
			break
		}
		// The one that the next page begins behind, another that was seen, and one that was not.
		a.delete("/v2/Services/" + last).want(204)
		a.delete("/v2/Services/" + order[len(order)-2]).want(204)
		if unseen := sids[999-pages]; !seen[unseen] {
			a.delete("/v2/Services/" + unseen).want(204)
			seen[unseen] = true
		}
		a.post("/v2/Services", "FriendlyName", "New").want(201)
		got = a.follow(got.meta("next_page_url"))
	}
	for _, sid := range sids {
		if !seen[sid] {
			t.Errorf("%s was not listed", sid)
		}
	}
	if a.get("/v2/Services", "PageSize", "1000").want(200).list("services")[0]["sid"] != sids[0] {
		t.Error("the oldest service is not the first")
	}
}

func TestPages(t *testing.T) {
	a := open(t)
	for i := range 6 {
		a.post("/v2/Services", "FriendlyName", fmt.Sprint("Service ", i)).want(201)
	}
	names := func(got answer) string {
		var names []string
		for _, s := range got.list("services") {
			names = append(names, strings.TrimPrefix(s["friendly_name"].(string), "Service "))
		}
		return strings.Join(names, " ")
	}
	first := a.get("/v2/Services", "PageSize", "3").want(200).golden("services_first_page")
	second := a.follow(first.meta("next_page_url"))
	third := a.follow(second.meta("next_page_url"))
	if got := names(first) + "|" + names(second) + "|" + names(third); got != "Acme 0 1|2 3 4|5" {
		t.Errorf("pages %s", got)
	}
	if first.meta("previous_page_url") != nil || third.meta("next_page_url") != nil || third.meta("page") != 2.0 || third.meta("page_size") != 3.0 {
		t.Errorf("the ends are %v and %v", first.meta("previous_page_url"), third.meta("next_page_url"))
	}
	for _, test := range []struct {
		link any
		want string
	}{
		{third.meta("previous_page_url"), "2 3 4"}, {second.meta("previous_page_url"), "Acme 0 1"},
		{second.meta("first_page_url"), "Acme 0 1"}, {second.meta("url"), "2 3 4"},
	} {
		if got := names(a.follow(test.link)); got != test.want {
			t.Errorf("%v lists %s, want %s", test.link, got, test.want)
		}
	}
	if got := names(a.get("/v2/Services", "PageSize", "3", "Page", "1").want(200)); got != "2 3 4" {
		t.Errorf("page 1 is %s", got)
	}
	if got := a.get("/v2/Services", "Page", "9").want(200); names(got) != "" || got.meta("next_page_url") != nil {
		t.Errorf("page 9 is %s", got.raw)
	}
	for _, test := range [][2]string{
		{"PageSize", "0"}, {"PageSize", "1001"}, {"PageSize", "x"}, {"Page", "-1"}, {"PageToken", "x"}, {"PageToken", "PA" + strings.Repeat("x", 63)},
	} {
		a.get("/v2/Services", test[0], test[1]).fails(400, 60200).has(map[string]any{"message": "Invalid parameter: " + test[0]})
	}
}

// A handler behind a proxy makes the links of its own address.
func TestBaseURL(t *testing.T) {
	a := open(t)
	h, err := twiliov2.New(a.engine, twiliov2.Options{APIKeys: []string{key}, BaseURL: "https://verify.example.com/twilio/"})
	if err != nil {
		t.Fatal(err)
	}
	a.handler = h
	for _, link := range []any{
		a.get("/v2/Services/" + a.service).want(200).body["url"], a.get("/v2/Services", "PageSize", "1").want(200).meta("first_page_url"),
	} {
		if !strings.HasPrefix(link.(string), "https://verify.example.com/twilio/v2/Services") {
			t.Errorf("the link is %s", link)
		}
	}
}
