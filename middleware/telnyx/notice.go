package telnyx

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/verify"
)

// A notice is one webhook on its way.
type notice struct {
	kind    string
	id      string // the event's own, the same for all attempts
	at      time.Time
	about   string // the verification
	payload map[string]any
	urls    []string // those that are left, the current one first
	tried   int      // attempts at the current one
	total   int      // and at all
}

// body returns what is posted.
func (n *notice) body() []byte {
	text, _ := json.Marshal(map[string]any{ // texts and numbers always have a form
		"data": map[string]any{
			"event_type": n.kind, "id": n.id, "occurred_at": n.at.UTC().Format("2006-01-02T15:04:05.000-07:00"),
			"payload": n.payload, "record_type": "event",
		},
		"meta": map[string]any{"attempt": n.total, "delivered_to": n.urls[0]},
	})
	return text
}

// newNotice returns a webhook without its payload, or nil if the profile wants none.
func (w *Webhooks) newNotice(ctx context.Context, ev verify.Event) (*notice, error) {
	h := w.home.Load()
	_, attachment, err := h.engine.StoredProfile(ctx, ev.Profile)
	if errors.Is(err, verify.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p profile
	if json.Unmarshal(attachment, &p) != nil {
		return nil, errAttachment
	}
	n := &notice{id: newUUID(), at: ev.At, about: ev.ID}
	for _, url := range []optional{p.Webhook, p.Failover} {
		if url != "" && w.takes(string(url)) { // it was taken once, by a handler that may have allowed http
			n.urls = append(n.urls, string(url))
		}
	}
	if len(n.urls) == 0 {
		return nil, nil
	}
	return n, nil
}

// sending tells that a message was handed to its channel, or was not.
func (n *notice) sending(ev verify.Event, group string) {
	n.kind, n.payload = "verify.sent", map[string]any{
		"created_at": clock(ev.At), "custom_code": nil, "delivery_status": "sent", "extension": nil, "failed_attempts": 0, "id": ev.ID,
		"mccmnc": nil, "phone_number": ev.Recipient(), "profile_id": strings.TrimPrefix(ev.Profile, group+"/"), "record_type": "verification",
		"status": statuses[verify.StatusPending], "timeout_secs": nil, "type": ev.Channel, "updated_at": clock(ev.At),
	}
	if ev.Kind != verify.EventNotSent {
		return
	}
	n.kind, n.payload["delivery_status"] = "verify.failed", "delivery_unconfirmed"
	if errors.Is(ev.Err, channel.ErrNotSent) {
		n.payload["delivery_status"], n.payload["status"] = "sending_failed", statusError
	}
}

// complete tells what became of a verification.
func (n *notice) complete(ev verify.Event, group string) {
	n.kind, n.payload = "verification.complete", map[string]any{
		"id": ev.ID, "phone_number": ev.Recipient(), "status": statuses[ev.Status], "type": ev.Channel,
		"verify_profile_id": strings.TrimPrefix(ev.Profile, group+"/"),
	}
}
