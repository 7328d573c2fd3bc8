package twiliov2_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
)

func TestRateLimits(t *testing.T) {
	a := open(t)
	sid := a.post(a.at("RateLimits"), "UniqueName", "end_user_ip.v-1", "Description", "By address").want(201).golden("rate_limit_created").text("sid")
	a.get(a.at("RateLimits", sid)).want(200).golden("rate_limit_fetched")
	a.get(a.at("RateLimits", "end_user_ip.v-1")).want(200).has(map[string]any{"sid": sid})
	a.post(a.at("RateLimits", sid), "Description", "Other", "UniqueName", "never changes").want(200).golden("rate_limit_updated").
		has(map[string]any{"unique_name": "end_user_ip.v-1", "description": "Other"})
	a.get(a.at("RateLimits")).want(200).golden("rate_limits_listed")
	a.delete(a.at("RateLimits", "end_user_ip.v-1")).want(204)
	for _, key := range []string{sid, "end_user_ip.v-1"} {
		a.get(a.at("RateLimits", key)).fails(404, 20404)
		a.post(a.at("RateLimits", key), "Description", "x").fails(404, 20404)
		a.delete(a.at("RateLimits", key)).fails(404, 20404)
	}
}

func TestRateLimitRefuses(t *testing.T) {
	a := open(t)
	a.post(a.at("RateLimits")).fails(400, 60200).has(map[string]any{"message": "Invalid parameter: UniqueName"})
	for _, name := range []string{"a b", "a/b", "ü", "a@b"} {
		a.post(a.at("RateLimits"), "UniqueName", name).fails(400, 60209)
	}
	a.post(a.at("RateLimits"), "UniqueName", "a b").golden("error_60209")
	a.post(a.at("RateLimits"), "UniqueName", strings.Repeat("a", 65)).fails(400, 60200)
	a.post(a.at("RateLimits"), "UniqueName", "a", "Description", strings.Repeat("a", 257)).fails(400, 60200)
	a.post(a.at("RateLimits"), "UniqueName", "a", "Description", "a\x00b").fails(400, 60200)
	for i := range 10 {
		a.post(a.at("RateLimits"), "UniqueName", fmt.Sprint("limit", i)).want(201)
	}
	a.post(a.at("RateLimits"), "UniqueName", "limit3").fails(400, 60208).golden("error_60208")
	a.post(a.at("RateLimits"), "UniqueName", "limit10").fails(400, 60207).golden("error_60207")
	a.post("/v2/Services/VA0/RateLimits", "UniqueName", "a").fails(404, 20404)
}

func TestBuckets(t *testing.T) {
	a := open(t)
	a.post(a.at("RateLimits"), "UniqueName", "ip").want(201)
	buckets := a.at("RateLimits", "ip", "Buckets")
	sid := a.post(buckets, "Max", "5", "Interval", "60").want(201).golden("bucket_created").text("sid")
	a.get(buckets + "/" + sid).want(200).golden("bucket_fetched")
	a.post(buckets+"/"+sid, "Max", "7").want(200).golden("bucket_updated").has(map[string]any{"max": 7.0, "interval": 60.0})
	a.post(buckets+"/"+sid, "Interval", "60").want(200)
	a.get(buckets).want(200).golden("buckets_listed")

	for _, test := range [][]string{
		{"Max", "5"}, {"Interval", "60"}, {"Max", "0", "Interval", "61"}, {"Max", "5", "Interval", "0"}, {"Max", "-1", "Interval", "61"},
		{"Max", "5", "Interval", "2678401"}, {"Max", "x", "Interval", "61"},
	} {
		a.post(buckets, test...).fails(400, 60200)
	}
	a.post(buckets, "Max", "5", "Interval", "60").fails(400, 60211).golden("error_60211")
	a.post(buckets, "Max", "5", "Interval", "3600").want(201)
	a.post(buckets+"/"+sid, "Interval", "3600").fails(400, 60211)
	a.post(buckets, "Max", "5", "Interval", "2678400").want(201)
	a.post(buckets, "Max", "5", "Interval", "7200").fails(400, 60210).golden("error_60210")

	a.delete(buckets + "/" + sid).want(204)
	a.get(buckets+"/"+sid).fails(404, 20404)
	a.post(buckets+"/"+sid, "Max", "1").fails(404, 20404)
	a.delete(buckets+"/"+sid).fails(404, 20404)
	if n := len(a.get(buckets).list("buckets")); n != 2 {
		t.Errorf("%d buckets are left", n)
	}
	none := a.at("RateLimits", "none", "Buckets")
	a.get(none).fails(404, 20404)
	a.get(none+"/"+sid).fails(404, 20404)
	a.post(none, "Max", "5", "Interval", "60").fails(404, 20404)
	if got := a.get(a.at("RateLimits", "ip")); strings.Contains(string(got.raw), `"interval"`) {
		t.Errorf("a rate limit tells its buckets: %s", got.raw)
	}
}

