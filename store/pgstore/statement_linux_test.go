package pgstore_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/internal/pgtest"
)

// A swap that comes too late is refused without locking the row, which would be a write.
func TestRefusedSwapWritesNothing(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	s := open(t, address)
	later := time.Now().Add(time.Hour)
	if err := s.CompareAndSwap(t.Context(), "k", nil, []byte("one"), later); err != nil {
		t.Fatal(err)
	}
	for _, values := range [][2]string{{"", "two"}, {"zero", "two"}, {"zero", ""}, {"", ""}} {
		err := s.CompareAndSwap(t.Context(), "k", []byte(values[0]), []byte(values[1]), later)
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("%q: %v", values, err)
		}
	}
	if n := pgtest.Ask(t, address, "SELECT xmax::text::bigint FROM codeword"); n != 0 {
		t.Errorf("transaction %d has locked the row", n)
	}
}

// Additions lock their counters in the order of the keys, so that two never wait for each other in a circle; and a
// counter that is only read is not locked at all.
func TestAddLocksInOrder(t *testing.T) {
	address := pgtest.Shared(t).Database(t, "read committed")
	s := open(t, address)
	pgtest.Do(t, address, `
		CREATE TABLE locked (n serial, key text);
		CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO locked (key) VALUES (new.key);
			RETURN new;
		END $$;
		CREATE TRIGGER note BEFORE INSERT ON codeword FOR EACH ROW EXECUTE FUNCTION note()`)
	var adds []store.Increment
	for _, key := range []string{"m", "z", "a", "Z", "m", "b"} {
		adds = append(adds, store.Increment{Key: key, Delta: 1, Expires: time.Now().Add(time.Hour)})
	}
	if _, err := s.Add(t.Context(), append(adds, store.Increment{Key: "read"})...); err != nil {
		t.Fatal(err)
	}
	rows, err := openPool(t, address).Query(t.Context(), "SELECT key FROM locked ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if want := []string{"Z", "a", "b", "m", "z"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("locked %q, %v; want %q", got, err, want)
	}
}
