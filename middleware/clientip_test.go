package middleware_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48")}

// S46
func TestForwardedFor(t *testing.T) {
	const stranger, proxy = "203.0.113.7:1234", "10.0.0.1:1234"
	tests := []struct {
		name, remote string
		lines        []string
		want         string
	}{
		{"no header", proxy, nil, "10.0.0.1"},
		{"stranger", stranger, []string{"1.2.3.4"}, "203.0.113.7"},
		{"stranger claims a proxy", stranger, []string{"10.0.0.1"}, "203.0.113.7"},
		{"one", proxy, []string{"1.2.3.4"}, "1.2.3.4"},
		{"spoofed on the left", proxy, []string{"6.6.6.6, 1.2.3.4"}, "1.2.3.4"},
		{"spoofed line", proxy, []string{"6.6.6.6", "1.2.3.4"}, "1.2.3.4"},
		{"spoofed lines and entries", proxy, []string{"6.6.6.6", "7.7.7.7,1.2.3.4"}, "1.2.3.4"},
		{"two proxies", proxy, []string{"6.6.6.6, 1.2.3.4, 10.9.9.9"}, "1.2.3.4"},
		{"two proxies, two lines", proxy, []string{"6.6.6.6, 1.2.3.4", "10.9.9.9"}, "1.2.3.4"},
		{"proxies only", proxy, []string{"10.1.1.1, 10.2.2.2"}, "10.1.1.1"},
		{"no space", proxy, []string{"6.6.6.6,1.2.3.4"}, "1.2.3.4"},
		{"tabs", proxy, []string{"6.6.6.6,\t 1.2.3.4 \t"}, "1.2.3.4"},
		{"IPv6", proxy, []string{"6.6.6.6, 2001:db8::1"}, "2001:db8::1"},
		{"IPv6 proxy", "[2001:db8:1::5]:443", []string{"2001:db8::1"}, "2001:db8::1"},
		{"mapped client", proxy, []string{"::ffff:1.2.3.4"}, "1.2.3.4"},
		{"mapped proxy", "[::ffff:10.0.0.1]:443", []string{"1.2.3.4"}, "1.2.3.4"},
		{"mapped proxy in the header", proxy, []string{"1.2.3.4, ::ffff:10.0.0.9"}, "1.2.3.4"},
		{"mapped stranger", "[::ffff:203.0.113.7]:443", []string{"1.2.3.4"}, "203.0.113.7"},
		{"port", proxy, []string{"6.6.6.6, 1.2.3.4:5678"}, "1.2.3.4"},
		{"IPv6 and port", proxy, []string{"[2001:db8::1]:5678"}, "2001:db8::1"},
		{"zone", proxy, []string{"fe80::1%eth0"}, "fe80::1"},
		{"garbage", proxy, []string{"1.2.3.4, unknown"}, "10.0.0.1"},
		{"garbage behind a proxy", proxy, []string{"1.2.3.4, evil, 10.9.9.9"}, "10.9.9.9"},
		{"empty entry", proxy, []string{"1.2.3.4,"}, "10.0.0.1"},
		{"empty entry behind a proxy", proxy, []string{"1.2.3.4,,10.9.9.9"}, "10.9.9.9"},
		{"empty line", proxy, []string{"1.2.3.4", ""}, "10.0.0.1"},
		{"leading zeros", proxy, []string{"1.2.3.4, 01.2.3.4"}, "10.0.0.1"},
		{"short form", proxy, []string{"1.2.3.4, 127.1"}, "10.0.0.1"},
		{"quoted", proxy, []string{`"1.2.3.4"`}, "10.0.0.1"},
		{"host name", proxy, []string{"localhost"}, "10.0.0.1"},
		{"no port in RemoteAddr", "10.0.0.1", []string{"1.2.3.4"}, "1.2.3.4"},
		{"Unix socket", "@", []string{"1.2.3.4"}, "::"},
		{"nothing", "", []string{"1.2.3.4"}, "::"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := middleware.ForwardedFor(middleware.Peer(test.remote), test.lines, proxies); got.String() != test.want {
				t.Errorf("%s for %s with %q, want %s", got, test.remote, test.lines, test.want)
			}
			if got := middleware.ForwardedFor(middleware.Peer(test.remote), test.lines, nil); got != middleware.Peer(test.remote) {
				t.Errorf("%s without trusted proxies", got)
			}
		})
	}
}

// from starts for the nth of some numbers as a client whose proxy says where it is.
func (s *site) from(forwarded string, n int) reply {
	s.t.Helper()
	return s.do("POST", "/verify/start", fmt.Sprintf(`{"to":"+1415555267%d"}`, n), func(r *http.Request) { r.Header.Set("X-Forwarded-For", forwarded) })
}

// The limits by client go by the address that was found: of the peer, unless told otherwise.
func TestClientLimits(t *testing.T) {
	local := netip.MustParsePrefix("127.0.0.0/8")
	tests := []struct {
		name   string
		o      middleware.Options
		second int // the answer to a second client behind the same peer
		third  int // the answer to the second one again
	}{
		{"peer", middleware.Options{}, 429, 429},
		{"other proxy", middleware.Options{TrustedProxies: proxies}, 429, 429},
		{"proxy", middleware.Options{TrustedProxies: []netip.Prefix{local}}, 200, 429},
		{"mapped network", middleware.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("::ffff:127.0.0.0/104")}}, 200, 429},
		{"host", middleware.Options{ClientIP: func(r *http.Request) netip.Addr {
			return netip.MustParseAddr(r.Header.Get("X-Forwarded-For"))
		}}, 200, 429},
		{"no limit", middleware.Options{ClientIP: func(*http.Request) netip.Addr { return netip.Addr{} }}, 200, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, test.o, func(o *verify.Options) { o.Limits.Starts = verify.Rate{Count: 1, Per: time.Hour} })
			if got := s.from("192.0.2.1", 1); got.status != 200 {
				t.Errorf("first: %d", got.status)
			}
			if got := s.from("192.0.2.2", 2); got.status != test.second {
				t.Errorf("second: %d, want %d", got.status, test.second)
			}
			if got := s.from("192.0.2.2", 3); got.status != test.third {
				t.Errorf("third: %d, want %d", got.status, test.third)
			}
		})
	}
}

// FuzzForwardedFor: whatever stands to the left of the entry that a trusted proxy appended changes nothing.
func FuzzForwardedFor(f *testing.F) {
	for _, seed := range []string{"", "1.2.3.4", "10.0.0.1", ",", "::ffff:10.0.0.1", "[::1]:80", "a,b", "1.2.3.4\x00", "10.0.0.1, 10.0.0.2", "%", "fe80::1%10.0.0.1"} {
		f.Add(seed)
	}
	client, proxy := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("10.0.0.1")
	f.Fuzz(func(t *testing.T, sent string) {
		for _, lines := range [][]string{{sent + ", 203.0.113.7"}, {sent, "203.0.113.7"}, {sent, "203.0.113.7, 10.0.0.2"}} {
			if got := middleware.ForwardedFor(proxy, lines, proxies); got != client {
				t.Errorf("%q: %s", lines, got)
			}
		}
		if got := middleware.ForwardedFor(client, []string{sent}, proxies); got != client {
			t.Errorf("a stranger sent %q: %s", sent, got)
		}
		got := middleware.ForwardedFor(proxy, strings.Split(sent, "\n"), proxies)
		if !got.IsValid() || got.Is4In6() || got.Zone() != "" {
			t.Errorf("%q: %s", sent, got)
		}
	})
}
