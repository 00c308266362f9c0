package runner

import (
	"context"
	"slices"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// unitApp installs or removes an app, a unit on its server.
const unitApp = "app"

// appPatience is how long that may take; a large app takes minutes.
const appPatience = time.Hour

// The steps of a change of apps, as people read them.
const (
	stepInstall = "Install"
	stepRemove  = "Remove"
)

// appChange is an app on its way to a site, or away from it.
type appChange struct {
	*siteWork
	site    bench.Site
	app     string
	removes bool
}

// changeApp installs an app on a site or removes it, or leaves the site's tables as they were.
func (r *Runner) changeApp(ctx context.Context, w *work) error {
	c := &appChange{app: w.note(store.NoteApp), removes: w.action.Kind == fleet.ActionRemoveApp}
	var err error
	if c.siteWork, c.site, err = r.whereItLives(ctx, w); err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, c.story())
}

func (c *appChange) story() story {
	change := step{name: stepInstall, percent: 85, apply: c.change, undo: c.restore}
	if c.removes {
		change.name = stepRemove
	}
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			c.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepPreflight, percent: 5, apply: c.preflight, cancel: true},
			{name: stepMaintenance, percent: 8, apply: c.close, undo: c.open, cancel: true},
			{name: stepDrain, percent: 12, apply: func(ctx context.Context) error { return c.drain(ctx, c.site) }, cancel: true},
			{name: stepBackup, percent: 30, apply: c.backUp, undo: func(ctx context.Context) error { return c.stopUnit(ctx, unitBackup) }, cancel: true},
			change,
			{name: stepServe, percent: 97, apply: c.serve, undo: c.close},
			{name: stepCleanUp, percent: 100, apply: c.cleanUp, extra: true},
		},
		verify: func(ctx context.Context) error { return c.expectWithin(ctx, bootPatience, 200) },
	}
}

// preflight asks the site which apps it has.
func (c *appChange) preflight(ctx context.Context) error {
	answer, err := c.locate(ctx, *c.w.action.ServerID)
	if err != nil {
		return err
	}
	if err := onlyIn(answer, c.site); err != nil {
		return err
	}
	if answer, err = c.run(ctx, bench.InstalledApps(c.site)); err != nil {
		return err
	}
	installed, err := bench.ParseInstalledApps(answer)
	if err != nil {
		return err
	}
	return c.possible(installed)
}

// possible errs with CodeConflict when the site has the app already, or does not have what is to be removed.
func (c *appChange) possible(installed []string) error {
	has := slices.Contains(installed, c.app)
	switch {
	case c.removes && !has:
		return fleet.Errorf(fleet.CodeConflict, "%s does not have %s.", c.name, c.app)
	case !c.removes && has:
		return fleet.Errorf(fleet.CodeConflict, "%s has %s already.", c.name, c.app)
	}
	return nil
}

func (c *appChange) close(ctx context.Context) error { return c.setMaintenance(ctx, c.site, true) }

func (c *appChange) open(ctx context.Context) error { return c.setMaintenance(ctx, c.site, false) }

func (c *appChange) backUp(ctx context.Context) error {
	dump := bench.DumpTables(c.site, c.w.action.ID)
	return c.repeatable(ctx, unitBackup, "The backup", dump, dump)
}

// change installs or removes the app in a unit, which is never started twice: when the server went down under it, it has
// failed.
func (c *appChange) change(ctx context.Context) error {
	what, build := "The installation of "+c.app, bench.InstallApp
	if c.removes {
		what, build = "The removal of "+c.app, bench.UninstallApp
	}
	command, err := build(c.site, c.app)
	if err != nil {
		return err
	}
	result, err := c.unit(ctx, unitApp, command, appPatience, nil)
	if err != nil {
		return err
	}
	if result.Lost {
		c.w.lostServer()
	}
	return c.unitError(what, result)
}

// restore brings all tables back to the backup, and drops those that were not there before.
func (c *appChange) restore(ctx context.Context) error {
	if err := c.stopUnit(ctx, unitApp); err != nil {
		return err
	}
	state, err := c.r.Pool.UnitState(ctx, c.host, remote.UnitName(c.w.action.ID, unitApp))
	if err != nil || state.Status == remote.UnitMissing { // it never began
		return err
	}
	all := bench.RestoreTables(c.site, c.w.action.ID, true)
	if err := c.repeatable(ctx, unitRestore, "The restore", all, all); err != nil {
		return err
	}
	_, err = c.run(ctx, bench.ClearCache(c.site))
	return err
}

// serve opens the site; it has to answer.
func (c *appChange) serve(ctx context.Context) error {
	if _, err := c.run(ctx, bench.SetMaintenanceMode(c.site, false)); err != nil {
		return err
	}
	if err := c.expectStatus(ctx, 200); err != nil {
		return err
	}
	return c.outOfMaintenance()
}

// cleanUp removes the units, and the backup after an installation; that of a removal is kept, until a deploy of the site has
// succeeded.
func (c *appChange) cleanUp(ctx context.Context) error {
	if err := c.forgetUnits(ctx, unitBackup, unitApp); err != nil || c.removes {
		return err
	}
	_, err := c.run(ctx, bench.RemoveBackups(c.site, c.w.action.ID))
	return err
}
