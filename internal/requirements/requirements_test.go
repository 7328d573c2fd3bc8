package requirements_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/internal/requirements"
	"github.com/codeword-go/codeword/internal/workspace"
)

const last = 96

// S96: every requirement is in the table, and whatever is said to hold it exists.
func TestTable(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := requirements.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	exists := testFunctions(t, root)
	if len(rows) != last {
		t.Errorf("%d requirements, want %d", len(rows), last)
	}
	for i, row := range rows {
		if row.Number != i+1 {
			t.Fatalf("S%d stands where S%d belongs", row.Number, i+1)
		}
		for _, name := range row.Tests {
			if !exists[name] {
				t.Errorf("S%d: there is no test %s", row.Number, name)
			}
		}
		for _, file := range row.Files {
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("S%d: %v", row.Number, err)
			}
		}
	}
}

// A document that names a test is as wrong without it.
func TestDocuments(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	exists := testFunctions(t, root)
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	for _, file := range append(files, filepath.Join(root, "SECURITY.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range requirements.TestNames(string(text)) {
			if !exists[name] {
				t.Errorf("%s: there is no test %s", filepath.Base(file), name)
			}
		}
	}
}

// testFunctions returns the names of all tests, with the last folder of their package.
func testFunctions(t *testing.T, root string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTestNames(t *testing.T) {
	got := requirements.TestNames("`a.TestB` and `a.FuzzC`, `storetest.Run`, a.TestD, `x/y.TestE`")
	if want := []string{"a.TestB", "a.FuzzC"}; !slices.Equal(got, want) {
		t.Errorf("TestNames returns %v, want %v", got, want)
	}
}

func TestParse(t *testing.T) {
	const document = "# Title\n\n| id | requirement | held by |\n| --- | --- | --- |\n" +
		"| S1* | codes | `code.TestA`, `seal.FuzzB` |\n" +
		"| S2 | limits | `docs/x.md`; not yet: Redis |\n" +
		"| S3 | gone | withdrawn |\n"
	want := []requirements.Row{
		{Number: 1, Star: true, Says: "codes", Tests: []string{"code.TestA", "seal.FuzzB"}},
		{Number: 2, Says: "limits", Files: []string{"docs/x.md"}, NotYet: true},
		{Number: 3, Says: "gone", Withdrawn: true},
	}
	got, err := requirements.Parse(document)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Parse returns %+v, %v; want %+v", got, err, want)
	}
	for _, broken := range []string{
		"| S1 | no test | later |\n",
		"| S1 | two cells |\n",
		"| S01 | odd id | `code.TestA` |\n",
	} {
		if rows, err := requirements.Parse(broken); err == nil {
			t.Errorf("Parse(%q) returns %+v and no error", broken, rows)
		}
	}
}
