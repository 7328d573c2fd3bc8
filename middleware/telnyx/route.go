package telnyx

import (
	"net/http"
	"slices"

	"github.com/codeword-go/codeword/middleware/internal/route"
)

// An action answers one call with a value that becomes JSON. All of them answer 200.
type action func(*call) (any, error)

type on = map[string]action

// routes are in order: the templates come before the profile that would be called so.
var routes = []struct {
	pattern string
	on      on
}{
	{"verify_profiles", on{"GET": listProfiles, "POST": createProfile}},
	{"verify_profiles/templates", on{"GET": listTemplates, "POST": createTemplate}},
	{"verify_profiles/templates/{id}", on{"PATCH": updateTemplate}},
	{"verify_profiles/{id}", on{"GET": fetchProfile, "PATCH": updateProfile, "DELETE": deleteProfile}},
	{"verifications/sms", on{"POST": starter("sms")}},
	{"verifications/call", on{"POST": starter("call")}},
	{"verifications/flashcall", on{"POST": starter("flashcall")}},
	{"verifications/whatsapp", on{"POST": starter("whatsapp")}},
	{"verifications/{id}", on{"GET": fetchVerification}},
	{"verifications/{id}/actions/verify", on{"POST": verifyByID}},
	{"verifications/by_phone_number/{number}", on{"GET": listByNumber}},
	{"verifications/by_phone_number/{number}/actions/verify", on{"POST": verifyByNumber}},
}

// find returns the action that a request asks for and the variable elements of its path. HEAD and OPTIONS are nobody's.
func find(r *http.Request) (action, map[string]string, error) {
	elements, ok := route.Split(r.URL.EscapedPath())
	root := slices.IndexFunc(elements, func(s string) bool { return s == "verify_profiles" || s == "verifications" })
	if !ok || root < 0 {
		return nil, nil, refusedPath
	}
	for _, candidate := range routes {
		vars, ok := route.Match(candidate.pattern, elements[root:])
		if !ok {
			continue
		}
		do, ok := candidate.on[r.Method]
		if !ok {
			return nil, nil, refusedMethod
		}
		return do, vars, nil
	}
	return nil, nil, refusedPath
}
