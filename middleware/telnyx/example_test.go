package telnyx_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/telnyx"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A program that was written for Telnyx starts a verification.
func Example() {
	store, err := memstore.New(memstore.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var inbox channeltest.Inbox // in its place, a channel that delivers
	engine, err := verify.New(verify.Options{
		Store: store, Key: verify.NewKey(), Channels: map[string]channel.Channel{"sms": &inbox},
		Profiles: []verify.Profile{{Name: "main", Brand: "Acme", Regions: []string{"US", "CA"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	h, err := telnyx.New(engine, telnyx.Options{APIKeys: []string{"0123456789abcdef"}})
	if err != nil {
		log.Fatal(err)
	}
	const profile = "4900017a-e7c8-e79e-0a7c-0d98f49b09cc" // the one that the program knows
	if err := h.EnsureProfile(context.Background(), profile, "Main"); err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v2/verify_profiles", h)
	mux.Handle("/v2/verify_profiles/", h)
	mux.Handle("/v2/verifications/", h)

	r := httptest.NewRequest("POST", "/v2/verifications/sms", strings.NewReader(`{"phone_number":"+14155552671","verify_profile_id":"`+profile+`"}`))
	r.Header.Set("Authorization", "Bearer 0123456789abcdef")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code, len(inbox.Messages()), "message")
	// Output: 200 1 message
}
