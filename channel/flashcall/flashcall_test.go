package flashcall_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/flashcall"
)

// A line notes who was called from where.
type line struct{ calls []string }

func (l *line) Call(_ context.Context, from string, m channel.Message) (channel.Receipt, error) {
	l.calls = append(l.calls, from+" to "+m.To.Reveal())
	return channel.Receipt{}, nil
}

func pool(n int) (numbers []string) {
	for i := range n {
		numbers = append(numbers, fmt.Sprintf("+1415555%04d", i))
	}
	return numbers
}

func TestCallEndsInTheCode(t *testing.T) {
	l := new(line)
	c, err := flashcall.New(flashcall.Options{Placer: l, Numbers: pool(10)})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for range 1000 {
		code, err := c.Code(t.Context(), "+14155552671")
		if err != nil {
			t.Fatal(err)
		}
		seen[code.Reveal()]++
		if _, err := c.Send(t.Context(), channel.Message{To: channel.NewSecret("+442079460958"), Code: code}); err != nil {
			t.Fatal(err)
		}
		if got, want := l.calls[len(l.calls)-1], "+1415555"+code.Reveal()+" to +442079460958"; got != want {
			t.Fatal("called otherwise")
		}
	}
	if len(seen) != 10 || c.Pool() != 10 {
		t.Errorf("%d of %d codes were chosen", len(seen), c.Pool())
	}
	for code, n := range seen {
		if n < 50 || n > 170 {
			t.Errorf("code %s was chosen %d times of 1000", code, n)
		}
	}
	_, err = c.Send(t.Context(), channel.Message{Code: channel.NewSecret("9999")})
	if !errors.Is(err, channel.ErrRejected) || strings.Contains(err.Error(), "9999") {
		t.Errorf("a code of no number: %v", err)
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	l := new(line)
	for names, o := range map[string]flashcall.Options{
		"Placer":           {Numbers: pool(2)},
		"Digits":           {Placer: l, Numbers: pool(2), Digits: 3},
		"Numbers: missing": {Placer: l},
		"number 1 is not":  {Placer: l, Numbers: []string{"14155550000"}},
		"number 2 is not":  {Placer: l, Numbers: []string{"+14155550000", "+1415555x001"}},
		"number 3 ends":    {Placer: l, Numbers: append(pool(2), "+442079460001")},
	} {
		if _, err := flashcall.New(o); err == nil || !strings.Contains(err.Error(), names) {
			t.Errorf("%s: %v", names, err)
		}
	}
}
