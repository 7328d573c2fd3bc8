# What each does, and what it needs, is in CONTRIBUTING.md.

FUZZTIME ?= 30s
RUN ?=

.PHONY: check test bench fuzz mutants

check:
	go run ./internal/check

test:
	go run ./internal/suite

bench:
	go run ./benchmarks

fuzz:
	go run ./internal/fuzz -time '$(FUZZTIME)' -run '$(RUN)'

mutants:
	go run ./internal/mutants -run '$(RUN)'
