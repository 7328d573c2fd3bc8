//go:build linux

package fault_test

import (
	"sync/atomic"
	"time"
)

// stolen is for how long the machine had no time for this process, as far as a goroutine notices that wants to wake up.
var stolen atomic.Int64

const nap = 10 * time.Millisecond

func init() {
	go func() {
		for {
			before := time.Now()
			time.Sleep(nap)
			stolen.Add(int64(time.Since(before) - nap))
		}
	}()
}

// A watch measures how long something takes, on a machine that may be busy elsewhere.
type watch struct {
	began  time.Time
	before int64
}

func startWatch() watch { return watch{time.Now(), stolen.Load()} }

// took returns the time since the watch was started. What is more than most is without what was stolen.
func (w watch) took(most time.Duration) time.Duration {
	took := time.Since(w.began)
	if took <= most {
		return took
	}
	time.Sleep(3 * nap) // for the latest theft to show
	return took - time.Duration(stolen.Load()-w.before)
}
