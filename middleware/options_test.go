package middleware_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

func mustURL(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestNewRefuses(t *testing.T) {
	text := func(*http.Request) string { return "" }
	tests := []struct {
		name  string
		o     middleware.Options
		field string
	}{
		{"purpose", middleware.Options{Purpose: strings.Repeat("x", 257)}, "Purpose"},
		{"negative lifetime", middleware.Options{ReceiptLifetime: -1}, "ReceiptLifetime"},
		{"long lifetime", middleware.Options{ReceiptLifetime: 25 * time.Hour}, "ReceiptLifetime"},
		{"origin", middleware.Options{TrustedOrigins: []string{"example.com"}}, "TrustedOrigins"},
		{"no network", middleware.Options{TrustedProxies: []netip.Prefix{{}}}, "TrustedProxies"},
		{"everybody", middleware.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}, "TrustedProxies"},
		{"everybody mapped", middleware.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("::ffff:0.0.0.0/96")}}, "TrustedProxies"},
		{"half mapped", middleware.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("::ffff:0:0/90")}}, "TrustedProxies"},
		{"two client addresses", middleware.Options{ClientIP: func(*http.Request) netip.Addr { return netip.Addr{} },
			TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, "TrustedProxies"},
		{"cookie name", middleware.Options{Cookies: middleware.Cookies{Name: "a b"}}, "Cookies"},
		{"cookie domain", middleware.Options{Cookies: middleware.Cookies{Domain: "a;b"}}, "Cookies"},
		{"insecure domain", middleware.Options{Cookies: middleware.Cookies{Domain: "example.com", Insecure: true}}, "Cookies"},
		{"back end and profile", middleware.Options{BackEnd: true, Profile: text}, "BackEnd"},
		{"back end and binding", middleware.Options{BackEnd: true, Binding: text}, "BackEnd"},
		{"back end and cookies", middleware.Options{BackEnd: true, Cookies: middleware.Cookies{Name: "x"}}, "BackEnd"},
		{"back end and proxies", middleware.Options{BackEnd: true, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, "BackEnd"},
	}
	e, _ := verifytest.New(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := middleware.New(e, test.o)
			if err == nil || !strings.HasPrefix(err.Error(), "middleware: ") || !strings.Contains(err.Error(), test.field+":") {
				t.Errorf("error %v, want one about %s", err, test.field)
			}
		})
	}
	if _, err := middleware.New(nil, middleware.Options{}); err == nil {
		t.Error("took no engine")
	}
}

func TestNewCopies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	s := open(t, middleware.Options{TrustedProxies: proxies}, func(o *verify.Options) { o.Limits.Starts = verify.Rate{Count: 1, Per: time.Hour} })
	proxies[0] = netip.MustParsePrefix("192.0.2.0/24")
	s.from("198.51.100.1", 1).want(t, 200, "")
	s.from("198.51.100.2", 2).want(t, 200, "")
	s.from("198.51.100.2", 3).want(t, 429, "throttled")
}
