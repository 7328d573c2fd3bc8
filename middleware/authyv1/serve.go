package authyv1

import (
	"context"
	"net/http"

	"github.com/codeword-go/codeword/middleware/internal/edge"
	"github.com/codeword-go/codeword/verify/recipient"
)

// A call is one request on its way.
type call struct {
	*Handler
	ctx context.Context
	place
	parameters
	to recipient.Recipient // once it was read
}

// ServeHTTP serves the paths below /protected/ and /2010-04-01/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{Handler: h, ctx: r.Context(), place: find(r.URL.EscapedPath())}
	defer func() { edge.AfterPanic(recover(), func(err error) { c.refuse(w, err) }) }()
	edge.LimitBody(w, r)
	answer, err := c.serve(w, r)
	if err != nil {
		c.refuse(w, err)
		return
	}
	c.write(w, http.StatusOK, answer)
}

func (c *call) serve(w http.ResponseWriter, r *http.Request) (object, error) {
	var malformed error
	c.parameters, malformed = readParameters(w, r)
	switch {
	case !c.authentic(r):
		return nil, faultKey
	case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "":
		return nil, faultBrowser
	case c.do == nil:
		return nil, faultPath
	case r.Method != c.method:
		w.Header().Set("Allow", c.method)
		return nil, faultMethod
	case malformed != nil:
		return nil, malformed
	}
	return c.do(c)
}

// authentic reports whether a request has an API key, and no other. Clients put it into a header, the query, the body, or the path.
func (c *call) authentic(r *http.Request) bool {
	keys := append(c.all("api_key"), r.Header["X-Authy-Api-Key"]...)
	if key, ok := c.vars["key"]; ok {
		keys = append(keys, key)
	}
	for _, key := range keys {
		if !c.keys.Has(key) {
			return false
		}
	}
	return len(keys) > 0 && len(r.Header["X-Authy-Api-Key"]) <= 1
}

func (c *call) write(w http.ResponseWriter, status int, o object) {
	switch {
	case c.xml:
		edge.Write(w, status, "application/xml", o.xml(status))
	case status == http.StatusOK:
		edge.Write(w, status, "application/json;charset=utf-8", o.json())
	default:
		edge.Write(w, status, "application/json", o.json())
	}
}

func (c *call) refuse(w http.ResponseWriter, err error) {
	f := c.faultOf(err)
	if f.status >= http.StatusInternalServerError {
		edge.Report(c.ctx, c.logger, "authyv1: request failed", err)
	}
	if f.retryAfter > 0 {
		edge.RetryAfter(w.Header(), f.retryAfter)
	}
	c.write(w, f.status, f.object())
}
