package rules_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/internal/workspace"
)

var budget = []string{
	"github.com/nyaruka/phonenumbers",
	"github.com/pquerna/otp",
	"go.etcd.io/bbolt",
	"golang.org/x/text",
}

// Whoever uses the library gets four others, and what those need.
func TestRootRequiresFourLibraries(t *testing.T) {
	modules, err := workspace.Modules()
	if err != nil {
		t.Fatal(err)
	}
	out, err := workspace.Output(modules[0].Dir, "go", "mod", "edit", "-json")
	if err != nil {
		t.Fatal(err)
	}
	got, replaced := direct(t, out)
	if !slices.Equal(got, budget) {
		t.Errorf("go.mod requires %v directly, want %v", got, budget)
	}
	if replaced > 0 {
		t.Error("go.mod replaces something, which its users' builds ignore")
	}
}

// direct returns the libraries that a go.mod, as JSON, requires directly, and how many replacements it has.
func direct(t *testing.T, goMod string) ([]string, int) {
	t.Helper()
	var file struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []any
	}
	if err := json.Unmarshal([]byte(goMod), &file); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range file.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	slices.Sort(paths)
	return paths, len(file.Replace)
}
