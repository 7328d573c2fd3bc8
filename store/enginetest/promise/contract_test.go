//go:build linux

package promise_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
	"github.com/codeword-go/codeword/store/storetest"
)

// contractPart puts a store to the test until in ends, and says so when it begins.
func contractPart(j job, open func() (store.Store, error), in io.Reader, out io.Writer) error {
	next, err := inTurn(j.Remote, open)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, in)
		ended <- err
	}()
	if err := json.NewEncoder(out).Encode("begun"); err != nil {
		return err
	}
	for {
		if err := storetest.Check(context.Background(), func() (store.Store, error) { return apart{next()}, nil }); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return err
		default:
		}
	}
}

// A store that is apart has keys of one byte to itself. The suite's own are the only ones that two runs of it share.
type apart struct{ store.Store }

func (apart) key(key string) string {
	if len(key) == 1 {
		return strings.ToUpper(key)
	}
	return key
}

func (s apart) Load(ctx context.Context, key string) ([]byte, error) {
	return s.Store.Load(ctx, s.key(key))
}

func (s apart) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	return s.Store.CompareAndSwap(ctx, s.key(key), old, new, expires)
}

// A store keeps its contract while another process does all that the contract allows.
func TestContractFromTwoProcesses(t *testing.T) {
	eachRemote(t, func(t *testing.T, r enginetest.Remote, socket string) {
		next, err := inTurn(r.Name, func() (store.Store, error) { return r.Open(t, socket), nil })
		if err != nil {
			t.Fatal(err)
		}
		var begun string
		job{Part: "contract", Remote: r.Name, Socket: socket}.start(t).hear(&begun)
		storetest.Run(t, func(*testing.T) store.Store { return next() })
	})
}

// inTurn opens two clients and returns what hands them out in turn.
func inTurn(remote string, open func() (store.Store, error)) (next func() store.Store, err error) {
	var clients [2]store.Store
	for i := range clients {
		if clients[i], err = open(); err != nil {
			return nil, err
		}
		if strings.HasSuffix(remote, "serializable") {
			clients[i] = patient{clients[i]}
		}
	}
	n := 0
	return func() store.Store { n++; return clients[n%2] }, nil
}

// A patient store swaps again after a conflict that is none, as the engine does. A server that keeps transactions serializable refuses one
// for the sake of others that are only near it, and the suite asks for swaps that nobody is in the way of.
type patient struct{ store.Store }

func (s patient) CompareAndSwap(ctx context.Context, key string, old, new []byte, expires time.Time) error {
	for range 1000 {
		err := s.Store.CompareAndSwap(ctx, key, old, new, expires)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if held, lost := s.Load(ctx, key); lost != nil && !errors.Is(lost, store.ErrNotFound) || !bytes.Equal(held, old) {
			return err
		}
	}
	return errors.New("a conflict without end")
}
