package telnyx

import "strconv"

const (
	defaultPage = 25
	largestPage = 250
)

// A page is a part of a list.
type page struct{ number, size int }

type meta struct {
	Number  int `json:"page_number"`
	Size    int `json:"page_size"`
	Pages   int `json:"total_pages"`
	Results int `json:"total_results"`
}

// A listing is how a list is told.
type listing[T any] struct {
	Data []T  `json:"data"`
	Meta meta `json:"meta"`
}

func (c *call) page() (p page, err error) {
	if p.number, err = c.count("page[number]", 1, 1_000_000); err != nil {
		return p, err
	}
	p.size, err = c.count("page[size]", defaultPage, largestPage)
	return p, err
}

// count reads a number of the query, from 1 to a limit.
func (c *call) count(name string, standard, limit int) (int, error) {
	if !c.query.Has(name) {
		return standard, nil
	}
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil || n < 1 || n > limit {
		return 0, refusedRange.because("The value must be an integer from 1 to " + strconv.Itoa(limit) + ".").in(name)
	}
	return n, nil
}

// list returns a page of all, each as get finds it, unless it is gone.
func list[F, T any](p page, all []F, get func(F) (T, bool, error)) (listing[T], error) {
	l := listing[T]{Data: []T{}, Meta: meta{p.number, p.size, (len(all) + p.size - 1) / p.size, len(all)}}
	start := min((p.number-1)*p.size, len(all))
	for _, from := range all[start:min(start+p.size, len(all))] {
		item, ok, err := get(from)
		if err != nil {
			return l, err
		}
		if ok {
			l.Data = append(l.Data, item)
		}
	}
	return l, nil
}
