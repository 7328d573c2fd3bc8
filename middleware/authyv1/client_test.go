package authyv1_test

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A shape is how one client puts its requests, as the bytes that it sends. HOST, KEY and CODE are filled in, and the length of the body is.
type shape struct{ client, start, check, status string }

var shapes = []shape{
	{
		client: "npm authy 1.4.0",
		start: "POST /protected/json/phones/verification/start?api_key=KEY HTTP/1.1\r\nhost: HOST\r\naccept: application/json\r\n" +
			"content-type: application/x-www-form-urlencoded\r\ncontent-length: LENGTH\r\nConnection: close\r\n\r\n" +
			"phone_number=775-461-5609&country_code=1&via=sms&locale=en&code_length=6",
		check: "GET /protected/json/phones/verification/check?api_key=KEY HTTP/1.1\r\nhost: HOST\r\naccept: application/json\r\n" +
			"content-type: application/x-www-form-urlencoded\r\ncontent-length: LENGTH\r\nConnection: close\r\n\r\n" +
			"phone_number=775-461-5609&country_code=1&verification_code=CODE",
		status: "GET /protected/json/phones/verification/status?api_key=KEY HTTP/1.1\r\nhost: HOST\r\naccept: application/json\r\n" +
			"content-type: application/x-www-form-urlencoded\r\ncontent-length: LENGTH\r\nConnection: close\r\n\r\n" +
			"phone_number=775-461-5609&country_code=1",
	},
	{
		client: "npm authy-client 1.1.4",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nUser-Agent: authy-client/1.1.4 node/20.20.2 (linux 6.1)\r\n" +
			"X-Authy-API-Key: KEY\r\nhost: HOST\r\naccept: application/json\r\ncontent-type: application/json\r\n" +
			"content-length: LENGTH\r\nConnection: close\r\n\r\n" +
			`{"country_code":1,"locale":"es","phone_number":"7754615609","via":"sms"}`,
		check: "GET /protected/json/phones/verification/check?country_code=1&phone_number=7754615609&verification_code=CODE HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nhost: HOST\r\naccept: application/json\r\nConnection: close\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?country_code=1&phone_number=7754615609 HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nhost: HOST\r\naccept: application/json\r\nConnection: close\r\n\r\n",
	},
	{
		client: "go-authy",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nHost: HOST\r\nUser-Agent: Go-http-client/1.1\r\n" +
			"Content-Length: LENGTH\r\nContent-Type: application/x-www-form-urlencoded\r\nAccept-Encoding: gzip\r\n\r\n" +
			"api_key=KEY&country_code=1&locale=en&phone_number=775-461-5609&via=sms",
		check: "GET /protected/json/phones/verification/check?api_key=KEY&country_code=1&phone_number=775-461-5609&verification_code=CODE HTTP/1.1\r\n" +
			"Host: HOST\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?api_key=KEY&country_code=1&phone_number=775-461-5609 HTTP/1.1\r\n" +
			"Host: HOST\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n",
	},
	{
		client: "authy-python 2.2.6",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nHost: HOST\r\nUser-Agent: AuthyPython/2.2.6\r\n" +
			"Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nX-Authy-API-Key: KEY\r\n" +
			"Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n" +
			`{"phone_number": "775-461-5609", "country_code": 1, "via": "sms", "code_length": 4}`,
		check: "GET /protected/json/phones/verification/check?phone_number=775-461-5609&country_code=1&verification_code=CODE HTTP/1.1\r\n" +
			"Host: HOST\r\nUser-Agent: AuthyPython/2.2.6\r\nAccept: */*\r\nX-Authy-API-Key: KEY\r\nContent-Type: application/json\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?phone_number=775-461-5609&country_code=1 HTTP/1.1\r\n" +
			"Host: HOST\r\nUser-Agent: AuthyPython/2.2.6\r\nAccept: */*\r\nX-Authy-API-Key: KEY\r\nContent-Type: application/json\r\n\r\n",
	},
	{
		client: "authy-ruby 3.0.1",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nX-Authy-API-Key: KEY\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: HTTPClient/1.0 (2.8.3, ruby 3.3.0)\r\nAccept: */*\r\n" +
			"Content-Length: LENGTH\r\nHost: HOST\r\n\r\nvia=sms&country_code=1&phone_number=775-461-5609",
		check: "GET /protected/json/phones/verification/check?verification_code=CODE&country_code=1&phone_number=775-461-5609 HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nAccept: */*\r\nHost: HOST\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?country_code=1&phone_number=775-461-5609 HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nAccept: */*\r\nHost: HOST\r\n\r\n",
	},
	{
		client: "authy-java 1.5.0",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nX-Authy-API-Key: KEY\r\nContent-Type: application/json\r\n" +
			"User-Agent: AuthyJava/1.5.0\r\nHost: HOST\r\nAccept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2\r\n" +
			"Connection: keep-alive\r\nContent-Length: LENGTH\r\n\r\n" +
			`{"phone_number":"775-461-5609","country_code":"1","via":"sms","code_length":"4"}`,
		check: "GET /protected/json/phones/verification/check?phone_number=775-461-5609&country_code=1&verification_code=CODE HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nContent-Type: application/json\r\nHost: HOST\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?phone_number=775-461-5609&country_code=1 HTTP/1.1\r\n" +
			"X-Authy-API-Key: KEY\r\nContent-Type: application/json\r\nHost: HOST\r\n\r\n",
	},
	{
		client: "authy-php",
		start: "POST /protected/json/phones/verification/start?phone_number=775-461-5609&country_code=1&via=sms&code_length=4 HTTP/1.1\r\n" +
			"User-Agent: AuthyPHP\r\nX-Authy-API-Key: KEY\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n",
		check: "GET /protected/json/phones/verification/check?phone_number=775-461-5609&country_code=1&verification_code=CODE HTTP/1.1\r\n" +
			"User-Agent: AuthyPHP\r\nX-Authy-API-Key: KEY\r\nHost: HOST\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?phone_number=775-461-5609&country_code=1 HTTP/1.1\r\n" +
			"User-Agent: AuthyPHP\r\nX-Authy-API-Key: KEY\r\nHost: HOST\r\n\r\n",
	},
	{
		client: "authy-rs",
		start: "POST /protected/json/phones/verification/start HTTP/1.1\r\nx-authy-api-key: KEY\r\n" +
			"content-type: application/x-www-form-urlencoded\r\ncontent-length: LENGTH\r\naccept: */*\r\nhost: HOST\r\n\r\n" +
			"via=sms&country_code=1&phone_number=775-461-5609&locale=en",
		check: "GET /protected/json/phones/verification/check?country_code=1&phone_number=775-461-5609&verification_code=CODE HTTP/1.1\r\n" +
			"x-authy-api-key: KEY\r\naccept: */*\r\nhost: HOST\r\n\r\n",
		status: "GET /protected/json/phones/verification/status?country_code=1&phone_number=775-461-5609 HTTP/1.1\r\n" +
			"x-authy-api-key: KEY\r\naccept: */*\r\nhost: HOST\r\n\r\n",
	},
	{
		client: "whatever else is understood",
		start: "POST /protected/json/phones/verification/start?via=call&country_code=%2B1&phone_number=+1+775.461.5609&api_key=KEY HTTP/1.1\r\n" +
			"Host: HOST\r\n\r\n",
		check: "GET /protected/json/phones/verification/check HTTP/1.1\r\nHost: HOST\r\nX-Authy-API-Key: KEY\r\n" +
			"Content-Type: application/json; charset=UTF-8\r\nContent-Length: LENGTH\r\n\r\n" +
			`{"country_code":1,"phone_number":7754615609,"verification_code":"CODE","extra":[{"a":null}]}`,
		status: "GET /protected/json/phones/verification/status?country_code=1&phone_number=0&api_key=KEY HTTP/1.1\r\nHost: HOST\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\nphone_number=%28775%29%20461-5609",
	},
}

