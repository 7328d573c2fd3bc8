package verify_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

const (
	secretNumber   = "+14152671984"
	secretSpelling = "+1 (415) 267-1984"
	secretMailbox  = "Sentinel.Person@private.example.com"
	secretCode     = "7319480265"
	secretHandle   = "sentinel-handle-77"
	secretAPIKey   = "sk_live_51Sentinel"
)

// A providerError is an error that says too much, in its text as in its field.
type providerError struct{ Body string }

func (e providerError) Error() string { return e.Body }

// betrayal is what a provider, a driver or a host may put into errors and panics.
var betrayal = providerError{"POST /messages?key=" + secretAPIKey + ": 400 cannot send " + secretCode + " to " + secretNumber + " or " + secretMailbox}

// A paper is everything that is printed in one test: all that the engine returns or hands out, in every way, and its log.
type paper struct {
	t       *testing.T
	secrets []secret
	logger  *slog.Logger
	key     []byte

	mu   sync.Mutex
	log  bytes.Buffer    // of the engine and of put
	seen map[string]bool // outcomes, events, types
}

func newPaper(t *testing.T) *paper {
	p := &paper{t: t, key: verify.NewKey(), seen: map[string]bool{}}
	debug := &slog.HandlerOptions{Level: slog.LevelDebug}
	p.logger = slog.New(slog.NewMultiHandler(slog.NewJSONHandler(p, debug), slog.NewTextHandler(p, debug)))
	p.secrets = []secret{
		{"number", secretNumber[1:]}, {"national number", secretNumber[2:]}, {"number as it was typed", secretSpelling[3:]},
		{"e-mail address", secretMailbox}, {"local part", "Sentinel.Person"}, {"code", secretCode},
		{"handle", secretHandle}, {"API key", secretAPIKey},
		{"key", string(p.key)}, {"key in hexadecimal", hex.EncodeToString(p.key[:8])},
		{"key as a list", strings.Trim(fmt.Sprint(p.key[:8]), "[]")}, {"key in Go syntax", strings.Trim(fmt.Sprintf("%#v", p.key[:8]), "[]byte{}")},
	}
	return p
}

// Write implements io.Writer for the log.
func (p *paper) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(line)
}

func (p *paper) saw(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[what] = true
}

// leak returns the name of a secret that a text shows.
func (p *paper) leak(text string) string {
	text = strings.ToLower(text)
	for _, s := range p.secrets {
		if strings.Contains(text, strings.ToLower(s.text)) {
			return s.what
		}
	}
	return ""
}

// hidden holds a value where fmt cannot ask its methods.
type hidden[T any] struct{ value T }

// put prints a value in every way that a host may, by mistake, and fails if that shows a secret.
func put[T any](p *paper, value T) {
	p.t.Helper()
	forms := []any{
		value, &value, []T{value}, map[string]T{"key": value}, struct{ Value T }{value},
		hidden[T]{value}, &hidden[T]{value}, []hidden[T]{{value}}, hidden[hidden[T]]{hidden[T]{value}}, hidden[any]{value}, hidden[[]T]{[]T{value}},
	}
	p.saw(fmt.Sprintf("%T", value))
	for _, form := range forms {
		p.format(form)
		p.encode(form)
	}
}

// putRequest is put for a request, which has its address and code in plain fields, so that fmt shows them where it cannot ask its methods.
func putRequest[T any](p *paper, request T) {
	p.t.Helper()
	p.saw(fmt.Sprintf("%T", request))
	for _, form := range []any{request, &request, []T{request}, map[string]T{"key": request}, struct{ Value T }{request}} {
		p.format(form)
		p.encode(form)
	}
}

func (p *paper) format(form any) {
	p.t.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		p.read(fmt.Sprintf("%T printed with %s", form, verb), fmt.Sprintf(verb, form))
	}
}

func (p *paper) encode(form any) {
	p.t.Helper()
	encoded, _ := json.Marshal(form) // what has no JSON form shows nothing
	p.read(fmt.Sprintf("%T as JSON", form), string(encoded))
	p.logger.Debug("put", "value", form, slog.Group("group", "value", form))
	p.readLog(fmt.Sprintf("%T in the log", form))
}

