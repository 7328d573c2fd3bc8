package main

import (
	"os"
	"strings"
	"testing"
)

// The program that the README prints is this one, so what it shows compiles.
func TestReadmePrintsThisProgram(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(source), "package main")
	if !strings.Contains(string(readme), "```go\npackage main"+program+"```") {
		t.Error("README.md does not print examples/hello/main.go")
	}
}