// Every client's requests are understood as the bytes that it sends.
func TestClients(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.client, func(t *testing.T) {
			s := open(t)
			server := httptest.NewUnstartedServer(s.handler)
			server.Config.ErrorLog = log.New(s.logged, "", 0)
			server.Start()
			defer server.Close()
			exchange := func(text, code string) reply { return s.exchange(server.Listener.Addr().String(), text, code) }

			exchange(shape.start, "").want(t, 200, "")
			if to := s.inbox.Messages()[0].To.Reveal(); to != number {
				t.Errorf("sent to %s", to)
			}
			exchange(shape.check, s.wrong()).want(t, 401, "60022")
			if got := exchange(shape.status, ""); got.text("status") != "pending" {
				t.Errorf("status is %s", got.raw)
			}
			exchange(shape.check, s.code()).want(t, 200, "")
			exchange(shape.check, s.code()).want(t, 404, "60023")
			if got := exchange(shape.status, ""); got.text("status") != "verified" {
				t.Errorf("status is %s", got.raw)
			}
		})
	}
}

// exchange sends a request as it stands on a connection of its own.
func (s *site) exchange(address, text, code string) reply {
	s.t.Helper()
	text = strings.NewReplacer("HOST", address, "KEY", key, "CODE", code).Replace(text)
	_, body, _ := strings.Cut(text, "\r\n\r\n")
	text = strings.Replace(text, "LENGTH", fmt.Sprint(len(body)), 1)
	connection, err := net.Dial("tcp", address)
	if err != nil {
		s.t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return read(s.t, answer)
}
