package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// engineRows has the engine's own benchmark run, which alone can reach the parts, and reads its figures.
func engineRows() ([]row, error) {
	m, err := metrics("go", "test", "-run", "^$", "-cpu", "1", "-bench", "^BenchmarkEngine$", "-benchtime", "9x", "./verify")
	if err != nil {
		return nil, err
	}
	swap, send := m["swap-guard-ns"], m["send-guard-ns"]
	start := engineRow("Start", m["start-ns"], m["start-parts-ns"], swap+send)
	check := engineRow("Check", m["check-ns"], m["check-parts-ns"], swap)
	return []row{
		start,
		{what: "allocations of Start without its guards", bound: atMost, target: 20,
			value: m["start-allocs"] - m["swap-guard-allocs"] - m["send-guard-allocs"], detail: fmt.Sprintf("parts %.0f", m["start-parts-allocs"])},
		check,
		{what: "allocations of Check without its guard", bound: atMost, target: 20,
			value: m["check-allocs"] - m["swap-guard-allocs"], detail: fmt.Sprintf("parts %.0f", m["check-parts-allocs"])},
		{what: "guard: a swap that outlives its caller", value: swap / 1000, unit: "µs"},
		{what: "guard: a send that may be abandoned", value: send / 1000, unit: "µs"},
		{what: "Start from typed input / phonenumbers alone", bound: atMost, target: 1.2, value: m["typed-ns"] / m["phonenumbers-ns"],
			detail: fmt.Sprintf("%.1f µs / %.1f µs", m["typed-ns"]/1000, m["phonenumbers-ns"]/1000)},
		{what: "record to bytes / to JSON", bound: atMost, target: 0.1, value: m["write-ns"] / m["write-json-ns"],
			detail: fmt.Sprintf("%.0f ns / %.0f ns", m["write-ns"], m["write-json-ns"])},
		{what: "record from bytes / from JSON", bound: atMost, target: 0.1, value: m["read-ns"] / m["read-json-ns"],
			detail: fmt.Sprintf("%.0f ns / %.0f ns", m["read-ns"], m["read-json-ns"])},
	}, nil
}

func engineRow(what string, total, parts, guards float64) row {
	return row{
		what: what + " without guards / its parts", bound: atMost, target: 1.6, value: (total - guards) / parts,
		detail: fmt.Sprintf("%.1f µs / %.1f µs; with guards %.2f", total/1000, parts/1000, total/parts),
	}
}

// metrics runs a benchmark and returns what it reports, by unit.
func metrics(command ...string) (map[string]float64, error) {
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out)
	}
	m := map[string]float64{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, err
			}
			m[fields[i+1]] = value
		}
	}
	if len(m) == 0 {
		return nil, errors.New("the engine's benchmark reported nothing")
	}
	return m, nil
}
