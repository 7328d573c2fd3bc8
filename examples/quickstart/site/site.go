// Package site is the web site of the quickstart: a page to sign in with a code, a page that only those see who did, and an
// inbox that shows the codes.
package site

import (
	"errors"
	"net/http"
	"time"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

// Options configure the site. All are required.
type Options struct {
	Engine *verify.Engine
	Inbox  *Inbox   // where the engine's channels deliver
	Hosts  []string // the values of the Host header that are served, as from LocalHosts
}

// cookies are marked for plain HTTP, because the site is for this machine alone, where not every browser keeps a cookie that is Secure. On the
// web leave that out.
var cookies = middleware.Cookies{Name: "acme", Insecure: true}

type site struct {
	catalog   *locale.Catalog
	languages []choice
	inbox     *Inbox
}

// New returns the site.
func New(o Options) (http.Handler, error) {
	if o.Engine == nil || o.Inbox == nil || len(o.Hosts) == 0 {
		return nil, errors.New("site: Engine, Inbox and Hosts are required")
	}
	catalog := o.Engine.Messages()
	s := &site{catalog: catalog, languages: choices(catalog), inbox: o.Inbox}

	handlers, err := middleware.New(o.Engine, middleware.Options{
		Cookies:         cookies,
		ReceiptLifetime: 8 * time.Hour, // the receipt is this site's session
	})
	if err != nil {
		return nil, err
	}
	verified, err := middleware.RequireVerified(o.Engine, middleware.Requirement{
		Cookies: cookies,
		Refused: http.HandlerFunc(s.redirectToSignIn),
	})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.Handle("/verify/", handlers)
	mux.HandleFunc("GET /{$}", s.serveSignIn)
	mux.Handle("GET /account", verified(http.HandlerFunc(s.serveAccount)))
	mux.Handle("POST /sign-out", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.signOut)))
	mux.HandleFunc("GET /inbox", s.serveInbox)
	mux.HandleFunc("GET /inbox.json", o.Inbox.serveJSON)
	mux.HandleFunc("GET /inbox/{id}", o.Inbox.serveMail)
	mux.Handle("GET /assets/", http.FileServerFS(files))
	return onlyHosts(o.Hosts, guarded(mux)), nil
}

// policy names all that a page may use. There is nothing inline and nothing from elsewhere, so text that slips into a page stays text.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets what a browser is to hold every page to.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (s *site) serveSignIn(w http.ResponseWriter, r *http.Request) {
	render(w, signInPage, s.page(r))
}

func (s *site) serveAccount(w http.ResponseWriter, r *http.Request) {
	receipt, _ := middleware.ReceiptFrom(r.Context())
	p := s.page(r)
	p.To = receipt.To
	render(w, accountPage, p)
}

func (s *site) serveInbox(w http.ResponseWriter, r *http.Request) {
	p := s.page(r)
	p.Messages = s.inbox.Entries()
	render(w, inboxPage, p)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, cookies.Clear())
	s.redirectToSignIn(w, r)
}

func (s *site) redirectToSignIn(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, s.page(r).Link("/"), http.StatusSeeOther)
}
