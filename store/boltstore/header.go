package boltstore

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"os"
)

// bbolt alternates between two header pages, and opens whichever is newer and whole. If the newer one is destroyed
// after its transaction was acknowledged, bbolt goes back in time without a word. So both are checked here: whole, and
// one transaction apart.

// A header is what a header page says about the file. Numbers are of pages.
type header struct {
	root     uint64
	freelist uint64
	high     uint64 // the first page that was never used
	txid     uint64
}

const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	pageHeaderSize = 16
	headerBody     = 56 // bytes that the checksum covers; bbolt's integers have the machine's byte order

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagHeader   = 0x04
	flagFreelist = 0x10
)

// parseHeader returns the header on page id. Ours is false if this was no header page of a boltstore file to begin
// with, as far as one can tell, and whole is false if it was but its content does not hold together.
func parseHeader(id uint64, page []byte) (h header, ours, whole bool) {
	if len(page) < pageHeaderSize+headerBody+8 {
		return h, false, false
	}
	order := binary.NativeEndian
	body := page[pageHeaderSize:]
	sum := fnv.New64a()
	sum.Write(body[:headerBody])
	ours = order.Uint32(body) == boltMagic && order.Uint32(body[4:]) == boltVersion && order.Uint32(body[8:]) == pageSize
	h = header{
		root:     order.Uint64(body[16:]),
		freelist: order.Uint64(body[32:]),
		high:     order.Uint64(body[40:]),
		txid:     order.Uint64(body[48:]),
	}
	whole = ours &&
		order.Uint64(page) == id && order.Uint16(page[8:]) == flagHeader &&
		order.Uint64(body[headerBody:]) == sum.Sum64()
	return h, ours, whole
}

// check looks at everything that bbolt trusts blindly: the header pages, the size of the file, and the pages that lead
// to the data. The file must be at rest. Lost comes with ErrLostCommit; the file is sound apart from it.
func check(f *os.File) (lost bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	pages := make([]byte, 2*pageSize)
	n, err := f.ReadAt(pages, 0)
	if err != nil && err != io.EOF {
		return false, err
	}
	first, ours0, whole0 := parseHeader(0, pages[:min(n, pageSize)])
	second, ours1, whole1 := parseHeader(1, pages[min(n, pageSize):n])
	if n == 0 || n < len(pages) && ours0 {
		return false, ErrCorrupt
	}
	if !ours0 && !ours1 {
		return false, ErrForeign
	}
	newest := first
	switch {
	case !whole0 && !whole1:
		return false, ErrCorrupt
	case !whole0, whole1 && second.txid > first.txid:
		newest = second
	}
	if newest.high > uint64(info.Size())/pageSize {
		return false, ErrCorrupt
	}
	if err := checkTree(f, newest); err != nil {
		return false, err
	}
	if whole0 && whole1 && max(first.txid, second.txid)-min(first.txid, second.txid) == 1 {
		return false, nil
	}
	return true, ErrLostCommit
}
