package locale

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// english is the language of last resort. It always exists.
const english = "en"

//go:embed messages/*.json
var embedded embed.FS

// Options say how a Catalog differs from the one that is built in. The zero value is that one.
type Options struct {
	// FS holds message files of the host's own, named <tag>.json, in its root directory. They replace or add to those
	// that are built in, and are read and checked by New.
	FS fs.FS

	// RegionLocales overrides the language of regions, for requests that name none: {"BE": "fr"}. Keys are ISO 3166
	// codes in upper case, values tags that the Catalog has.
	RegionLocales map[string]string
}

// A Catalog is a set of languages. It is immutable and safe for concurrent use.
type Catalog struct {
	*negotiator
	locales map[string]func() *Locale
}

// Default returns the Catalog that is built in. It is made once.
func Default() *Catalog { return builtIn() }

var builtIn = sync.OnceValue(func() *Catalog {
	c, err := New(Options{})
	if err != nil {
		panic(err) // only files that are compiled in could be at fault
	}
	return c
})

// New returns a Catalog of the languages that are built in and those of the host. Its error names every fault of the
// host's files and options.
func New(o Options) (*Catalog, error) {
	c := &Catalog{locales: make(map[string]func() *Locale)}
	names, err := list(embedded, "messages")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		c.locales[tagOf(name)] = sync.OnceValue(func() *Locale {
			data, err := embedded.ReadFile(name)
			if err != nil {
				panic(err)
			}
			return c.mustLoad(data)
		})
	}
	if o.FS != nil {
		if err := c.addHost(o.FS); err != nil {
			return nil, err
		}
	}
	tags := slices.SortedFunc(maps.Keys(c.locales), englishFirst)
	if err := checkRegions(o.RegionLocales, tags); err != nil {
		return nil, err
	}
	c.negotiator = newNegotiator(tags, maps.Clone(o.RegionLocales))
	return c, nil
}

func (c *Catalog) addHost(files fs.FS) error {
	names, err := list(files, ".")
	if err != nil {
		return err
	}
	var faults []error
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("locale: Options.FS: %w", err)
		}
		if err := Check(tagOf(name), data); err != nil {
			faults = append(faults, err)
			continue
		}
		c.locales[tagOf(name)] = sync.OnceValue(func() *Locale { return c.mustLoad(data) })
	}
	return errors.Join(faults...)
}

// mustLoad loads a file that has been checked: by New if it is the host's, by the tests if it is compiled in.
func (c *Catalog) mustLoad(data []byte) *Locale {
	texts, err := parseFile(data)
	if err != nil {
		panic(err)
	}
	l, err := newLocale(texts, c.speaker)
	if err != nil {
		panic(err)
	}
	return l
}

// Match chooses the language for a person: the one that was requested, by a BCP 47 tag in any spelling, if there are
// messages in it; else the language of region, the ISO 3166 code of the person's number; else English. Either may be
// empty. It never returns nil.
func (c *Catalog) Match(requested, region string) (*Locale, Reason) {
	tag, reason := c.choose(requested, region)
	return c.locales[tag](), reason
}

// MatchStrict is Match for callers who would rather refuse a request than answer in another language than was
// asked for: its error is ErrUnsupported unless requested is empty or there are messages in that language.
func (c *Catalog) MatchStrict(requested, region string) (*Locale, Reason, error) {
	l, reason := c.Match(requested, region)
	if requested != "" && reason > Language {
		return nil, reason, ErrUnsupported
	}
	return l, reason, nil
}

// Tags returns the tags of all languages, English first, then by alphabet.
func (c *Catalog) Tags() []string { return slices.Clone(c.tags) }

// list returns the message files of dir.
func list(files fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("locale: Options.FS: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	return names, nil
}

func tagOf(name string) string {
	return strings.TrimSuffix(path.Base(name), ".json")
}

func englishFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == english:
		return -1
	case b == english:
		return 1
	}
	return strings.Compare(a, b)
}

func checkRegions(regions map[string]string, tags []string) error {
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		if _, known := regionDefaults()[region]; !known {
			return fmt.Errorf("locale: Options.RegionLocales: unknown region %q", region)
		}
		if !slices.Contains(tags, regions[region]) {
			return fmt.Errorf("locale: Options.RegionLocales: no messages in %q", regions[region])
		}
	}
	return nil
}
