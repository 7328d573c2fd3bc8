package webhook_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/webhook"
)

var inside = []string{
	"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
	"172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
	"203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
	"2001:10::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
}

func TestPermits(t *testing.T) {
	for _, a := range inside {
		if webhook.Permits(netip.AddrPortFrom(netip.MustParseAddr(a), 443).String()) {
			t.Errorf("%s is permitted", a)
		}
	}
	for _, a := range []string{"1.1.1.1:443", "9.255.255.255:1", "11.0.0.0:1", "100.63.255.255:1", "100.128.0.0:1", "172.15.255.255:1",
		"172.32.0.0:1", "192.0.1.0:1", "198.17.255.255:1", "198.20.0.0:1", "223.255.255.255:1", "[2606:4700::1111]:443", "[::ffff:1.1.1.1]:443",
		"[2001:200::1]:1", "[2003::1]:1", "[3ffe::1]:1"} {
		if !webhook.Permits(a) {
			t.Errorf("%s is refused", a)
		}
	}
	for _, a := range []string{"", "1.1.1.1", "example.com:443", "[fe80::1%eth0]:443", "/run/socket"} {
		if webhook.Permits(a) {
			t.Errorf("%q is permitted", a)
		}
	}
	ten := netip.MustParsePrefix("10.1.0.0/16")
	if !webhook.Permits("10.1.2.3:1", ten) || !webhook.Permits("[::ffff:10.1.2.3]:1", ten) || webhook.Permits("10.2.0.1:1", ten) {
		t.Error("AllowNetworks opens something else than its prefix")
	}
}

// TestNamesThatLeadInside sends to names that a hostile server resolves to inside addresses, alone and behind others.
func TestNamesThatLeadInside(t *testing.T) {
	o := serve(t, false, func(http.ResponseWriter, *http.Request) { t.Error("reached an inside server") })
	o.AllowNetworks = nil
	port := netip.MustParseAddrPort(strings.TrimPrefix(strings.TrimSuffix(o.URL, "/hook?"+query), "https://")).Port()
	for name, addresses := range map[string][]string{
		"loopback": {"127.0.0.1"}, "mapped": {"::ffff:127.0.0.1"}, "several": {"10.0.0.1", "::1", "127.0.0.1"}, "everything": inside,
	} {
		o.URL, o.Resolver = "https://example.com:"+netip.AddrPortFrom(netip.IPv4Unspecified(), port).String()[8:], resolver(addresses...)
		_, err := send(t, t.Context(), mustNew(t, o))
		expect(t, err, channel.ErrNotSent)
		if !strings.Contains(err.Error(), "outside the public Internet") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, host := range []string{"127.0.0.1", "[::1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "169.254.169.254", "localhost"} {
		o.URL, o.Resolver = "https://"+host+":"+netip.AddrPortFrom(netip.IPv4Unspecified(), port).String()[8:], nil
		_, err := send(t, t.Context(), mustNew(t, o))
		expect(t, err, channel.ErrNotSent)
	}
}

// listen accepts connections on loopback for handle, or stops listening at once if it is nil.
func listen(t *testing.T, handle func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if handle == nil {
		_ = l.Close()
		return l.Addr().String()
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c)
			}()
		}
	}()
	return l.Addr().String()
}

// resolver returns a resolver whose server answers every question with these addresses, or with "no such name" if there are none.
func resolver(addresses ...string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			var size [2]byte
			for {
				if _, err := io.ReadFull(server, size[:]); err != nil {
					return
				}
				question := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(server, question); err != nil {
					return
				}
				reply := dnsReply(question, addresses)
				if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

func dnsReply(question []byte, addresses []string) []byte {
	const header = 12
	end := header
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5
	kind := binary.BigEndian.Uint16(question[end-4:])
	reply := append([]byte(nil), question[:end]...)
	clear(reply[6:header])
	reply[2], reply[3] = 0x81, 0x80
	if len(addresses) == 0 {
		reply[3] |= 3
	}
	count := uint16(0)
	for _, address := range addresses {
		a := netip.MustParseAddr(address)
		if (kind == 1) != a.Is4() {
			continue
		}
		count++
		reply = append(reply, 0xc0, header, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(a.BitLen()/8))
		reply = append(reply, a.AsSlice()...)
	}
	binary.BigEndian.PutUint16(reply[6:], count)
	return reply
}
