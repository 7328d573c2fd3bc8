package channel

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[secret]"

// A Secret is a text that must not be printed by accident. It holds the text behind a func, because fmt prints the
// unexported fields of other people's structs without asking their methods. The zero Secret is empty.
type Secret struct{ reveal func() string }

// NewSecret returns a Secret that reveals text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// LazySecret returns a Secret that calls text whenever it is revealed.
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

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, hidden) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
