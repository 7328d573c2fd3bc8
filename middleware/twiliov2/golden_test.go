package twiliov2_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	sids    = regexp.MustCompile(`(VA|VE|VL|RK|BL)[0-9a-f]{32}\b`)
	dates   = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"`)
	errorID = regexp.MustCompile(`"error_id":"[A-Z2-7]{26}"`)
	waits   = regexp.MustCompile(`Retry-After: \d+`)
)

// golden compares a whole answer with a file, in which SIDs are numbered and dates are one.
func (a answer) golden(name string) answer {
	a.t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d\n", a.status)
	for _, header := range []string{"Content-Type", "Retry-After", "Twilio-Reached-Rate-Limit", "WWW-Authenticate"} {
		if value := a.header.Get(header); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", header, value)
		}
	}
	b.WriteByte('\n')
	if len(a.raw) > 0 {
		if err := json.Indent(&b, errorID.ReplaceAll(a.raw, []byte(`"error_id":"X"`)), "", "  "); err != nil {
			a.t.Fatal(err)
		}
	}
	got := normal(strings.TrimRight(b.String(), "\n") + "\n")
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			a.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	if got != string(want) {
		a.t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
	}
	return a
}

func normal(s string) string {
	s = dates.ReplaceAllString(s, `"2015-07-30T20:00:00Z"`)
	s = waits.ReplaceAllString(s, "Retry-After: 1")
	seen := make(map[string]string)
	return sids.ReplaceAllStringFunc(s, func(sid string) string {
		if seen[sid] == "" {
			seen[sid] = sid[:2] + strings.Repeat("0", 30) + fmt.Sprintf("%02d", len(seen)+1)
		}
		return seen[sid]
	})
}
