package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ProfileAge is how long an engine may go on using a stored profile after another engine has changed it.
const ProfileAge = 5 * time.Second

// Profiles that are made at run time are kept in the store. Their names begin with a group and a slash, "twilio/VA…", which those of Options
// cannot.

// A storedProfile is what the store keeps: the profile, and what the host wants kept with it.
type storedProfile struct {
	Profile    Profile
	Attachment json.RawMessage `json:",omitempty"`
}

// CreateProfile keeps a profile in the store, with a JSON value of the host's own or nil. It is checked like those of Options. The
// name must be in the group: "group/…". It returns ErrExists if the name is taken.
func (e *Engine) CreateProfile(ctx context.Context, p Profile, attachment []byte) error {
	group := profileGroup(p.Name)
	if group == "" {
		return &InvalidError{Field: "name", Reason: "of a profile in the store begins with its group and a slash"}
	}
	document, err := e.encodeProfile(p, attachment)
	if err != nil {
		return err
	}
	return e.profileShelf(group).Create(ctx, p.Name, document)
}

// StoredProfile returns a profile of the store and what is kept with it, or ErrNotFound.
func (e *Engine) StoredProfile(ctx context.Context, name string) (p Profile, attachment []byte, err error) {
	document, err := e.profileShelf(profileGroup(name)).Load(ctx, name)
	if err != nil {
		return Profile{}, nil, err
	}
	stored, err := decodeProfile(document)
	return stored.Profile, stored.Attachment, err
}

// UpdateProfile changes a profile of the store in one step, which other engines notice within ProfileAge. The name stays. It
// returns ErrNotFound, the error of change, or what is wrong with the profile.
func (e *Engine) UpdateProfile(ctx context.Context, name string, change func(p *Profile, attachment *[]byte) error) error {
	defer e.stored.forget(name)
	return e.profileShelf(profileGroup(name)).Update(ctx, name, func(document []byte) ([]byte, error) {
		stored, err := decodeProfile(document)
		if err != nil {
			return nil, err
		}
		attachment := []byte(stored.Attachment)
		if err := change(&stored.Profile, &attachment); err != nil {
			return nil, err
		}
		stored.Profile.Name = name
		return e.encodeProfile(stored.Profile, attachment)
	})
}

// DeleteProfile removes a profile from the store. Codes on their way can still be checked by id.
func (e *Engine) DeleteProfile(ctx context.Context, name string) error {
	defer e.stored.forget(name)
	return e.profileShelf(profileGroup(name)).Delete(ctx, name)
}

// StoredProfiles returns the names of a group's profiles in the order of their creation.
func (e *Engine) StoredProfiles(ctx context.Context, group string) ([]string, error) {
	return e.profileShelf(group).IDs(ctx)
}

func (e *Engine) profileShelf(group string) *Shelf { return e.Shelf("profiles of " + group) }

func profileGroup(name string) string {
	for i := range len(name) {
		if name[i] == '/' {
			return name[:i]
		}
	}
	return ""
}

func (e *Engine) encodeProfile(p Profile, attachment []byte) ([]byte, error) {
	if _, err := e.prepare(p); err != nil {
		return nil, fmt.Errorf("%w: profile: %w", ErrInvalid, err)
	}
	return json.Marshal(storedProfile{p, attachment})
}

func decodeProfile(document []byte) (p storedProfile, err error) {
	if err = json.Unmarshal(document, &p); err != nil {
		return p, unavailable(err)
	}
	return p, nil
}

// A profileCache keeps stored profiles for ProfileAge, so that a start costs no load for them.
type profileCache struct {
	mu        sync.Mutex
	known     map[string]cachedProfile
	forgotten uint64 // how often something was, so that what was loaded before does not come back
}

type cachedProfile struct {
	profile *profile
	until   time.Time
}

// maxCached bounds the cache. A host with more profiles in use within ProfileAge loads some of them more often.
const maxCached = 10_000

// get returns the profile if it is known, and otherwise what put wants to be told after it was loaded.
func (c *profileCache) get(name string, now time.Time) (p *profile, loading uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.known[name]; ok && now.Before(p.until) && p.until.Sub(now) <= ProfileAge {
		return p.profile, 0
	}
	return nil, c.forgotten
}

func (c *profileCache) put(name string, p *profile, now time.Time, loading uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if loading != c.forgotten {
		return
	}
	if c.known == nil || len(c.known) >= maxCached {
		c.known = make(map[string]cachedProfile)
	}
	c.known[name] = cachedProfile{p, now.Add(ProfileAge)}
}

func (c *profileCache) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, name)
	c.forgotten++
}

// storedProfile returns a profile of the store, as it was ProfileAge ago or later.
func (e *Engine) storedProfile(ctx context.Context, name string) (*profile, error) {
	now := e.now()
	p, loading := e.stored.get(name, now)
	if p != nil {
		return p, nil
	}
	stored, _, err := e.StoredProfile(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return nil, errNoProfile()
	}
	if err != nil {
		return nil, err
	}
	p, err = e.prepare(stored)
	if err != nil { // it was good when it was stored, so the engine's options have changed since
		return nil, unavailable(fmt.Errorf("stored profile: %w", err))
	}
	e.stored.put(name, p, now, loading)
	return p, nil
}
