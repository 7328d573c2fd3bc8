package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify/internal/seal"
)

var (
	// ErrExists reports an id that is taken.
	ErrExists = errors.New("verify: already exists")

	errFullPage = errors.New("page is full")
)

const (
	documentLifetime = 10 * 365 * 24 * time.Hour // from the latest change
	pageSize         = 500                       // ids on one page of an index

	// MaxDocument is the longest document, in bytes.
	MaxDocument = store.MaxValue - 256
)

// A Shelf keeps small sealed documents of one kind in the engine's store, for hosts that let profiles, templates and the like be made at
// run time. It knows which there are, since a store lists nothing. What was sealed with an older key is sealed anew when it is
// read, so call IDs, and Load for each of them, before you drop a seal key.
type Shelf struct {
	engine *Engine
	kind   string
}

// Shelf returns the shelf of documents of a kind.
func (e *Engine) Shelf(kind string) *Shelf { return &Shelf{e, kind} }

// Create puts a document on the shelf. It returns ErrExists if the id, of 1 to 64 bytes, is taken.
func (s *Shelf) Create(ctx context.Context, id string, document []byte) error {
	if id == "" || len(id) > 64 {
		return &InvalidError{Field: "id", Reason: "must have 1 to 64 bytes"}
	}
	// The index comes first: an id without a document is passed over, a document without an id would be lost. It comes again for a Delete
	// that was under way and has taken the id out since.
	if err := s.addToIndex(ctx, id); err != nil {
		return err
	}
	err := s.engine.rewrite(ctx, s.name(id), func(old []byte) ([]byte, error) {
		if old != nil {
			return nil, ErrExists
		}
		return document, nil
	})
	if err != nil {
		return err
	}
	return s.addToIndex(ctx, id)
}

// Load returns a document, or ErrNotFound.
func (s *Shelf) Load(ctx context.Context, id string) ([]byte, error) {
	document, err := s.engine.document(ctx, s.name(id))
	if err == nil && document == nil {
		return nil, ErrNotFound
	}
	return document, err
}

// Update replaces a document by what change makes of it, in one step; change may be called more than once. It returns ErrNotFound
// if there is none, and the error of change.
func (s *Shelf) Update(ctx context.Context, id string, change func(document []byte) ([]byte, error)) error {
	return s.engine.rewrite(ctx, s.name(id), func(old []byte) ([]byte, error) {
		if old == nil {
			return nil, ErrNotFound
		}
		return change(old)
	})
}

// Delete removes a document, or returns ErrNotFound.
func (s *Shelf) Delete(ctx context.Context, id string) error {
	err := s.Update(ctx, id, func([]byte) ([]byte, error) { return nil, nil })
	if err != nil {
		return err
	}
	if err := s.removeFromIndex(ctx, id); err != nil {
		return err
	}
	if _, err := s.Load(ctx, id); errors.Is(err, ErrNotFound) {
		return nil
	}
	return s.addToIndex(ctx, id) // it was created again meanwhile
}

// IDs returns the ids on the shelf in the order of their creation. One whose creation or deletion was interrupted may be among them.
func (s *Shelf) IDs(ctx context.Context) ([]string, error) {
	bound, cancel := s.engine.bounded(ctx)
	defer cancel()
	var all []string
	seen := map[string]bool{}
	for page := 0; ; page++ {
		document, err := s.engine.document(bound, s.page(page))
		if err != nil {
			return nil, err
		}
		if document == nil {
			return all, nil
		}
		ids, err := decodePage(document)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, id := range ids {
			if !seen[id] { // two creations at once may have put one on two pages
				seen[id] = true
				all = append(all, id)
			}
		}
	}
}

func (s *Shelf) name(id string) seal.Name { return s.engine.keys.Name("document", s.kind, id) }

func (s *Shelf) page(n int) seal.Name {
	return s.engine.keys.Name("index", s.kind, strconv.Itoa(n))
}

