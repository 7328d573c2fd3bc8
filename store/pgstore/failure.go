package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/codeword-go/codeword/store"
)

var (
	errNotFound = fmt.Errorf("pgstore: %w", store.ErrNotFound)
	errConflict = fmt.Errorf("pgstore: %w", store.ErrConflict)
	errTooLarge = fmt.Errorf("pgstore: %w", store.ErrTooLarge)
	errKind     = errors.New("a counter was used as a value, or a value as a counter")
)

// begun refuses a call whose context has ended already.
func begun(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("pgstore: not begun: %w", context.Cause(ctx))
	}
	return nil
}

// failed names what failed, and keeps what the server says of keys and values out of it.
func failed(doing string, err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case !ok:
		return fmt.Errorf("pgstore: %s: %w", doing, err)
	case e.Code == "40001" || e.Code == "40P01": // serialization failure, deadlock: the server has undone the statement
		return errConflict
	}
	return fmt.Errorf("pgstore: %s: %w", doing, discreet(e))
}

// discreet drops the parts of a server's error that quote data: the details, and for errors about data the message too.
func discreet(e *pgconn.PgError) *pgconn.PgError {
	kept := &pgconn.PgError{Severity: e.Severity, Code: e.Code, Message: e.Message}
	if strings.HasPrefix(e.Code, "22") || strings.HasPrefix(e.Code, "23") || strings.HasPrefix(e.Code, "P0") {
		kept.Message = "refused because of the data"
	}
	return kept
}
