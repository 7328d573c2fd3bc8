package twiliov2

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/codeword-go/codeword/verify"
)

// maxAttempts bounds a journal.
const maxAttempts = 10_000

// A Journal remembers the latest 10 000 sends, for Attempts and Attempts/Summary. Its zero value is empty and ready for use: hand its Observe to
// verify.Options.OnEvent, and the Journal to Options.Journal.
//
// It is in the memory of one process: what other engines on the same store do is not in it, and a restart empties it. It holds the addresses in
// full, since Attempts tells them; an address that the engine forgets is erased from it. Printed, it shows none.
type Journal struct {
	mu       sync.Mutex
	attempts []*attempt          // oldest first
	bySID    map[string]*attempt //
	latest   map[string]*attempt // by the id of the verification
	serial   uint64
}

// An attempt is one send.
type attempt struct {
	serial    uint64
	sid       string
	id        string // of the verification
	profile   string
	channel   string
	region    string
	converted bool
	created   timestamp
	updated   timestamp
	to        func() string
}

// Observe takes note of an event. It is quick, and safe for concurrent use.
func (j *Journal) Observe(_ context.Context, ev verify.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch ev.Kind {
	case verify.EventSent, verify.EventNotSent:
		j.add(ev)
	case verify.EventApproved:
		if a := j.latest[ev.ID]; a != nil {
			a.converted, a.updated = true, timestamp(ev.At)
		}
	case verify.EventErased:
		j.erase(ev)
	}
}

// add notes a send. One that was taken back is followed by another with the same number, which takes its place.
func (j *Journal) add(ev verify.Event) {
	if j.bySID == nil {
		j.bySID, j.latest = make(map[string]*attempt), make(map[string]*attempt)
	}
	sid := attemptSID(ev.ID, ev.Attempt)
	a := j.bySID[sid]
	if a == nil {
		if len(j.attempts) >= maxAttempts {
			j.forget(j.attempts[0])
			j.attempts = j.attempts[1:]
		}
		j.serial++
		a = &attempt{serial: j.serial, sid: sid, id: ev.ID, profile: ev.Profile, created: timestamp(ev.At), to: ev.Recipient}
		j.attempts = append(j.attempts, a)
		j.bySID[sid], j.latest[a.id] = a, a
	}
	a.channel, a.region, a.updated = ev.Channel, ev.Region, timestamp(ev.At)
}

func (j *Journal) erase(ev verify.Event) {
	to := ev.Recipient()
	j.attempts = slices.DeleteFunc(j.attempts, func(a *attempt) bool {
		erased := a.profile == ev.Profile && strings.EqualFold(a.to(), to)
		if erased {
			j.forget(a)
		}
		return erased
	})
}

func (j *Journal) forget(a *attempt) {
	delete(j.bySID, a.sid)
	if j.latest[a.id] == a {
		delete(j.latest, a.id)
	}
}

// find returns copies of the attempts that fit, oldest first.
func (j *Journal) find(fits func(*attempt) bool) (found []attempt) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, a := range j.attempts {
		if fits(a) {
			found = append(found, *a)
		}
	}
	return found
}

// Format prints no address.
func (j *Journal) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "twiliov2.Journal") }
