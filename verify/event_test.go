package verify_test

import (
	"context"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// kinds returns a handler that notes what kinds of events there were.
func kinds(to *[]verify.EventKind) func(context.Context, verify.Event) {
	return func(_ context.Context, ev verify.Event) { *to = append(*to, ev.Kind) }
}

func TestEvents(t *testing.T) {
	var events []verify.Event
	e, inbox := verifytest.New(t, func(o *verify.Options) {
		o.OnEvent = func(_ context.Context, ev verify.Event) { events = append(events, ev) }
	})
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone, Locale: "de"})
	e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
	check(t, e, v.ID, wrong(lastCode(t, inbox)))
	check(t, e, v.ID, lastCode(t, inbox))
	check(t, e, v.ID, lastCode(t, inbox)) // tells nothing new
	inbox.Once(channeltest.Fail(errBroken))
	e.Start(t.Context(), verify.StartRequest{Channel: "sms", To: phone})
	e.Cancel(t.Context(), verify.Ref{To: phone})
	e.Forget(t.Context(), "", phone)

	var kinds []verify.EventKind
	for _, ev := range events {
		kinds = append(kinds, ev.Kind)
		if ev.To != "+1******2671" || ev.At.IsZero() || ev.Profile != "test" {
			t.Errorf("%+v", ev)
		}
		if ev.Recipient() != phone {
			t.Errorf("%s: the recipient is not told to who asks", ev.Kind)
		}
	}
	want := []verify.EventKind{verify.EventSent, verify.EventThrottled, verify.EventIncorrect, verify.EventApproved, verify.EventNotSent,
		verify.EventCanceled, verify.EventErased}
	if !slices.Equal(kinds, want) {
		t.Fatalf("%v, want %v", kinds, want)
	}
	if events[0].ID != v.ID || events[0].Region != "US" || events[0].Attempt != 1 || events[1].Budget != verify.BudgetCooldown || events[4].Err == nil ||
		events[0].Status != verify.StatusPending || events[3].Status != verify.StatusApproved || !events[3].ExpiresAt.Equal(v.ExpiresAt) {
		t.Errorf("%+v", events)
	}
}

// A check that a client's limit refuses is told, whichever way it names the verification.
func TestClientLimitIsTold(t *testing.T) {
	for name, ref := range map[string]func(id string) verify.CheckRequest{
		"id":      func(id string) verify.CheckRequest { return verify.CheckRequest{ID: id} },
		"address": func(string) verify.CheckRequest { return verify.CheckRequest{To: phone} },
	} {
		var last verify.Event
		e, inbox := verifytest.New(t, limited(9, 1, 1), func(o *verify.Options) {
			o.OnEvent = func(_ context.Context, ev verify.Event) { last = ev }
		})
		v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
		for _, code := range []string{wrong(lastCode(t, inbox)), lastCode(t, inbox)} {
			r := ref(v.ID)
			r.Code, r.ClientIP = code, clientIP
			e.Check(t.Context(), r)
		}
		if last.Kind != verify.EventThrottled || last.Budget != verify.BudgetClientFailures || last.ID != v.ID || last.Status != verify.StatusPending {
			t.Errorf("by %s: %+v", name, last)
		}
	}
}

func TestPanicInOnEvent(t *testing.T) {
	e, inbox := verifytest.New(t, func(o *verify.Options) {
		o.OnEvent = func(context.Context, verify.Event) { panic("no") }
	})
	v := mustStart(t, e, verify.StartRequest{Channel: "sms", To: phone})
	if _, err := check(t, e, v.ID, lastCode(t, inbox)); err != nil {
		t.Error(err)
	}
}
