package smtpmail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"syscall"

	gomail "github.com/wneessen/go-mail"

	"github.com/codeword-go/codeword/channel"
)

// connectFailure tells what went wrong before the server was told of a message.
func connectFailure(ctx context.Context, err error) error {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return replied(reply.Code)
	}
	return fmt.Errorf("smtpmail: no session: %w: %w", channel.ErrNotSent, cause(ctx, err, true))
}

// sendFailure tells what went wrong with the message. Only when the last byte had been written and no answer came is it
// open whether the server has it.
func sendFailure(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return fmt.Errorf("smtpmail: no answer: %w", cause(ctx, err, false))
	}
	if code := failed.ErrorCode(); code >= 400 {
		return replied(code)
	}
	if failed.Reason == gomail.ErrSMTPDataClose {
		return fmt.Errorf("smtpmail: no answer to the message: %w", cause(ctx, err, false))
	}
	return fmt.Errorf("smtpmail: not handed over: %w: %w", channel.ErrNotSent, cause(ctx, err, false))
}

func replied(code int) error {
	if code >= 500 {
		return fmt.Errorf("smtpmail: server replied %d: %w", code, channel.ErrRejected)
	}
	return fmt.Errorf("smtpmail: server replied %d: %w", code, channel.ErrNotSent)
}

// cause returns what may be told of err. Only before there was a message is that the error itself, and even then
// not what the server said, which may hold the user's name.
func cause(ctx context.Context, err error, before bool) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	if _, spoken := errors.AsType[textproto.ProtocolError](err); before && !spoken {
		return err
	}
	return errors.New("connection lost, or not SMTP")
}
