//go:build linux

package gateway_test

import (
	"maps"
	"testing"

	"github.com/codeword-go/codeword/store/internal/pgtest"
	"github.com/codeword-go/codeword/store/internal/redistest"
)

// S16, S17, S19: two gateways keep what one promises.
func TestTwoGateways(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			_, url := b.serve(t)
			testPair(t, url, url)
		})
	}
}

// testPair tests two gateways whose -store says the same, if not in the same words.
func testPair(t *testing.T, store1, store2 string) {
	t.Helper()
	pair := launchPair(t, store1, store2, "-twilio-service", service, "-resend-after", "1m")
	one, other := pair[0], pair[1]
	id, code := one.start("+14155552671")
	other.demand(422, other.native("check", checkBody(id, wrong(code))))
	other.demand(200, other.native("check", checkBody(id, code)))
	one.demand(404, one.native("check", checkBody(id, code)))

	twilio(t, "/"+service, one, other)
	made := one.demand(201, one.twilio("", "FriendlyName=Acme"))
	twilio(t, "/"+made["sid"].(string), other, one)

	id, code = one.start("+14155552673")
	expect(t, "right answers", storm(t, pair, "check", checkBody(id, code)), map[int]int{200: 1, 404: 99})
	id, code = other.start("+14155552674")
	expect(t, "wrong answers", storm(t, pair, "check", checkBody(id, wrong(code))), map[int]int{422: 5, 429: 95})
	const last = "+14155552675"
	expect(t, "starts", storm(t, pair, "start", `{"to":"`+last+`"}`), map[int]int{200: 1, 429: 99})
	if n := len(one.codes(last)) + len(other.codes(last)); n != 1 {
		t.Errorf("%d messages were sent", n)
	}
}

func expect(t *testing.T, what string, got, want map[int]int) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s at once: the statuses are %v, want %v", what, got, want)
	}
}

// service is made by whichever gateway starts first.
const service = "VA0123456789abcdef0123456789abcdef"

// twilio starts a verification at one gateway and checks it at the other, as Twilio's SDKs do.
func twilio(t *testing.T, service string, one, other *gateway) {
	t.Helper()
	one.demand(201, one.twilio(service+"/Verifications", "To=%2B14155552672&Channel=sms"))
	check := other.twilio(service+"/VerificationCheck", "To=%2B14155552672&Code="+one.codes("+14155552672")[0])
	if body := other.demand(201, check); body["status"] != "approved" {
		t.Errorf("the check says %v", body)
	}
}

// A cluster is found from any of its nodes.
func TestCluster(t *testing.T) {
	nodes := redistest.Cluster(t)
	testPair(t, "redis://"+nodes[0].Addr, "redis://"+nodes[1].Addr+"?addr="+nodes[2].Addr)
}

// PgBouncer takes no time-out from a client, so the role has to have one.
func TestBouncer(t *testing.T) {
	s := pgtest.Start(t, "statement_timeout=0")
	bouncer, keyFile := s.Bouncer(t), newKey(t)
	refused(t, "ALTER ROLE", postgresURL(bouncer), keyFile)
	pgtest.Do(t, s.Address("postgres"), "ALTER ROLE app SET statement_timeout = '5s'")
	pgtest.Do(t, s.Address("postgres"), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'app'")
	testPair(t, postgresURL(bouncer), postgresURL(s.Socket))
}
