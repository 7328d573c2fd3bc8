package requirements_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/internal/requirements"
	"github.com/codeword-go/codeword/internal/workspace"
)

// Every row of docs/compat says in its last cell what shows it, unless it was left out.
func TestCompatibility(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	exists := testFunctions(t, root)
	for _, vendor := range []string{"authyv1", "twiliov2", "telnyx"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", "compat", vendor+".md"))
		if err != nil {
			t.Error(err)
			continue
		}
		rows := tableRows(string(text))
		if len(rows) < 50 {
			t.Errorf("%s: only %d rows", vendor, len(rows))
		}
		for _, row := range rows {
			tests := requirements.TestNames(row[len(row)-1])
			if len(tests) == 0 && !strings.HasPrefix(strings.TrimSpace(row[1]), "left out: ") {
				t.Errorf("%s: nothing shows %q", vendor, row)
			}
			for _, name := range tests {
				if !exists[name] {
					t.Errorf("%s: there is no test %s", vendor, name)
				}
			}
		}
	}
}

// tableRows returns the cells of the rows of all tables, without the tables' heads.
func tableRows(document string) (rows [][]string) {
	inTable := false
	for line := range strings.Lines(document) {
		line = strings.ReplaceAll(strings.TrimSpace(line), `\|`, "")
		cells := strings.Split(strings.Trim(line, "|"), "|")
		switch {
		case !strings.HasPrefix(line, "|") || len(cells) < 3:
			inTable = false
		case strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| ---"):
			inTable = true
		case inTable:
			rows = append(rows, cells)
		}
	}
	return rows
}

func TestTableRows(t *testing.T) {
	const document = "text | with | bars\n\n| route | | test |\n|---|---|---|\n| GET /a\\|b | done | `a.TestB` |\n| c | left out: no | |\n\n| head | x | y |\n"
	got := tableRows(document)
	if len(got) != 2 || got[0][0] != " GET /ab " || len(requirements.TestNames(got[0][2])) != 1 || len(got[1]) != 3 {
		t.Errorf("tableRows returns %q", got)
	}
}
