package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A rule says what some packages may not depend on.
type rule struct {
	name    string
	direct  bool // it is about what a package imports itself, not about all that it reaches
	applies func(pkg string) bool
	forbids func(pkg, to string) bool
}

var (
	leaves = []string{"./store", "./channel", "./locale"}
	rooms  = []string{"./verify/internal/subject", "./verify/internal/seal", "./verify/internal/code", "./verify/recipient"}

	// Programs may use whatever they like. The rest of internal is linked into the library.
	programs = []string{"./examples", "./benchmarks", "./internal/check", "./internal/fuzz", "./internal/mutants", "./internal/suite"}
)

const (
	bbolt = "go.etcd.io/bbolt"
	text  = "golang.org/x/text"
)

// clients are those of the databases that processes share.
var clients = []string{"github.com/jackc/pgx/v5", "github.com/redis/rueidis", "github.com/redis/go-redis/v9"}

var rules = []rule{
	{
		name:    "leaves do not import each other, and nothing that stands on them",
		applies: func(pkg string) bool { return under(pkg, leaves...) },
		forbids: func(pkg, to string) bool {
			if !own(to) || under(to, "./channel/speech") && under(pkg, "./locale") || under(to, "./internal/publicnet") {
				return false
			}
			i := slices.IndexFunc(leaves, func(leaf string) bool { return under(pkg, leaf) })
			return !under(to, leaves[i])
		},
	},
	{
		name:    "the store contract and the memory store need the standard library only",
		applies: func(pkg string) bool { return under(pkg, "./store/memstore", "./store/storetest") || pkg == "./store" },
		forbids: func(_, to string) bool { return !own(to) && !standard(to) },
	},
	{
		name:    "the channel contract and the texts need the standard library and x/text only",
		applies: func(pkg string) bool { return under(pkg, "./channel", "./locale") && !under(pkg, "./channel/smtpmail") },
		forbids: func(_, to string) bool { return !own(to) && !standard(to) && !under(to, text) },
	},
	{
		name:    "the inner rooms of verify import none of the project, not each other either",
		applies: func(pkg string) bool { return under(pkg, rooms...) },
		forbids: func(pkg, to string) bool { return own(to) && to != pkg },
	},
	{
		name:    "the state machine knows no clock, no randomness, no cryptography and no context",
		direct:  true,
		applies: func(pkg string) bool { return pkg == "./verify/internal/subject" },
		forbids: func(_, to string) bool {
			return under(to, "time", "crypto", "math/rand", "context", "sync", "log", "os")
		},
	},
	{
		name:    "only packages named for it link testing",
		applies: func(pkg string) bool { return own(pkg) && !forTests(pkg) && !under(pkg, programs...) },
		forbids: func(_, to string) bool { return under(to, "testing") },
	},
	{
		name:    "helpers for tests are imported by tests and by each other",
		applies: func(pkg string) bool { return own(pkg) && !forTests(pkg) && !under(pkg, programs...) },
		forbids: func(_, to string) bool { return forTests(to) },
	},
	{
		name:    "nobody imports middleware but the programs",
		applies: func(pkg string) bool { return own(pkg) && !under(pkg, "./middleware") && !under(pkg, programs...) },
		forbids: func(_, to string) bool { return under(to, "./middleware") },
	},
	{
		name:   "nobody imports the engine but middleware, its test helper and the programs",
		direct: true,
		applies: func(pkg string) bool {
			return own(pkg) && !under(pkg, "./verify", "./middleware") && !under(pkg, programs...)
		},
		forbids: func(_, to string) bool { return to == "./verify" },
	},
	{
		name:   "bbolt is reached through boltstore only",
		direct: true,
		applies: func(pkg string) bool {
			return own(pkg) && pkg != "./store/boltstore" && !under(pkg, "./benchmarks")
		},
		forbids: func(_, to string) bool { return under(to, bbolt) },
	},
	{
		name:   "clients of databases are reached through the stores only",
		direct: true,
		applies: func(pkg string) bool {
			return own(pkg) && !under(pkg, "./store") && !under(pkg, programs...)
		},
		forbids: func(_, to string) bool { return under(to, clients...) },
	},
	{
		name:    "nothing but boltstore's users links bbolt",
		applies: func(pkg string) bool { return under(pkg, "./verify", "./middleware") },
		forbids: func(_, to string) bool { return under(to, bbolt) },
	},
	{
		name:    "math/rand is for jitter in verify, in its second version",
		direct:  true,
		applies: func(pkg string) bool { return own(pkg) && !forTests(pkg) && !under(pkg, programs...) },
		forbids: func(pkg, to string) bool { return to == "math/rand" || to == "math/rand/v2" && pkg != "./verify" },
	},
	{
		name:    "internal packages need the standard library only",
		applies: func(pkg string) bool { return under(pkg, "./internal") },
		forbids: func(_, to string) bool { return !standard(to) && !under(to, "./internal") },
	},
}

