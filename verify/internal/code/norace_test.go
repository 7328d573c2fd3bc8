//go:build !race

package code_test

const sample = 1_000_000
