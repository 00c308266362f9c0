package runner

import (
	"context"
	"crypto/rand"
	"errors"

	"central/fleet"
	"central/runner/bench"
	"central/store"
)

// The steps of a relocation to another server, as people read them.
const (
	stepCopyFiles   = "Copy the files"
	stepCopyChanged = "Copy what changed"
	stepCopyTables  = "Copy the tables"
	stepSettle      = "Put it in place"
	stepHandOver    = "Lead visitors there"
	stepRemoveOld   = "Remove the old copy"
)

// siteRelocation is one site on its way to a bench on another server. Its siteWork is that of where it comes from.
type siteRelocation struct {
	*siteWork
	there    *siteWork
	row      fleet.Relocation
	from, to fleet.Revision
	old, new bench.Site
	domains  []string
}

// relocateSite brings a site to another bench, or leaves it exactly as it was. On its own server that is a move to another
// directory. To another one its files go while it serves, and again what has changed of them, with its tables, while it is
// closed. Until it has answered there, its old copy is only closed; after that it is removed.
func (r *Runner) relocateSite(ctx context.Context, w *work) error {
	row, err := r.Store.Relocation(ctx, w.action.ID)
	if err != nil {
		return w.unprepared(err)
	}
	if !row.Far() {
		m, err := r.newNearRelocation(ctx, w, row)
		if err != nil {
			return w.unprepared(err)
		}
		return w.perform(ctx, m.story())
	}
	m, err := r.newSiteRelocation(ctx, w, row)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, m.story())
}

func (m *siteRelocation) story() story {
	return story{
		begin: m.beginStep,
		steps: []step{
			{name: stepPreflight, percent: 2, apply: m.preflight, cancel: true},
			{name: stepCopyFiles, percent: 40, apply: m.copyFiles, undo: m.dropArrival, cancel: true},
			{name: stepCreateDatabase, percent: 42, apply: m.createDatabase, undo: m.dropDatabase, cancel: true},
			{name: stepMaintenance, percent: 44, apply: m.close, undo: m.open, cancel: true},
			{name: stepDrain, percent: 46, apply: func(ctx context.Context) error { return m.drain(ctx, m.old) }, cancel: true},
			{name: stepCopyChanged, percent: 50, apply: m.copyChanged, cancel: true},
			{name: stepCopyTables, percent: 75, apply: m.copyTables, cancel: true},
			{name: stepSettle, percent: 77, apply: m.settle, undo: m.unsettle, cancel: true},
			{name: stepMigrate, percent: 88, apply: m.migrate, undo: m.stopMigrate},
			{name: stepRoute, percent: 90, apply: m.route, undo: m.there.unroute},
			{name: stepCheck, percent: 91, apply: m.checkClosed},
			{name: stepHandOver, percent: 93, apply: m.handOver, undo: m.handBack},
			{name: stepServe, percent: 95, apply: m.serve, undo: m.closeAgain},
			{name: stepRemoveOld, percent: 99, apply: m.removeOld, extra: true},
			{name: stepCleanUp, percent: 100, apply: m.cleanUp, extra: true},
		},
		verify: m.verifyOld,
	}
}

func (r *Runner) newSiteRelocation(ctx context.Context, w *work, row fleet.Relocation) (*siteRelocation, error) {
	m := &siteRelocation{row: row}
	var err error
	if m.siteWork, m.from, m.old, err = r.relocationEnd(ctx, w, row.SiteID, row.FromRevisionID); err != nil {
		return nil, err
	}
	if m.there, m.to, m.new, err = r.relocationEnd(ctx, w, row.SiteID, row.ToRevisionID); err != nil {
		return nil, err
	}
	m.domains, err = r.domainNames(ctx, row.SiteID)
	return m, err
}

// relocationEnd is a site in one of the two revisions that it goes between, wherever it is on record just now.
func (r *Runner) relocationEnd(ctx context.Context, w *work, siteID, revisionID uint) (*siteWork, fleet.Revision, bench.Site, error) {
	site, err := r.Store.Site(ctx, siteID)
	if err != nil {
		return nil, fleet.Revision{}, bench.Site{}, err
	}
	revision, err := r.Store.Revision(ctx, revisionID)
	if err != nil {
		return nil, revision, bench.Site{}, err
	}
	server, err := r.Store.Server(ctx, revision.ServerID)
	if err != nil {
		return nil, revision, bench.Site{}, err
	}
	onBench, err := r.Store.Bench(ctx, revision.BenchID)
	if err != nil {
		return nil, revision, bench.Site{}, err
	}
	work := &siteWork{r: r, w: w, name: site.Name, host: remoteHost(server), bench: onBench}
	place, err := work.at(revision)
	return work, revision, place, err
}

func (m *siteRelocation) login(ctx context.Context) (bench.DatabaseLogin, error) {
	password, err := m.r.secret(ctx, store.RelocationDatabaseKey(m.w.action.ID), rand.Text)
	return bench.DatabaseLogin{Name: bench.DatabaseName(m.row.DatabaseHost), Password: password}, err
}

