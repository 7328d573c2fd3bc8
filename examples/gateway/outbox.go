package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/codeword-go/codeword/channel"
)

// An outbox is a channel that sends nothing: it appends every message to a file, as a line of JSON.
type outbox struct {
	mu   sync.Mutex
	file *os.File
}

// openOutbox opens a file that only its owner can read, since it will hold codes.
func openOutbox(path string) (*outbox, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("-outbox: %w", err)
	}
	info, err := file.Stat()
	if err == nil && (!info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0) {
		err = fmt.Errorf("mode %v, want a regular file that only its owner can read (chmod 600)", info.Mode())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("-outbox: %w", err), file.Close())
	}
	return &outbox{file: file}, nil
}

// A line is one message in the outbox.
type line struct {
	At             time.Time `json:"at"`
	Channel        string    `json:"channel"`
	To             string    `json:"to"`
	Code           string    `json:"code"`
	Text           string    `json:"text"`
	Speech         string    `json:"speech"`
	Locale         string    `json:"locale"`
	Subject        string    `json:"subject"`
	VerificationID string    `json:"verification_id"`
	Profile        string    `json:"profile"`
}

// Send appends the message. It is in the file, for whoever reads it, when Send returns.
func (o *outbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	l := line{
		At: time.Now().UTC(), Channel: m.Channel, To: m.To.Reveal(), Code: m.Code.Reveal(), Text: m.Text.Reveal(),
		Locale: m.Locale, Subject: m.Subject.Reveal(), VerificationID: m.VerificationID, Profile: m.Profile,
	}
	if m.Speech != nil {
		l.Speech = m.Speech().Plain()
	}
	text, err := json.Marshal(l)
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("outbox: a message that is no JSON: %w", channel.ErrRejected)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := o.file.Write(append(text, '\n')); err != nil { // in one piece, or readers would see half a line
		return channel.Receipt{}, fmt.Errorf("outbox: %w", err)
	}
	return channel.Receipt{}, nil
}

// Call is how a flash call is placed: its code is the end of the number that calls.
func (o *outbox) Call(ctx context.Context, _ string, m channel.Message) (channel.Receipt, error) {
	return o.Send(ctx, m)
}
