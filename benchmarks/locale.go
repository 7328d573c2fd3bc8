package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/codeword-go/codeword/locale"
)

// localeRows compares a rendered message with a plain join of the same words.
func localeRows() ([]row, error) {
	var rows []row
	for _, tag := range []string{"en", "ar"} {
		l, _ := locale.Default().Match(tag, "")
		m := locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 10 * time.Minute}
		words := strings.Split(l.SMS(m), " ")
		render, join, ratio, err := ratios(9,
			func() (float64, error) { return perCall(func() { _ = l.SMS(m) }), nil },
			func() (float64, error) { return perCall(func() { _ = strings.Join(words, " ") }), nil })
		if err != nil {
			return nil, err
		}
		allocations := allocationsPerCall(func() { _ = l.SMS(m) })
		rows = append(rows,
			row{what: "locale: one SMS, " + tag, bound: atMost, target: 300, value: render, unit: "ns", detail: fmt.Sprintf("%.1f plain joins of %.0f ns", ratio, join)},
			row{what: "locale: allocations of one SMS, " + tag, bound: atMost, target: 2, value: allocations})
	}
	for _, tag := range []string{"pt-BR", "de-AT", "sr-Latn-RS"} {
		ns := perCall(func() { locale.Default().Match(tag, "") })
		rows = append(rows, row{what: "locale: negotiation of " + tag, bound: atMost, target: 1.5, value: ns / 1000, unit: "µs"})
	}
	load, err := firstUse()
	return append(rows, row{what: "locale: first use of one language", bound: atMost, target: 100, value: load, unit: "µs"}), err
}

// firstUse returns the median of what the first message in each language costs more than the second, in microseconds.
func firstUse() (float64, error) {
	var costs []float64
	for range 5 {
		c, err := locale.New(locale.Options{})
		if err != nil {
			return 0, err
		}
		for _, tag := range c.Tags() {
			first, second := timeToMatch(c, tag), timeToMatch(c, tag)
			costs = append(costs, microseconds(first-second))
		}
	}
	return median(costs), nil
}

func timeToMatch(c *locale.Catalog, tag string) time.Duration {
	started := time.Now()
	l, _ := c.Match(tag, "")
	_ = l.SMS(locale.Message{Code: "012345"})
	return time.Since(started)
}

// perCall returns what a call takes, in nanoseconds.
func perCall(f func()) float64 {
	const calls = 20_000
	started := time.Now()
	for range calls {
		f()
	}
	return float64(time.Since(started)) / calls
}

func allocationsPerCall(f func()) float64 {
	const calls = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / calls)
}
