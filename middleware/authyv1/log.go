package authyv1

import (
	"net/url"
	"strings"
)

// LogPath returns what an access log may have of a request's URL: the path, without the query, where a check has the code and the number, and
// without what follows "/Accounts/", where Feedback has the API key. Of the URLs of other handlers it leaves out the query as well.
func LogPath(u *url.URL) string {
	elements := strings.Split(u.Path, "/")
	for i, element := range elements[:len(elements)-1] {
		if strings.EqualFold(element, "accounts") {
			shown := url.URL{Path: strings.Join(elements[:i+1], "/")}
			return shown.EscapedPath() + "/***"
		}
	}
	return u.EscapedPath()
}
