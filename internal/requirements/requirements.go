// Package requirements reads docs/requirements.md, the table of security requirements and of the tests that hold them.
package requirements

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// File is the table's place in the repository.
const File = "docs/requirements.md"

// A Row is one requirement.
type Row struct {
	Number int
	Star   bool // one of the most important, which has a seeded fault as well
	Says   string
	Tests  []string // "package.TestName", the package by its last folder
	Files  []string // documents that state what no test can hold

	Withdrawn bool
	NotYet    bool // wholly or in part
}

var (
	id   = regexp.MustCompile(`^S([1-9][0-9]*)(\*?)$`)
	name = regexp.MustCompile("`([^`]+)`")
	test = regexp.MustCompile(`^[a-z0-9]+\.(Test|Fuzz|Example|Benchmark)[A-Za-z0-9_]*$`)
)

// Read reads the table of the repository at root.
func Read(root string) ([]Row, error) {
	text, err := os.ReadFile(filepath.Join(root, File))
	if err != nil {
		return nil, fmt.Errorf("requirements: %w", err)
	}
	return Parse(string(text))
}

// Parse reads the rows of the tables in a document: id, requirement, and what holds it.
func Parse(document string) ([]Row, error) {
	var rows []Row
	for line := range strings.Lines(document) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| S") {
			continue
		}
		row, err := parseRow(cells)
		if err != nil {
			return nil, fmt.Errorf("requirements: %w in %q", err, strings.TrimSpace(line))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func parseRow(cells []string) (Row, error) {
	if len(cells) != 3 {
		return Row{}, fmt.Errorf("%d cells, not 3,", len(cells))
	}
	match := id.FindStringSubmatch(strings.TrimSpace(cells[0]))
	if match == nil {
		return Row{}, fmt.Errorf("no id")
	}
	number, err := strconv.Atoi(match[1])
	if err != nil {
		return Row{}, err
	}
	held := strings.TrimSpace(cells[2])
	row := Row{
		Number:    number,
		Star:      match[2] != "",
		Says:      strings.TrimSpace(cells[1]),
		Withdrawn: strings.HasPrefix(held, "withdrawn"),
		NotYet:    strings.Contains(held, "not yet: "),
	}
	row.Tests = TestNames(held)
	for _, quoted := range name.FindAllStringSubmatch(held, -1) {
		if !test.MatchString(quoted[1]) {
			row.Files = append(row.Files, quoted[1])
		}
	}
	if len(row.Tests)+len(row.Files) == 0 && !row.Withdrawn && !row.NotYet {
		return Row{}, fmt.Errorf("nothing that holds it, no document, no %q and no %q", "not yet: ", "withdrawn")
	}
	return row, nil
}

// TestNames returns the names of tests that a text has in backquotes, "package.TestName".
func TestNames(text string) []string {
	var names []string
	for _, quoted := range name.FindAllStringSubmatch(text, -1) {
		if test.MatchString(quoted[1]) {
			names = append(names, quoted[1])
		}
	}
	return names
}
