package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func Example() {
	stored, _ := memstore.New(memstore.Options{})
	engine, err := verify.New(verify.Options{
		Store:    stored,
		Key:      verify.NewKey(), // keep one, in production
		Channels: map[string]channel.Channel{"sms": new(channeltest.Inbox)},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US"}, AllowPossible: true}},
	})
	if err != nil {
		panic(err)
	}
	handler, err := middleware.New(engine, middleware.Options{})
	if err != nil {
		panic(err)
	}
	verified, err := middleware.RequireVerified(engine, middleware.Requirement{})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/verify/", http.StripPrefix("/verify", handler))
	mux.Handle("/account", verified(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		receipt, _ := middleware.ReceiptFrom(r.Context())
		fmt.Fprintln(w, "hello", receipt.To)
	})))

	server := httptest.NewServer(mux)
	defer server.Close()
	answer, err := http.Post(server.URL+"/verify/start", "application/json", strings.NewReader(`{"to":"hello"}`))
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	problem, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, strings.ReplaceAll(string(problem), ",", ",\n  "))
	// Output:
	// 400 {"type":"https://codeword-go.github.io/problems/invalid_recipient",
	//   "title":"Invalid recipient",
	//   "status":400,
	//   "code":"invalid_recipient",
	//   "detail":"The field to is no phone number in international form and no e-mail address.",
	//   "field":"to"}
}
