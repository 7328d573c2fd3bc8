package telnyx

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/verify"
)

// maxBusy is how many webhooks are on their way at a time.
const maxBusy = 16

// A job is something to do at a time: to tell of an event, to send a webhook once more, or to see whether a verification has expired.
type job struct {
	due     time.Time
	event   verify.Event
	expires bool    // the event's verification may have
	notice  *notice // to send, if it is made already
}

// An UndeliveredError says what was lost when Run ended, and what had been since it began.
type UndeliveredError struct {
	Waiting []Undelivered // webhooks that were not delivered yet
	Watched int           // pending verifications whose expiry will not be told
	Dropped int           // webhooks that nobody took, or for which there was no room
}

// Undelivered is a webhook that was not delivered.
type Undelivered struct {
	EventType      string // "verify.sent", ...; "" if the store would not say
	VerificationID string
}

func (e *UndeliveredError) Error() string {
	return fmt.Sprintf("telnyx: %d webhooks not delivered, %d expiries not told, %d webhooks dropped before", len(e.Waiting), e.Watched, e.Dropped)
}

// Run delivers webhooks until ctx is done. Those under way then are finished, for one Timeout at most. The error is an *UndeliveredError if
// anything was lost, and otherwise nil. It also returns an error at once if it runs already, or no handler has these Webhooks.
func (w *Webhooks) Run(ctx context.Context) error {
	if w.home.Load() == nil {
		return errors.New("telnyx: webhooks: no handler has them")
	}
	if !w.running.CompareAndSwap(false, true) {
		return errors.New("telnyx: webhooks: run already")
	}
	defer w.running.Store(false)
	defer w.transport.CloseIdleConnections()
	r := &run{hooks: w, done: make(chan []job)}
	for ctx.Err() == nil {
		r.begin(ctx)
		r.wait(ctx)
	}
	return r.end(ctx)
}

// A run is what one call of Run knows. Only that call touches it.
type run struct {
	hooks   *Webhooks
	waiting schedule // webhooks and events
	watched schedule // expiries
	busy    int
	done    chan []job // what the end of each job leads to
}

// begin starts the jobs that are due, as many as may run.
func (r *run) begin(ctx context.Context) {
	for _, s := range []*schedule{&r.waiting, &r.watched} {
		for r.busy < maxBusy && len(*s) > 0 && !time.Now().Before((*s)[0].due) {
			j := heap.Pop(s).(job)
			r.busy++
			go func() { r.done <- r.hooks.do(context.WithoutCancel(ctx), j) }()
		}
	}
}

// wait waits until there is something to begin, or ctx is done.
func (r *run) wait(ctx context.Context) {
	var observed chan verify.Event
	if len(r.waiting)+r.busy < r.hooks.o.Queue { // or they wait where they are
		observed = r.hooks.observed
	}
	timer := time.NewTimer(r.pause())
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case ev := <-observed:
		heap.Push(&r.waiting, job{due: time.Now(), event: ev})
	case jobs := <-r.done:
		r.finish(ctx, jobs)
	}
}

// pause is how long nothing is due.
func (r *run) pause() time.Duration {
	pause := time.Hour
	for _, s := range []schedule{r.waiting, r.watched} {
		if len(s) > 0 && r.busy < maxBusy {
			pause = min(pause, time.Until(s[0].due))
		}
	}
	return pause
}

// finish takes over what a job leads to.
func (r *run) finish(ctx context.Context, jobs []job) {
	r.busy--
	for _, j := range jobs {
		switch {
		case !j.expires:
			heap.Push(&r.waiting, j)
		case len(r.watched) < r.hooks.o.Queue:
			heap.Push(&r.watched, j)
		default:
			r.hooks.drop(ctx, "an expiry will not be told: too many are watched", j.event.ID)
		}
	}
}

// end waits for what is under way, and reports what is left.
func (r *run) end(ctx context.Context) error {
	for r.busy > 0 {
		r.finish(ctx, <-r.done)
	}
	for len(r.hooks.observed) > 0 {
		heap.Push(&r.waiting, job{event: <-r.hooks.observed})
	}
	lost := &UndeliveredError{Watched: len(r.watched), Dropped: int(r.hooks.dropped.Swap(0))}
	// Whether there is anything to tell takes a look into the store, but not for long.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.hooks.o.Timeout)
	defer cancel()
	for _, j := range r.waiting {
		n, following, err := r.hooks.prepare(ctx, j)
		lost.Watched += len(following)
		switch {
		case err != nil:
			lost.Waiting = append(lost.Waiting, Undelivered{VerificationID: j.event.ID})
		case n != nil:
			lost.Waiting = append(lost.Waiting, Undelivered{n.kind, n.about})
		}
	}
	if len(lost.Waiting) == 0 && lost.Watched == 0 && lost.Dropped == 0 {
		return nil
	}
	r.hooks.warn(ctx, "webhooks are lost", slog.Int("waiting", len(lost.Waiting)), slog.Int("watched", lost.Watched), slog.Int("dropped", lost.Dropped))
	return lost
}

// do does one job and returns what it leads to.
func (w *Webhooks) do(ctx context.Context, j job) []job {
	n, following, err := w.prepare(ctx, j)
	if err != nil {
		w.drop(ctx, "a webhook was dropped: the store failed", j.event.ID)
	}
	if n == nil {
		return following
	}
	if pause, again := w.deliver(ctx, n); again {
		following = append(following, job{due: time.Now().Add(pause), event: j.event, notice: n})
	}
	return following
}

// prepare returns the webhook of a job, or nil if there is nothing to tell or no URL to tell it to, and what else is to be done.
func (w *Webhooks) prepare(ctx context.Context, j job) (n *notice, following []job, err error) {
	if j.notice != nil {
		return j.notice, nil, nil
	}
	if n, err = w.newNotice(ctx, j.event); n == nil || err != nil {
		return nil, nil, err
	}
	if following, err = w.fill(ctx, n, j); err != nil || n.kind == "" {
		return nil, following, err
	}
	return n, following, nil
}

// fill fills in a webhook, unless there is nothing to tell, and returns what else is to be done.
func (w *Webhooks) fill(ctx context.Context, n *notice, j job) ([]job, error) {
	group, ev := w.home.Load().group, j.event
	watch := func(life time.Duration) []job {
		return []job{{due: j.due.Add(life + time.Millisecond), event: ev, expires: true}}
	}
	switch {
	case j.expires:
		v, err := w.home.Load().engine.Status(ctx, verify.Ref{ID: ev.ID})
		switch {
		case errors.Is(err, verify.ErrNotFound):
		case err != nil:
			return nil, err
		case v.Status == verify.StatusPending: // by the engine's clock
			return watch(max(v.ExpiresIn, time.Second)), nil
		case v.Status == verify.StatusExpired:
			n.at, ev.Status = v.ExpiresAt, v.Status
			n.complete(ev, group)
		}
		return nil, nil
	case ev.Kind == verify.EventSent, ev.Kind == verify.EventNotSent:
		n.sending(ev, group)
		if errors.Is(ev.Err, channel.ErrNotSent) {
			return nil, nil
		}
		return watch(ev.ExpiresAt.Sub(ev.At)), nil
	}
	n.complete(ev, group)
	return nil, nil
}

// A schedule is a heap of jobs, the one that is due first on top.
type schedule []job

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due.Before(s[j].due) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(j any)        { *s = append(*s, j.(job)) }

func (s *schedule) Pop() any {
	last := len(*s) - 1
	j := (*s)[last]
	(*s)[last] = job{}
	*s = (*s)[:last]
	return j
}
