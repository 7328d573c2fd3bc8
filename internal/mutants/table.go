package main

import "slices"

// Mutants returns all seeded faults.
func Mutants() []Mutant {
	return slices.Concat(codeMutants, sealMutants, subjectMutants, engineMutants, recipientMutants, storeMutants, remoteMutants, historyMutants, channelMutants, middlewareMutants, toolMutants)
}
