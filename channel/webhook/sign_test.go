package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/webhook"
)

// signed is a request signed by the reference implementation of Standard Webhooks.
func signed() (http.Header, []byte, time.Time) {
	h := http.Header{}
	h.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxEek")
	h.Set("webhook-timestamp", "1614265330")
	h.Set("webhook-signature", "v1,xm3N4+aKmqpsHqf2GrAK/g6ew7J0s6ILlNe44yY/l78=")
	return h, []byte(`{"test": 2432232314}`), time.Unix(1614265330, 0)
}

func ExampleVerify() {
	header, body, now := signed() // r.Header, the whole of r.Body, time.Now()
	fmt.Println(webhook.Verify([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, header, body, now))
	body[0] = '['
	fmt.Println(webhook.Verify([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, header, body, now))
	// Output:
	// <nil>
	// webhook: signature does not hold
}

func TestVerify(t *testing.T) {
	const good = "v1,xm3N4+aKmqpsHqf2GrAK/g6ew7J0s6ILlNe44yY/l78="
	for name, tt := range map[string]struct {
		secrets []string
		change  func(h http.Header, body []byte)
		late    time.Duration
		want    error
	}{
		"as it was":           {},
		"old and new secret":  {secrets: []string{secret2, secret}},
		"other secret":        {secrets: []string{secret2}, want: webhook.ErrSignature},
		"among others":        {change: func(h http.Header, _ []byte) { h.Set("webhook-signature", "v1a,x v1,AAAA v1 "+good) }},
		"at the edge":         {late: webhook.Tolerance},
		"stale":               {late: webhook.Tolerance + 1, want: webhook.ErrSignature},
		"from the future":     {late: -webhook.Tolerance - 1, want: webhook.ErrSignature},
		"no signature":        {change: func(h http.Header, _ []byte) { h.Del("webhook-signature") }, want: webhook.ErrSignature},
		"empty signature":     {change: func(h http.Header, _ []byte) { h.Set("webhook-signature", "v1,") }, want: webhook.ErrSignature},
		"other version":       {change: func(h http.Header, _ []byte) { h.Set("webhook-signature", "v2,"+good[3:]) }, want: webhook.ErrSignature},
		"cut short":           {change: func(h http.Header, _ []byte) { h.Set("webhook-signature", good[:20]) }, want: webhook.ErrSignature},
		"other id":            {change: func(h http.Header, _ []byte) { h.Set("webhook-id", "msg_x") }, want: webhook.ErrSignature},
		"no id":               {change: func(h http.Header, _ []byte) { h.Del("webhook-id") }, want: webhook.ErrSignature},
		"other time":          {change: func(h http.Header, _ []byte) { h.Set("webhook-timestamp", "1614265331") }, want: webhook.ErrSignature},
		"same time, restated": {change: func(h http.Header, _ []byte) { h.Set("webhook-timestamp", "+1614265330") }, want: webhook.ErrSignature},
		"no time":             {change: func(h http.Header, _ []byte) { h.Del("webhook-timestamp") }, want: webhook.ErrSignature},
		"absurd time":         {change: func(h http.Header, _ []byte) { h.Set("webhook-timestamp", "-9223372036854775808") }, want: webhook.ErrSignature},
		"other body":          {change: func(_ http.Header, b []byte) { b[3] ^= 1 }, want: webhook.ErrSignature},
	} {
		h, body, now := signed()
		if tt.change != nil {
			tt.change(h, body)
		}
		if tt.secrets == nil {
			tt.secrets = []string{secret}
		}
		if err := webhook.Verify(tt.secrets, h, body, now.Add(tt.late)); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	h, body, now := signed()
	mac := hmac.New(sha256.New, []byte("thirty-two bytes of a known key."))
	_, _ = fmt.Fprintf(mac, ".%s.%s", h.Get("webhook-timestamp"), body)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	h.Del("webhook-id")
	known := "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a known key."))
	if err := webhook.Verify([]string{known}, h, body, now); !errors.Is(err, webhook.ErrSignature) {
		t.Errorf("well signed, but without an id to recognise it by: %v", err)
	}
	if err := webhook.Verify(nil, h, body, now); err == nil || errors.Is(err, webhook.ErrSignature) {
		t.Errorf("no secrets: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("id", "1614265330", "v1,AAAA v1,", []byte("{}"))
	f.Add("", "-1", strings.Repeat("v1, ", 100), []byte(nil))
	f.Add("a.1", "99999999999999999999", "\x00", []byte("\xff"))
	f.Fuzz(func(t *testing.T, id, timestamp, signature string, body []byte) {
		h := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {timestamp}, "Webhook-Signature": {signature}}
		if err := webhook.Verify([]string{secret}, h, body, time.Unix(1614265330, 0)); err == nil {
			t.Fatalf("forged %q %q %q %q", id, timestamp, signature, body)
		}
	})
}
