package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	suite "github.com/codeword-go/codeword/internal/suite"
	"github.com/codeword-go/codeword/internal/workspace"
)

// The events are those of a real run of go test, over a module that has a test of every kind.
func TestTally(t *testing.T) {
	tests := []struct {
		name  string
		body  string
		want  suite.Tally
		shows []string
		hides []string
	}{
		{
			name:  "passes",
			body:  `func TestA(t *testing.T) { t.Log("quiet"); t.Run("sub", func(*testing.T) {}) }`,
			want:  suite.Tally{Passed: 2},
			shows: []string{"ok  \tprobe\t"},
			hides: []string{"quiet"},
		},
		{
			name:  "fails and skips",
			body:  `func TestA(t *testing.T) { t.Error("loud") }; func TestB(t *testing.T) { t.Skip("lazy") }; func TestC(*testing.T) {}`,
			want:  suite.Tally{Passed: 1, Failed: 1, Skipped: 1},
			shows: []string{"FAIL\tprobe\t", "loud", "lazy"},
		},
		{
			name:  "panics",
			body:  `func TestA(*testing.T) {}; func TestB(*testing.T) { panic("boom") }`,
			want:  suite.Tally{Passed: 1, Failed: 1},
			shows: []string{"boom"},
		},
		{
			name:  "exits",
			body:  `func TestA(*testing.T) { println("gone"); os.Exit(3) }`,
			want:  suite.Tally{Failed: 1},
			shows: []string{"gone", "FAIL\tprobe\t"},
		},
		{
			name:  "does not compile",
			body:  `func TestA(*testing.T) { undefined() }`,
			want:  suite.Tally{Failed: 1},
			shows: []string{"undefined: undefined"},
		},
		{
			name: "has no tests",
			body: ``,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got suite.Tally
			var shown strings.Builder
			if err := got.Read(strings.NewReader(goTest(t, test.body)), &shown); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("counts %+v, want %+v", got, test.want)
			}
			for _, text := range test.shows {
				if !strings.Contains(shown.String(), text) {
					t.Errorf("does not show %q:\n%s", text, &shown)
				}
			}
			for _, text := range test.hides {
				if strings.Contains(shown.String(), text) {
					t.Errorf("shows %q", text)
				}
			}
		})
	}
}

// goTest returns the events of testing a module with this test file.
func goTest(t *testing.T, body string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":        "module probe\n\ngo 1.26.0\n",
		"probe_test.go": "package probe\n\nimport (\"os\"; \"testing\")\n\nvar _ = os.Exit\nvar _ testing.TB\n\n" + body + "\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-count=1", "-vet=off", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	if len(out) == 0 {
		t.Fatalf("go test: %v", err)
	}
	return string(out)
}

func TestTallyRefusesWhatIsNoEvent(t *testing.T) {
	var tally suite.Tally
	if err := tally.Read(strings.NewReader("FAIL"), &strings.Builder{}); err == nil {
		t.Error("no error")
	}
}

func TestMissing(t *testing.T) {
	when := func(needed bool) func([]workspace.Module) (bool, error) {
		return func([]workspace.Module) (bool, error) { return needed, nil }
	}
	got, err := suite.Missing([]suite.Tool{
		{[]string{"go"}, []string{"golang"}, when(true)},
		{[]string{"no-such-program", "go"}, []string{"either"}, when(true)},
		{[]string{"no-such-program"}, []string{"one", "two"}, when(true)},
		{[]string{"no-such-program"}, []string{"three"}, when(false)},
		{[]string{"/*"}, []string{"pattern"}, when(true)},
		{[]string{"/no-such-folder/*"}, []string{"other pattern"}, when(true)},
	}, nil)
	if want := "one two other pattern"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("Missing is %q, %v; want %q", got, err, want)
	}
}