func (p *paper) read(what, text string) {
	p.t.Helper()
	if secret := p.leak(text); secret != "" {
		p.t.Errorf("%s shows the %s", what, secret)
	}
}

// readLog reads what was logged since the last time.
func (p *paper) readLog(what string) {
	p.t.Helper()
	p.mu.Lock()
	text := p.log.String()
	p.log.Reset()
	p.mu.Unlock()
	p.read(what, text)
	for _, sign := range []string{"+1******1984", "S***@private.example.com", "OnEvent panicked", "panicked", "timed out", "rejected"} {
		if strings.Contains(text, sign) {
			p.saw("log: " + sign)
		}
	}
}

// returned takes what a call has returned.
func returned[T any](p *paper, value T, err, want error) T {
	p.t.Helper()
	if !errors.Is(err, want) {
		p.t.Errorf("%v, want %v", err, want)
	}
	put(p, value)
	if err != nil {
		put(p, err)
		put(p, fmt.Errorf("host: %w", err))
		p.read(fmt.Sprintf("%T", err), err.Error())
	}
	p.saw(fmt.Sprint(want))
	if throttled, ok := errors.AsType[*verify.ThrottledError](err); ok {
		p.saw("budget " + string(throttled.Budget))
	}
	p.readLog("the log of " + p.t.Name())
	return value
}

// A printedChannel prints its messages.
type printedChannel struct {
	*channeltest.Inbox
	paper *paper
}

func (c printedChannel) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	put(c.paper, m)
	return c.Inbox.Send(ctx, m)
}

// A stage is an engine whose every word is put on paper.
type stage struct {
	*paper
	*verify.Engine
	inbox *channeltest.Inbox
	clock *clock
}

func (p *paper) stage(changes ...func(*verify.Options)) *stage {
	p.t.Helper()
	c := newClock()
	var e *verify.Engine
	e, inbox := verifytest.New(p.t, append([]func(*verify.Options){c.set, func(o *verify.Options) {
		o.Key, o.Logger = p.key, p.logger
		o.OnEvent = func(_ context.Context, ev verify.Event) {
			p.saw("event " + string(ev.Kind))
			put(p, ev)
		}
		for name, ch := range o.Channels {
			o.Channels[name] = printedChannel{ch.(*channeltest.Inbox), p}
		}
		o.Profiles[0].CustomCodes, o.Profiles[0].CodeLength = true, 10
	}}, changes...)...)
	return &stage{p, e, inbox, c}
}

func (s *stage) start(want error, change ...func(*verify.StartRequest)) verify.Verification {
	s.t.Helper()
	r := verify.StartRequest{To: secretSpelling, CustomCode: secretCode, Handle: secretHandle}
	for _, c := range change {
		c(&r)
	}
	putRequest(s.paper, r)
	v, err := s.Start(s.t.Context(), r)
	return returned(s.paper, v, err, want)
}

func (s *stage) check(id, code string, want error) verify.Verification {
	s.t.Helper()
	r := verify.CheckRequest{ID: id, Code: code, Handle: secretHandle, ClientIP: netip.MustParseAddr("192.0.2.7")}
	putRequest(s.paper, r)
	v, err := s.Check(s.t.Context(), r)
	return returned(s.paper, v, err, want)
}

func (s *stage) others(ref verify.Ref, want error) {
	s.t.Helper()
	putRequest(s.paper, ref)
	v, err := s.Status(s.t.Context(), ref)
	returned(s.paper, v, err, want)
	v, err = s.Cancel(s.t.Context(), ref)
	returned(s.paper, v, err, want)
}

func byMail(r *verify.StartRequest) { r.To = secretMailbox }

