package channel_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/speech"
)

const sentinel = "493021-sentinel"

type foreign struct {
	secret  channel.Secret
	message channel.Message
	pointer *channel.Secret
	list    []channel.Secret
	byName  map[string]channel.Secret
	any     any
}

// holders returns values of every shape that hold the sentinel, as someone might print them by mistake.
func holders() map[string]any {
	s := channel.NewSecret(sentinel)
	m := channel.Message{
		Channel: "sms", To: s, Text: s, Subject: s, HTML: channel.LazySecret(func() string { return sentinel }), Code: s,
		Speech: func() speech.Speech { return speech.Speech{Parts: []speech.Part{{Text: sentinel}}} },
	}
	f := foreign{s, m, &s, []channel.Secret{s}, map[string]channel.Secret{"k": s}, m}
	return map[string]any{
		"secret": s, "pointer": &s, "message": m, "message pointer": &m, "foreign": f, "foreign pointer": &f,
		"slice": []any{s, m, f}, "map": map[string]any{"s": s, "m": m}, "exported": struct{ S channel.Secret }{s},
		"error": fmt.Errorf("send: %v %s", m, s), "attrs": []slog.Attr{slog.Any("m", m), slog.Any("s", s)},
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	printers := map[string]func(any) string{
		"slog text": func(v any) string {
			return logged(v, func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) })
		},
		"slog json": func(v any) string {
			return logged(v, func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) })
		},
		"json": func(v any) string { b, err := json.Marshal(v); return fmt.Sprint(string(b), err) },
		"xml":  func(v any) string { b, err := xml.Marshal(v); return fmt.Sprint(string(b), err) },
		"panic": func(v any) (out string) {
			defer func() { out = fmt.Sprint(recover()) }()
			panic(v)
		},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10.3s"} {
		printers[verb] = func(v any) string { return fmt.Sprintf(verb, v) }
	}
	for name, value := range holders() {
		for printer, print := range printers {
			out := print(value)
			if out == "" {
				t.Errorf("%s printed by %s: nothing", name, printer)
			}
			for _, form := range []string{sentinel, "493021", fmt.Sprintf("%x", sentinel)} {
				if strings.Contains(out, form) {
					t.Errorf("%s printed by %s: %s", name, printer, out)
				}
			}
		}
	}
}

func logged(v any, handler func(*bytes.Buffer) slog.Handler) string {
	var b bytes.Buffer
	slog.New(handler(&b)).Info("sent", "v", v, slog.Group("g", "v", v))
	return b.String()
}

func TestMessageMarshals(t *testing.T) {
	for name, value := range holders() {
		if name != "message" && name != "message pointer" {
			continue
		}
		out, err := json.Marshal(value)
		if err != nil || !strings.Contains(string(out), `"Code":"[secret]"`) {
			t.Errorf("%s: %s, %v", name, out, err)
		}
	}
}

func TestSecretReveals(t *testing.T) {
	calls := 0
	lazy := channel.LazySecret(func() string { calls++; return sentinel })
	for _, tt := range []struct {
		name   string
		secret channel.Secret
		want   string
		zero   bool
	}{
		{"zero", channel.Secret{}, "", true},
		{"nil func", channel.LazySecret(nil), "", true},
		{"empty", channel.NewSecret(""), "", false},
		{"text", channel.NewSecret(sentinel), sentinel, false},
		{"lazy", lazy, sentinel, false},
	} {
		if got := tt.secret.Reveal(); got != tt.want || tt.secret.IsZero() != tt.zero {
			t.Errorf("%s: %q, IsZero %v", tt.name, got, tt.secret.IsZero())
		}
	}
	if calls != 1 {
		t.Errorf("the lazy text was made %d times, want once", calls)
	}
}

func TestErrors(t *testing.T) {
	rejected := fmt.Errorf("x: %w", channel.ErrRejected)
	if !errors.Is(rejected, channel.ErrRejected) || !errors.Is(rejected, channel.ErrNotSent) {
		t.Error("a rejected message was not sent")
	}
	if errors.Is(channel.ErrNotSent, channel.ErrRejected) {
		t.Error("a message that was not sent need not have been rejected")
	}
}
