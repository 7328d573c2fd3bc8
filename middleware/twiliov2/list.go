package twiliov2

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/codeword-go/codeword/verify"
)

// A page is what a list request asks for. Its token leads on from the item that another page ended or began with, so that lists which
// change meanwhile neither repeat an item nor miss one.
type page struct {
	size, number  int
	after, before string
}

func (c *call) page() (page, error) {
	g := page{size: 50}
	p := &params{fields: c.fields}
	p.number("PageSize", 1, 1000, &g.size)
	p.number("Page", 0, 1_000_000, &g.number)
	if token := c.fields.Get("PageToken"); token != "" {
		after, isAfter := strings.CutPrefix(token, "PA")
		before, isBefore := strings.CutPrefix(token, "PB")
		if !isAfter && !isBefore || len(token) > 64 {
			p.refuse("PageToken")
		}
		if g.after = after; isBefore {
			g.after, g.before = "", before
		}
	}
	return g, p.err
}

// bounds returns which of the keys, which are sorted, the page has.
func (g page) bounds(keys []string) (from, to int) {
	switch {
	case g.after != "":
		i, found := slices.BinarySearch(keys, g.after)
		if from = i; found {
			from++
		}
	case g.before != "":
		to, _ = slices.BinarySearch(keys, g.before)
		return max(0, to-g.size), to
	default:
		from = min(len(keys), g.number*g.size)
	}
	return from, min(len(keys), from+g.size)
}

// list answers with one page of a list. The keys say which items there are, and by their order which comes first; load returns the item of a
// key, or an error that wraps verify.ErrNotFound for one that is gone meanwhile.
func list(c *call, name string, keys []string, load func(key string) (any, error)) (any, error) {
	g, err := c.page()
	if err != nil {
		return nil, err
	}
	slices.Sort(keys)
	from, to := g.bounds(keys)
	items := []any{}
	for _, key := range keys[from:to] {
		item, err := load(key)
		if errors.Is(err, verify.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	meta := map[string]any{
		"key": name, "page": g.number, "page_size": g.size,
		"first_page_url": c.pageURL(g.size, 0, ""), "url": c.pageURL(g.size, g.number, c.fields.Get("PageToken")),
		"previous_page_url": nil, "next_page_url": nil,
	}
	if from < to && from > 0 {
		meta["previous_page_url"] = c.pageURL(g.size, max(0, g.number-1), "PB"+keys[from])
	}
	if from < to && to < len(keys) {
		meta["next_page_url"] = c.pageURL(g.size, g.number+1, "PA"+keys[to-1])
	}
	return map[string]any{"meta": meta, name: items}, nil
}

// pageURL returns the address of a page of the list that was asked for, with its filters.
func (c *call) pageURL(size, number int, token string) string {
	query := url.Values{}
	for name, value := range c.fields.All() {
		query.Set(name, value)
	}
	query.Set("PageSize", strconv.Itoa(size))
	query.Set("Page", strconv.Itoa(number))
	query.Del("PageToken")
	if token != "" {
		query.Set("PageToken", token)
	}
	return c.base + (&url.URL{Path: c.path}).EscapedPath() + "?" + query.Encode()
}
