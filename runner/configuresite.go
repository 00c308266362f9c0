package runner

import (
	"cmp"
	"context"

	"central/fleet"
	"central/runner/bench"
	"central/store"
)

// siteConfiguration is a change of one site's configuration.
type siteConfiguration struct {
	*siteWork
	site bench.Site
}

// configureSite changes keys of a site's configuration; the site has to answer with them, or they are as they were.
func (r *Runner) configureSite(ctx context.Context, w *work) error {
	c := &siteConfiguration{}
	var err error
	if c.siteWork, c.site, err = r.whereItLives(ctx, w); err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, c.story())
}

// whereItLives is the site of an action, in the revision that the action names.
func (r *Runner) whereItLives(ctx context.Context, w *work) (*siteWork, bench.Site, error) {
	work, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return nil, bench.Site{}, err
	}
	revision, err := r.Store.Revision(ctx, *w.action.RevisionID)
	if err != nil {
		return nil, bench.Site{}, err
	}
	site, err := work.at(revision)
	return work, site, err
}

func (c *siteConfiguration) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			c.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepPreflight, percent: 20, apply: c.preflight, cancel: true},
			{name: "Configure", percent: 60, apply: c.apply, undo: c.undo},
			{name: stepCheck, percent: 90, apply: c.check},
			{name: stepCleanUp, percent: 100, apply: c.forget, extra: true},
		},
	}
}

func (c *siteConfiguration) preflight(ctx context.Context) error {
	answer, err := c.locate(ctx, *c.w.action.ServerID)
	if err != nil {
		return err
	}
	return onlyIn(answer, c.site)
}

func (c *siteConfiguration) apply(ctx context.Context) error {
	name := cmp.Or(c.w.note(store.NoteConfiguration), store.SiteConfiguration(c.w.action.ID))
	sealed, err := c.r.Store.Secret(ctx, name)
	if err != nil {
		return c.w.stored(err)
	}
	changes, err := c.r.Vault.Open(sealed)
	if err != nil {
		return err
	}
	if _, err := c.run(ctx, bench.Configure(c.site, c.w.action.ID, changes)); err != nil {
		return err
	}
	return c.forgetCached(ctx)
}

// forgetCached clears the site's cache, where the framework keeps what it told browsers of the configuration before.
func (c *siteConfiguration) forgetCached(ctx context.Context) error {
	_, err := c.run(ctx, bench.ClearCache(c.site))
	return err
}

func (c *siteConfiguration) undo(ctx context.Context) error {
	if _, err := c.run(ctx, bench.UndoConfigure(c.site, c.w.action.ID)); err != nil {
		return err
	}
	if err := c.forgetCached(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c.w.say("Its configuration is as it was, but its cache could not be cleared: " + failureOf(err).Message)
	}
	return nil
}

// check proves that the site answers with its new configuration, be it that it is in maintenance.
func (c *siteConfiguration) check(ctx context.Context) error {
	err := c.expectStatus(ctx, 200, 503)
	if fleet.ErrorCode(err) == fleet.CodeCommandFailed {
		c.w.say("The site does not answer with this configuration.")
	}
	return err
}

func (c *siteConfiguration) forget(ctx context.Context) error {
	_, err := c.run(ctx, bench.ForgetConfigure(c.site, c.w.action.ID))
	return err
}

// serveSite says what the proxies do with a site's visitors; it is part of a change of many sites.
func (r *Runner) serveSite(_ context.Context, w *work) error {
	return w.stored(r.Store.ServeSite(w.write, w.ref, fleet.SiteServing(w.note(store.NoteServing))))
}
