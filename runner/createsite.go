package runner

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// creationPatience is how long the creation of one site may take; a large app takes minutes.
const creationPatience = time.Hour

// siteCreation is one new site on its way.
type siteCreation struct {
	*siteWork
	new      bench.Site
	revision fleet.Revision
	apps     []string
}

// createSite creates a site, its database and its database user, or leaves nothing of them behind.
func (r *Runner) createSite(ctx context.Context, w *work) error {
	site, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return err
	}
	c := &siteCreation{siteWork: site, apps: strings.Fields(w.note("apps"))}
	if c.revision, err = r.Store.Revision(ctx, *w.action.RevisionID); err != nil {
		return err
	}
	if c.new, err = site.at(c.revision); err != nil {
		return err
	}
	return w.perform(ctx, story{
		begin: func(_ context.Context, name string, percent int) error {
			w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: "Preflight", percent: 5, apply: c.preflight, cancel: true},
			{name: "Create", percent: 85, apply: c.create, undo: c.remove, cancel: true},
			{name: "Route", percent: 90, apply: c.route, undo: c.unroute},
			{name: "Health check", percent: 100, apply: func(ctx context.Context) error { return c.expectStatus(ctx, 200) }},
		},
	})
}

// preflight makes sure that there is nothing of that name yet: what comes later may remove it.
func (c *siteCreation) preflight(ctx context.Context) error {
	where, err := bench.SiteLocation(c.name)
	if err != nil {
		return err
	}
	answer, err := c.run(ctx, where)
	if err != nil {
		return err
	}
	if places := bench.ParseSiteLocation(answer); len(places) > 0 {
		return fleet.Errorf(fleet.CodeConflict, "There is a site called %s in %s on %s already; Central does not know it and leaves it alone.", c.name, places[0], c.host.Name)
	}
	database, err := bench.DatabaseExists(c.name)
	if err != nil {
		return err
	}
	if answer, err = c.run(ctx, database); err != nil {
		return err
	}
	if strings.TrimSpace(string(answer)) != "0" {
		return fleet.Errorf(fleet.CodeConflict, "%s has a database named %s already; Central does not know it and leaves it alone.", c.host.Name, bench.DatabaseName(c.name))
	}
	return nil
}

// create runs bench new-site with an account of the database that can make this one database and is gone
// afterwards. The password of Administrator is random and kept nowhere: people set one of their own.
func (c *siteCreation) create(ctx context.Context) error {
	unit := remote.UnitName(c.w.action.ID, "new-site")
	state, err := c.r.Pool.UnitState(ctx, c.host, unit)
	if err != nil {
		return err
	}
	account := bench.Account{Name: c.account(), Password: rand.Text()}
	if state.Status == remote.UnitMissing {
		lend, err := bench.CreateAccount(c.name, account)
		if err != nil {
			return err
		}
		if _, err := c.run(ctx, lend); err != nil {
			return err
		}
	}
	command, err := bench.NewSite(c.new, bench.NewSiteOptions{AdminPassword: rand.Text(), Apps: c.apps, Account: account})
	if err != nil {
		return err
	}
	result, err := c.unit(ctx, "new-site", command, creationPatience, nil)
	if err != nil {
		return err
	}
	if err := c.takeAccountBack(ctx); err != nil {
		return err
	}
	return c.unitError("The creation", result)
}

func (c *siteCreation) account() string { return fmt.Sprintf("central_new_%d", c.w.action.ID) }

func (c *siteCreation) takeAccountBack(ctx context.Context) error {
	command, err := bench.DropAccount(c.account())
	if err != nil {
		return err
	}
	_, err = c.run(ctx, command)
	return err
}

// remove takes away what a creation that failed has left: bench does not.
func (c *siteCreation) remove(ctx context.Context) error {
	if err := c.stopUnit(ctx, "new-site"); err != nil {
		return err
	}
	if err := c.takeAccountBack(ctx); err != nil {
		return err
	}
	database, err := bench.DropDatabase(c.name)
	if err != nil {
		return err
	}
	for _, command := range []bench.Command{database, bench.RemoveSiteDir(c.new)} {
		if _, err := c.run(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

func (c *siteCreation) route(ctx context.Context) error { return c.siteWork.route(ctx, c.revision) }

func (c *siteCreation) unroute(ctx context.Context) error {
	command, err := bench.RemoveNginxMap(c.name)
	if err != nil {
		return err
	}
	_, err = c.run(ctx, command)
	return err
}
