//go:build linux

package gateway_test

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// S81: without its server a gateway answers 503, in time, and sends nothing; and then it works again by itself.
func TestServerFails(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel() // with the other, since it mostly waits
			server, url := b.serve(t)
			pair := launchPair(t, url, url)
			id, code := pair[0].start("+14155552671")
			for _, fault := range []struct {
				name       string
				fail, mend func()
			}{
				{"silent", server.Stop, server.Continue},
				{"gone", server.Kill, server.Restart},
			} {
				fault.fail()
				unavailable(t, pair, checkBody(id, code), "+14155552672")
				fault.mend()
				for _, g := range pair {
					eventually(g, fault.name, g.native("check", checkBody(id, wrong(code))), 422)
				}
			}
			pair[1].demand(200, pair[1].native("check", checkBody(id, code)))

			server.Stop()
			pair[0].stop()
			server.Continue()
		})
	}
}

// unavailable demands a 503 of all that the gateways are asked at once.
func unavailable(t *testing.T, pair [2]*gateway, check, to string) {
	t.Helper()
	var asking sync.WaitGroup
	for _, g := range pair {
		for _, r := range []*http.Request{g.native("start", `{"to":"`+to+`"}`), g.native("check", check)} {
			asking.Go(func() {
				began := time.Now()
				a, err := g.send(r)
				if took := time.Since(began); err != nil || a.status != 503 || took > 6*time.Second {
					t.Errorf("%s: %d %v, %v after %s", r.URL.Path, a.status, a.body, err, took)
				}
			})
		}
	}
	asking.Wait()
	for _, g := range pair {
		if len(g.codes(to)) != 0 {
			t.Error("a message was sent")
		}
	}
}

// eventually asks until the answer is no 503, which must be soon and then must have the status.
func eventually(g *gateway, what string, r *http.Request, status int) {
	g.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		again := r.Clone(g.Context())
		again.Body, _ = r.GetBody()
		a, err := g.send(again)
		if err == nil && a.status == status {
			return
		}
		if err != nil || a.status != 503 || time.Now().After(deadline) {
			g.Fatalf("after the server was %s: %d %v, %v, want %d", what, a.status, a.body, err, status)
		}
	}
}
