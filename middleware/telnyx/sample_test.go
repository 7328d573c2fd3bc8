package telnyx_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The bytes that the SDKs send, with their headers, and the path for the profile and the verification that a test has made.
var clientRequests = []struct{ client, method, path, body string }{
	{"telnyx-node start", "POST", "/v2/verifications/sms", `{"phone_number":"+13035551234","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc"}`},
	{"telnyx-node start by call", "POST", "/v2/verifications/call",
		`{"phone_number":"+13035551234","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc","custom_code":null,"extension":"1www2WABCDw9","timeout_secs":300}`},
	{"telnyx-node start by flash call", "POST", "/v2/verifications/flashcall",
		`{"phone_number":"+13035551234","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc","timeout_secs":300}`},
	{"telnyx-node start by WhatsApp", "POST", "/v2/verifications/whatsapp",
		`{"phone_number":"+13035551234","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc","custom_code":"43612","timeout_secs":300}`},
	{"telnyx-go start", "POST", "/v2/verifications/sms",
		`{"phone_number":"+13035551234","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc","custom_code":"43612"}`},
	{"telnyx-node fetch", "GET", "/v2/verifications/VERIFICATION", ""},
	{"telnyx-node list by number", "GET", "/v2/verifications/by_phone_number/+13035551234", ""},
	{"telnyx-go list by number", "GET", "/v2/verifications/by_phone_number/%2B13035551234", ""},
	{"telnyx-node verify by number", "POST", "/v2/verifications/by_phone_number/+13035551234/actions/verify",
		`{"code":"17686","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc"}`},
	{"telnyx-go verify by number", "POST", "/v2/verifications/by_phone_number/%2B13035551234/actions/verify",
		`{"code":"17686","verify_profile_id":"4900017a-e7c8-e79e-0a7c-0d98f49b09cc"}`},
	{"telnyx-node verify by id", "POST", "/v2/verifications/VERIFICATION/actions/verify", `{"code":"17686"}`},
	{"telnyx-node status by id", "POST", "/v2/verifications/VERIFICATION/actions/verify", `{"status":"accepted"}`},
	{"telnyx-node profiles", "GET", "/v2/verify_profiles?page%5Bsize%5D=1", ""},
	{"telnyx-node profiles, next page", "GET", "/v2/verify_profiles?page%5Bsize%5D=1&page%5Bnumber%5D=2", ""},
	{"telnyx-go profiles", "GET", "/v2/verify_profiles?filter[name]=Main&page[number]=1&page[size]=25", ""},
	{"telnyx-node profile create", "POST", "/v2/verify_profiles",
		`{"name":"Test Profile","call":{"app_name":"Example Secure App","code_length":6,"default_verification_timeout_secs":300,"messaging_template_id":` +
			`"0abb5b4f-459f-445a-bfcd-488998b7572d","whitelisted_destinations":["US","CA"]},"daily_spend_limit":100,"daily_spend_limit_enabled":true,` +
			`"flashcall":{"app_name":"Example Secure App","default_verification_timeout_secs":300,"whitelisted_destinations":["US","CA"]},"language":"en-US",` +
			`"sms":{"whitelisted_destinations":["US","CA"],"alpha_sender":"sqF","app_name":"Example Secure App","code_length":6,` +
			`"default_verification_timeout_secs":300,"messaging_template_id":"0abb5b4f-459f-445a-bfcd-488998b7572d"},` +
			`"webhook_failover_url":"http://example.com/webhook/failover","webhook_url":"http://example.com/webhook"}`},
	{"profile create by hand", "POST", "/v2/verify_profiles",
		`{"name":"Test Profile","default_timeout_secs":300,"sms":{"default_timeout_secs":300,"whitelisted_destinations":["*"]}}`},
	{"telnyx-node profile fetch", "GET", "/v2/verify_profiles/4900017a-e7c8-e79e-0a7c-0d98f49b09cc", ""},
	{"telnyx-node profile update", "PATCH", "/v2/verify_profiles/4900017a-e7c8-e79e-0a7c-0d98f49b09cc",
		`{"name":"Test Profile","flashcall":{"default_verification_timeout_secs":300},"sms":{"code_length":5}}`},
	{"telnyx-node templates", "GET", "/v2/verify_profiles/templates", ""},
	{"telnyx-node template create", "POST", "/v2/verify_profiles/templates", `{"text":"Your {{app_name}} verification code is: {{code}}."}`},
	{"telnyx-node template update", "PATCH", "/v2/verify_profiles/templates/TEMPLATE", `{"text":"Your {{app_name}} verification code is: {{code}}."}`},
	{"telnyx-node profile delete", "DELETE", "/v2/verify_profiles/4900017a-e7c8-e79e-0a7c-0d98f49b09cc", ""},
}

// TestClientRequests sends each request in the bytes of its client through a real server.
func TestClientRequests(t *testing.T) {
	for _, request := range clientRequests {
		t.Run(request.client, func(t *testing.T) {
			s := open(t)
			id, _ := s.start(number, `,"custom_code":"17686"`)
			template := s.post("/v2/verify_profiles/templates", `{"text":"{{code}}"}`).ok(t).text(t, "data.id")
			path := strings.NewReplacer("VERIFICATION", id, "TEMPLATE", template).Replace(request.path)
			server := httptest.NewServer(s.h)
			defer server.Close()
			raw := request.method + " " + path + " HTTP/1.1\r\nhost: " + strings.TrimPrefix(server.URL, "http://") + "\r\nconnection: close\r\n" +
				"accept: application/json\r\nuser-agent: Telnyx/JS 7.24.0\r\nx-stainless-retry-count: 0\r\nx-stainless-lang: js\r\n" +
				"x-stainless-runtime: node\r\nauthorization: Bearer " + key + "\r\naccept-language: *\r\nsec-fetch-mode: cors\r\n" +
				"accept-encoding: br, gzip, deflate\r\n"
			if request.body != "" {
				raw += "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n" + chunked(request.body)
			} else {
				raw += "\r\n"
			}
			if status, body := exchange(t, server, raw); status != http.StatusOK || !strings.HasPrefix(body, `{"data":`) {
				t.Errorf("HTTP %d: %s", status, body)
			}
		})
	}
}

// chunked cuts a body in two.
func chunked(body string) string {
	half := len(body) / 2
	return fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", half, body[:half], len(body)-half, body[half:])
}

// exchange sends bytes as they are and returns the answer.
func exchange(t *testing.T, server *httptest.Server, raw string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