// S23: what a start names is counted for each value, whoever is called.
func TestRateLimitsAreEnforced(t *testing.T) {
	a := open(t)
	a.clock.at = time.Unix(1_800_000_000, 0)
	to, n := "", 0
	next := func(pairs ...string) answer {
		n++
		to = fmt.Sprintf("+141555526%02d", n)
		return a.start(with(pairs, "To", to)...)
	}
	a.post(a.at("RateLimits"), "UniqueName", "ip").want(201)
	a.post(a.at("RateLimits"), "UniqueName", "user").want(201)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201) // no bucket, no limit
	bucket := a.post(a.at("RateLimits", "ip", "Buckets"), "Max", "2", "Interval", "60").want(201).text("sid")
	a.post(a.at("RateLimits", "ip", "Buckets"), "Max", "3", "Interval", "3600").want(201)
	a.post(a.at("RateLimits", "user", "Buckets"), "Max", "4", "Interval", "60").want(201)

	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201)
	a.inbox.Once(channeltest.Fail(channel.ErrNotSent))
	next("RateLimits", `{"ip":"192.0.2.1"}`).fails(503, 20503) // nothing left, so nothing is counted
	next("RateLimits", `{"ip":"192.0.2.1","user":7}`).want(201)
	sent := len(a.inbox.Messages())
	got := next("RateLimits", `{"ip":"192.0.2.1"}`).fails(429, 20429).golden("error_20429")
	if got.header.Get("Twilio-Reached-Rate-Limit") != "ip" || got.header.Get("Retry-After") == "" || len(a.inbox.Messages()) != sent {
		t.Errorf("refused with %v", got.header)
	}
	next("RateLimits", `{"ip":"192.0.2.2"}`).want(201)
	next("RateLimits", `{"user":"192.0.2.1"}`).want(201)
	next().want(201)

	a.clock.advance(2 * time.Minute)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201)
	next("RateLimits", `{"ip":"192.0.2.1"}`).fails(429, 20429) // by the hour
	a.clock.advance(3 * time.Hour)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201)
	next("RateLimits", `{"ip":"192.0.2.1"}`).fails(429, 20429)
	a.post(a.at("RateLimits", "ip", "Buckets", bucket), "Max", "3").want(200)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201)

	a.delete(a.at("RateLimits", "ip")).want(204)
	next("RateLimits", `{"ip":"192.0.2.1"}`).fails(400, 60200)
	a.post(a.at("RateLimits"), "UniqueName", "ip").want(201)
	a.post(a.at("RateLimits", "ip", "Buckets"), "Max", "1", "Interval", "60").want(201)
	next("RateLimits", `{"ip":"192.0.2.1"}`).want(201) // a new one counts anew
	next("RateLimits", `{"ip":"192.0.2.1"}`).fails(429, 20429)
}

// All that a service can have is what one start can draw on.
func TestAllRateLimitsAtOnce(t *testing.T) {
	a := open(t)
	var names []string
	for i := range 10 {
		name := fmt.Sprint("limit", i)
		names = append(names, `"`+name+`":"x"`)
		a.post(a.at("RateLimits"), "UniqueName", name).want(201)
		for _, interval := range []string{"60", "3600", "86400"} {
			a.post(a.at("RateLimits", name, "Buckets"), "Max", "1", "Interval", interval).want(201)
		}
	}
	all := "{" + strings.Join(names, ",") + "}"
	a.start("RateLimits", all, "DeviceIp", "192.0.2.1").want(201)
	a.start("RateLimits", all, "DeviceIp", "192.0.2.1").fails(429, 20429)
}
