package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTLS(t *testing.T) {
	cert, certKey, roots := certificate(t)
	// With TLS every address may be served; the certificate is for one of them.
	g := start(t, "-listen", "0.0.0.0:0", "-tls-cert", cert, "-tls-key", certKey, "-twilio-service", service)
	scheme, address, _ := strings.Cut(g.base, "://")
	_, port, err := net.SplitHostPort(address)
	if err != nil || scheme != "https" {
		t.Fatalf("listening on %s", g.base)
	}
	g.base = "https://127.0.0.1:" + port
	g.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	if a := g.post("/verify/start", `{"to":"+14155552671"}`); a.status != 200 {
		t.Errorf("%d %v", a.status, a.body)
	}
	if a := g.send("GET", "/v2/Services/"+service, "", basic); !strings.HasPrefix(a.body["url"].(string), g.base) {
		t.Errorf("link to %v", a.body["url"])
	}
}

// certificate returns the files of a certificate for 127.0.0.1 and of its key.
func certificate(t *testing.T) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(parsed)
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", privateDER), roots
}

func TestBehindProxy(t *testing.T) {
	g := start(t, "-listen", "0.0.0.0:0", "-behind-proxy")
	_, port, err := net.SplitHostPort(strings.TrimPrefix(g.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	g.base = "http://127.0.0.1:" + port
	if a := g.post("/verify/start", `{"to":"+14155552671"}`); a.status != 200 {
		t.Errorf("%d %v", a.status, a.body)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	g := start(t)
	resp, err := http.Get(g.base + "/verify/status/x?" + strings.Repeat("a", 64<<10))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("64 KiB of header: %s", resp.Status)
	}
}
