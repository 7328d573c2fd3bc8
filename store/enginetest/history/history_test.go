//go:build linux

// Package history_test records what engines answer to clients that ask at once, and checks that one engine which was asked one
// request after another could have answered the same.
package history_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/verify"
)

// histories is how many are recorded on each store.
const histories = 50

// S18: histories are linearizable, on every store, with answers lost.
func TestHistories(t *testing.T) {
	for _, s := range enginetest.Stores {
		t.Run(s.Name, func(t *testing.T) {
			open := s.New(t)
			es := newEngines(t, open(t), open(t))
			seen := map[[2]string]bool{}
			for seed := range uint64(histories) {
				h := es.record(t.Context(), seed, clients)
				h.mustBeLegal(t)
				for _, op := range h.operations {
					seen[[2]string{op.Input.(request).op, op.Output.(answer).outcome}] = true
				}
			}
			for op, outcomes := range common {
				for _, outcome := range outcomes {
					if !seen[[2]string{op, outcome}] {
						t.Errorf("no %s was answered with %q", op, outcome)
					}
				}
			}
		})
	}
}

// common are the outcomes that every fifty histories have.
var common = map[string][]string{
	opStart: {
		done, unknown, string(verify.StatusApproved), string(verify.StatusCanceled), string(verify.StatusMaxAttempts),
		string(verify.BudgetFailures), string(verify.BudgetDailySends), string(verify.BudgetSends), string(verify.BudgetCooldown),
	},
	opCheck: {
		done, unknown, incorrect, invalid, string(verify.StatusApproved), string(verify.StatusCanceled), string(verify.StatusMaxAttempts),
		string(verify.BudgetFailures),
	},
	opCancel: {done, unknown, string(verify.StatusApproved), string(verify.StatusMaxAttempts)},
	opStatus: {done},
}

// mustBeLegal ends the test if the history is not linearizable. The picture of it is kept with the flag -artifacts.
func (h *history) mustBeLegal(t *testing.T) {
	t.Helper()
	result := h.check()
	if result == porcupine.Ok {
		return
	}
	_, info := porcupine.CheckOperationsVerbose(h.model(), h.operations, patience)
	file := filepath.Join(t.ArtifactDir(), "history.html")
	if err := porcupine.VisualizePath(h.model(), info, file); err != nil {
		t.Error(err)
	}
	t.Fatalf("%s under %+v: %s", result, h.policy, file)
}

const patience = 10 * time.Second

func (h *history) check() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(h.model(), h.operations, patience)
}

// model returns the model of one address, with the history divided by them.
func (h *history) model() porcupine.Model {
	model := porcupine.NondeterministicModel{
		Partition: func(operations []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, addresses)
			for _, op := range operations {
				i := op.Input.(request).address
				parts[i] = append(parts[i], op)
			}
			return parts
		},
		Init: func() []any { return []any{address{}} },
		Step: func(state, in, out any) (next []any) {
			for _, after := range h.policy.step(state.(address), in.(request), out.(answer)) {
				next = append(next, after)
			}
			return next
		},
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v → %+v", in, out) },
		DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
	}
	return model.ToModel()
}
