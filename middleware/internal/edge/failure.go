package edge

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// ErrPanic stands for what a handler panicked with.
var ErrPanic = errors.New("panicked")

// AfterPanic answers for a handler that panicked, given what recover has returned. What it panicked with may hold a code, so nobody prints it, and net/http
// is not let to.
func AfterPanic(value any, refuse func(error)) {
	switch value {
	case nil:
	case http.ErrAbortHandler:
		panic(value)
	default:
		refuse(ErrPanic)
	}
}

// Report tells the host what has failed, unless the client has left, and returns the id under which the log has it.
func Report(ctx context.Context, logger *slog.Logger, message string, err error, attrs ...slog.Attr) string {
	id := rand.Text()
	if logger != nil && ctx.Err() == nil {
		attrs = append([]slog.Attr{slog.String("error_id", id)}, attrs...)
		logger.LogAttrs(ctx, slog.LevelError, message, append(attrs, slog.String("error", err.Error()))...)
	}
	return id
}

// RetryAfter sets the header of that name, in whole seconds.
func RetryAfter(header http.Header, wait time.Duration) {
	header.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
}
