package storetest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/storetest"
)

func TestRun(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return newModel() })
}

func TestCheckAcceptsCorrectStore(t *testing.T) {
	shared := newModel()
	opens := map[string]func() (store.Store, error){
		"a store for each rule":  func() (store.Store, error) { return newModel(), nil },
		"one store for them all": func() (store.Store, error) { return shared, nil },
	}
	for name, open := range opens {
		t.Run(name, func(t *testing.T) {
			for range 10 {
				synctest.Test(t, func(t *testing.T) {
					if err := storetest.Check(t.Context(), open); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

func TestCheckNoticesBrokenStores(t *testing.T) {
	for _, b := range broken {
		t.Run(b.fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := storetest.Check(t.Context(), func() (store.Store, error) { return b.make(newModel()), nil })
				if err == nil {
					t.Fatal("passes as correct")
				}
				t.Log(err)
				if !strings.Contains(err.Error(), "storetest: "+b.rule+": ") {
					t.Errorf("is not noticed by the rule %q", b.rule)
				}
			})
		})
	}
}

func TestEveryRuleIsNeeded(t *testing.T) {
	for _, name := range storetest.RuleNames() {
		if !slices.ContainsFunc(broken, func(b struct {
			fault, rule string
			make        func(*model) store.Store
		}) bool {
			return b.rule == name
		}) {
			t.Errorf("no broken store shows that the rule %q can fail", name)
		}
	}
}

func TestCheckEndsEarly(t *testing.T) {
	refused := errors.New("refused")
	if err := storetest.Check(t.Context(), func() (store.Store, error) { return nil, refused }); !errors.Is(err, refused) {
		t.Errorf("with an open that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	opened := 0
	err := storetest.Check(ctx, func() (store.Store, error) { opened++; return newModel(), nil })
	if !errors.Is(err, context.Canceled) || opened != 0 {
		t.Errorf("with a context that is done: %v, after opening %d stores", err, opened)
	}
}
