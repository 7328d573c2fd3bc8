package authyv1_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/authyv1"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func Example() {
	var inbox channeltest.Inbox
	store, err := memstore.New(memstore.Options{})
	if err != nil {
		panic(err)
	}
	engine, err := verify.New(verify.Options{
		Store: store, Key: verify.NewKey(), Channels: map[string]channel.Channel{"sms": &inbox, "call": &inbox},
		Profiles: []verify.Profile{authyv1.Profile("authy", "Acme", "US", "CA")},
	})
	if err != nil {
		panic(err)
	}
	h, err := authyv1.New(engine, authyv1.Options{APIKeys: []string{"KEY123KEY123KEY123"}, AcceptCodesInURLs: true})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/protected/", h)
	mux.Handle("/2010-04-01/", h)

	person := url.Values{"country_code": {"1"}, "phone_number": {"415-555-2671"}, "api_key": {"KEY123KEY123KEY123"}}
	ask := func(method, action string) {
		r := httptest.NewRequest(method, "/protected/json/phones/verification/"+action+"?"+person.Encode(), nil)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(r.Method, authyv1.LogPath(r.URL), w.Code)
	}
	ask("POST", "start")
	person.Set("verification_code", inbox.Messages()[0].Code.Reveal())
	ask("GET", "check")
	ask("GET", "check") // a code is good once
	// Output:
	// POST /protected/json/phones/verification/start 200
	// GET /protected/json/phones/verification/check 200
	// GET /protected/json/phones/verification/check 404
}
