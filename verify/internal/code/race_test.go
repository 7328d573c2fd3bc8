//go:build race

package code_test

// The race detector makes HOTP ten times slower, and has nothing to find in it.
const sample = 100_000
