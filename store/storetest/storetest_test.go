package storetest_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
	for _, f := range flaws() {
		t.Run(f.fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := storetest.Check(t.Context(), func() (store.Store, error) { return f.make(newModel()), nil })
				if err == nil {
					t.Fatal("passes as correct")
				}
				t.Log(err)
				if !strings.Contains(err.Error(), "storetest: "+f.rule+": ") {
					t.Errorf("is not noticed by the rule %q", f.rule)
				}
			})
		})
	}
}

func TestEveryRuleIsNeeded(t *testing.T) {
	var shown []string
	for _, f := range flaws() {
		shown = append(shown, f.rule)
	}
	for _, name := range storetest.RuleNames() {
		if !slices.Contains(shown, name) {
			t.Errorf("no broken store shows that the rule %q can fail", name)
		}
	}
}

// A mutex around a swap keeps the goroutines of one process apart, and no others.
func TestCheckRacesTwoClients(t *testing.T) {
	database := newModel()
	database.pause = runtime.Gosched
	client := func() (store.Store, error) {
		var mu sync.Mutex
		return wrapped{
			model: database,
			swap: func(ctx context.Context, key string, old, new []byte, expires time.Time) error {
				mu.Lock()
				defer mu.Unlock()
				return database.CompareAndSwap(ctx, key, old, new, expires)
			},
			add: func(ctx context.Context, adds ...store.Increment) ([]int64, error) {
				mu.Lock()
				defer mu.Unlock()
				return database.Add(ctx, adds...)
			},
		}, nil
	}
	synctest.Test(t, func(t *testing.T) {
		only, _ := client()
		if err := storetest.Check(t.Context(), func() (store.Store, error) { return only, nil }); err != nil {
			t.Errorf("one client alone: %v", err)
		}
		err := storetest.Check(t.Context(), client)
		for _, rule := range []string{"no update is lost", "one swap wins", "no addition is lost"} {
			if err == nil || !strings.Contains(err.Error(), "storetest: "+rule+": ") {
				t.Errorf("two clients: is not noticed by the rule %q", rule)
			}
		}
	})
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