// addToIndex adds an id to the first page that has room. Pages are never removed, so the first that is missing is the end.
func (s *Shelf) addToIndex(ctx context.Context, id string) error {
	ids, err := s.IDs(ctx)
	if err != nil || slices.Contains(ids, id) {
		return err
	}
	for page := 0; ; page++ {
		err := s.changePage(ctx, page, func(ids []string) ([]string, error) {
			if slices.Contains(ids, id) {
				return ids, nil
			}
			if len(ids) >= pageSize {
				return nil, errFullPage
			}
			return append(ids, id), nil
		})
		if !errors.Is(err, errFullPage) {
			return err
		}
	}
}

func (s *Shelf) removeFromIndex(ctx context.Context, id string) error {
	for page := 0; ; page++ {
		found, end := false, false
		err := s.changePage(ctx, page, func(ids []string) ([]string, error) {
			end = ids == nil
			i := slices.Index(ids, id)
			if found = i >= 0; !found {
				return ids, nil
			}
			return slices.Delete(ids, i, i+1), nil
		})
		if err != nil || found || end {
			return err
		}
	}
}

func (s *Shelf) changePage(ctx context.Context, page int, change func([]string) ([]string, error)) error {
	return s.engine.rewrite(ctx, s.page(page), func(old []byte) ([]byte, error) {
		ids, err := decodePage(old)
		if err != nil {
			return nil, unavailable(err)
		}
		changed, err := change(slices.Clone(ids))
		if err != nil || changed == nil {
			return nil, err
		}
		return json.Marshal(changed)
	})
}

func decodePage(document []byte) (ids []string, err error) {
	if document != nil {
		err = json.Unmarshal(document, &ids)
	}
	return ids, err
}

// rewrite replaces a sealed document by what change makes of it; nil is no document, before and after. After an answer that was lost,
// finding one's own bytes proves that the swap took effect, since no two seals are alike.
func (e *Engine) rewrite(ctx context.Context, name seal.Name, change func(old []byte) ([]byte, error)) error {
	bound, cancel := e.bounded(ctx)
	defer cancel()
	var mine []byte // what a swap wrote whose answer was lost
	for try := 0; ; try++ {
		old, sealed, err := e.readSealed(bound, name)
		if err == nil {
			if mine != nil && bytes.Equal(sealed, mine) {
				return nil
			}
			document, refused := change(old)
			if len(document) > MaxDocument {
				refused = &InvalidError{Field: "document", Reason: "is too long"}
			}
			if refused != nil || old == nil && document == nil {
				return refused
			}
			var fresh []byte
			if document != nil {
				fresh = e.keys.Seal(nil, name, document)
			}
			if err = e.storeSwap(bound, name.Key(), sealed, fresh, e.now().Add(documentLifetime)); err == nil {
				return nil
			}
			if !unchanged(err) {
				mine = fresh
			}
		}
		if !errors.Is(err, store.ErrConflict) && mine == nil || !pause(bound, try) {
			return unavailable(err)
		}
	}
}

// document returns a document, which is sealed with the newest key afterwards; nil if there is none.
func (e *Engine) document(ctx context.Context, name seal.Name) ([]byte, error) {
	bound, cancel := e.bounded(ctx)
	defer cancel()
	document, sealed, err := e.readSealed(bound, name)
	if err != nil {
		return nil, unavailable(err)
	}
	if document == nil || e.keys.Current(sealed) {
		return document, nil
	}
	return document, e.rewrite(bound, name, func(old []byte) ([]byte, error) { return old, nil })
}

// readSealed returns a document and its sealed bytes, nil if there is none.
func (e *Engine) readSealed(ctx context.Context, name seal.Name) (document, sealed []byte, err error) {
	sealed, err = e.storeLoad(ctx, name.Key())
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, nil
	}
	if err == nil {
		document, err = e.keys.Open([]byte{}, name, sealed)
	}
	return document, sealed, err
}
