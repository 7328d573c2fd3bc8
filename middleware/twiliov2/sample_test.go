package twiliov2_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// raw sends a request as its bytes are on the wire, with VA, VE and CODE filled in.
func (a *api) raw(text, sid string) answer {
	a.t.Helper()
	fill := strings.NewReplacer("{VA}", a.service, "{VE}", sid, "{CODE}", "CODE")
	if len(a.inbox.Messages()) > 0 {
		fill = strings.NewReplacer("{VA}", a.service, "{VE}", sid, "{CODE}", a.code(), "{OTHER}", other(a.code()))
	}
	head, body, _ := strings.Cut(fill.Replace(text), "\n\n")
	head = strings.ReplaceAll(head, "\n", "\r\n")
	basic := base64.StdEncoding.EncodeToString([]byte(account + ":" + key))
	wire := fmt.Sprintf("%s\r\nAuthorization: Basic %s\r\nContent-Length: %d\r\n\r\n%s", head, basic, len(body), body)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		a.t.Fatalf("%q: %v", wire, err)
	}
	return a.serve(r.WithContext(a.t.Context()))
}

// The heads of the SDKs' requests.
const (
	goHead = `Host: verify.test
User-Agent: twilio-go/1.31.0 (linux amd64) go/go1.26.8
Accept: application/json
Accept-Charset: utf-8
Accept-Encoding: gzip`
	nodeHead = `Host: verify.test
User-Agent: twilio-node/6.2.0 (linux x64) node/v20.20.2
Accept: application/json
Accept-Charset: utf-8
Accept-Encoding: gzip, compress, deflate, br
X-Twilio-Client: node-6.2.0
Connection: keep-alive`
	curlHead = `Host: verify.test
User-Agent: curl/8.5.0
Accept: */*`
	asForm = "\nContent-Type: application/x-www-form-urlencoded"
)

// Each sample is sent by each client, in the shape that it has: curl's and Go's forms differ from Node's in what they escape, a number in
// the path comes with its plus as it is, structured values are JSON within one field.
func TestSampleRequests(t *testing.T) {
	for name, head := range map[string]string{"twilio-go": goHead, "twilio-node": nodeHead, "curl": curlHead} {
		t.Run(name, func(t *testing.T) { samples(t, head) })
	}
}

func samples(t *testing.T, head string) {
	a := open(t)
	get := func(path string) string { return "GET " + path + " HTTP/1.1\n" + head + "\n\n" }
	post := func(path, body string) string { return "POST " + path + " HTTP/1.1\n" + head + asForm + "\n\n" + body }
	del := func(path string) string { return "DELETE " + path + " HTTP/1.1\n" + head + "\n\n" }

	a.service = a.raw(post("/v2/Services", "FriendlyName=My%20First%20Verify%20Service"), "").want(201).text("sid")
	a.raw(post("/v2/Services/{VA}", "FriendlyName=My+Verify+Service&CodeLength=6&Psd2Enabled=false"), "").want(200)
	a.raw(get("/v2/Services/{VA}"), "").want(200).has(map[string]any{"friendly_name": "My Verify Service"})
	a.raw(get("/v2/Services?PageSize=20"), "").want(200)
	limit := a.raw(post("/v2/Services/{VA}/RateLimits", "UniqueName=end_user_ip_address&Description=Limit+by+address"), "").want(201).text("sid")
	a.raw(post("/v2/Services/{VA}/RateLimits/"+limit+"/Buckets", "Max=4&Interval=60"), "").want(201)

	start := "/v2/Services/{VA}/Verifications"
	sid := a.raw(post(start, "Channel=sms&RateLimits=%7B%22end_user_ip_address%22%3A%22127.0.0.1%22%7D&To=%2B15017122661"), "").want(201).text("sid")
	a.raw(get(start+"/{VE}"), sid).want(200).has(map[string]any{"status": "pending"})
	a.raw(get(start+"/+15017122661"), "").want(200).has(map[string]any{"sid": sid, "to": "+15017122661"})
	a.raw(get(start+"/%2B15017122661"), "").want(200).has(map[string]any{"sid": sid})
	check := "/v2/Services/{VA}/VerificationCheck"
	a.raw(post(check, "Code={OTHER}&To=%2B15017122661"), "").want(201).has(map[string]any{"status": "pending", "valid": false})
	a.raw(post(check, "Code={CODE}&To=%2B15017122661"), "").want(201).has(map[string]any{"status": "approved", "valid": true})
	a.raw(post(check, "Code={CODE}&To=%2B15017122661"), "").fails(404, 20404)

	for _, body := range []string{
		"Channel=call&To=%2B15017122661",
		"Channel=call&Locale=es&To=%2B15017122661",
		"AppHash=FA%2B9qCX9VSu&Channel=sms&To=%2B15017122661",
		"Channel=sms&CustomFriendlyName=My+Other+Service&To=%2B15017122661",
		"Channel=call&SendDigits=1234&To=%2B15017122661",
	} {
		sid = a.raw(post(start, body), "").want(201).text("sid")
	}
	a.raw(post(start+"/{VE}", "Status=canceled"), sid).want(200).has(map[string]any{"status": "canceled"})
	sid = a.raw(post(start, "Channel=email&To=recipient%40foo.com&ChannelConfiguration=%7B%22substitutions%22%3A%7B%22username%22%3A%22Foo%22%7D%7D"), "").
		want(201).text("sid")
	a.raw(get(start+"/recipient@foo.com"), "").want(200).has(map[string]any{"sid": sid})
	a.raw(post(check, "Code={CODE}&VerificationSid={VE}"), sid).want(201).has(map[string]any{"status": "approved"})
	sid = a.raw(post(start, "Channel=sms&Tags=%7B%22a%22%3A%22b%22%7D&To=%2B15017122662&TemplateCustomSubstitutions=%7B%22foo%22%3A%22bar%22%7D"), "").
		want(201).text("sid")
	a.raw(post(start+"/{VE}", "Status=approved"), sid).want(200).has(map[string]any{"status": "approved", "valid": true, "sid": sid})

	a.raw(post("/v2/Services/{VA}", "CustomCodeEnabled=true"), "").want(200)
	a.raw(post(start, "Channel=sms&CustomCode=1234567890&To=%2B15017122663"), "").want(201)
	a.raw(post(check, "Code=1234567890&To=%2B15017122663"), "").want(201).has(map[string]any{"status": "approved"})
	a.raw(post("/v2/Services/{VA}", "Psd2Enabled=true"), "").want(200)
	a.raw(post(start, "Amount=39.99+%E2%82%AC&Channel=sms&Payee=Acme+Inc&To=%2B15017122664"), "").want(201)
	a.raw(post(check, "Amount=39.99+%E2%82%AC&Code={CODE}&Payee=Acme+Inc&To=%2B15017122664"), "").want(201).has(map[string]any{"status": "approved"})

	a.raw(get("/v2/Templates?FriendlyName=Codeword&PageSize=20"), "").want(200)
	a.raw(get("/v2/Attempts?ChannelData.To=%2B15017122661&PageSize=20"), "").want(200)
	a.raw(get("/v2/Attempts/Summary?VerifyServiceSid={VA}&DateCreatedAfter=2020-01-01T00%3A00%3A00Z"), "").want(200)
	a.raw(del("/v2/Services/{VA}/RateLimits/"+limit), "").want(204)
	a.raw(del("/v2/Services/{VA}"), "").want(204)
}
