package smtpmail_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/smtpmail"
)

const (
	code    = "493021"
	to      = "ada.lovelace@example.com"
	subject = "\u200f493021 – رمز Acme, Grüße 🙂"
	text    = "Acme: code 493021.\n\n.\nMAIL FROM:<eve@example.com>\nGültig 10 min. رمز التحقق\n"
	html    = `<html lang="ar" dir="rtl"><body><p style="margin:0">رمز التحقق هو <b>493021</b> = "3D" &amp; ` + "\n.\n" + `</p></body></html>`
)

func message() channel.Message {
	return channel.Message{
		Channel: "email", To: channel.NewSecret(to), Code: channel.NewSecret(code),
		Subject: channel.NewSecret(subject), Text: channel.NewSecret(text), HTML: channel.NewSecret(html),
	}
}

// send sends m, and fails the test if the error tells any of it.
func send(t *testing.T, ctx context.Context, o smtpmail.Options, m channel.Message) (channel.Receipt, error) {
	t.Helper()
	c, err := smtpmail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Send(ctx, m)
	for _, format := range []string{"%v", "%+v", "%#v"} {
		out := fmt.Sprintf(format, err) + fmt.Sprintf(format, c) + fmt.Sprintf(format, *c)
		out = pointer.ReplaceAllString(out, "") // whose digits may spell anything
		for _, s := range []string{code, "ada", "lovelace", password, "echo"} {
			if strings.Contains(out, s) {
				t.Errorf("%q in %s", s, out)
			}
		}
	}
	if err != nil && r != (channel.Receipt{}) {
		t.Errorf("a receipt beside an error: %v", r)
	}
	return r, err
}

var pointer = regexp.MustCompile(`0x[0-9a-f]+`)

func expect(t *testing.T, err error, want ...error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, class := range []error{channel.ErrRejected, channel.ErrNotSent, context.DeadlineExceeded, context.Canceled} {
		wanted := slices.ContainsFunc(want, func(w error) bool { return errors.Is(w, class) })
		if errors.Is(err, class) != wanted {
			t.Errorf("%v: is %v: %v, want %v", err, class, !wanted, wanted)
		}
	}
}

func TestArrives(t *testing.T) {
	for name, security := range map[string]smtpmail.Security{"STARTTLS": smtpmail.StartTLS, "implicit": smtpmail.ImplicitTLS} {
		for _, signedIn := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, signed in %v", name, signedIn), func(t *testing.T) {
				srv, o := start(t, "127.0.0.1", security)
				want := received{from: "login@acme.example", to: []string{to}, tls: true}
				if signedIn {
					o.Username, o.Password = user, password
					want.user = user
				}
				r, err := send(t, t.Context(), o, message())
				if err != nil {
					t.Fatal(err)
				}
				mails := srv.all()
				if len(mails) != 1 {
					t.Fatalf("%d mails arrived", len(mails))
				}
				data := mails[0].data
				mails[0].data = ""
				if fmt.Sprintf("%+v", mails[0]) != fmt.Sprintf("%+v", want) {
					t.Errorf("envelope %+v, want %+v", mails[0], want)
				}
				checkMail(t, data, r.ID)
			})
		}
	}
}

// checkMail parses a mail with the standard library and compares all of it.
func checkMail(t *testing.T, data, id string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(m.Header))
	if want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}; !slices.Equal(names, want) {
		t.Errorf("headers %q, want %q", names, want)
	}
	for name, want := range map[string]string{
		"From": `"Acme" <login@acme.example>`, "To": "<" + to + ">", "Auto-Submitted": "auto-generated", "Message-Id": "<" + id + ">",
		"Mime-Version": "1.0",
	} {
		if got := m.Header[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); got != subject || err != nil {
		t.Errorf("subject %q, %v", got, err)
	}
	if date, err := m.Header.Date(); err != nil || time.Since(date).Abs() > time.Minute {
		t.Errorf("date %v, %v", date, err)
	}
	if !strings.HasSuffix(id, "@acme.example") || len(id) < 30 {
		t.Errorf("id %q", id)
	}
	parts := readParts(t, m)
	want := []string{"text/plain; charset=UTF-8", text, "text/html; charset=UTF-8", html}
	if !slices.Equal(parts, want) {
		t.Errorf("parts\n%q, want\n%q", parts, want)
	}
}

func readParts(t *testing.T, m *mail.Message) (parts []string) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	for r := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		if e := p.Header.Get("Content-Transfer-Encoding"); e != "quoted-printable" {
			t.Fatalf("encoding %s", e)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p.Header.Get("Content-Type"), strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}

