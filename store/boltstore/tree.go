package boltstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"slices"
)

// A tree is a walk through the pages that lead to the data, and through the list of free pages. bbolt follows these
// without looking: a page that leads back to itself would end in a stack overflow, which no process survives, and a
// free page that is in use would be overwritten. Leaves are not read, there are too many; their numbers are checked.
type tree struct {
	file io.ReaderAt
	high uint64
	seen []uint64 // one bit for each page
}

// An element of a page leads to a page, or holds a value.
type element struct {
	key    []byte
	value  []byte // in a leaf
	bucket bool   // in a leaf: the value is a bucket
	child  uint64 // in a branch
}

// A page is one page with its overflow.
type page struct {
	flags uint16
	count uint16
	data  []byte
}

// checkTree returns ErrCorrupt if the pages do not hold together, and ErrForeign if they do but are not ours.
func checkTree(file io.ReaderAt, h header) error {
	t := &tree{file: file, high: h.high, seen: make([]uint64, h.high/64+1)}
	if !t.visit(0, 1) || !t.visit(1, 1) {
		return ErrCorrupt
	}
	buckets, err := t.leaf(h.root)
	if err != nil {
		return err
	}
	entries, err1 := t.bucket(buckets, entriesBucket)
	_, err2 := t.bucket(buckets, deadlinesBucket)
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	if len(buckets) != 2 {
		return ErrForeign
	}
	// The smallest entry takes a key, a record and 16 bytes of a leaf. A number of entries that cannot be would fill
	// the store, or overflow when one is removed.
	if entries > h.high*pageSize/(16+1+headerSize+1) {
		return ErrCorrupt
	}
	return t.free(h.freelist)
}

// visit marks n pages from id on as used, and reports whether they exist and were not yet.
func (t *tree) visit(id, n uint64) bool {
	if id >= t.high || n > t.high-id {
		return false
	}
	for i := id; i < id+n; i++ {
		if t.seen[i/64]&(1<<(i%64)) != 0 {
			return false
		}
		t.seen[i/64] |= 1 << (i % 64)
	}
	return true
}

// read reads page id with its overflow, and marks it.
func (t *tree) read(id uint64) (*page, error) {
	if id >= t.high {
		return nil, ErrCorrupt
	}
	head := make([]byte, pageSize)
	if _, err := t.file.ReadAt(head, int64(id)*pageSize); err != nil {
		return nil, err
	}
	order := binary.NativeEndian
	overflow := uint64(order.Uint32(head[12:]))
	if order.Uint64(head) != id || !t.visit(id, 1+overflow) {
		return nil, ErrCorrupt
	}
	p := &page{flags: order.Uint16(head[8:]), count: order.Uint16(head[10:]), data: head}
	if overflow == 0 {
		return p, nil
	}
	p.data = make([]byte, (1+overflow)*pageSize)
	_, err := t.file.ReadAt(p.data, int64(id)*pageSize)
	return p, err
}

// elements returns what a branch or a leaf holds, in ascending order of keys, or ErrCorrupt.
func (p *page) elements() ([]element, error) {
	all := make([]element, p.count)
	order := binary.NativeEndian
	for i := range all {
		at := pageHeaderSize + 16*i
		if at+16 > len(p.data) {
			return nil, ErrCorrupt
		}
		e := p.data[at:]
		var pos, keySize, valueSize uint64
		if p.flags == flagLeaf {
			pos, keySize, valueSize = uint64(order.Uint32(e[4:])), uint64(order.Uint32(e[8:])), uint64(order.Uint32(e[12:]))
			all[i].bucket = order.Uint32(e) == 1
		} else {
			pos, keySize = uint64(order.Uint32(e)), uint64(order.Uint32(e[4:]))
			all[i].child = order.Uint64(e[8:])
		}
		if pos+keySize+valueSize > uint64(len(e)) {
			return nil, ErrCorrupt
		}
		all[i].key, all[i].value = e[pos:pos+keySize], e[pos+keySize:pos+keySize+valueSize]
		if i > 0 && bytes.Compare(all[i-1].key, all[i].key) >= 0 {
			return nil, ErrCorrupt
		}
	}
	return all, nil
}

// leaf returns the elements of a leaf.
func (t *tree) leaf(id uint64) ([]element, error) {
	p, err := t.read(id)
	if err != nil {
		return nil, err
	}
	if p.flags != flagLeaf {
		return nil, ErrCorrupt
	}
	return p.elements()
}

// bucket walks the bucket of that name, and returns its sequence.
func (t *tree) bucket(buckets []element, name []byte) (sequence uint64, err error) {
	i := slices.IndexFunc(buckets, func(e element) bool { return bytes.Equal(e.key, name) })
	if i < 0 || !buckets[i].bucket {
		return 0, ErrForeign
	}
	if len(buckets[i].value) < 16 {
		return 0, ErrCorrupt
	}
	order := binary.NativeEndian
	root, sequence := order.Uint64(buckets[i].value), order.Uint64(buckets[i].value[8:])
	if root == 0 {
		return sequence, nil // a small bucket lies within the leaf that names it
	}
	height, err := t.height(root)
	if err != nil {
		return 0, err
	}
	return sequence, t.walk(root, height, nil, nil)
}

// height is how many branches lie above the leftmost leaf below page id. All leaves are equally deep.
func (t *tree) height(id uint64) (int, error) {
	// A walk of its own, so that its marks are not in the way of the other. Seven levels would be 10^12 pages.
	probe := &tree{file: t.file, high: t.high, seen: make([]uint64, len(t.seen))}
	for height := range 8 {
		p, err := probe.read(id)
		if err != nil {
			return 0, err
		}
		if p.flags == flagLeaf {
			return height, nil
		}
		all, err := p.elements()
		if err != nil || p.flags != flagBranch || len(all) == 0 {
			return 0, ErrCorrupt
		}
		id = all[0].child
	}
	return 0, ErrCorrupt
}

// walk visits all pages below id, whose keys must lie between from and to; nil means no bound.
func (t *tree) walk(id uint64, height int, from, to []byte) error {
	if height == 0 {
		if !t.visit(id, 1) {
			return ErrCorrupt
		}
		return nil
	}
	p, err := t.read(id)
	if err != nil {
		return err
	}
	all, err := p.elements()
	if err != nil || p.flags != flagBranch || len(all) == 0 {
		return ErrCorrupt
	}
	if bytes.Compare(all[0].key, from) < 0 || to != nil && bytes.Compare(all[len(all)-1].key, to) >= 0 {
		return ErrCorrupt
	}
	for i, e := range all {
		next := to
		if i+1 < len(all) {
			next = all[i+1].key
		}
		if err := t.walk(e.child, height-1, e.key, next); err != nil {
			return err
		}
	}
	return nil
}

// free checks the list of free pages: each one exists, is named once, and is not in use.
func (t *tree) free(id uint64) error {
	p, err := t.read(id)
	if err != nil {
		return err
	}
	if p.flags != flagFreelist {
		return ErrCorrupt
	}
	order := binary.NativeEndian
	ids := p.data[pageHeaderSize:]
	n := uint64(p.count)
	if n == 0xFFFF { // too many for the page header
		n, ids = order.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids))/8 {
		return ErrCorrupt
	}
	for i := range n {
		if !t.visit(order.Uint64(ids[8*i:]), 1) {
			return ErrCorrupt
		}
	}
	return nil
}
