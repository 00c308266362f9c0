package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// creationPatience is how long the creation of one site may take; a large app takes minutes.
const creationPatience = time.Hour

// unitCreate is the creation itself, a unit on its server.
const unitCreate = "new-site"

// siteCreation is one new site on its way.
type siteCreation struct {
	*siteWork
	new      bench.Site
	revision fleet.Revision
	apps     []string
	database string // the host name that its database is named after
}

// createSite creates a site, its database and its database user, or leaves nothing of them behind.
func (r *Runner) createSite(ctx context.Context, w *work) error {
	c, err := r.newSiteCreation(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, c.story())
}

func (c *siteCreation) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			c.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepPreflight, percent: 5, apply: c.preflight, cancel: true},
			{name: "Create", percent: 85, apply: c.create, undo: c.remove, cancel: true},
			{name: stepRoute, percent: 90, apply: c.route, undo: c.unroute},
			{name: stepCheck, percent: 99, apply: func(ctx context.Context) error { return c.expectStatus(ctx, 200) }},
			{name: stepCleanUp, percent: 100, apply: func(ctx context.Context) error { return c.forgetUnits(ctx, unitCreate) }, extra: true},
		},
	}
}

func (r *Runner) newSiteCreation(ctx context.Context, w *work) (*siteCreation, error) {
	site, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	c := &siteCreation{siteWork: site, apps: strings.Fields(w.note("apps")), database: cmp.Or(w.note(store.NoteDatabase), site.name)}
	if c.revision, err = r.Store.Revision(ctx, *w.action.RevisionID); err != nil {
		return nil, err
	}
	c.new, err = site.at(c.revision)
	return c, err
}

// preflight makes sure that there is nothing of that name yet: what comes later may remove it.
func (c *siteCreation) preflight(ctx context.Context) error {
	answer, err := c.locate(ctx, c.revision.ServerID)
	if err != nil {
		return err
	}
	if err := noSite(answer, c.name, c.host.Name); err != nil {
		return err
	}
	database, err := bench.DatabaseExists(c.database)
	if err != nil {
		return err
	}
	if answer, err = c.run(ctx, database); err != nil {
		return err
	}
	return noDatabase(answer, c.database, c.host.Name)
}

// noSite errs with CodeConflict when a revision of the server holds a site of that name.
func noSite(answer []byte, site, server string) error {
	if places := bench.ParseSiteLocation(answer); len(places) > 0 {
		return fleet.Errorf(fleet.CodeConflict, "There is a site called %s in %s on %s already; Central does not know it and leaves it alone.", site, places[0], server)
	}
	return nil
}

// noDatabase errs with CodeConflict unless the server said plainly that it has no database for the site.
func noDatabase(answer []byte, site, server string) error {
	if strings.TrimSpace(string(answer)) != "0" {
		return fleet.Errorf(fleet.CodeConflict, "%s has a database named %s already; Central does not know it and leaves it alone.", server, bench.DatabaseName(site))
	}
	return nil
}

// create runs bench new-site with an account of the database that can make this one database and is gone
// afterwards.
func (c *siteCreation) create(ctx context.Context) error {
	unit := remote.UnitName(c.w.action.ID, unitCreate)
	state, err := c.r.Pool.UnitState(ctx, c.host, unit)
	if err != nil {
		return err
	}
	account := bench.Account{Name: c.account(), Password: rand.Text()}
	if state.Status == remote.UnitMissing {
		lend, err := bench.CreateAccount(c.database, account)
		if err != nil {
			return err
		}
		if _, err := c.run(ctx, lend); err != nil {
			return err
		}
	}
	password, err := c.administratorPassword(ctx)
	if err != nil {
		return err
	}
	command, err := bench.NewSite(c.new, bench.NewSiteOptions{AdminPassword: password, Apps: c.apps, Account: account, Database: c.database})
	if err != nil {
		return err
	}
	result, err := c.unit(ctx, unitCreate, command, creationPatience, nil)
	if err != nil {
		return err
	}
	if err := c.takeAccountBack(ctx); err != nil {
		return err
	}
	return c.unitError("The creation", result)
}

// administratorPassword is the one that was shown to whoever asked for the site, or one that nobody knows.
func (s *siteWork) administratorPassword(ctx context.Context) (string, error) {
	sealed, err := s.r.Store.Secret(ctx, store.AdministratorPassword(s.w.action.ID))
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return rand.Text(), nil
	}
	if err != nil {
		return "", err
	}
	password, err := s.r.Vault.Open(sealed)
	return string(password), err
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
	if err := c.stopUnit(ctx, unitCreate); err != nil {
		return err
	}
	if err := c.takeAccountBack(ctx); err != nil {
		return err
	}
	database, err := bench.DropDatabase(c.database)
	if err != nil {
		return err
	}
	for _, command := range []bench.Command{database, bench.RemoveSiteDir(c.new)} {
		if _, err := c.run(ctx, command); err != nil {
			return err
		}
	}
	return c.forgetUnit(ctx, unitCreate)
}

func (c *siteCreation) route(ctx context.Context) error { return c.siteWork.route(ctx, c.revision) }
