package telnyx

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

const longestPause = time.Minute

// deliver makes one attempt, and returns how long to wait before the next one.
func (w *Webhooks) deliver(ctx context.Context, n *notice) (pause time.Duration, again bool) {
	n.tried++
	n.total++
	err := w.post(ctx, n)
	if err == nil {
		return 0, false
	}
	if n.tried < w.o.Attempts {
		return min(w.o.Backoff<<(n.tried-1), longestPause), true
	}
	if len(n.urls) > 1 {
		n.urls, n.tried = n.urls[1:], 0
		return 0, true
	}
	w.dropped.Add(1)
	w.warn(ctx, "a webhook was given up", slog.String("id", n.about), slog.String("event_type", n.kind), slog.Int("attempts", n.total),
		slog.String("error", err.Error()))
	return 0, false
}

// post sends a webhook once. The errors hold nothing of the URL.
func (w *Webhooks) post(ctx context.Context, n *notice) error {
	ctx, cancel := context.WithTimeout(ctx, w.o.Timeout)
	defer cancel()
	body := n.body()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.urls[0], bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("no request")
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	signed := append([]byte(timestamp+"|"), body...)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "codeword-webhook")
	r.Header.Set("Telnyx-Timestamp", timestamp)
	r.Header.Set("Telnyx-Signature-Ed25519", base64.StdEncoding.EncodeToString(ed25519.Sign(w.o.Key, signed)))
	resp, err := w.transport.RoundTrip(r) // a Client would follow redirects
	if err != nil {
		return fmt.Errorf("no answer")
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
