package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/codeword-go/codeword/channel"
)

const (
	maxBody = 64 << 10 // bytes of a response that are read
	maxID   = 128
)

// failure turns the error of a round trip into one that says whether the request can have arrived.
// Until there was a connection, err cannot hold anything of the message; afterwards it may quote the receiver.
func failure(ctx context.Context, err error, connected bool) error {
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case ok && timeout.Timeout():
		err = context.DeadlineExceeded // of the dialer, which has the same limit
	case connected:
		err = connectionError(err)
	}
	if connected {
		return fmt.Errorf("webhook: no answer: %w", err)
	}
	return fmt.Errorf("webhook: no connection: %w: %w", channel.ErrNotSent, err)
}

// connectionError keeps what the operating system said, and nothing else.
func connectionError(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return errors.New("not valid HTTP")
}

// refusal returns the error that a status stands for, nil for acceptance.
func refusal(status int) error {
	switch {
	case status >= 200 && status <= 299:
		return nil
	case status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return fmt.Errorf("webhook: status %d: %w", status, channel.ErrNotSent)
	case status == http.StatusRequestTimeout, status == http.StatusConflict:
		return fmt.Errorf("webhook: status %d", status)
	case status >= 400 && status <= 499:
		return fmt.Errorf("webhook: status %d: %w", status, channel.ErrRejected)
	default:
		return fmt.Errorf("webhook: status %d", status)
	}
}

// receiptID reads the receiver's id of the message. The message has been accepted, so that nothing here is an error; an id
// that is not presentable, or repeats the message's secrets, is dropped.
func receiptID(body io.Reader, m channel.Message) string {
	raw, _ := io.ReadAll(io.LimitReader(body, maxBody))
	var answer struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &answer) != nil || len(answer.ID) > maxID {
		return ""
	}
	for _, secret := range []channel.Secret{m.To, m.Code} {
		if s := strings.TrimPrefix(secret.Reveal(), "+"); s != "" && strings.Contains(answer.ID, s) {
			return ""
		}
	}
	if strings.ContainsFunc(answer.ID, func(r rune) bool { return r < '!' || r > '~' }) {
		return ""
	}
	return answer.ID
}
