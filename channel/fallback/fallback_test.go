package fallback_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/channel/fallback"
)

var (
	errRejected = fmt.Errorf("a: %w", channel.ErrRejected)
	errNotSent  = fmt.Errorf("b: %w", channel.ErrNotSent)
	errUnclear  = errors.New("reset")
)

func TestSend(t *testing.T) {
	for _, tt := range []struct {
		name          string
		first, second error
		sent          [2]int
		is, isNot     error
	}{
		{"first", nil, nil, [2]int{1, 0}, nil, errUnclear},
		{"second", errRejected, nil, [2]int{0, 1}, nil, errUnclear},
		{"second after no connection", errNotSent, nil, [2]int{0, 1}, nil, errUnclear},
		{"unclear", errUnclear, nil, [2]int{0, 0}, errUnclear, channel.ErrNotSent},
		{"unclear at the second", errRejected, errUnclear, [2]int{0, 0}, errUnclear, channel.ErrNotSent},
		{"all rejected", errRejected, errRejected, [2]int{0, 0}, channel.ErrRejected, errUnclear},
		{"some rejected", errRejected, errNotSent, [2]int{0, 0}, channel.ErrNotSent, channel.ErrRejected},
		{"some rejected first", errNotSent, errRejected, [2]int{0, 0}, channel.ErrNotSent, channel.ErrRejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var inboxes [2]channeltest.Inbox
			for i, err := range []error{tt.first, tt.second} {
				if err != nil {
					inboxes[i].Always(channeltest.Fail(err))
				}
			}
			c, err := fallback.New(&inboxes[0], &inboxes[1])
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Send(t.Context(), channel.Message{To: channel.NewSecret("+14155552671")})
			if !errors.Is(err, tt.is) || errors.Is(err, tt.isNot) {
				t.Errorf("%v", err)
			}
			for i := range inboxes {
				if got := len(inboxes[i].Messages()); got != tt.sent[i] {
					t.Errorf("channel %d sent %d", i+1, got)
				}
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := fallback.New(nil); err == nil {
		t.Error("accepts nil")
	}
	if _, err := fallback.New(new(channeltest.Inbox), nil); err == nil {
		t.Error("accepts nil behind another")
	}
}
