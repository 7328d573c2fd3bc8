package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Tally counts tests and subtests, and packages that failed without one.
type Tally struct {
	Passed, Failed, Skipped int
}

// An event is one line of go test -json.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// Read counts the events of one run of go test -json, and writes to out what a person wants to see of it: the line of each
// package, and all that was printed by what failed or was skipped.
func (t *Tally) Read(events io.Reader, out io.Writer) error {
	packages := map[string]*printed{}
	for d := json.NewDecoder(events); ; {
		var e event
		switch err := d.Decode(&e); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("suite: reading events: %w", err)
		}
		if packages[e.Package] == nil {
			packages[e.Package] = &printed{tests: map[string]*bytes.Buffer{}}
		}
		if e.Test == "" {
			t.packageEvent(e, packages[e.Package], out)
		} else {
			t.testEvent(e, packages[e.Package], out)
		}
	}
}

// printed is what a package has printed and nobody has seen, by test.
type printed struct {
	tests  map[string]*bytes.Buffer
	failed bool // a test has
}

func (p *printed) buffer(test string) *bytes.Buffer {
	if p.tests[test] == nil {
		p.tests[test] = &bytes.Buffer{}
	}
	return p.tests[test]
}

func (t *Tally) testEvent(e event, p *printed, out io.Writer) {
	switch e.Action {
	case "output":
		p.buffer(e.Test).WriteString(e.Output)
		return
	case "pass":
		t.Passed++
	case "fail":
		t.Failed++
		p.failed = true
		_, _ = p.buffer(e.Test).WriteTo(out)
	case "skip":
		t.Skipped++
		_, _ = p.buffer(e.Test).WriteTo(out)
	default:
		return
	}
	delete(p.tests, e.Test)
}

func (t *Tally) packageEvent(e event, p *printed, out io.Writer) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(out, e.Output)
	case "output":
		if strings.HasPrefix(e.Output, "ok  \t") || strings.HasPrefix(e.Output, "FAIL\t") {
			fmt.Fprint(out, e.Output)
			return
		}
		p.buffer("").WriteString(e.Output)
	case "fail":
		if !p.failed {
			t.Failed++
		}
		for _, b := range p.tests { // of tests that had no end, and of no test
			_, _ = b.WriteTo(out)
		}
	}
}
