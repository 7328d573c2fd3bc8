package webhook_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/webhook"
)

func TestStatus(t *testing.T) {
	inward := serve(t, false, func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	status := 0
	c := mustNew(t, serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		if status >= 300 && status <= 399 {
			w.Header().Set("Location", inward.URL)
		}
		w.WriteHeader(status)
		if status != http.StatusNoContent && status != http.StatusNotModified {
			_, _ = io.Copy(w, io.MultiReader(strings.NewReader("echo "), r.Body)) // as careless gateways do
		}
	}))
	for want, list := range map[error][]int{
		nil:                 {200, 201, 202, 204, 299},
		channel.ErrRejected: {400, 401, 403, 404, 405, 410, 413, 422, 451, 499},
		channel.ErrNotSent:  {425, 429},
		errors.New("open"):  {300, 301, 302, 303, 304, 307, 308, 408, 409, 500, 501, 502, 503, 504, 599},
	} {
		for _, status = range list {
			r, err := send(t, t.Context(), c)
			if want == nil {
				if err != nil || r.ID != "" {
					t.Errorf("%d: %v, %v", status, r, err)
				}
				continue
			}
			expect(t, err, want)
			if !strings.Contains(err.Error(), fmt.Sprint(status)) {
				t.Errorf("%v does not tell the status %d", err, status)
			}
		}
	}
}

func TestReceiptID(t *testing.T) {
	body := ""
	c := mustNew(t, serve(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
	long := strings.Repeat("x", 128)
	for in, want := range map[string]string{
		"": "", "[]": "", "null": "", `{"id":7}`: "", `{"id":"a b"}`: "", `{"id":"a\n"}`: "", `{"id":"é"}`: "", "\xff": "",
		`{"id":"` + long + `"}`: long, `{"id":"` + long + `x"}`: "",
		`{"id":"to-14155552671"}`: "", `{"id":"x493021x"}`: "", `{"id":"SM-49302"}`: "SM-49302",
		`{"id":"big","pad":"` + strings.Repeat("x", 1<<17) + `"}`: "",
	} {
		body = in
		if r, err := send(t, t.Context(), c); err != nil || r.ID != want {
			t.Errorf("%.60s: %q, %v; want %q", in, r.ID, err, want)
		}
	}
}

func TestEndlessBody(t *testing.T) {
	c := mustNew(t, serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}))
	if r, err := send(t, t.Context(), c); err != nil || r.ID != "" {
		t.Errorf("%v, %v", r, err)
	}
}

func TestNotSent(t *testing.T) {
	never := func(http.ResponseWriter, *http.Request) { t.Error("the message arrived") }
	silent := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	closed := listen(t, nil)
	for name, tt := range map[string]struct {
		options func() webhook.Options
		want    []error
	}{
		"connection refused": {func() webhook.Options { return reach("https://"+closed, nil) }, []error{channel.ErrNotSent}},
		"unknown authority": {func() webhook.Options {
			o := serve(t, false, never)
			o.RootCAs = x509.NewCertPool()
			return o
		}, []error{channel.ErrNotSent}},
		"no such name": {func() webhook.Options {
			o := reach("https://nowhere.example", nil)
			o.Resolver = resolver()
			return o
		}, []error{channel.ErrNotSent}},
		"no TLS": {func() webhook.Options { return reach("https://"+silent, nil) }, []error{channel.ErrNotSent, context.DeadlineExceeded}},
		"loopback": {func() webhook.Options {
			o := serve(t, false, never)
			o.AllowNetworks = nil
			return o
		}, []error{channel.ErrNotSent}},
	} {
		t.Run(name, func(t *testing.T) {
			o := tt.options()
			o.Timeout = 80 * time.Millisecond
			if name != "no TLS" {
				o.Timeout = 5 * time.Second
			}
			_, err := send(t, t.Context(), mustNew(t, o))
			expect(t, err, tt.want...)
		})
	}
	t.Run("canceled before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := send(t, ctx, mustNew(t, serve(t, false, never)))
		expect(t, err, channel.ErrNotSent, context.Canceled)
	})
}

// TestHandshakeEnds waits for the end of a connection on which the receiver never speaks: nothing may outlive a Send for long.
func TestHandshakeEnds(t *testing.T) {
	ended := make(chan struct{})
	o := reach("https://"+listen(t, func(c net.Conn) {
		_, _ = io.Copy(io.Discard, c)
		close(ended)
	}), nil)
	o.Timeout = 50 * time.Millisecond
	_, err := send(t, t.Context(), mustNew(t, o))
	expect(t, err, channel.ErrNotSent, context.DeadlineExceeded)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the connection is still open")
	}
}

func TestOpenOutcome(t *testing.T) {
	hijack := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if r.ProtoMajor == 2 {
				panic(http.ErrAbortHandler)
			}
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}
	hang := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // or the answer may still get through while the connection closes
	}
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		want    error
	}{
		"hangs":          {hang, context.DeadlineExceeded},
		"breaks off":     {hijack(""), nil},
		"speaks nothing": {hijack("echo " + code + " " + number + "\r\n\r\n"), nil},
		"bad status":     {hijack("HTTP/1.1 echo" + code + " x\r\n\r\n"), nil},
		"bad header":     {hijack("HTTP/1.1 200 OK\r\necho " + code + "\r\n\r\n"), nil},
		"huge header":    {hijack("HTTP/1.1 200 OK\r\nX: " + strings.Repeat(code, 1<<14) + "\r\n\r\n"), nil},
	} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, h2=%v", name, h2), func(t *testing.T) {
				o := serve(t, h2, tt.handler)
				o.Timeout = 5 * time.Second
				if tt.want != nil {
					o.Timeout = 80 * time.Millisecond
				}
				_, err := send(t, t.Context(), mustNew(t, o))
				expect(t, err, tt.want)
			})
		}
	}
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := send(t, ctx, mustNew(t, serve(t, true, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		})))
		expect(t, err, context.Canceled)
	})
}
