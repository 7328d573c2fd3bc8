//go:build linux

package fault_test

import (
	"testing"
	"time"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/internal/proxytest"
)

// A scene is a fault that comes and goes while people start and check.
type scene struct {
	name   string
	fault  func(*world, *site)
	memory memory
}

// A memory is what a server still knows after a fault of what was answered.
type memory int

const (
	keeps     memory = iota // all of it
	mayForget               // some of it, by chance
	forgets                 // something, certainly
)

// cut breaks connections, first some and then all.
func cut(d proxytest.Direction) func(*world, *site) {
	return func(w *world, s *site) {
		for _, one := range []int{4, 1} {
			s.proxy.Keep(proxytest.Cut(d, one))
			before := s.proxy.Faults()
			w.until("connections break", func() bool { return s.proxy.Faults() >= before+30 })
		}
		s.proxy.Keep(proxytest.Pass)
	}
}

// slow makes everything that goes in a direction take longer by so much.
func slow(d proxytest.Direction, by time.Duration) func(*world, *site) {
	return func(w *world, s *site) {
		s.proxy.Keep(proxytest.Delay(d, by))
		before := w.calls.Load()
		w.until("calls end", func() bool { return w.calls.Load() >= before+40 })
		s.proxy.Keep(proxytest.Pass)
	}
}

func blackHole(w *world, s *site) {
	s.proxy.Keep(proxytest.Swallow)
	w.fails()
	s.proxy.Keep(proxytest.Pass)
}

func stopped(w *world, s *site) {
	s.server.Stop()
	w.fails()
	s.server.Continue()
}

func killed(w *world, s *site) {
	s.kill()
	w.fails()
	s.server.Restart()
}

// The slowest ones come first.
var scenes = []scene{
	{name: "black hole", fault: blackHole},
	{name: "cut before it takes effect", fault: cut(proxytest.Request)},
	{name: "cut after it took effect", fault: cut(proxytest.Reply)},
	{name: "slow on the way out", fault: slow(proxytest.Request, 40*time.Millisecond)},
	{name: "slow on the way back", fault: slow(proxytest.Reply, 40*time.Millisecond)},
	{name: "too slow for a swap", fault: slow(proxytest.Reply, 170*time.Millisecond)},
	{name: "too slow for an addition", fault: slow(proxytest.Request, 220*time.Millisecond)},
	{name: "stopped", fault: stopped},
	{name: "killed", fault: killed},
	{name: "full disk", fault: fullDisk},
	{name: "files that cannot grow", fault: tooLarge},
	{name: "a backup put back", fault: backupPutBack, memory: forgets},
}

func TestFaults(t *testing.T) {
	for _, scene := range scenes {
		for _, r := range enginetest.Remotes {
			t.Run(scene.name+"/"+r.Name, func(t *testing.T) {
				t.Parallel()
				play(t, newSite(t, r, r.Serve(t)), scene)
			})
		}
	}
}

// play lets a scene happen to a site that works, and demands that nothing comes of it but calls that fail.
func play(t *testing.T, s *site, scene scene) {
	t.Helper()
	t.Cleanup(func() { settles(t, 0) })
	marked(t, func() {
		w := newWorld(t, s, scene.memory)
		w.recovers()
		before, _ := alive(t)
		stop := w.traffic()
		w.goesOn()
		scene.fault(w, s)
		recovery := w.recovers()
		stop()
		settles(t, before+8)
		total, failed := w.total(), w.failed.Load()
		calls := w.calls.Load()
		forgotten := w.audit()
		if nothing := forgotten == (loss{}); nothing && scene.memory == forgets || !nothing && scene.memory == keeps {
			t.Errorf("forgotten: %v", forgotten)
		}
		t.Logf("%d of %d calls failed; at most %v late; worked again after %v; answered %v; forgotten %v",
			failed, calls, w.late.Round(time.Millisecond), recovery.Round(time.Millisecond), total, forgotten)
	})
}
