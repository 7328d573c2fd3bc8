package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/codeword-go/codeword/internal/workspace"
)

// A Tool is a program that tests need.
type Tool struct {
	Names    []string // of the program, or patterns of its path; any of them will do
	Packages []string // Debian's
	Needed   func(modules []workspace.Module) (bool, error)
}

var tools = []Tool{
	{[]string{"gcc", "cc"}, []string{"gcc", "libc6-dev"}, always}, // the race detector is C
	{[]string{"chromium", "chromium-browser", "google-chrome"}, []string{"chromium"}, requires("github.com/chromedp/chromedp")},
	{[]string{"/usr/lib/postgresql/*/bin/postgres", "postgres"}, []string{"postgresql"}, requires("github.com/jackc/pgx/v5")},
	{[]string{"pgbouncer", "/usr/sbin/pgbouncer"}, []string{"pgbouncer"}, requires("github.com/jackc/pgx/v5")},
	{[]string{"npm"}, []string{"nodejs", "npm"}, usesNPM},
	{[]string{"redis-server"}, []string{"redis-server"}, requires("github.com/redis/rueidis")},
}

func always([]workspace.Module) (bool, error) { return true, nil }

// requires reports whether a go.mod names a library.
func requires(library string) func([]workspace.Module) (bool, error) {
	return func(modules []workspace.Module) (bool, error) {
		for _, m := range modules {
			text, err := os.ReadFile(m.GoMod)
			if err != nil {
				return false, err
			}
			if strings.Contains(string(text), library+" v") {
				return true, nil
			}
		}
		return false, nil
	}
}

func usesNPM(modules []workspace.Module) (bool, error) {
	folders, err := npmFolders(modules)
	return len(folders) > 0, err
}

// npmFolders returns the folders that hold a package-lock.json.
func npmFolders(modules []workspace.Module) ([]string, error) {
	var folders []string
	for _, m := range modules {
		err := filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
				return filepath.SkipDir
			}
			if d.Name() == "package-lock.json" {
				folders = append(folders, filepath.Dir(path))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders), nil
}

// install gets what is missing.
func install(modules []workspace.Module) error {
	missing, err := Missing(tools, modules)
	if err != nil {
		return err
	}
	if err := debian(missing); err != nil {
		return err
	}
	folders, err := npmFolders(modules)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, "node_modules")); err == nil {
			continue
		}
		if err := loud(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
			return err
		}
	}
	return nil
}

// Missing returns the Debian packages of the tools that are needed and not there.
func Missing(tools []Tool, modules []workspace.Module) ([]string, error) {
	var packages []string
	for _, t := range tools {
		needed, err := t.Needed(modules)
		if err != nil {
			return nil, err
		}
		if needed && !slices.ContainsFunc(t.Names, isThere) {
			packages = append(packages, t.Packages...)
		}
	}
	return packages, nil
}

func isThere(program string) bool {
	_, err := exec.LookPath(program)
	found, _ := filepath.Glob(program)
	return err == nil || filepath.IsAbs(program) && len(found) > 0
}

func debian(packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	if os.Geteuid() != 0 || !isThere("apt-get") {
		return errors.New("suite: the tests need programs that are not here; on Debian: apt-get install " + strings.Join(packages, " "))
	}
	if err := loud(".", "apt-get", "update", "-q"); err != nil {
		return err
	}
	return loud(".", append([]string{"apt-get", "install", "-q", "-y", "--no-install-recommends"}, packages...)...)
}

func loud(dir string, command ...string) error {
	fmt.Println("suite:", strings.Join(command, " "))
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("suite: %s: %w", command[0], err)
	}
	return nil
}
