package authyv1

import (
	"net/http"
	"strings"

	"github.com/codeword-go/codeword/middleware/internal/route"
)

// An action is what may be done at a path. HEAD and OPTIONS are nobody's.
type action struct {
	path   string
	method string
	do     func(*call) (object, error)
}

var actions = []action{
	{"protected/{format}/phones/verification/start", http.MethodPost, start},
	{"protected/{format}/phones/verification/check", http.MethodGet, check},
	{"protected/{format}/phones/verification/status", http.MethodGet, status},
	{"2010-04-01/Accounts/{key}/SMS/Messages/{sms}/Feedback.json", http.MethodPost, feedback},
}

// A place is where the path of a request leads.
type place struct {
	action // without do there is nothing there
	xml    bool
	vars   map[string]string
}

func find(path string) place {
	p := place{xml: strings.HasPrefix(path, "/protected/xml/")}
	elements, ok := route.Split(path)
	if !ok {
		return p
	}
	for _, a := range actions {
		vars, ok := route.Match(a.path, elements)
		if format := vars["format"]; ok && (format == "" || format == "json" || format == "xml") {
			p.action, p.vars = a, vars
			break
		}
	}
	return p
}