func (m *siteRelocation) createDatabase(ctx context.Context) error {
	login, err := m.login(ctx)
	if err != nil {
		return err
	}
	command, err := bench.CreateDatabase(login)
	if err != nil {
		return err
	}
	_, err = m.there.run(ctx, command)
	return err
}

func (m *siteRelocation) dropDatabase(ctx context.Context) error {
	command, err := bench.DropDatabase(m.row.DatabaseHost)
	if err != nil {
		return err
	}
	_, err = m.there.run(ctx, command)
	return err
}

func (m *siteRelocation) close(ctx context.Context) error { return m.setMaintenance(ctx, m.old, true) }

func (m *siteRelocation) open(ctx context.Context) error { return m.setMaintenance(ctx, m.old, false) }

// settle makes a site of what has arrived. It is closed, as it was when it left.
func (m *siteRelocation) settle(ctx context.Context) error {
	login, err := m.login(ctx)
	if err != nil {
		return err
	}
	_, err = m.there.run(ctx, bench.SettleSite(m.new, m.w.action.ID, login))
	return err
}

func (m *siteRelocation) unsettle(ctx context.Context) error {
	_, err := m.there.run(ctx, bench.UnsettleSite(m.new, m.w.action.ID))
	return err
}

func (m *siteRelocation) migrate(ctx context.Context) error {
	if !otherCode(m.from.Apps, m.to) {
		return nil
	}
	return m.there.migrateHere(ctx, m.new)
}

func (m *siteRelocation) stopMigrate(ctx context.Context) error {
	if err := m.there.stopUnit(ctx, unitMigrate); err != nil {
		return err
	}
	return m.there.forgetUnit(ctx, unitMigrate)
}

// route makes the nginx of the new server know the site and its domains.
func (m *siteRelocation) route(ctx context.Context) error {
	if err := m.there.route(ctx, m.to); err != nil || len(m.domains) == 0 {
		return err
	}
	return m.there.routeDomains(ctx, m.domains)
}

// checkClosed proves that the site is known there: it says itself that it is closed, or may be read meanwhile.
func (m *siteRelocation) checkClosed(ctx context.Context) error {
	return m.there.expectStatus(ctx, 503, 200)
}

// handOver puts on record that the site lives there, and sends visitors to where it opens next.
func (m *siteRelocation) handOver(ctx context.Context) error {
	if err := m.w.stored(m.r.Store.SiteRelocated(m.w.write, m.w.ref, true)); err != nil {
		return err
	}
	return m.r.routeAll(ctx, m.w)
}

// handBack need not reach a proxy: the end of the action gives them the way once more.
func (m *siteRelocation) handBack(ctx context.Context) error {
	if err := m.w.stored(m.r.Store.SiteRelocated(m.w.write, m.w.ref, false)); err != nil {
		return err
	}
	if err := m.r.routeAll(ctx, m.w); err != nil && !interrupted(ctx) {
		m.w.say(failureOf(err).Message)
	}
	return nil
}

// serve opens the site there; it has to answer.
func (m *siteRelocation) serve(ctx context.Context) error {
	if _, err := m.there.run(ctx, bench.ClearCache(m.new)); err != nil {
		return err
	}
	if _, err := m.there.run(ctx, bench.SetMaintenanceMode(m.new, false)); err != nil {
		return err
	}
	if err := m.there.expectStatus(ctx, 200); err != nil {
		return err
	}
	return m.outOfMaintenance()
}

func (m *siteRelocation) closeAgain(ctx context.Context) error {
	return m.there.setMaintenance(ctx, m.new, true)
}

// removeOld removes what is left where the site came from: its customers write into the new copy by now.
func (m *siteRelocation) removeOld(ctx context.Context) error {
	return m.w.again(ctx, "Removing the old copy", func(ctx context.Context) error {
		remove := bench.RemoveSite(m.old)
		if err := m.repeatable(ctx, unitRemoveSite, "The removal", remove, remove); err != nil {
			return err
		}
		return m.unroute(ctx)
	})
}

func (m *siteRelocation) cleanUp(ctx context.Context) error {
	failed := errors.Join(m.forgetUnits(ctx, unitRemoveSite), m.there.forgetUnits(ctx, unitMigrate))
	earlier, err := m.r.Store.EarlierMoves(ctx, m.row.SiteID, m.w.action.ID)
	if err != nil || len(earlier) == 0 {
		return errors.Join(failed, err)
	}
	_, err = m.run(ctx, bench.RemoveBackups(m.old, earlier[0], earlier[1:]...))
	return errors.Join(failed, err)
}

// verifyOld proves that a site that was taken back answers where it came from.
func (m *siteRelocation) verifyOld(ctx context.Context) error {
	answer, err := m.locate(ctx, m.host.ID)
	if err != nil {
		return err
	}
	if err := onlyIn(answer, m.old); err != nil {
		return err
	}
	return m.expectWithin(ctx, bootPatience, 200)
}
