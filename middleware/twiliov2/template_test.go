package twiliov2_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/twiliov2"
)

func TestTemplates(t *testing.T) {
	a := open(t)
	got := a.get("/v2/Templates").want(200)
	templates := got.list("templates")
	if len(templates) != 1 {
		t.Fatalf("%d templates", len(templates))
	}
	translations := templates[0]["translations"].(map[string]any)
	if len(translations) != len(a.engine.Messages().Tags()) {
		t.Errorf("%d translations", len(translations))
	}
	for tag, translation := range translations {
		text := translation.(map[string]any)["text"].(string)
		if strings.Count(text, "{{code}}") != 1 || !strings.Contains(text, "{{friendly_name}}") {
			t.Errorf("%s: %s", tag, text)
		}
	}
	for tag := range translations { // their texts are the catalog's own to test
		if tag != "en" {
			delete(translations, tag)
		}
	}
	translations["en"].(map[string]any)["text"] = "text"
	var err error
	if got.raw, err = json.Marshal(got.body); err != nil {
		t.Fatal(err)
	}
	got.golden("templates_listed")
	if n := len(a.get("/v2/Templates", "FriendlyName", "Codeword").list("templates")); n != 1 {
		t.Errorf("%d templates of that name", n)
	}
	if n := len(a.get("/v2/Templates", "FriendlyName", "Other").list("templates")); n != 0 {
		t.Errorf("%d templates of another name", n)
	}
}

// The host's own templates are listed, and are what a message says.
func TestOwnTemplates(t *testing.T) {
	const sid = "HJ0000000000000000000000000000000a"
	a := open(t)
	h, err := twiliov2.New(a.engine, twiliov2.Options{APIKeys: []string{key}, Templates: []twiliov2.Template{
		{SID: sid, FriendlyName: "Short", Text: "{{code}} is for {{friendly_name}}"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.handler = h
	a.get("/v2/Templates", "FriendlyName", "Short").want(200).golden("templates_own")
	if n := len(a.get("/v2/Templates").list("templates")); n != 2 {
		t.Errorf("%d templates", n)
	}
	text := func() string {
		messages := a.inbox.Messages()
		return messages[len(messages)-1].Text.Reveal()
	}
	a.start("TemplateSid", sid).want(201)
	if want := a.code() + " is for Acme"; text() != want {
		t.Errorf("sent %q", text())
	}
	a.start("Templates", `[{"sid":"`+sid+`"}]`).want(201)
	if want := a.code() + " is for Acme"; text() != want {
		t.Errorf("sent %q", text())
	}
	a.start().want(201)
	if strings.Contains(text(), "is for") {
		t.Errorf("sent %q without being told to", text())
	}
	a.update("DefaultTemplateSid", sid).has(map[string]any{"default_template_sid": sid})
	a.start().want(201)
	if want := a.code() + " is for Acme"; text() != want {
		t.Errorf("sent %q", text())
	}
	a.start("To", mail, "Channel", "email").want(201)
	a.update("DefaultTemplateSid", "").has(map[string]any{"default_template_sid": nil})
	a.start().want(201)
	if strings.Contains(text(), "is for") {
		t.Errorf("sent %q without a default", text())
	}
}

func TestTemplateSid(t *testing.T) {
	const known, unknown = "HJ00000000000000000000000000000001", "HJaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	a := open(t)
	a.start("TemplateSid", known, "TemplateCustomSubstitutions", `{"foo":"bar"}`).want(201)
	a.start("TemplateSid", known, "Channel", "call").want(201)
	a.start("Templates", `[{"sid":"`+known+`","substitutions":{"foo":"bar"}}]`).want(201)
	a.start("TemplateSid", unknown).fails(400, 60228).golden("error_60228")
	a.start("Templates", `[{"sid":"`+unknown+`"}]`).fails(400, 60228)
	a.start("TemplateSid", known, "Channel", "whatsapp").fails(400, 60408).golden("error_60408")
}
