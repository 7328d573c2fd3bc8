package telnyx

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/verify"
)

// A template is a text message in the words of the host's own.
type template struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// builtIn are the templates that every account has.
var builtIn = []template{
	{"0abb5b4f-459f-445a-bfcd-488998b7572d", "Your {{app_name}} verification code is: {{code}}."},
	{"2ca3f1da-5621-4aa6-ae56-df21caff79e0", "{{code}} is your verification code for {{app_name}}."},
	{"33dfb056-6c1b-40bd-920e-4243e01248a5", "Your {{app_name}} verification code is: {{code}}. Do not share this code with anyone; " +
		"our employees will never ask for the code."},
	{"46acd63c-be57-4993-ae8d-0e4067ad1d57", "Your {{app_name}} verification code is: {{code}}. This code will expire in " +
		"{{default_verification_timeout_secs}} minutes."},
	{"723ead5e-ada6-4c29-a962-349170866187", "{{code}} is your verification code for {{app_name}}. This code will expire in " +
		"{{default_verification_timeout_secs}} minutes."},
	{"88d0781f-f4c7-4b78-8d0a-1f3e4de78b5e", "Your {{app_name}} verification code is: {{code}}. This code will expire in " +
		"{{default_verification_timeout_secs}} minutes. Do not share this code with anyone; our employees will never ask for the code."},
}

// parse reads a template's text. The number of seconds stands before the word minutes in those that are built in, so it is one of minutes.
func (t template) parse() (*locale.Template, error) {
	return locale.ParseTemplate(strings.ReplaceAll(t.Text, "{{default_verification_timeout_secs}}", "{{ttl}}"))
}

func (h *Handler) shelf() *verify.Shelf { return h.engine.Shelf(h.group + " templates") }

// template finds one.
func (h *Handler) template(ctx context.Context, id string) (t template, err error) {
	if i := slices.IndexFunc(builtIn, func(t template) bool { return t.ID == id }); i >= 0 {
		return builtIn[i], nil
	}
	document, err := h.shelf().Load(ctx, id)
	if err == nil {
		err = json.Unmarshal(document, &t)
	}
	return t, err
}

// templatesExist refuses a profile that refers to a template that does not exist.
func (c *call) templatesExist(p *profile) error {
	for _, channel := range channels {
		id := p.of(channel).Template
		if id == "" {
			continue
		}
		_, err := c.template(c.ctx, string(id))
		if errors.Is(err, verify.ErrNotFound) {
			return refusedRelated.at("/" + channel + "/messaging_template_id")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readTemplate reads one from a body.
func (c *call) readTemplate(id string) (t template, document []byte, err error) {
	o := c.body()
	t = template{id, o.required("text")}
	if err := o.err(); err != nil {
		return t, nil, err
	}
	if _, err := t.parse(); err != nil {
		return t, nil, refusedRequest.because("A template has {{code}} once or more, with nothing that could belong to it beside it, perhaps {{app_name}} and " +
			"{{default_verification_timeout_secs}}, no other braces and no control characters, in at most 1600 bytes.").at("/text")
	}
	document, err = json.Marshal(t)
	return t, document, err
}

func createTemplate(c *call) (any, error) {
	t, document, err := c.readTemplate(newUUID())
	if err != nil {
		return nil, err
	}
	return envelope{t}, c.shelf().Create(c.ctx, t.ID, document)
}

func updateTemplate(c *call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(builtIn, func(t template) bool { return t.ID == id }) {
		return nil, refusedPermission.because("The template is built in.")
	}
	t, document, err := c.readTemplate(id)
	if err != nil {
		return nil, err
	}
	return envelope{t}, c.shelf().Update(c.ctx, id, func([]byte) ([]byte, error) { return document, nil })
}

func listTemplates(c *call) (any, error) {
	ids, err := c.shelf().IDs(c.ctx)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(builtIn)
	for _, id := range ids {
		t, err := c.template(c.ctx, id)
		if errors.Is(err, verify.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return envelope{all}, nil
}
