package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A bound says on which side of its target a figure must lie.
type bound int

const (
	none bound = iota // the figure is for information
	atMost
	atLeast
)

// A row is one figure of the table. Value and target are ratios, or in the unit.
type row struct {
	what   string
	bound  bound
	target float64
	value  float64
	unit   string
	detail string
}

func (r row) met() bool {
	switch r.bound {
	case atMost:
		return r.value <= r.target
	case atLeast:
		return r.value >= r.target
	default:
		return true
	}
}

func printHead() {
	fmt.Print("| what | target | measured | | detail |\n| --- | --- | --- | --- | --- |\n")
}

func (r row) print() {
	target := map[bound]string{atMost: "≤ ", atLeast: "≥ "}[r.bound]
	if target != "" {
		target += r.figure(r.target)
	}
	verdict := map[bool]string{true: "ok", false: "**missed**"}[r.met()]
	if r.bound == none {
		verdict = ""
	}
	fmt.Printf("| %s | %s | %s | %s | %s |\n", r.what, target, r.figure(r.value), verdict, r.detail)
}

// figure writes three digits at most where that loses nothing.
func (r row) figure(v float64) string {
	text := fmt.Sprintf("%.2f", v)
	if v >= 100 {
		text = fmt.Sprintf("%.0f", v)
	}
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return strings.TrimSpace(text + " " + r.unit)
}

// median returns the middle value, which it finds by sorting.
func median(values []float64) float64 { return quantile(values, 0.5) }

func quantile(values []float64, q float64) float64 {
	slices.Sort(values)
	return values[min(int(q*float64(len(values))), len(values)-1)]
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// ratios runs two sides in turn and returns the medians of their figures and of the ratio of the first to the second.
func ratios(rounds int, first, second func() (float64, error)) (a, b, ratio float64, err error) {
	var as, bs, both []float64
	for range rounds {
		x, err := first()
		if err != nil {
			return 0, 0, 0, err
		}
		y, err := second()
		if err != nil {
			return 0, 0, 0, err
		}
		as, bs, both = append(as, x), append(bs, y), append(both, x/y)
	}
	return median(as), median(bs), median(both), nil
}
