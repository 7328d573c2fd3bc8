package rules_test

import (
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/internal/workspace"
)

// A graph holds what each package imports outside its tests. The project's own packages are written from the root: "./verify".
type graph map[string][]string

// node is what go list tells of a package.
type node struct {
	ImportPath string
	Imports    []string
}

// loadGraph reads the packages of every module and all that they depend on.
func loadGraph(t *testing.T) graph {
	t.Helper()
	modules, err := workspace.Modules()
	if err != nil {
		t.Fatal(err)
	}
	g := graph{}
	for _, m := range modules {
		// With -e a package that does not build has its rules to keep all the same.
		out, err := workspace.Output(m.Dir, "go", "list", "-e", "-deps", "-json=ImportPath,Imports", "./...")
		if err != nil {
			t.Fatal(err)
		}
		if err := g.add(modules[0].Path, out); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func (g graph) add(module, listing string) error {
	for d := json.NewDecoder(strings.NewReader(listing)); ; {
		var n node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for i, to := range n.Imports {
			n.Imports[i] = short(module, to)
		}
		g[short(module, n.ImportPath)] = n.Imports
	}
}

func short(module, importPath string) string {
	if rest, ok := strings.CutPrefix(importPath, module+"/"); ok {
		return "./" + rest
	}
	return importPath
}

// reach returns all that a package depends on, each with the package through which it was found.
func (g graph) reach(from string) map[string]string {
	via := map[string]string{}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, to := range g[queue[0]] {
			if _, seen := via[to]; !seen {
				via[to] = queue[0]
				queue = append(queue, to)
			}
		}
	}
	return via
}

func own(pkg string) bool { return strings.HasPrefix(pkg, "./") }

// standard reports whether a package is of the standard library, whose paths begin without a domain.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".")
}

// under reports whether a package is in one of these folders.
func under(pkg string, folders ...string) bool {
	for _, f := range folders {
		if pkg == f || strings.HasPrefix(pkg, f+"/") {
			return true
		}
	}
	return false
}

// forTests reports whether a package is there to help tests, which its name tells.
func forTests(pkg string) bool { return own(pkg) && strings.HasSuffix(path.Base(pkg), "test") }
