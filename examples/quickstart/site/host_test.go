package site_test

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/examples/quickstart/site"
)

func TestListenOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0", "localhost.example.com:0", "[::ffff:192.0.2.1]:0"} {
		if l, err := site.Listen(address); !errors.Is(err, site.ErrNotLoopback) {
			t.Errorf("Listen(%q) = %v, %v, want ErrNotLoopback", address, l, err)
		}
	}
	for _, address := range []string{"127.0.0.1", "", "127.0.0.1:http:1"} {
		if l, err := site.Listen(address); err == nil {
			t.Errorf("Listen(%q) = %v, want an error", address, l.Addr())
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		l, err := site.Listen(address)
		if err != nil {
			t.Errorf("Listen(%q): %v", address, err)
			continue
		}
		l.Close()
	}
}

func TestLocalHosts(t *testing.T) {
	got := site.LocalHosts(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 2), Port: 80})
	for _, want := range []string{"127.0.0.2:80", "127.0.0.2", "127.0.0.1", "localhost", "localhost:80", "[::1]", "[::1]:80"} {
		if !slices.Contains(got, want) {
			t.Errorf("on port 80 %q is missing from %q", want, got)
		}
	}
	if got := site.LocalHosts(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}); slices.Contains(got, "localhost") {
		t.Errorf("on port 8080 there are hosts without a port: %q", got)
	}
}

func TestHostHeader(t *testing.T) {
	b := visit(t)
	port := b.base[strings.LastIndexByte(b.base, ':'):]
	for _, path := range []string{"/", "/inbox.json", "/account", "/assets/site.css", "/verify/status/1"} {
		for host, served := range map[string]bool{
			"127.0.0.1" + port: true, "localhost" + port: true, "[::1]" + port: true,
			"127.0.0.1": false, "localhost:1": false, "evil.example" + port: false, "localhost.evil.example" + port: false, "192.0.2.1" + port: false,
		} {
			res, body := b.get(path, "Host", host)
			if got := res.StatusCode != http.StatusMisdirectedRequest; got != served {
				t.Errorf("%s for the host %s: %s, want served: %v", path, host, res.Status, served)
			}
			if !served && strings.Contains(body, "<html") {
				t.Errorf("%s for the host %s shows a page", path, host)
			}
		}
	}
}

func TestServerTimeouts(t *testing.T) {
	s := site.NewServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("the server waits for ever, or reads it all: %+v", s)
	}
}
