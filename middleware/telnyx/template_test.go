package telnyx_test

import (
	"fmt"
	"strings"
	"testing"
)

const templates = "/v2/verify_profiles/templates"

func TestTemplates(t *testing.T) {
	s := open(t)
	id := s.post(templates, `{"text":"{{app_name}}: {{code}}, {{default_verification_timeout_secs}} min."}`).ok(t).text(t, "data.id")
	s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"messaging_template_id":"`+id+`","app_name":"Acme","default_timeout_secs":240}}`).ok(t)
	_, code := s.start("+13035550001", "")
	if got := s.lastText(); got != "Acme: "+code+", 4 min." {
		t.Errorf("sent %q", got)
	}
	s.patch(templates+"/"+id, `{"text":"Changed: {{code}}"}`).ok(t) // in every profile that refers to it
	_, code = s.start("+13035550002", "")
	if got := s.lastText(); got != "Changed: "+code {
		t.Errorf("sent %q", got)
	}
	list := s.get(templates).ok(t)
	if list.text(t, "data.6.id") != id || list.text(t, "data.6.text") != "Changed: {{code}}" || strings.Contains(list.body, "meta") {
		t.Error(list.body)
	}
}

func (s *site) lastText() string {
	sent := s.inbox.Messages()
	return sent[len(sent)-1].Text.Reveal()
}

func TestBuiltInTemplates(t *testing.T) {
	s := open(t)
	for i, id := range strings.Fields(builtInIDs) {
		s.patch("/v2/verify_profiles/"+profileID, `{"sms":{"messaging_template_id":"`+id+`","app_name":"Acme"}}`).ok(t)
		_, code := s.start(fmt.Sprintf("+1303555%04d", i), "")
		text := s.lastText()
		if !strings.Contains(text, code) || !strings.Contains(text, "Acme") || strings.Contains(text, "{") ||
			strings.Contains(text, "expire") && !strings.Contains(text, "in 5 minutes") {
			t.Errorf("%s: %q", id, text)
		}
		s.patch(templates+"/"+id, `{"text":"{{code}}"}`).refused(t, 403, "10010", "")
	}
}

func TestTemplateRefusals(t *testing.T) {
	s := open(t)
	id := s.post(templates, `{"text":"{{code}}"}`).ok(t).text(t, "data.id")
	for _, test := range []struct{ body, code, source string }{
		{`{}`, "10004", "/text"},
		{`{"text":""}`, "10004", "/text"},
		{`{"text":7}`, "10015", "/text"},
		{`{"text":"no code"}`, "10015", "/text"},
		{`{"text":"{{code}} {{secret}}"}`, "10015", "/text"},
		{`{"text":"1{{code}}"}`, "10015", "/text"},
		{`{"text":"{{code}}{{default_verification_timeout_secs}}"}`, "10015", "/text"},
		{`{"text":"{code}"}`, "10015", "/text"},
		{`{"text":"{{code}} \u202e"}`, "10015", "/text"},
		{`{"text":"{{code}} ` + strings.Repeat("x", 1600) + `"}`, "10015", "/text"},
		{`"text"`, "10023", ""},
	} {
		s.post(templates, test.body).refused(t, 400, test.code, test.source)
		s.patch(templates+"/"+id, test.body).refused(t, 400, test.code, test.source)
	}
	s.patch(templates+"/"+nowhere, `{"text":"{{code}}"}`).refused(t, 404, "10005", "")
	s.patch(templates+"/1", `{"text":"{{code}}"}`).refused(t, 400, "10006", "id")
}
