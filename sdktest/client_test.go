package sdktest_test

import (
	"net/http"
	"net/url"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
)

// What follows stands in docs/COMPAT.md as well.

// toGateway sends what is meant for Twilio to the gateway.
type toGateway struct{ base *url.URL }

func (t toGateway) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = t.base.Scheme, t.base.Host, t.base.Host
	return http.DefaultTransport.RoundTrip(r)
}

func newTwilio(gateway *url.URL, account, key string) *twilio.RestClient {
	c := &client.Client{Credentials: client.NewCredentials(account, key), HTTPClient: &http.Client{Transport: toGateway{gateway}}}
	c.SetAccountSid(account)
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: c})
}