// TestNothingIsPrinted makes every call come to every end, and reads whatever can be printed of it: results, errors, events, messages,
// requests, the engine, the log (S56, S58, S62).
func TestNothingIsPrinted(t *testing.T) {
	seen := map[string]bool{}
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			p := newPaper(t)
			scene(p)
			p.readLog("the log")
			for what := range p.seen {
				seen[what] = seen[what] || p.seen[what]
			}
			if p.leak(fmt.Sprintf("%v", hidden[string]{secretCode})) == "" || p.leak(fmt.Sprint(betrayal)) == "" {
				t.Error("the test cannot read")
			}
		})
	}
	for _, what := range []any{
		"<nil>", verify.ErrInvalid, verify.ErrInvalidRecipient, verify.ErrNotAllowed, verify.ErrThrottled, verify.ErrIncorrect, verify.ErrMaxAttempts,
		verify.ErrExpired, verify.ErrCanceled, verify.ErrUsed, verify.ErrNotFound, verify.ErrNotSent, verify.ErrUnavailable,
		verify.ErrReceipt, verify.ErrReceiptUsed, verify.ErrWrongKey,
		"budget " + verify.BudgetCooldown, "budget " + verify.BudgetSends, "budget " + verify.BudgetDailySends, "budget " + verify.BudgetFailures,
		"budget " + verify.BudgetClientStarts, "budget " + verify.BudgetClientFailures, "budget " + verify.BudgetChannel,
		"event " + verify.EventSent, "event " + verify.EventNotSent, "event " + verify.EventApproved, "event " + verify.EventIncorrect,
		"event " + verify.EventCanceled, "event " + verify.EventThrottled, "event " + verify.EventErased,
		"log: +1******1984", "log: S***@private.example.com", "log: OnEvent panicked", "log: panicked", "log: timed out", "log: rejected",
		"verify.Verification", "verify.Receipt", "verify.Event", "channel.Message", "verify.Profile", "*verify.Engine",
		"verify.StartRequest", "verify.CheckRequest", "verify.Ref", "*channeltest.Inbox", "*verify.InvalidError", "*memstore.Store",
	} {
		if !seen[fmt.Sprint(what)] {
			t.Errorf("never came about: %v", what)
		}
	}
}

// TestNamesInTheLog gives everything a name that would write log records of its own: there is still one line for each event (S60).
func TestNamesInTheLog(t *testing.T) {
	const name = "x\r\n{\"level\":\"ERROR\"}\nlevel=ERROR msg=forged\x1b[31m\u2028\u202e"
	var asJSON, asText bytes.Buffer
	events := 0
	var inbox channeltest.Inbox
	e, _ := verifytest.New(t, func(o *verify.Options) {
		o.Logger = slog.New(slog.NewMultiHandler(slog.NewJSONHandler(&asJSON, nil), slog.NewTextHandler(&asText, nil)))
		o.OnEvent = func(context.Context, verify.Event) { events++ }
		o.Profiles[0].Name = name
		o.Channels = map[string]channel.Channel{name[:30]: &inbox}
	})
	inbox.Once(channeltest.Fail(betrayal))
	for range 2 {
		_, _ = e.Start(t.Context(), verify.StartRequest{To: secretNumber, Profile: name, Channel: name[:30]})
		_, _ = e.Start(t.Context(), verify.StartRequest{To: secretNumber + name})
		_, _ = e.Check(t.Context(), verify.CheckRequest{ID: name, Code: secretCode})
	}
	if events != 2 {
		t.Fatalf("%d events, want one that was not sent and one that was throttled", events)
	}
	for line := range bytes.Lines(asJSON.Bytes()) {
		var record struct{ Profile string }
		if err := json.Unmarshal(line, &record); err != nil || record.Profile != name {
			t.Errorf("%q: %v", line, err)
		}
	}
	for what, text := range map[string]string{"JSON": asJSON.String(), "text": asText.String()} {
		if n := strings.Count(text, "\n"); n != events || strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), unicode.IsControl) {
			t.Errorf("the %s log has %d lines, want %d, and no control characters:\n%q", what, n, events, text)
		}
	}
	if strings.ContainsRune(asText.String(), '\u202e') {
		t.Error("the text log turns the order of letters around")
	}
}
