package channel

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[secret]"

// A Secret is a text that must not be printed by accident: whatever fmt, log/slog and the encoders make of it is the
// word "[secret]". It holds the text behind a func, because fmt prints the unexported fields of other people's structs
// without asking their methods; there it prints an address. The zero Secret is empty.
type Secret struct{ reveal func() string }

// NewSecret returns a Secret that reveals text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// LazySecret returns a Secret that calls text whenever it is revealed, so that a form which no provider wants is never
// made. The zero Secret is returned for nil; text has to be safe for concurrent use.
func LazySecret(text func() string) Secret { return Secret{text} }

// Reveal returns the text. Call it where the text is handed to a provider, and nowhere else.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether s was never set.
func (s Secret) IsZero() bool { return s.reveal == nil }

// String returns "[secret]".
func (s Secret) String() string { return hidden }

// Format writes "[secret]", whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns "[secret]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "[secret]". There is no way back.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
