// Command hello is the program of the project's README: it verifies phone numbers and prints the messages instead of sending them.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/console"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

func main() {
	engine, err := verify.New(verify.Options{
		Store:    new(memstore.Store),
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": console.New(os.Stdout)},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US", "CA"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	handlers, err := middleware.New(engine, middleware.Options{})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/verify/", http.StripPrefix("/verify", handlers))
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
