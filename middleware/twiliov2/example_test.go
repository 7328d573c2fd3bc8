package twiliov2_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/twiliov2"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func Example() {
	journal := new(twiliov2.Journal)
	engine, err := verify.New(verify.Options{
		Store:    new(memstore.Store),
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": new(channeltest.Inbox)},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US", "CA"}}},
		OnEvent:  journal.Observe,
	})
	if err != nil {
		panic(err)
	}
	h, err := twiliov2.New(engine, twiliov2.Options{APIKeys: []string{"0123456789abcdef"}, Journal: journal})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v2/", h)

	r := httptest.NewRequest("POST", "/v2/Services", strings.NewReader("FriendlyName=Acme"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "0123456789abcdef")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output: 201
}
