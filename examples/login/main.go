// Command login signs people in with a password and a code: the host's session (alexedwards/scs) says who passed the password, the host's
// records say which number the code goes to, and what is verified is bound to that person.
package main

import (
	"crypto/subtle"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/console"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// A user as the host keeps it. A real one has a hash of the password.
type user struct{ password, phone string }

var users = map[string]user{
	"alice": {"correct horse", "+14155552671"},
	"bob":   {"battery staple", "+14155552672"},
}

func main() {
	handler, err := newSite(console.New(os.Stdout))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr: "localhost:8080", Handler: handler,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: time.Minute,
	}
	log.Printf("http://%s", server.Addr)
	log.Fatal(server.ListenAndServe())
}

const purpose = "login"

func newSite(sms channel.Channel) (http.Handler, error) {
	engine, err := verify.New(verify.Options{
		Store:    new(memstore.Store),
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": sms},
		Profiles: []verify.Profile{{Name: "login", Brand: "Acme", Regions: []string{"US"}}},
	})
	if err != nil {
		return nil, err
	}
	sessions := scs.New()
	who := func(r *http.Request) string { return sessions.GetString(r.Context(), "user") }

	handlers, err := middleware.New(engine, middleware.Options{
		Purpose: purpose,
		Binding: who,
		// The number comes from the host's records, never from the browser.
		Recipient: func(r *http.Request) (string, error) {
			u, ok := users[who(r)]
			if !ok {
				return "", verify.ErrNotAllowed
			}
			return u.phone, nil
		},
		// A session that gains rights gets a new token, or one that was planted in the browser would gain them too.
		OnApproved: func(_ http.ResponseWriter, r *http.Request, _ verify.Receipt) error {
			return sessions.RenewToken(r.Context())
		},
	})
	if err != nil {
		return nil, err
	}
	verified, err := middleware.RequireVerified(engine, middleware.Requirement{Purpose: purpose, Binding: who})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /password", func(w http.ResponseWriter, r *http.Request) {
		name := r.PostFormValue("name")
		u, ok := users[name]
		if subtle.ConstantTimeCompare([]byte(u.password), []byte(r.PostFormValue("password"))) != 1 || !ok {
			http.Error(w, "unknown name or password", http.StatusForbidden)
			return
		}
		if err := sessions.RenewToken(r.Context()); err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		sessions.Put(r.Context(), "user", name)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.Handle("/verify/", http.StripPrefix("/verify", handlers))
	mux.Handle("GET /account", verified(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		receipt, _ := middleware.ReceiptFrom(r.Context())
		fmt.Fprintf(w, "Hello %s, verified at %s.\n", who(r), receipt.To)
	})))
	return sessions.LoadAndSave(http.NewCrossOriginProtection().Handler(mux)), nil
}
