//go:build linux

package fault_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A person knows what came, and what was answered.
type person struct {
	to string

	mu   sync.Mutex
	seen map[string]*verification // by id
}

// A verification is what a person knows of one.
type verification struct {
	code                       string
	messages, judged, approved int
}

func (p *person) of(id string) *verification {
	if p.seen[id] == nil {
		p.seen[id] = new(verification)
	}
	return p.seen[id]
}

// code returns the code of a verification, and one that is wrong.
func (p *person) code(id string) (right, wrong string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	right = p.of(id).code
	return right, string('0'+(right[0]-'0'+1)%10) + right[1:]
}

func (p *person) messages(id string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of(id).messages
}

func (w *world) newPerson() *person {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := &person{to: fmt.Sprintf("+1415%d", 5550000+len(w.people)), seen: map[string]*verification{}}
	w.people[p.to] = p
	return p
}

// visit is what one person does: two starts at once, then right and wrong answers to both at once, then the right ones once more.
func (w *world) visit() {
	p := w.newPerson()
	ids := make(chan string, 2)
	together(2, func() {
		if id, err := w.start(p); err == nil {
			ids <- id
		}
	})
	close(ids)
	var again []func()
	var answers sync.WaitGroup
	for id := range ids {
		right, wrong := p.code(id)
		for _, code := range []string{right, right, wrong} {
			answers.Go(func() {
				if w.check(p, id, code) == nil {
					w.verified.Add(1)
				}
			})
		}
		again = append(again, func() { _ = w.check(p, id, right) })
	}
	answers.Wait()
	for _, replay := range again {
		replay()
	}
}

// verify returns a person who was verified, and by what.
func (w *world) verify() (p *person, id, code string) {
	w.t.Helper()
	eventually(w.t, "a person is verified", 5*time.Second, func() bool {
		var err error
		p = w.newPerson()
		if id, err = w.start(p); err != nil {
			return false
		}
		code, _ = p.code(id)
		return w.check(p, id, code) == nil
	})
	return p, id, code
}

// traffic lets people come, and one who was verified try the same code again and again, until it is stopped, which waits for the
// last one.
func (w *world) traffic() (stop func()) {
	var over atomic.Bool
	var wg sync.WaitGroup
	regular, id, code := w.verify()
	wg.Go(func() {
		for !over.Load() {
			_ = w.check(regular, id, code)
			time.Sleep(20 * time.Millisecond)
		}
	})
	for range 4 {
		wg.Go(func() {
			for !over.Load() {
				w.visit()
				time.Sleep(50 * time.Millisecond) // or very many come while calls fail at once
			}
		})
	}
	stop = func() {
		over.Store(true)
		wg.Wait()
	}
	w.t.Cleanup(stop)
	return stop
}

func together(n int, do func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(do)
	}
	wg.Wait()
}
