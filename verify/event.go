package verify

import (
	"context"
	"log/slog"
	"time"
)

// An EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventSent      EventKind = "sent"      // a channel took a message
	EventNotSent   EventKind = "not_sent"  // a channel failed, perhaps after the message went out
	EventApproved  EventKind = "approved"  // a check approved a verification
	EventIncorrect EventKind = "incorrect" // a check failed
	EventCanceled  EventKind = "canceled"  // a verification was canceled
	EventThrottled EventKind = "throttled" // a limit refused a start or a check
	EventErased    EventKind = "erased"    // an address was forgotten
)

// An Event tells Options.OnEvent what happened, after it was committed. Printed, it shows no code and no full address.
type Event struct {
	Kind      EventKind
	At        time.Time
	Profile   string
	Channel   string // of the send, or of the verification's latest send
	ID        string // of the verification; empty where a limit refused a start
	To        string // masked
	Region    string // ISO 3166 of a phone number, on sends; else ""
	Attempt   int    // how many messages the verification has been sent
	Status    Status // of the verification, as of the event
	ExpiresAt time.Time
	Budget    Budget // for EventThrottled
	Err       error  // for EventNotSent

	recipient func() string
}

// Recipient returns the address in full.
func (e Event) Recipient() string {
	if e.recipient == nil {
		return ""
	}
	return e.recipient()
}

// emit hands an event to the host and to the logger. A host that panics loses the event, not the verification.
func (e *Engine) emit(ctx context.Context, ev Event) {
	if e.logger != nil {
		e.logger.LogAttrs(ctx, ev.level(), "verification "+string(ev.Kind), ev.attrs()...)
	}
	if e.onEvent == nil {
		return
	}
	defer func() {
		if recover() != nil && e.logger != nil {
			e.logger.ErrorContext(ctx, "OnEvent panicked", "kind", string(ev.Kind))
		}
	}()
	e.onEvent(ctx, ev)
}

func (ev Event) level() slog.Level {
	if ev.Kind == EventNotSent || ev.Kind == EventThrottled {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (ev Event) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("profile", ev.Profile), slog.String("to", ev.To)}
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	add("channel", ev.Channel)
	add("id", ev.ID)
	add("region", ev.Region)
	add("budget", string(ev.Budget))
	if ev.Err != nil {
		add("error", ev.Err.Error())
	}
	return attrs
}
