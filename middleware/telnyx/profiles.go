package telnyx

import (
	"errors"
	"strings"
	"time"

	"github.com/codeword-go/codeword/verify"
)

func createProfile(c *call) (any, error) {
	p := newProfile("")
	if err := c.Handler.read(&p, c.body()); err != nil {
		return nil, err
	}
	if err := c.templatesExist(&p); err != nil {
		return nil, err
	}
	id := newUUID()
	return envelope{p.record(id)}, c.keep(c.ctx, id, p)
}

// id returns the one in the path.
func (c *call) id() (string, error) {
	id := c.vars["id"]
	if !isUUID(id) {
		return "", refusedID.in("id")
	}
	return strings.ToLower(id), nil
}

func fetchProfile(c *call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := c.load(c.ctx, id)
	return envelope{p.record(id)}, err
}

func updateProfile(c *call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var p profile
	err = c.change(c.ctx, id, &p, func() error {
		if err := c.Handler.read(&p, c.body()); err != nil {
			return err
		}
		p.Updated = time.Now()
		return c.templatesExist(&p)
	})
	return envelope{p.record(id)}, err
}

func deleteProfile(c *call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := c.load(c.ctx, id)
	if err != nil {
		return nil, err
	}
	return envelope{p.record(id)}, c.engine.DeleteProfile(c.ctx, c.profileName(id))
}

func listProfiles(c *call) (any, error) {
	ids, err := c.profileIDs()
	if err != nil {
		return nil, err
	}
	page, err := c.page()
	if err != nil {
		return nil, err
	}
	get := func(id string) (record, bool, error) {
		p, err := c.load(c.ctx, id)
		if errors.Is(err, verify.ErrNotFound) { // its creation or deletion was interrupted, or has just been done
			return record{}, false, nil
		}
		return p.record(id), err == nil, err
	}
	name := c.query.Get("filter[name]")
	if name == "" {
		return list(page, ids, get)
	}
	var found []record
	for _, id := range ids {
		r, ok, err := get(id)
		if err != nil {
			return nil, err
		}
		if ok && strings.Contains(strings.ToLower(r.Name), strings.ToLower(name)) {
			found = append(found, r)
		}
	}
	return list(page, found, func(r record) (record, bool, error) { return r, true, nil })
}

// profileIDs returns the ids of all profiles in the order of their creation.
func (c *call) profileIDs() ([]string, error) {
	names, err := c.engine.StoredProfiles(c.ctx, c.group)
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = strings.TrimPrefix(name, c.group+"/")
	}
	return ids, err
}
