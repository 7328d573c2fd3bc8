//go:build linux

package history_test

import (
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// Whatever is changed in one answer of a client who was alone, the model refuses the history.
func TestModelIsStrict(t *testing.T) {
	changes := map[string]func(*answer){
		"outcome": func(a *answer) { a.outcome += "?" },
		"id":      func(a *answer) { a.id = "" },
		"status":  func(a *answer) { a.status = verify.StatusExpired },
		"left":    func(a *answer) { a.left++ },
		"sends":   func(a *answer) { a.sends++ },
		"code":    func(a *answer) { a.code += "?" },
		"no code": func(a *answer) { a.code = "" },
	}
	tried := 0
	es := newEngines(t, new(memstore.Store))
	for seed := range uint64(3) {
		h := es.record(t.Context(), seed, 1)
		h.mustBeLegal(t)
		for i, op := range h.operations {
			told := op.Output.(answer)
			if told.lost || told.outcome == unknown {
				continue
			}
			for name, change := range changes {
				changed := told
				change(&changed)
				if changed == told {
					continue
				}
				h.operations[i].Output = changed
				if h.check() != porcupine.Illegal {
					t.Errorf("%s of %+v: %+v passes", name, op.Input, changed)
				}
				tried++
			}
			h.operations[i].Output = told
		}
	}
	if tried < 1000 {
		t.Errorf("only %d changes were tried", tried)
	}
}
