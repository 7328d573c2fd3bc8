package main_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	mutants "github.com/codeword-go/codeword/internal/mutants"
	"github.com/codeword-go/codeword/internal/requirements"
	"github.com/codeword-go/codeword/internal/workspace"
)

// The texts that mutants replace must follow the code, or `make mutants` cannot run.
func TestMutantsFitTheCode(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants.Mutants() {
		if _, _, err := m.Mutate(root); err != nil {
			t.Errorf("%s: %s: %v", m.ID, m.Says, err)
		}
		if m.Says == "" || m.Test == "" || !strings.HasPrefix(m.Package, "./") {
			t.Errorf("%s: %+v lacks something", m.ID, m)
		}
	}
}

// S96: each of the most important requirements that is held by tests has a mutant.
func TestStarredRequirementsHaveMutants(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := requirements.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Star && len(row.Tests) > 0 && !covered(row.Number) {
			t.Errorf("S%d has no mutant", row.Number)
		}
	}
}

func covered(requirement int) bool {
	for _, m := range mutants.Mutants() {
		if m.ID == "S"+strconv.Itoa(requirement) {
			return true
		}
	}
	return false
}

func TestTry(t *testing.T) {
	lab := mutants.Lab{Root: t.TempDir(), Scratch: t.TempDir()}
	for name, text := range map[string]string{
		"go.mod":       "module probe\n\ngo 1.26.0\n",
		"sum.go":       "package probe\n\nfunc sum(a, b int) int { return a + b }\n\nfunc unused() int { return 1 }\n",
		"sum_test.go":  "package probe\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tt.Run(\"one and two\", func(t *testing.T) {\n\t\tif sum(1, 2) != 3 {\n\t\t\tt.Error(\"wrong\")\n\t\t}\n\t})\n}\n",
		"words.go":     "package probe\n\nimport _ \"embed\"\n\n//go:embed words.lua\nvar words string\n",
		"words.lua":    "eins",
		"word_test.go": "package probe\n\nimport \"testing\"\n\nfunc TestWords(t *testing.T) {\n\tif words != \"eins\" {\n\t\tt.Error(words)\n\t}\n}\n",
		"skip_test.go": "package probe\n\nimport \"testing\"\n\nfunc TestSkipped(t *testing.T) { t.Skip() }\n",
	} {
		if err := os.WriteFile(filepath.Join(lab.Root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	tests := []struct {
		name, old, new, test string
		want                 string // in the error, "" for none
	}{
		{"caught", "a + b", "a - b", "TestSum", ""},
		{"caught by a subtest", "a + b", "a - b", "TestSum/one and two", ""},
		{"caught in an embedded file", "eins", "zwei", "TestWords", ""},
		{"panics", "return a + b", "panic(a)", "TestSum", ""},
		{"survives", "return 1", "return 2", "TestSum", mutants.ErrSurvived.Error()},
		{"does not compile", "a + b", "a +", "TestSum", "does not compile"},
		{"leaves a name unused", "return a + b", "c := a; return 3", "TestSum", "does not compile"},
		{"text is gone", "a * b", "a - b", "TestSum", "occurs 0 times"},
		{"text is not unique", "return", "panic(1)", "TestSum", "occurs 2 times"},
		{"no such test", "a + b", "a - b", "TestMul", "no test TestMul"},
		{"no such subtest", "a + b", "a - b", "TestSum/two", "no test TestSum/two"},
		{"skipped test", "a + b", "a - b", "TestSkipped", "no test TestSkipped"},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := lab.Try(mutants.Mutant{Dir: ".", Old: test.old, New: test.new, Package: ".", Test: test.test}, strconv.Itoa(i))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("not caught: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error is %v, want %q in it", err, test.want)
			}
			if test.name == "survives" && !errors.Is(err, mutants.ErrSurvived) {
				t.Error("is no ErrSurvived")
			}
		})
	}
	if text, _ := os.ReadFile(filepath.Join(lab.Root, "sum.go")); !strings.Contains(string(text), "a + b") {
		t.Error("the tree was changed")
	}
}
