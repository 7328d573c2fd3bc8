package channeltest

import "context"

// A Behavior is what a Send does instead of accepting its message. It returns whether the message arrives all the same, and
// the error of the Send, or nil for a receipt. It is called without locks and may wait or panic.
type Behavior func(ctx context.Context) (delivered bool, err error)

// Once makes the next Sends behave like this, one each, in order. Given twice, the later behaviors come after the
// earlier ones; a nil Behavior accepts.
func (i *Inbox) Once(b ...Behavior) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.once = append(i.once, b...)
}

// Always makes every Send that has no behavior from Once behave like this, until it is told otherwise; nil accepts again.
func (i *Inbox) Always(b Behavior) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.always = b
}

// Fail returns err, and nothing arrives. Whether the engine may believe that depends on what err wraps.
func Fail(err error) Behavior {
	return func(context.Context) (bool, error) { return false, err }
}

// LoseAnswer returns err although the message arrives, as when a connection breaks at the wrong moment.
func LoseAnswer(err error) Behavior {
	return func(context.Context) (bool, error) { return true, err }
}

// Hang waits until its context is done and returns the context's error; nothing arrives.
func Hang() Behavior {
	return func(ctx context.Context) (bool, error) {
		<-ctx.Done()
		return false, ctx.Err()
	}
}

// HangUntil ignores its context and waits until release is closed; then the message arrives, late.
func HangUntil(release <-chan struct{}) Behavior {
	return func(context.Context) (bool, error) {
		<-release
		return true, nil
	}
}

// Panic panics with value.
func Panic(value any) Behavior {
	return func(context.Context) (bool, error) { panic(value) }
}
