// Package smtpmail delivers messages as e-mail, through a submission server.
//
// Each message is one connection and one recipient: plain text and HTML as alternatives, in the way of RFC 5322. TLS is demanded
// before anything is said, and the server's certificate is checked; a server that does not offer it gets neither the
// password nor the message.
package smtpmail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/codeword-go/codeword/channel"
)

// DefaultTimeout bounds a Send if Options.Timeout is zero.
const DefaultTimeout = 15 * time.Second

// Security says how the connection to the server is protected.
type Security uint8

const (
	StartTLS      Security = iota // STARTTLS, refused if the server does not offer it; port 587
	ImplicitTLS                   // TLS from the first byte; port 465
	InsecurePlain                 // none: everyone on the way can read the codes; port 25
)

// Options configure a Channel. Host and From are required.
type Options struct {
	// Host is the server's name, which its certificate has to bear.
	Host string

	// Port is the server's port. Zero means the one of Security.
	Port int

	// Username and Password sign in; both or neither, and never with InsecurePlain.
	Username, Password string

	// From is the address of the sender, with or without a name: "Acme <login@acme.example>".
	From string

	// Security says how the connection is protected. Zero means StartTLS.
	Security Security

	// RootCAs vouch for the server's certificate. Nil means the system's.
	RootCAs *x509.CertPool

	// Timeout bounds a whole Send. Zero means DefaultTimeout.
	Timeout time.Duration
}

// A Channel sends each message as one e-mail.
type Channel struct {
	options func() Options // behind a func because fmt would print the password
	from    mail.Address
}

var _ channel.Channel = (*Channel)(nil)

// New returns a Channel. It connects to nothing; its errors name the option that is at fault.
func New(o Options) (*Channel, error) {
	from, err := mail.ParseAddress(o.From)
	switch {
	case o.Host == "":
		return nil, errors.New("smtpmail: Host is missing")
	case o.Security > InsecurePlain:
		return nil, errors.New("smtpmail: Security is unknown")
	case o.Port < 0 || o.Port > 65535:
		return nil, errors.New("smtpmail: Port is out of range")
	case (o.Username == "") != (o.Password == ""):
		return nil, errors.New("smtpmail: Username and Password go together")
	case o.Username != "" && o.Security == InsecurePlain:
		return nil, errors.New("smtpmail: Password cannot be sent without TLS")
	case err != nil || unfit(o.From):
		return nil, errors.New("smtpmail: From is not an e-mail address")
	case o.Timeout < 0:
		return nil, errors.New("smtpmail: Timeout is negative")
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Port == 0 {
		o.Port = map[Security]int{StartTLS: 587, ImplicitTLS: 465, InsecurePlain: 25}[o.Security]
	}
	return &Channel{options: func() Options { return o }, from: *from}, nil
}

// Send delivers m to the server. The receipt's id is the e-mail's Message-ID, which servers write into their logs.
//
// The error wraps channel.ErrRejected for a message that cannot be an e-mail and for a reply of 500 and above,
// channel.ErrNotSent for a lower one and for whatever goes wrong before the whole message has been handed over, and
// context.DeadlineExceeded or context.Canceled if that was the cause. No error holds a reply's text, an address or
// anything of the message.
func (c *Channel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	o := c.options()
	msg, id, err := compose(c.from, m)
	if err != nil {
		return channel.Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
	if err != nil {
		return channel.Receipt{}, connectFailure(ctx, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends whatever waits for the server

	client, err := newClient(o, conn)
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("smtpmail: no client: %w", channel.ErrNotSent)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return channel.Receipt{}, connectFailure(ctx, err)
	}
	return deliver(ctx, client, session, msg, id)
}

func deliver(ctx context.Context, client *gomail.Client, session *smtp.Client, msg *gomail.Msg, id string) (channel.Receipt, error) {
	if err := client.SendWithSMTPClient(session, msg); err != nil {
		return channel.Receipt{}, sendFailure(ctx, err)
	}
	_, _ = session.Text.Cmd("QUIT") // the message is the server's now, and its good-bye changes nothing
	return channel.Receipt{ID: id}, nil
}

// newClient returns a client that talks over conn.
func newClient(o Options, conn net.Conn) (*gomail.Client, error) {
	config := &tls.Config{ServerName: o.Host, RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithTimeout(o.Timeout + time.Second), // the context's limit is to come first
		gomail.WithTLSConfig(config), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch o.Security {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case ImplicitTLS:
		options = append(options, gomail.WithSSL())
		conn = tls.Client(conn, config)
	case InsecurePlain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if o.Username != "" {
		options = append(options, gomail.WithUsername(o.Username), gomail.WithPassword(o.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	dialed := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	return gomail.NewClient(o.Host, append(options, gomail.WithDialContextFunc(dialed))...)
}
