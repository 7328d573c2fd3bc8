package memstore_test

import (
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return new(memstore.Store) })
}