// breaches returns every breach of the rule, in order.
func (r rule) breaches(g graph) []string {
	var found []string
	for _, pkg := range slices.Sorted(maps.Keys(g)) {
		if !r.applies(pkg) {
			continue
		}
		reached := g.reach(pkg)
		for _, to := range slices.Sorted(maps.Keys(reached)) {
			if via := reached[to]; r.forbids(pkg, to) && (via == pkg || !r.direct) {
				found = append(found, fmt.Sprintf("%s reaches %s through %s", pkg, to, via))
			}
		}
	}
	return found
}

func TestImports(t *testing.T) {
	g := loadGraph(t)
	if len(g) < 50 || g["./verify"] == nil || g["./store"] == nil {
		t.Fatalf("the import graph has only %d packages", len(g))
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, breach := range r.breaches(g) {
				t.Error(breach)
			}
		})
	}
}

// Each row is an import that breaks exactly the named rules, in a tree that breaks none.
func TestImportRulesNoticeBreaches(t *testing.T) {
	sound := func() graph {
		return graph{
			"./store":                   {"context"},
			"./store/boltstore":         {"./store", bbolt},
			"./store/memstore":          {"./store", "sync"},
			"./store/storetest":         {"./store", "testing"},
			"./channel":                 {"./channel/speech"},
			"./channel/channeltest":     {"./channel"},
			"./channel/smtpmail":        {"./channel", "github.com/wneessen/go-mail"},
			"./channel/speech":          {text + "/language"},
			"./locale":                  {"./channel/speech", text + "/language"},
			"./verify":                  {"./store", "./channel", "./locale", "./verify/internal/seal", "./verify/internal/subject", "math/rand/v2"},
			"./verify/internal/seal":    {"crypto/aes"},
			"./verify/internal/subject": {"slices"},
			"./verify/verifytest":       {"./verify", "./channel/channeltest", "./store/memstore"},
			"./middleware":              {"./verify", "net/http"},
			"./examples/quickstart":     {"./middleware", "./store/boltstore"},
			"./internal/check":          {"os/exec"},
			"crypto/aes":                {"time"},
			"github.com/x/assert":       {"testing"},
			bbolt:                       {"golang.org/x/sys/unix"},
			text + "/language":          {"strings"},
		}
	}
	for _, r := range rules {
		if found := r.breaches(sound()); len(found) > 0 {
			t.Errorf("the sound tree breaks %q: %v", r.name, found)
		}
	}
	tests := []struct{ from, to, breaks string }{
		{"./store", "./channel", "leaves do not"},
		{"./channel", "./store", "leaves do not"},
		{"./channel/speech", "./locale", "leaves do not"},
		{"./locale", "./channel", "leaves do not"},
		{"./store/memstore", "./verify", "leaves do not"},
		{"./store", "golang.org/x/sys/unix", "the store contract"},
		{"./store/memstore", bbolt, "the store contract"},
		{"./channel", "golang.org/x/net/html", "the channel contract"},
		{"./locale", "github.com/nyaruka/phonenumbers", "the channel contract"},
		{"./verify/internal/seal", "./verify/internal/subject", "the inner rooms"},
		{"./verify/internal/subject", "./store", "the inner rooms"},
		{"./verify/internal/subject", "time", "the state machine"},
		{"./verify/internal/subject", "crypto/rand", "the state machine"},
		{"./middleware", "testing/iotest", "only packages named"},
		{"./verify", "github.com/x/assert", "only packages named"},
		{"./middleware", "./verify/verifytest", "helpers for tests"},
		{"./verify", "./channel/channeltest", "helpers for tests"},
		{"./verify", "./middleware", "nobody imports middleware"},
		{"./channel/smtpmail", "./middleware", "nobody imports middleware"},
		{"./channel/smtpmail", "./verify", "nobody imports the engine"},
		{"./middleware", bbolt, "bbolt is reached"},
		{"./examples/quickstart", bbolt, "bbolt is reached"},
		{"./verify", "./store/boltstore", "nothing but boltstore's users"},
		{"./middleware", "github.com/jackc/pgx/v5/pgxpool", "clients of databases"},
		{"./verify", "github.com/redis/rueidis", "clients of databases"},
		{"./verify", "math/rand", "math/rand is for jitter"},
		{"./verify/internal/seal", "math/rand/v2", "math/rand is for jitter"},
		{"./internal/check", "./verify", "internal packages"},
		{"./internal/check", "github.com/x/assert", "internal packages"},
	}
	noticed := map[string]bool{}
	for _, test := range tests {
		g := sound()
		g[test.from] = append(g[test.from], test.to)
		named := false
		for _, r := range rules {
			if strings.HasPrefix(r.name, test.breaks) && len(r.breaches(g)) > 0 {
				named, noticed[r.name] = true, true
			}
		}
		if !named {
			t.Errorf("%s imports %s: is not noticed by the rule %q", test.from, test.to, test.breaks)
		}
	}
	for _, r := range rules {
		if !noticed[r.name] {
			t.Errorf("no import shows that the rule %q can fail", r.name)
		}
	}
}
