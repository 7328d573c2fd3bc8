package site

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// ErrNotLoopback reports an address to listen on that other machines could reach. Whoever reaches the inbox can sign in
// as anybody.
var ErrNotLoopback = errors.New("site: not a loopback address")

// Listen listens on a loopback address such as "127.0.0.1:8080", and on no other.
func Listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("site: listen address: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, ErrNotLoopback
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	if !l.Addr().(*net.TCPAddr).IP.IsLoopback() { // what a hosts file made of localhost
		return nil, errors.Join(ErrNotLoopback, l.Close())
	}
	return l, nil
}

// LocalHosts returns what a browser on this machine sends as the Host of requests to a loopback address.
func LocalHosts(a net.Addr) []string {
	tcp := a.(*net.TCPAddr)
	var hosts []string
	for _, name := range []string{tcp.IP.String(), "127.0.0.1", "::1", "localhost"} {
		host := net.JoinHostPort(name, strconv.Itoa(tcp.Port))
		hosts = append(hosts, host)
		if tcp.Port == 80 { // which browsers leave out
			hosts = append(hosts, host[:len(host)-len(":80")])
		}
	}
	return hosts
}

// NewServer returns a server that does not wait for slow clients, and nobody can fill with headers.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second, // longer than a send may take
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}

// onlyHosts refuses requests for other hosts. A page of a stranger can have its own name resolve to 127.0.0.1 and then
// read this site as its own; the Host header gives it away.
func onlyHosts(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(hosts, r.Host) {
			http.Error(w, "This site is served on this machine only.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
