package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/codeword-go/codeword/store/boltstore"
)

// A pair is the same entries in a file of ours and in a plain one.
type pair struct {
	path  string
	ahead atomic.Int64 // of ours' clock
	ours  *boltstore.Store
	plain *bbolt.DB
	keys  []string
	size  int // of a value
}

func newPair(path string, n int) (*pair, error) {
	keySize, valueSize, err := pending()
	if err != nil {
		return nil, err
	}
	p := &pair{path: path, size: valueSize, keys: make([]string, n)}
	for i := range p.keys {
		p.keys[i] = randomKey(keySize)
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	if p.plain, err = bbolt.Open(path+".plain", 0o600, &bbolt.Options{Timeout: time.Second}); err != nil {
		return nil, err
	}
	return p, cmp.Or(p.fillOurs(), p.fillPlain())
}

func (p *pair) open() (err error) {
	p.ours, err = boltstore.Open(p.path, boltstore.Options{Now: func() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }})
	return err
}

func (p *pair) close() {
	p.ours.Close()
	p.plain.Close()
}

func randomKey(size int) string {
	b := make([]byte, (size+1)/2)
	rand.Read(b)
	return hex.EncodeToString(b)[:size]
}

func (p *pair) randomValue() []byte { return randomBytes(p.size) }

func randomBytes(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	return b
}

// fillOurs creates the entries, in transactions of as many as there are callers, to expire at times over a day.
func (p *pair) fillOurs() error {
	first := time.Now().Add(2 * time.Hour)
	return crowd(4000, len(p.keys), func(i int) error {
		expires := first.Add(time.Duration(i) * (24 * time.Hour / time.Duration(len(p.keys))))
		return p.ours.CompareAndSwap(context.Background(), p.keys[i], nil, p.randomValue(), expires)
	})
}

var values = []byte("values")

func (p *pair) fillPlain() error {
	for keys := range slices.Chunk(p.keys, 50_000) {
		err := p.plain.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists(values)
			for _, key := range slices.Sorted(slices.Values(keys)) {
				err = cmp.Or(err, bucket.Put([]byte(key), p.randomValue()))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// crowd calls operate once for each i below n, from as many goroutines as callers.
func crowd(callers, n int, operate func(i int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := operate(int(i)); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}
