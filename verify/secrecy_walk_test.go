package verify_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// A walker visits every text, number and run of bytes that can be reached from a value: through unexported fields, beyond the length of
// slices and in pools. It does not follow funcs.
type walker struct {
	visit func(path string, data []byte)
	seen  map[reached]bool
}

type reached struct {
	at  unsafe.Pointer
	typ reflect.Type
}

// longestRun bounds what is read as one run of bytes. Longer is only a file that is mapped into memory, with room behind its end that
// must not be touched.
const longestRun = 1 << 14

func walk(root any, visit func(path string, data []byte)) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would empty the pools
	w := &walker{visit, map[reached]bool{}}
	w.walk("", reflect.ValueOf(root))
}

func (w *walker) walk(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		at := reached{v.UnsafePointer(), v.Type()}
		if v.IsNil() || w.seen[at] {
			return
		}
		w.seen[at] = true
		w.walk(path, v.Elem())
	case reflect.Interface:
		if !v.IsNil() {
			w.walk(path+"("+v.Elem().Type().String()+")", v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[sync.Pool]() && v.CanAddr() {
			w.pool(path, (*sync.Pool)(unsafe.Pointer(v.UnsafeAddr())))
			return
		}
		for i := range v.NumField() {
			w.walk(path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			w.walk(path+"[key]", entries.Key())
			w.walk(path+"[]", entries.Value())
		}
	case reflect.Slice:
		w.elements(path+"[]", v.Slice(0, v.Cap()))
	case reflect.Array:
		w.elements(path+"[]", v)
	case reflect.String:
		w.visit(path, []byte(v.String()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		w.visit(path, strconv.AppendInt(nil, v.Int(), 10))
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		w.visit(path, strconv.AppendUint(nil, v.Uint(), 10))
	}
}

func (w *walker) elements(path string, v reflect.Value) {
	if v.Type().Elem().Kind() != reflect.Uint8 {
		for i := range v.Len() {
			w.walk(path, v.Index(i))
		}
		return
	}
	if v.Len() > longestRun {
		return
	}
	run := make([]byte, v.Len())
	for i := range run {
		run[i] = byte(v.Index(i).Uint())
	}
	w.visit(path, run)
}

// pool takes everything out of a pool, looks at it and puts it back.
func (w *walker) pool(path string, p *sync.Pool) {
	make := p.New
	p.New = nil
	var all []any
	for item := p.Get(); item != nil; item = p.Get() {
		all = append(all, item)
		w.walk(path+".pooled", reflect.ValueOf(item))
	}
	p.New = make
	for _, item := range all {
		p.Put(item)
	}
}

// TestNothingIsHeld looks for codes, the secrets that they come from, addresses and handles in everything that can be reached from an engine,
// its store and its channels while verifications are pending: they exist in sealed records and within one call (S57).
func TestNothingIsHeld(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // what one processor puts into a pool, another may not find
	eachStore(t, func(t *testing.T, s store.Store) {
		key := verify.NewKey()
		var keys []string
		hooked := &hookedStore{Store: s}
		e, inbox := verifytest.New(t, withStore(hooked), func(o *verify.Options) {
			o.Key = key
			o.Profiles[0].Brand, o.Profiles[0].CodeLength, o.Profiles[0].CustomCodes = "Reachable Brand", 10, true
		})
		hooked.load = func(key string) error { keys = append(keys, key); return nil }
		var hiding []secret
		for n := range 20 {
			r := verify.StartRequest{To: number(n), Handle: fmt.Sprintf("a-handle-that-is-longer-than-a-hash-walked%02d", n)}
			if n%2 == 0 {
				r.To, r.CustomCode = fmt.Sprintf("an-address-longer-than-a-hash@walked%02d.example.com", n), fmt.Sprintf("Walk%02d", n)
			}
			v := mustStart(t, e, r)
			code := lastCode(t, inbox)
			_, err := e.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: strings.Repeat("0", len(code)), Handle: r.Handle})
			wantError(t, "check", err, verify.ErrIncorrect)
			hiding = append(hiding, secret{"code", code}, secret{"address", strings.TrimPrefix(r.To, "+")}, secret{"handle", r.Handle})
		}
		hooked.load = nil
		hiding = append(hiding, storedSecrets(t, s, key, keys)...)
		if len(hiding) != 4*20-10 {
			t.Fatalf("%d secrets to look for", len(hiding))
		}

		brand := false
		visit := func(path string, data []byte) {
			brand = brand || string(data) == "Reachable Brand"
			for _, s := range hiding {
				if bytes.Contains(data, []byte(s.text)) {
					t.Errorf("%s holds the %s %q", path, s.what, s.text)
				}
			}
		}
		walk([]any{e, s, inbox}, visit)
		if !brand {
			t.Error("the walk never came to the profile")
		}
	})
}

// storedSecrets opens the records under keys and returns the secrets in them, of verifications whose codes are not the host's.
func storedSecrets(t *testing.T, s store.Store, key []byte, keys []string) (found []secret) {
	t.Helper()
	sealed, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	known := map[[subject.SecretSize]byte]bool{{}: true}
	for _, k := range keys {
		name, err := base64.RawURLEncoding.DecodeString(k[1:])
		if err != nil {
			t.Fatal(err)
		}
		value, err := s.Load(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := sealed.Open(nil, seal.Name(name), value)
		if err != nil {
			t.Fatal(err)
		}
		sub := new(subject.Subject)
		err = sub.Decode(plain, func(b []byte) string { return string(b) })
		if err != nil {
			t.Fatal(err)
		}
		if !known[sub.Secret] {
			known[sub.Secret] = true
			found = append(found, secret{"secret", string(sub.Secret[:])})
		}
	}
	return found
}

// TestWalker plants one secret in every kind of place, and sees that the walker comes there.
func TestWalker(t *testing.T) {
	const planted = "7319480265"
	type inner struct{ text any }
	type place struct {
		field   string
		pointer *inner
		slice   []inner
		beyond  []byte
		array   [10]byte
		number  uint64
		amap    map[string]*inner
		key     map[inner]bool
		pool    *sync.Pool
		self    *place
	}
	pool := new(sync.Pool)
	for range 100 { // under the race detector a pool loses some of what it is given
		pool.Put(&inner{planted})
	}
	for name, p := range map[string]*place{
		"a field":             {field: planted},
		"a pointer":           {pointer: &inner{planted}},
		"a slice":             {slice: []inner{{}, {[]byte(planted)}}},
		"beyond a slice":      {beyond: []byte("x" + planted)[:1]},
		"an array":            {array: [10]byte([]byte(planted))},
		"a number":            {number: 7319480265},
		"a map":               {amap: map[string]*inner{"": {planted}}},
		"the key of a map":    {key: map[inner]bool{{planted}: true}},
		"a pool":              {pool: pool},
		"what points to both": {self: &place{field: planted}},
	} {
		p.self = cmp.Or(p.self, p) // and it comes back
		found := false
		walk(hidden[any]{p}, func(_ string, data []byte) { found = found || bytes.Contains(data, []byte(planted)) })
		if !found {
			t.Errorf("the walker does not come to %s", name)
		}
	}
	walk(hidden[any]{func() string { return planted }}, func(path string, _ []byte) { t.Errorf("the walker looks into a func: %s", path) })
}
