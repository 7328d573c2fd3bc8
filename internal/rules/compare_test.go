package rules_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/internal/workspace"
)

// credentials are what keys, passwords and MACs are called. Comparing one with a literal or nil, or its length with anything, tells
// nothing about its content.
var credentials = []string{"typed", "custom", "secret", "password", "mac", "sum", "signature", "credential"}

// guarded are the folders where such things are compared, and what they are called there. To an HTTP handler a code may be an error's.
var guarded = map[string][]string{
	"verify":          append([]string{"code", "want"}, credentials...),
	"channel/webhook": append([]string{"code", "want"}, credentials...),
	"middleware":      credentials,
}

// comparers are functions whose time depends on what they compare.
var comparers = []string{"bytes.Equal", "bytes.Compare", "slices.Equal", "slices.Compare", "strings.EqualFold", "strings.Compare", "reflect.DeepEqual"}

// S68: a comparison of secrets that takes longer the more of them is right tells them byte by byte.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for folder, secrets := range guarded {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if strings.Contains(filepath.ToSlash(path), "/verify/recipient/") {
				return nil // deals in addresses, which are compared with what the caller typed himself
			}
			files++
			found, err := leakyComparisons(path, nil, secrets)
			for _, f := range found {
				t.Error(f)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if files < 20 {
		t.Errorf("looked at only %d files", files)
	}
}

func leakyComparisons(path string, source any, secrets []string) ([]string, error) {
	fileSet := token.NewFileSet()
	file, err := parser.ParseFile(fileSet, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	secret := func(e ast.Expr) bool { return slices.Contains(secrets, strings.ToLower(lastName(e))) }
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && !constant(n.X) && !constant(n.Y) && (secret(n.X) || secret(n.Y)) {
				found = append(found, fmt.Sprintf("%s: %s on a secret", fileSet.Position(n.Pos()), n.Op))
			}
		case *ast.CallExpr:
			if name := dotted(n.Fun); slices.Contains(comparers, name) && slices.ContainsFunc(n.Args, secret) {
				found = append(found, fmt.Sprintf("%s: %s on a secret", fileSet.Position(n.Pos()), name))
			}
		}
		return true
	})
	return found, nil
}

// lastName returns what an expression is called: the last name of a selector, and what a slice is taken from or a pointer leads to.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.SliceExpr:
		return lastName(e.X)
	case *ast.StarExpr:
		return lastName(e.X)
	case *ast.ParenExpr:
		return lastName(e.X)
	}
	return ""
}

func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Name == "nil"
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	}
	return false
}

func dotted(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

func TestLeakyComparisons(t *testing.T) {
	tests := map[string]bool{
		`a.Code == typed`:                             true,
		`x != m.Signature`:                            true,
		`bytes.Equal(mac, x)`:                         true,
		`bytes.Equal(x, sum[:])`:                      true,
		`slices.Equal(x, (secret))`:                   true,
		`strings.EqualFold(code, x)`:                  true,
		`code == ""`:                                  false,
		`secret != nil`:                               false,
		`len(code) == n`:                              false,
		`code.Equal(want, typed)`:                     false,
		`subtle.ConstantTimeCompare(mac, x) == 1`:     false,
		`codeLength == n`:                             false,
		`bytes.Equal(a, b)`:                           false,
		`slices.Contains([]string{"code"}, "secret")`: false,
	}
	for expression, want := range tests {
		found, err := leakyComparisons("probe.go", "package probe\n\nvar _ = "+expression+"\n", guarded["verify"])
		if err != nil {
			t.Fatal(err)
		}
		if got := len(found) > 0; got != want {
			t.Errorf("%s: noticed is %t, want %t", expression, got, want)
		}
	}
}
