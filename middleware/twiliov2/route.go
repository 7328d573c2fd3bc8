package twiliov2

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	paths "github.com/codeword-go/codeword/middleware/internal/route"
)

// A route is a path below /v2/, with the names of its variable elements in braces, and what may be done there.
type route struct {
	path string
	on   on
}

type on map[string]action // by method

// An action answers one call with the status and what do returns, as JSON.
type action struct {
	status int
	do     func(*call) (any, error)
}

var routes = []route{
	{"Services", on{"GET": {200, listServices}, "POST": {201, createService}}},
	{"Services/{service}", on{"GET": {200, fetchService}, "POST": {200, updateService}, "DELETE": {204, deleteService}}},
	{"Services/{service}/Verifications", on{"POST": {201, startVerification}}},
	{"Services/{service}/Verifications/{verification}", on{"GET": {200, fetchVerification}, "POST": {200, updateVerification}}},
	{"Services/{service}/VerificationCheck", on{"POST": {201, checkVerification}}},
	{"Services/{service}/RateLimits", on{"GET": {200, listRateLimits}, "POST": {201, createRateLimit}}},
	{"Services/{service}/RateLimits/{limit}",
		on{"GET": {200, fetchRateLimit}, "POST": {200, updateRateLimit}, "DELETE": {204, deleteRateLimit}}},
	{"Services/{service}/RateLimits/{limit}/Buckets", on{"GET": {200, listBuckets}, "POST": {201, createBucket}}},
	{"Services/{service}/RateLimits/{limit}/Buckets/{bucket}",
		on{"GET": {200, fetchBucket}, "POST": {200, updateBucket}, "DELETE": {204, deleteBucket}}},
	{"Templates", on{"GET": {200, listTemplates}}},
	{"Attempts", on{"GET": {200, listAttempts}}},
	{"Attempts/Summary", on{"GET": {200, summarizeAttempts}}},
	{"Attempts/{attempt}", on{"GET": {200, fetchAttempt}}},
}

// find returns the action that a request asks for and the variable elements of its path. HEAD and OPTIONS are nobody's.
func find(r *http.Request) (action, map[string]string, error) {
	elements, ok := paths.Split(r.URL.EscapedPath())
	if !ok || elements[0] != "v2" || slices.ContainsFunc(elements, spaced) {
		return action{}, nil, faultNotFound
	}
	for _, route := range routes {
		vars, ok := paths.Match(route.path, elements[1:])
		if !ok {
			continue
		}
		a, ok := route.on[r.Method]
		if !ok {
			f := *faultMethod
			f.allow = strings.Join(slices.Sorted(maps.Keys(route.on)), ", ")
			return action{}, nil, &f
		}
		return a, vars, nil
	}
	return action{}, nil, faultNotFound
}

// spaced reports whether an element has a space, which no SID and no address does.
func spaced(element string) bool { return strings.Contains(element, " ") }
