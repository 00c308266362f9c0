package runner

import (
	"context"
	"errors"
	"time"

	"central/fleet"
	"central/runner/bench"
)

// The steps of a move, as people read them.
const (
	stepPreflight   = "Preflight"
	stepMaintenance = "Maintenance on"
	stepDrain       = "Drain jobs"
	stepBackup      = "Back up"
	stepMove        = "Move"
	stepRoute       = "Route"
	stepMigrate     = "Migrate"
	stepCheck       = "Health check"
	stepServe       = "Maintenance off"
	stepIndex       = "Search index"
	stepCleanUp     = "Clean up"
)

// The long parts of a move, each a unit on its server.
const (
	unitBackup  = "backup"
	unitMigrate = "migrate"
	unitRestore = "restore"
	unitIndex   = "index"
)

// How long parts of a move may take, and how often a migration's progress is shown.
const (
	drainPatience   = 2 * time.Minute
	drainPause      = 500 * time.Millisecond
	migratePatience = 4 * time.Hour
	showEvery       = 200 * time.Millisecond
)

// The part of the percentage that a migration moves through.
const (
	percentMigrateFrom = 35
	percentMigrateTo   = 90
)

// siteMove is one site on its way from one revision to another on the same server.
type siteMove struct {
	*siteWork
	record      moveRecord
	siteID      uint
	patches     int  // that lie between the revisions, roughly
	skipFailing bool // goes on when one of them fails
	from, to    fleet.Revision
	old, new    bench.Site // the site in either
}

// moveRecord is where a move is on record: in a deploy, or as one of its own.
type moveRecord interface {
	// step says how far the move is, and what it does in particular.
	step(m *siteMove, name, doing string, percent int) error
	// moved says where the site's directory is now: in the new revision, or in the old one again.
	moved(m *siteMove, there bool) error
	// skipped names the patches that failed and were skipped.
	skipped(m *siteMove, patches []string) error
}

// deployRecord is the record of a move that is a part of a deploy.
type deployRecord struct{}

func (deployRecord) step(m *siteMove, name, doing string, percent int) error {
	return m.r.Store.DeploySiteStep(m.w.write, m.w.ref, name, doing, percent)
}

func (deployRecord) moved(m *siteMove, there bool) error {
	revision := m.from
	if there {
		revision = m.to
	}
	return m.r.Store.SiteMoved(m.w.write, m.w.ref, revision.ID)
}

func (deployRecord) skipped(m *siteMove, patches []string) error {
	return m.r.Store.DeploySiteSkippedPatches(m.w.write, m.w.ref, patches)
}

// moveSite brings a site to a new revision, or leaves it exactly as it was:
// see docs/ARCHITECTURE.md for what each step guarantees. Until the migration begins somebody may cancel it and
// have the site back; from then on the move is finished, which is sooner over. Once the site has answered on
// its new code nothing takes it back any more: customers write into it.
func (r *Runner) moveSite(ctx context.Context, w *work) error {
	m, err := r.newSiteMove(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, m.story())
}

func (m *siteMove) story() story {
	return story{
		begin: m.begin,
		steps: []step{
			{name: stepPreflight, percent: 4, apply: m.preflight, cancel: true},
			{name: stepMaintenance, percent: 8, apply: m.maintenanceOn, undo: m.maintenanceOff, cancel: true},
			{name: stepDrain, percent: 12, apply: m.drain, cancel: true},
			{name: stepBackup, percent: 25, apply: m.backUp, undo: m.stopBackup, cancel: true},
			{name: stepMove, percent: 30, apply: m.moveThere, undo: m.moveBack, cancel: true},
			{name: stepRoute, percent: percentMigrateFrom, apply: m.routeThere, undo: m.routeBack, cancel: true},
			{name: stepMigrate, percent: percentMigrateTo, apply: m.migrate, undo: m.restore},
			{name: stepCheck, percent: 93, apply: m.checkMaintenancePage},
			{name: stepServe, percent: 97, apply: m.serve, undo: m.maintenanceAgain},
			{name: stepIndex, percent: 99, apply: m.buildIndex, extra: true},
			{name: stepCleanUp, percent: 100, apply: m.cleanUp, extra: true},
		},
		verify: m.verifyOld,
	}
}

func (r *Runner) newSiteMove(ctx context.Context, w *work) (*siteMove, error) {
	row, err := r.Store.DeploySiteOf(ctx, w.action.ID)
	if err != nil {
		return nil, err
	}
	deploy, err := r.Store.Deploy(ctx, row.DeployID)
	if err != nil {
		return nil, err
	}
	site, err := r.newSiteWork(ctx, w, row.SiteID)
	if err != nil {
		return nil, err
	}
	revisions, err := r.Store.RevisionsByID(ctx, []uint{row.FromRevisionID, row.ToRevisionID})
	if err != nil {
		return nil, err
	}
	m := &siteMove{
		siteWork: site, record: deployRecord{}, siteID: row.SiteID, patches: row.Patches, skipFailing: deploy.SkipFailingPatches,
		from: revisions[row.FromRevisionID], to: revisions[row.ToRevisionID],
	}
	if m.old, err = site.at(m.from); err != nil {
		return nil, err
	}
	m.new, err = site.at(m.to)
	return m, err
}