func TestRefusesServer(t *testing.T) {
	for name, tt := range map[string]struct {
		certificate string
		security    smtpmail.Security
		change      func(*smtpmail.Options)
		want        error
	}{
		"no STARTTLS":              {"", smtpmail.StartTLS, nil, channel.ErrNotSent},
		"no TLS at all":            {"", smtpmail.InsecurePlain, func(o *smtpmail.Options) { o.Security = smtpmail.ImplicitTLS }, channel.ErrNotSent},
		"STARTTLS, other name":     {"mx.test", smtpmail.StartTLS, nil, channel.ErrNotSent},
		"implicit, other name":     {"mx.test", smtpmail.ImplicitTLS, nil, channel.ErrNotSent},
		"STARTTLS, unknown signer": {"127.0.0.1", smtpmail.StartTLS, func(o *smtpmail.Options) { o.RootCAs = x509.NewCertPool() }, channel.ErrNotSent},
		"implicit, unknown signer": {"127.0.0.1", smtpmail.ImplicitTLS, func(o *smtpmail.Options) { o.RootCAs = nil }, channel.ErrNotSent},
		"wrong password":           {"127.0.0.1", smtpmail.StartTLS, func(o *smtpmail.Options) { o.Username, o.Password = user, "hunter22" }, channel.ErrRejected},
		"nobody there":             {"", smtpmail.StartTLS, func(o *smtpmail.Options) { o.Port = 1 }, channel.ErrNotSent},
		"no such host":             {"", smtpmail.StartTLS, func(o *smtpmail.Options) { o.Host = "\x00" }, channel.ErrNotSent},
	} {
		t.Run(name, func(t *testing.T) {
			srv, o := start(t, tt.certificate, tt.security)
			if tt.change != nil {
				tt.change(&o)
			}
			_, err := send(t, t.Context(), o, message())
			expect(t, err, tt.want)
			if len(srv.all()) != 0 {
				t.Error("it was delivered")
			}
		})
	}
}

func TestInsecurePlain(t *testing.T) {
	srv, o := start(t, "", smtpmail.InsecurePlain)
	if _, err := send(t, t.Context(), o, message()); err != nil || len(srv.all()) != 1 || srv.all()[0].tls {
		t.Errorf("%v, %v", err, srv.all())
	}
}

func TestReplies(t *testing.T) {
	const echo = " echo <" + to + "> " + code
	for _, verb := range []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		lost := []error{channel.ErrNotSent}
		if verb == "." {
			lost = nil
		}
		for reply, want := range map[string][]error{
			"550" + echo: {channel.ErrRejected}, "554-5.7.1" + echo + "\r\n554 5.7.1 no": {channel.ErrRejected},
			"421" + echo: {channel.ErrNotSent}, "451 4.7.1" + echo: {channel.ErrNotSent},
			"": lost, "echo " + code: lost, "200" + echo: lost, "55": lost,
		} {
			if verb == "EHLO" && strings.HasPrefix(reply, "5") {
				continue // HELO is tried next
			}
			t.Run(fmt.Sprintf("%s answered with %.9q", verb, reply), func(t *testing.T) {
				_, err := send(t, t.Context(), script(t, map[string]string{verb: reply}), message())
				expect(t, err, want...)
			})
		}
	}
	for _, reply := range []string{"", "hang", "550 no"} {
		began := time.Now()
		if r, err := send(t, t.Context(), script(t, map[string]string{"QUIT": reply}), message()); err != nil || r.ID == "" {
			t.Errorf("QUIT answered with %q: %v, %v", reply, r, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("QUIT answered with %q: took %v", reply, took)
		}
	}
}

