package storetest

// RuleNames returns the names of all rules, so that a test can demand a broken store for each.
func RuleNames() []string {
	var names []string
	for _, r := range rules() {
		names = append(names, r.name)
	}
	return names
}
