package runner

import (
	"context"
	"slices"

	"central/runner/bench"
	"central/store"
)

// The steps of a change of domains, as people read them.
const (
	stepDomains = "Domains"
	stepAddress = "Address"
)

// domainChange is one domain on its way to a site, or away from it, and what the site calls its own address.
type domainChange struct {
	*siteWork
	site          bench.Site
	added         string
	before, after []string // the domains that lead to the site
	addressBefore string
	addressAfter  string
	address       bool // it changes
}

// changeDomains makes the nginx of a site's server know its domains, or leaves those that it knew.
func (r *Runner) changeDomains(ctx context.Context, w *work) error {
	c, err := r.newDomainChange(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, c.story())
}

func (c *domainChange) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			c.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepPreflight, percent: 20, apply: c.preflight, cancel: true},
			{name: stepDomains, percent: 60, apply: c.tell, undo: c.untell},
			{name: stepCheck, percent: 80, apply: c.check},
			{name: stepAddress, percent: 100, apply: c.call, undo: c.uncall},
		},
	}
}

func (r *Runner) newDomainChange(ctx context.Context, w *work) (*domainChange, error) {
	work, site, err := r.whereItLives(ctx, w)
	if err != nil {
		return nil, err
	}
	removed := w.note(store.NoteDomainRemoved)
	c := &domainChange{siteWork: work, site: site, added: w.note(store.NoteDomainAdded), addressBefore: w.note(store.NoteAddressBefore), addressAfter: w.note(store.NoteAddressAfter)}
	c.address = c.addressBefore != c.addressAfter
	names, err := r.domainNames(ctx, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(other string) bool { return other == name })
	}
	c.before, c.after = without(c.added), without(removed)
	return c, nil
}

// domainNames is the domains of a site, those among them that are on their way to it or away from it.
func (r *Runner) domainNames(ctx context.Context, siteID uint) ([]string, error) {
	domains, err := r.Store.SiteDomains(ctx, siteID)
	names := make([]string, len(domains))
	for i, domain := range domains {
		names[i] = domain.Name
	}
	return names, err
}

func (c *domainChange) preflight(ctx context.Context) error {
	answer, err := c.locate(ctx, *c.w.action.ServerID)
	if err != nil {
		return err
	}
	return onlyIn(answer, c.site)
}

func (c *domainChange) tell(ctx context.Context) error {
	if slices.Equal(c.before, c.after) {
		return nil
	}
	return c.routeDomains(ctx, c.after)
}

func (c *domainChange) untell(ctx context.Context) error {
	if slices.Equal(c.before, c.after) {
		return nil
	}
	return c.routeDomains(ctx, c.before)
}

// check proves that a new domain leads to the site, which may say that it is in maintenance.
func (c *domainChange) check(ctx context.Context) error {
	if c.added == "" {
		return nil
	}
	return c.as(c.added).expectStatus(ctx, 200, 503)
}

func (c *domainChange) call(ctx context.Context) error { return c.setAddress(ctx, c.addressAfter) }

func (c *domainChange) uncall(ctx context.Context) error { return c.setAddress(ctx, c.addressBefore) }

// setAddress says what the site calls its own address; for nothing it is its own name.
func (c *domainChange) setAddress(ctx context.Context, address string) error {
	if !c.address {
		return nil
	}
	change := map[string]any{"host_name": nil}
	if address != "" {
		change["host_name"] = address
	}
	_, err := c.run(ctx, bench.SetConfig(c.site, change))
	return err
}

// routeDomains makes the server's nginx know exactly these domains of the site.
func (s *siteWork) routeDomains(ctx context.Context, domains []string) error {
	command, err := bench.WriteNginxDomains(s.name, domains...)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}
