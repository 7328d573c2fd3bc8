package smtpmail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/codeword-go/codeword/channel/smtpmail"
)

const (
	user     = "login@acme.example"
	password = "hunter2"
)

// A server is a real SMTP server on loopback that keeps what it receives.
type server struct {
	mu    sync.Mutex
	mails []received
}

type received struct {
	from string
	to   []string
	data string
	user string
	tls  bool
}

func (s *server) all() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *server
	conn   *smtp.Conn
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, secret string) error {
		if name != user || secret != password {
			return &smtp.SMTPError{Code: 535, Message: "echo " + name + secret}
		}
		s.mail.user = name
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = append(s.mail.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mail.data = string(data)
	_, s.mail.tls = s.conn.TLSConnectionState()
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return err
}

func (s *session) Reset()        { s.mail = received{user: s.mail.user} }
func (s *session) Logout() error { return nil }

// start starts a server with a certificate for name, or without TLS if it is empty, and returns the options that reach it.
func start(t *testing.T, name string, security smtpmail.Security) (*server, smtpmail.Options) {
	t.Helper()
	backend := &server{}
	srv := smtp.NewServer(backend)
	srv.Domain, srv.ErrorLog = "mx.test", log.New(io.Discard, "", 0)
	o := smtpmail.Options{Host: "127.0.0.1", From: "Acme <login@acme.example>", Security: security, Timeout: 10 * time.Second}
	if name != "" {
		var certificate tls.Certificate
		certificate, o.RootCAs = authority(t, name)
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Port = l.Addr().(*net.TCPAddr).Port
	if security == smtpmail.ImplicitTLS {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = l.Close(); _ = srv.Close(); <-done })
	return backend, o
}

// authority makes a certificate authority and a certificate for an address or name.
func authority(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// script starts a server without TLS that answers commands from replies, by verb; "" is the greeting and "." the answer to the
// message. An empty answer closes the connection, and "hang" never comes.
func script(t *testing.T, replies map[string]string) smtpmail.Options {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { converse(c, replies) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	return smtpmail.Options{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "login@acme.example",
		Security: smtpmail.InsecurePlain, Timeout: 10 * time.Second,
	}
}

func converse(c net.Conn, replies map[string]string) {
	defer c.Close()
	usual := map[string]string{"": "220 mx.test", "EHLO": "250 mx.test", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 queued", "QUIT": "221 bye"}
	lines := bufio.NewScanner(c)
	verb, inMessage := "", false
	for {
		reply, ok := replies[verb]
		if !ok {
			reply = usual[verb]
		}
		if reply == "hang" {
			_, _ = io.Copy(io.Discard, c)
		}
		if reply == "" || reply == "hang" {
			return
		}
		if _, err := io.WriteString(c, reply+"\r\n"); err != nil {
			return
		}
		inMessage = strings.HasPrefix(reply, "354")
		if verb = next(lines, inMessage); verb == "gone" {
			return
		}
	}
}

// next returns the verb of the next command, or "." at the end of a message.
func next(lines *bufio.Scanner, inMessage bool) string {
	for lines.Scan() {
		if !inMessage {
			verb, _, _ := strings.Cut(lines.Text(), " ")
			return strings.ToUpper(verb)
		}
		if lines.Text() == "." {
			return "."
		}
	}
	return "gone"
}
