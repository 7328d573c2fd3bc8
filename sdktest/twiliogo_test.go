package sdktest_test

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/verify/v2"
)

// A verifier is twilio-go with a gateway behind it.
type verifier struct {
	*gateway
	*api.ApiService
	service string
}

// connect returns twilio-go as a program would make it.
func connect(t *testing.T, base, token string) *api.ApiService {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return newTwilio(target, "AC"+strings.Repeat("a", 32), token).VerifyV2
}

// startTwilio starts a gateway with one service on it.
func startTwilio(t *testing.T, settings func(*api.CreateServiceParams)) *verifier {
	t.Helper()
	g := startGateway(t)
	v := &verifier{gateway: g, ApiService: connect(t, g.url, key)}
	params := (&api.CreateServiceParams{}).SetFriendlyName("Acme")
	if settings != nil {
		settings(params)
	}
	made, err := v.CreateService(params)
	if err != nil {
		t.Fatal(err)
	}
	v.service = *made.Sid
	return v
}

var numbers atomic.Int64

// number returns a telephone number that no other test uses.
func number() string { return "+1415555" + strconv.FormatInt(2000+numbers.Add(1), 10) }

func (v *verifier) send(params *api.CreateVerificationParams) (*api.VerifyV2Verification, error) {
	if params.Channel == nil {
		params.SetChannel("sms")
	}
	return v.CreateVerification(v.service, params)
}

// begin sends a code and returns it.
func (v *verifier) begin(to string) (sid, code string) {
	v.Helper()
	started, err := v.send((&api.CreateVerificationParams{}).SetTo(to))
	if err != nil {
		v.Fatal(err)
	}
	if *started.Status != "pending" || *started.To != to {
		v.Fatalf("the start answers %s for %s", *started.Status, *started.To)
	}
	return *started.Sid, v.code(to)
}

// check returns the status that a check answers.
func (v *verifier) check(to, code string) (string, error) {
	answer, err := v.CreateVerificationCheck(v.service, (&api.CreateVerificationCheckParams{}).SetTo(to).SetCode(code))
	if err != nil {
		return "", err
	}
	if *answer.Valid != (*answer.Status == "approved") {
		v.Errorf("valid is %t for %s", *answer.Valid, *answer.Status)
	}
	return *answer.Status, nil
}

// refused reports an error that is not Twilio's of that status and code.
func refused(t *testing.T, err error, status, code int) {
	t.Helper()
	refusal, ok := errors.AsType[*client.TwilioRestError](err)
	if !ok || refusal.Status != status || refusal.Code != code {
		t.Errorf("%v, want status %d and code %d", err, status, code)
	}
}

func TestTwilioGo(t *testing.T) {
	v, to := startTwilio(t, nil), number()
	sid, code := v.begin(to)
	fetched, err := v.FetchVerification(v.service, sid)
	if err != nil || *fetched.Status != "pending" || fetched.DateCreated.IsZero() {
		t.Errorf("fetch by sid: %v", err)
	}
	if fetched, err := v.FetchVerification(v.service, to); err != nil || *fetched.Sid != sid {
		t.Errorf("fetch by number: %v", err)
	}
	if status, err := v.check(to, wrong(code)); err != nil || status != "pending" {
		t.Errorf("wrong code: %q, %v", status, err)
	}
	if status, err := v.check(to, code); err != nil || status != "approved" {
		t.Errorf("right code: %q, %v", status, err)
	}
	_, err = v.check(to, code)
	refused(t, err, 404, 20404)
}

func TestTwilioGoResend(t *testing.T) {
	v, to := startTwilio(t, nil), number()
	sid, code := v.begin(to)
	again, err := v.send((&api.CreateVerificationParams{}).SetTo(to).SetChannel("call"))
	if err != nil || *again.Sid != sid || len(*again.SendCodeAttempts) != 2 {
		t.Fatalf("%v", err)
	}
	if sent := v.messages(to); len(sent) != 2 || sent[1].Code != code || sent[1].Channel != "call" {
		t.Errorf("the outbox has %+v", sent)
	}
}

func TestTwilioGoLimits(t *testing.T) {
	v, to := startTwilio(t, nil), number()
	_, code := v.begin(to)
	for range 5 {
		if status, err := v.check(to, wrong(code)); err != nil || status != "pending" {
			t.Errorf("wrong code: %q, %v", status, err)
		}
	}
	_, err := v.check(to, code)
	refused(t, err, 429, 60202)

	to = number()
	for range 5 {
		v.begin(to)
	}
	_, err = v.send((&api.CreateVerificationParams{}).SetTo(to))
	refused(t, err, 429, 60203)
}

func TestTwilioGoCustomCode(t *testing.T) {
	v, to := startTwilio(t, func(p *api.CreateServiceParams) { p.SetCustomCodeEnabled(true) }), number()
	started, err := v.send((&api.CreateVerificationParams{}).SetTo(to).SetCustomCode("013370"))
	if err != nil {
		t.Fatal(err)
	}
	if code := v.code(to); code != "013370" {
		t.Errorf("the code is %s", code)
	}
	approved, err := v.UpdateVerification(v.service, *started.Sid, (&api.UpdateVerificationParams{}).SetStatus("approved"))
	if err != nil || *approved.Status != "approved" {
		t.Errorf("%v", err)
	}
}

func TestTwilioGoTenDigits(t *testing.T) {
	v, to := startTwilio(t, func(p *api.CreateServiceParams) { p.SetCodeLength(10) }), number()
	_, code := v.begin(to)
	if status, err := v.check(to, code); len(code) != 10 || status != "approved" {
		t.Errorf("%q for a code of %d characters, %v", status, len(code), err)
	}
}

func TestTwilioGoServices(t *testing.T) {
	v := startTwilio(t, nil)
	sids := []string{v.service}
	for range 4 {
		made, err := v.CreateService((&api.CreateServiceParams{}).SetFriendlyName("Page"))
		if err != nil {
			t.Fatal(err)
		}
		sids = append(sids, *made.Sid)
	}
	listed, err := v.ListService((&api.ListServiceParams{}).SetPageSize(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, sid := range sids {
		if !slices.ContainsFunc(listed, func(s api.VerifyV2Service) bool { return *s.Sid == sid }) {
			t.Errorf("a service is in none of the pages")
		}
	}
	if len(listed) != len(sids) {
		t.Errorf("%d services in all pages, want %d", len(listed), len(sids))
	}
	if err := v.DeleteService(v.service); err != nil {
		t.Error(err)
	}
	_, err = v.FetchService(v.service)
	refused(t, err, 404, 20404)
}

func TestTwilioGoRateLimit(t *testing.T) {
	v := startTwilio(t, nil)
	limit, err := v.CreateRateLimit(v.service, (&api.CreateRateLimitParams{}).SetUniqueName("ip"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.CreateBucket(v.service, *limit.Sid, (&api.CreateBucketParams{}).SetMax(1).SetInterval(60)); err != nil {
		t.Fatal(err)
	}
	start := func() error {
		_, err := v.send((&api.CreateVerificationParams{}).SetTo(number()).SetRateLimits(map[string]any{"ip": "203.0.113.7"}))
		return err
	}
	if err := start(); err != nil {
		t.Fatal(err)
	}
	refused(t, start(), 429, 20429)
}

func TestTwilioGoRefusals(t *testing.T) {
	v := startTwilio(t, nil)
	_, err := v.send((&api.CreateVerificationParams{}).SetTo("+1555"))
	refused(t, err, 400, 60200)
	_, err = connect(t, v.url, "fedcba9876543210").ListService(nil)
	refused(t, err, 401, 20003)
}