func TestHangs(t *testing.T) {
	for _, verb := range []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		t.Run("at "+verb, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := send(t, ctx, script(t, map[string]string{verb: "hang"}), message())
			if verb == "." {
				expect(t, err, context.DeadlineExceeded)
			} else {
				expect(t, err, context.DeadlineExceeded, channel.ErrNotSent)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	t.Run("own limit", func(t *testing.T) {
		o := script(t, map[string]string{"RCPT": "hang"})
		o.Timeout = 50 * time.Millisecond
		_, err := send(t, t.Context(), o, message())
		expect(t, err, context.DeadlineExceeded, channel.ErrNotSent)
	})
	t.Run("canceled before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := send(t, ctx, script(t, nil), message())
		expect(t, err, context.Canceled, channel.ErrNotSent)
	})
}

func TestUnfitMessages(t *testing.T) {
	srv, o := start(t, "127.0.0.1", smtpmail.StartTLS)
	for name, change := range map[string]func(*channel.Message){
		"no recipient":          func(m *channel.Message) { m.To = channel.Secret{} },
		"two recipients":        func(m *channel.Message) { m.To = channel.NewSecret(to + ", eve@example.com") },
		"recipient with a name": func(m *channel.Message) { m.To = channel.NewSecret("Ada <" + to + ">") },
		"recipient in brackets": func(m *channel.Message) { m.To = channel.NewSecret("<" + to + ">") },
		"a number":              func(m *channel.Message) { m.To = channel.NewSecret("+14155552671") },
		"recipient with CRLF":   func(m *channel.Message) { m.To = channel.NewSecret(to + "\r\nBcc: eve@example.com") },
		"recipient with LF":     func(m *channel.Message) { m.To = channel.NewSecret(to + "\n") },
		"recipient with NUL":    func(m *channel.Message) { m.To = channel.NewSecret("a\x00" + to) },
		"recipient with bidi":   func(m *channel.Message) { m.To = channel.NewSecret("a\u202e" + to) },
		"recipient with >":      func(m *channel.Message) { m.To = channel.NewSecret(`"a> SIZE=1"@example.com`) },
		"subject with CRLF":     func(m *channel.Message) { m.Subject = channel.NewSecret("a\r\nBcc: eve@example.com") },
		"subject with CR":       func(m *channel.Message) { m.Subject = channel.NewSecret("a\rb") },
		"subject with LF":       func(m *channel.Message) { m.Subject = channel.NewSecret("a\nb") },
		"subject with NUL":      func(m *channel.Message) { m.Subject = channel.NewSecret("a\x00b") },
		"subject with bidi":     func(m *channel.Message) { m.Subject = channel.NewSecret("a\u2066b") },
		"subject not UTF-8":     func(m *channel.Message) { m.Subject = channel.NewSecret("a\xffb") },
		"no text":               func(m *channel.Message) { m.Text = channel.Secret{} },
	} {
		m := message()
		change(&m)
		_, err := send(t, t.Context(), o, m)
		if !errors.Is(err, channel.ErrRejected) || !strings.HasPrefix(err.Error(), "smtpmail: ") || len(srv.all()) != 0 {
			t.Errorf("%s: %v, %v", name, err, srv.all())
		}
	}
}

func TestNew(t *testing.T) {
	good := smtpmail.Options{Host: "mx.test", From: "login@acme.example"}
	for name, change := range map[string]func(*smtpmail.Options){
		"Host":           func(o *smtpmail.Options) { o.Host = "" },
		"Port negative":  func(o *smtpmail.Options) { o.Port = -1 },
		"Port too large": func(o *smtpmail.Options) { o.Port = 65536 },
		"Security":       func(o *smtpmail.Options) { o.Security = 3 },
		"Username":       func(o *smtpmail.Options) { o.Username = user },
		"Password":       func(o *smtpmail.Options) { o.Password = password },
		"Password plain": func(o *smtpmail.Options) { o.Username, o.Password, o.Security = user, password, smtpmail.InsecurePlain },
		"From":           func(o *smtpmail.Options) { o.From = "" },
		"From list":      func(o *smtpmail.Options) { o.From = "a@b.example, c@d.example" },
		"From control":   func(o *smtpmail.Options) { o.From = "Acme <a@b.example>\r\nBcc: <eve@example.com>" },
		"From bidi":      func(o *smtpmail.Options) { o.From = "\"Ac\u202eme\" <a@b.example>" },
		"Timeout":        func(o *smtpmail.Options) { o.Timeout = -1 },
	} {
		o := good
		change(&o)
		c, err := smtpmail.New(o)
		field, _, _ := strings.Cut(name, " ")
		if err == nil || c != nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := smtpmail.New(good); err != nil {
		t.Error(err)
	}
}

func FuzzCompose(f *testing.F) {
	f.Add(to, subject, text, html)
	f.Add("a@b.example\r\nBcc: <c@d.example>", "a\r\nBcc: x@y.example", "\r\n.\r\n", "")
	f.Add(`"a b"@c.example`, strings.Repeat("Grüße ", 60), "\x00\xff", "--boundary--")
	f.Add("ö@b.example", "=?utf-8?q?=0D=0ABcc:_x?=", "x", "<!-- -->")
	f.Fuzz(func(t *testing.T, to, subject, text, html string) {
		data, err := smtpmail.Compose(channel.Message{
			To: channel.NewSecret(to), Subject: channel.NewSecret(subject), Text: channel.NewSecret(text), HTML: channel.NewSecret(html),
		})
		if err != nil {
			if !errors.Is(err, channel.ErrRejected) {
				t.Fatal(err)
			}
			return
		}
		m, err := mail.ReadMessage(strings.NewReader(string(data)))
		if err != nil {
			t.Fatalf("%v\n%q", err, data)
		}
		want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
		if html == "" {
			want = slices.Insert(want, 1, "Content-Transfer-Encoding")
		}
		if names := slices.Sorted(maps.Keys(m.Header)); !slices.Equal(names, want) {
			t.Fatalf("headers %q\n%q", names, data)
		}
		for name, values := range m.Header {
			if len(values) != 1 {
				t.Fatalf("%s twice: %q", name, values)
			}
		}
		if list, err := m.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != to {
			t.Fatalf("recipients %v, %v; want %q", list, err, to)
		}
		if html != "" {
			if parts := readParts(t, m); len(parts) != 4 {
				t.Fatalf("parts %q", parts)
			}
		}
	})
}