func (m *siteMove) begin(_ context.Context, name string, percent int) error {
	m.w.progress(percent, name)
	return m.w.stored(m.record.step(m, name, "", percent))
}

func (m *siteMove) maintenanceOn(ctx context.Context) error {
	return m.setMaintenance(ctx, m.old, true)
}

// maintenanceOff ends the maintenance window where the site was before, and records how long it was.
func (m *siteMove) maintenanceOff(ctx context.Context) error {
	return m.setMaintenance(ctx, m.old, false)
}

func (m *siteMove) drain(ctx context.Context) error { return m.siteWork.drain(ctx, m.old) }

func (m *siteMove) backUp(ctx context.Context) error {
	dump := bench.DumpTables(m.old, m.w.action.ID)
	return m.repeatable(ctx, unitBackup, "The backup", dump, dump)
}

// stopBackup ends a backup that was broken off; the site still is where it was.
func (m *siteMove) stopBackup(ctx context.Context) error { return m.stopUnit(ctx, unitBackup) }

func (m *siteMove) moveThere(ctx context.Context) error {
	if _, err := m.run(ctx, bench.MoveSite(m.old, m.new.Revision())); err != nil {
		return err
	}
	return m.w.stored(m.record.moved(m, true))
}

func (m *siteMove) moveBack(ctx context.Context) error {
	if _, err := m.run(ctx, bench.MoveSite(m.new, m.old.Revision())); err != nil {
		return err
	}
	return m.w.stored(m.record.moved(m, false))
}

func (m *siteMove) routeThere(ctx context.Context) error { return m.route(ctx, m.to) }

// routeBack leads visitors to where the site was. The nginx of an adopted server still has the block that served
// the site before, and goes back to it when Central's no longer has the name.
func (m *siteMove) routeBack(ctx context.Context) error {
	if m.from.Adopted() {
		return m.unroute(ctx)
	}
	return m.route(ctx, m.from)
}

// checkMaintenancePage proves that nginx reaches the new revision and that it knows the site: an answer of
// its own that says maintenance, not an error of nginx. A site that may be read meanwhile answers as usual.
func (m *siteMove) checkMaintenancePage(ctx context.Context) error {
	if m.w.note(noteReads) != "" {
		return m.expectStatus(ctx, 503, 200)
	}
	return m.expectStatus(ctx, 503)
}

// serve ends the maintenance window on the new code; the site has to answer.
func (m *siteMove) serve(ctx context.Context) error {
	if _, err := m.run(ctx, bench.SetMaintenanceMode(m.new, false)); err != nil {
		return err
	}
	if err := m.expectStatus(ctx, 200); err != nil {
		return err
	}
	return m.outOfMaintenance()
}

// maintenanceAgain closes the site on the new code, so that nobody writes into what is being taken back.
func (m *siteMove) maintenanceAgain(ctx context.Context) error {
	return m.setMaintenance(ctx, m.new, true)
}

// buildIndex builds the search index now that the site is up.
func (m *siteMove) buildIndex(ctx context.Context) error {
	build := bench.BuildSearchIndex(m.new)
	return m.repeatable(ctx, unitIndex, "The search index", build, build)
}

// cleanUp removes what the move needs no longer: its units, and the backups that earlier moves of the site
// took. Its own backup stays until the next move has succeeded.
func (m *siteMove) cleanUp(ctx context.Context) error {
	units := m.forgetUnits(ctx, unitBackup, unitMigrate, unitIndex)
	earlier, err := m.r.Store.EarlierMoves(ctx, m.siteID, m.w.action.ID)
	if err != nil || len(earlier) == 0 {
		return errors.Join(err, units)
	}
	_, err = m.run(ctx, bench.RemoveBackups(m.new, earlier[0], earlier[1:]...))
	return errors.Join(err, units)
}

// verifyOld proves that a site that was taken back answers from its old revision. Its backup is kept, for
// whoever wants to know more.
func (m *siteMove) verifyOld(ctx context.Context) error {
	answer, err := m.locate(ctx, m.from.ServerID)
	if err != nil {
		return err
	}
	places := bench.ParseSiteLocation(answer)
	if len(places) != 1 || places[0].String() != m.old.Revision().String() {
		return fleet.Errorf(fleet.CodeCommandFailed, "%s is in %v, not in %s.", m.name, places, m.old.Revision())
	}
	// Its processes may just be coming up. If it does not answer for another reason, what the migration left in
	// the cache may be it.
	if err := m.expectWithin(ctx, bootPatience, 200); err != nil && fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		return err
	}
	if _, err := m.run(ctx, bench.ClearCache(m.old)); err != nil {
		return err
	}
	if err := m.expectStatus(ctx, 200); err != nil {
		return err
	}
	if err := m.forgetUnits(ctx, unitBackup, unitMigrate, unitRestore); err != nil {
		m.r.Log.Warn("what a move left on its server was not removed", "site", m.name, "server", m.host.Name, "error", err)
	}
	return nil
}
