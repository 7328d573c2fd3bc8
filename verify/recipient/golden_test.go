package recipient_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/codeword-go/codeword/verify/recipient"
)

const goldenFile = "testdata/numbers.tsv"

var update = flag.Bool("update", false, "write "+goldenFile+" anew from the number tables in use")

// TestNumbersStayWhatTheyWere reads an example of every sort of number in every region, in three spellings. It fails when a new edition of the
// number tables gives one of them another address, key, region or type: stored verifications and counters go by these. Look
// at each difference before accepting it with -update.
func TestNumbersStayWhatTheyWere(t *testing.T) {
	if *update {
		if err := os.WriteFile(goldenFile, examples(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(golden)) {
		lines++
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 6 {
			t.Fatalf("%d fields in %q", len(fields), line)
		}
		callingCode, err := strconv.Atoi(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		n, nationalErr := recipient.ParseNational(callingCode, fields[1], recipient.Options{})
		i, internationalErr := recipient.Parse(fields[2], recipient.Options{})
		a, addressErr := recipient.Parse(n.Address(), recipient.Options{})
		for _, got := range []string{row(fields, n, nationalErr), row(fields, i, internationalErr), row(fields, a, addressErr)} {
			if got != line {
				t.Errorf("was %sis  %s", line, got)
			}
		}
	}
	if lines < 1000 {
		t.Errorf("only %d numbers", lines)
	}
}

// row is a line of the file: a number in two spellings, and what was made of it.
func row(typed []string, r recipient.Recipient, err error) string {
	address, region := r.Address(), r.Region
	switch {
	case err != nil:
		address = "refused"
	case r.Key() != address:
		address += " as " + r.Key()
	}
	if region == "" {
		region = "-"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%v\n", typed[0], typed[1], typed[2], address, region, r.LineType)
}

// examples returns lines for the examples that the number tables hold, and for a valid neighbour of each.
func examples() []byte {
	var numbers []*phonenumbers.PhoneNumber
	for region := range phonenumbers.GetSupportedRegions() {
		for sort := range phonenumbers.UNKNOWN {
			numbers = append(numbers, phonenumbers.GetExampleNumberForType(region, sort))
		}
	}
	for code := range phonenumbers.GetSupportedGlobalNetworkCallingCodes() {
		numbers = append(numbers, phonenumbers.GetExampleNumberForNonGeoEntity(code))
	}
	rows := make(map[string]bool)
	for _, number := range numbers {
		if number == nil {
			continue
		}
		rows[spell(number)] = true
		if n := neighbour(number); n != nil {
			rows[spell(n)] = true
		}
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(rows)), ""))
}

// neighbour returns a valid number that differs in one of its leading digits, or nil.
func neighbour(number *phonenumbers.PhoneNumber) *phonenumbers.PhoneNumber {
	national := []byte(phonenumbers.GetNationalSignificantNumber(number))
	for i := min(4, len(national)-1); i >= 0; i-- {
		for range 9 {
			national[i] = '0' + (national[i]-'0'+1)%10
			n, err := phonenumbers.Parse(fmt.Sprintf("+%d%s", number.GetCountryCode(), national), "")
			if err == nil && phonenumbers.IsValidNumber(n) {
				return n
			}
		}
		national[i] = '0' + (national[i]-'0'+1)%10
	}
	return nil
}

func spell(number *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode()))
	national := phonenumbers.Format(number, phonenumbers.NATIONAL)
	if back, err := phonenumbers.Parse(national, region); err != nil || phonenumbers.IsNumberMatchWithNumbers(back, number) != phonenumbers.EXACT_MATCH {
		// One example in Argentina has a national form that the tables themselves do not read back.
		national = phonenumbers.GetNationalSignificantNumber(number)
	}
	typed := []string{strconv.Itoa(int(number.GetCountryCode())), national, phonenumbers.Format(number, phonenumbers.INTERNATIONAL)}
	r, err := recipient.Parse(typed[2], recipient.Options{})
	return row(typed, r, err)
}
