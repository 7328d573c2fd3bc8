package middleware

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// Cookies say what the cookies are called and where browsers send them. Handlers and RequireVerified must agree on it.
type Cookies struct {
	// Name is what the receipt's cookie is called behind its prefix, "__Host-codeword" by default; the handle's has "-handle" behind it. Two
	// mounts whose receipts a browser should hold at once need two names.
	Name string

	// Domain, such as "example.com", sends the cookies to its subdomains as well, as "__Secure-codeword". Whoever serves one of them
	// can then set cookies too.
	Domain string

	// Insecure leaves out Secure and the prefix, for plain HTTP in development. Browsers that count http://localhost as secure need it not.
	Insecure bool
}

// handleLifetime is how long a browser keeps its secret after a start: longer than anything that it leads to is remembered.
const handleLifetime = 24 * time.Hour

func (c Cookies) validate() error {
	if c.handle("x").Valid() != nil {
		return errors.New("Cookies: Name or Domain cannot be a cookie's")
	}
	if c.Insecure && c.Domain != "" {
		return errors.New("Cookies: Insecure excludes Domain")
	}
	return nil
}

func (c Cookies) name() string {
	name := c.Name
	if name == "" {
		name = "codeword"
	}
	switch {
	case c.Insecure:
		return name
	case c.Domain != "":
		return "__Secure-" + name
	default:
		return "__Host-" + name
	}
}

func (c Cookies) handleName() string { return c.name() + "-handle" }

func (c Cookies) cookie(name, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", Domain: c.Domain, MaxAge: int(seconds(age)),
		Secure: !c.Insecure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (c Cookies) handle(secret string) *http.Cookie {
	return c.cookie(c.handleName(), secret, handleLifetime)
}

func (c Cookies) receipt(token string, r verify.Receipt) *http.Cookie {
	return c.cookie(c.name(), token, r.ExpiresAt.Sub(r.ApprovedAt))
}

// Clear returns a cookie that takes the receipt out of a browser: set it to sign somebody out. The receipt is good until it expires for whoever has
// copied it.
func (c Cookies) Clear() *http.Cookie {
	cookie := c.cookie(c.name(), "", 0)
	cookie.MaxAge = -1
	return cookie
}

// one returns the value of a cookie that the request has once. Two of a name mean that somebody else, on a neighboring domain, has set one.
func one(r *http.Request, name string) string {
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

func newSecret() string { return rand.Text() }

// secret returns the browser's secret, if it has one that newSecret could have made.
func (c Cookies) secret(r *http.Request) string {
	secret := one(r, c.handleName())
	if len(secret) != 26 || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return ""
	}
	return secret
}
