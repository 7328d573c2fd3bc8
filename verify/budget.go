package verify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/codeword-go/codeword/store"
)

func (l Limits) withDefaults() Limits {
	l.Starts = orDefault(l.Starts, Rate{30, time.Hour})
	l.FailedChecks = orDefault(l.FailedChecks, Rate{60, time.Hour})
	l.FailedChecksPerRecipient = orDefault(l.FailedChecksPerRecipient, Rate{20, 24 * time.Hour})
	return l
}

func (l Limits) validate() error {
	var errs []error
	for field, r := range map[string]Rate{
		"Starts": l.Starts, "FailedChecks": l.FailedChecks, "FailedChecksPerRecipient": l.FailedChecksPerRecipient,
	} {
		if !r.valid() {
			errs = append(errs, fmt.Errorf("Limits.%s: wants a count of at least 1 in a time of 1s to 31 days, or Unlimited", field))
		}
	}
	return errors.Join(errs...)
}

func (r Rate) valid() bool {
	return r.Count == Unlimited || r.Count >= 1 && r.Per >= time.Second && r.Per <= 31*24*time.Hour
}

// client returns what the limits by client go by, "" if the address is not known. Whoever has one IPv6 address has the /64 around it.
func client(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	network, _ := addr.Prefix(64) // cannot fail for an IPv6 address
	return network.Addr().String()
}

// A budget is a sliding window of events: those of the current window of time, and of the one before as far as it overlaps the time
// that ends now. Each is one counter, so engines that share a store share the budget.
type budget struct {
	name  Budget
	rate  Rate
	label string // of the counters
	parts []string
	limit string // the Draw's
}

// A charge is a set of budgets that one request draws on. A nil charge is free.
type charge struct {
	engine  *Engine
	budgets []budget
	at      time.Time
	paid    bool
}

func (e *Engine) newCharge(at time.Time, budgets ...budget) *charge {
	c := &charge{engine: e, at: at}
	for _, b := range budgets {
		if b.rate.Count != Unlimited {
			c.budgets = append(c.budgets, b)
		}
	}
	return c
}

// startBudgets are charged for a start: the client's, and those that the request draws on.
func (e *Engine) startBudgets(r *StartRequest, p *profile) (*charge, error) {
	var budgets []budget
	if ip := client(r.ClientIP); ip != "" {
		budgets = append(budgets, budget{BudgetClientStarts, e.limits.Starts, "client starts", []string{ip}, ""})
	}
	if len(r.Draws) > maxDraws {
		return nil, &InvalidError{Field: "draws", Reason: fmt.Sprintf("are more than %d", maxDraws)}
	}
	for _, d := range r.Draws {
		if d.Limit == "" || len(d.Limit) > 64 || len(d.Value) > maxBinding || !d.Rate.valid() {
			return nil, &InvalidError{Field: "draws", Reason: "want a name of 1 to 64 bytes, a value of at most 256, and a rate"}
		}
		budgets = append(budgets, budget{BudgetDraw, d.Rate, "draw", []string{p.Name, d.Limit, d.Value, d.Rate.Per.String()}, d.Limit})
	}
	if len(budgets) == 0 {
		return nil, nil
	}
	return e.newCharge(e.now(), budgets...), nil
}

const maxDraws = store.MaxAdds/2 - 1 // beside the client's budget, two increments each

// pay adds an event to every budget, and refuses if one of them had no room for it. However often a request is decided, it pays once. A right
// code pays like a wrong one until its verdict is told: what a guess that is refused leaves in the counters, for the moment until it is
// given back, others of the same client can see.
func (c *charge) pay(ctx context.Context) error {
	if c == nil || len(c.budgets) == 0 || c.paid {
		return nil
	}
	adds := make([]store.Increment, 0, 2*len(c.budgets))
	for _, b := range c.budgets {
		adds = append(adds, c.increment(b, 0, 1), c.increment(b, 1, 0))
	}
	sums, err := c.engine.storeAdd(ctx, adds...)
	if err != nil {
		return unavailable(err)
	}
	c.paid = true
	for i, b := range c.budgets {
		if wait := b.wait(c.at, sums[2*i]-1, sums[2*i+1]); wait > 0 {
			c.refund(ctx)
			return &ThrottledError{Budget: b.name, Limit: b.limit, RetryAfter: wait}
		}
	}
	return nil
}

// increment adds to the counter of a budget's window, so many windows ago.
func (c *charge) increment(b budget, ago, delta int64) store.Increment {
	per := int64(b.rate.Per)
	window := c.at.UnixNano() / per
	return store.Increment{
		Key:     c.engine.keys.Counter(b.label, window-ago, b.parts...),
		Delta:   delta,
		Expires: time.Unix(0, (window+2)*per).Add(10 * time.Minute), // for clocks that differ
	}
}

// wait returns how long it takes until there is room for one event, given the events of the current and the previous window.
func (b budget) wait(at time.Time, current, previous int64) time.Duration {
	per := int64(b.rate.Per)
	elapsed := at.UnixNano() % per
	room := int64(b.rate.Count) - 1 - current
	if room < 0 {
		// Not before the next window, in which the current one fades.
		return time.Duration(per - elapsed + faded(current, int64(b.rate.Count)-1, per))
	}
	return time.Duration(max(0, faded(previous, room, per)-elapsed))
}

// faded returns how far into a window the events of the one before have faded to room.
func faded(events, room, per int64) int64 {
	if events <= room {
		return 0
	}
	return per - int64(float64(per)*float64(room)/float64(events))
}

// refund gives back what was paid. One that fails only makes the limit stricter for a while.
func (c *charge) refund(ctx context.Context) {
	c.paid = false
	adds := make([]store.Increment, len(c.budgets))
	for i, b := range c.budgets {
		adds[i] = c.increment(b, 0, -1)
	}
	_, _ = c.engine.storeAdd(ctx, adds...)
}

// giveBack refunds what was paid, if it was, when the caller may have hung up.
func (c *charge) giveBack(ctx context.Context) {
	if c == nil || !c.paid {
		return
	}
	ctx, cancel := c.engine.bounded(ctx)
	defer cancel()
	c.refund(ctx)
}
