package site

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/codeword-go/codeword/channel"
)

const maxEntries = 100

// An Inbox is a channel that sends nothing: it shows its latest messages, codes included, to whoever opens its page.
// That is for development only. The zero Inbox is empty and ready for use.
type Inbox struct {
	mu      sync.Mutex
	entries []Entry // oldest first
}

var _ channel.Channel = (*Inbox)(nil)

// An Entry is a message that would have been sent.
type Entry struct {
	Channel string    `json:"channel"`
	To      string    `json:"to"`
	Code    string    `json:"code"`
	Text    string    `json:"text"` // for a call what would be spoken
	Locale  string    `json:"locale"`
	At      time.Time `json:"at"` // UTC

	ID      string `json:"-"` // unique among all that this program keeps
	Subject string `json:"-"` // of an e-mail
	HTML    string `json:"-"` // of an e-mail
}

// Send keeps m and forgets the oldest message if there are too many.
func (i *Inbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	e := Entry{
		Channel: m.Channel,
		To:      m.To.Reveal(),
		Code:    m.Code.Reveal(),
		Text:    m.Text.Reveal(),
		Locale:  m.Locale,
		At:      time.Now().UTC().Truncate(time.Second),
		ID:      "m" + rand.Text(),
		Subject: m.Subject.Reveal(),
		HTML:    m.HTML.Reveal(),
	}
	if m.Channel == "call" && m.Speech != nil {
		speech := m.Speech()
		e.Text, e.Locale = speech.Plain(), speech.Lang // English where no voice speaks the language
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.entries = append(i.entries, e)
	if extra := len(i.entries) - maxEntries; extra > 0 {
		i.entries = slices.Delete(i.entries, 0, extra)
	}
	return channel.Receipt{ID: e.ID}, nil
}

// Entries returns the messages, newest first.
func (i *Inbox) Entries() []Entry {
	i.mu.Lock()
	defer i.mu.Unlock()
	entries := make([]Entry, 0, len(i.entries))
	for _, e := range slices.Backward(i.entries) {
		entries = append(entries, e)
	}
	return entries
}

func (i *Inbox) serveJSON(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(i.Entries())
}

// serveMail serves an e-mail as the page that it is, for a frame in the inbox. The page is styled inside, which the policy of the
// inbox forbids and a frame without an address of its own would inherit, and may do nothing else.
func (i *Inbox) serveMail(w http.ResponseWriter, r *http.Request) {
	for _, e := range i.Entries() {
		if e.ID == r.PathValue("id") && e.HTML != "" {
			w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(e.HTML))
			return
		}
	}
	http.NotFound(w, r)
}
