package runner

import (
	"context"
	"fmt"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
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
	row      fleet.DeploySite
	deploy   fleet.Deploy
	from, to fleet.Revision
	old, new bench.Site // the site in either
}

// moveSite brings a site to a new revision, or leaves it exactly as it was:
// see docs/ARCHITECTURE.md for what each step guarantees.
func (r *Runner) moveSite(ctx context.Context, w *work) error {
	m, err := r.newSiteMove(ctx, w)
	if err != nil {
		return err
	}
	return w.perform(ctx, story{
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
			{name: stepIndex, percent: 100, apply: m.buildIndex},
		},
		verify: m.verifyOld,
	})
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
	m := &siteMove{siteWork: site, row: row, deploy: deploy, from: revisions[row.FromRevisionID], to: revisions[row.ToRevisionID]}
	if m.old, err = site.at(m.from); err != nil {
		return nil, err
	}
	m.new, err = site.at(m.to)
	return m, err
}

func (m *siteMove) begin(ctx context.Context, name string, percent int) error {
	m.w.progress(percent, name)
	return m.r.Store.DeploySiteStep(ctx, m.w.ref, name, "", percent)
}

// preflight looks for what would make the move fail, before anything is touched.
func (m *siteMove) preflight(ctx context.Context) error {
	answer, err := m.run(ctx, bench.Preflight(m.old, m.new.Revision()))
	if err != nil {
		return err
	}
	report, err := bench.ParsePreflight(answer)
	if err != nil {
		return err
	}
	return judge(report, m.name, m.host.Name)
}

// spareDisk is what has to stay free on a disk besides a backup and a second copy of the site's tables, in
// bytes.
const spareDisk = 512 << 20

// judge decides whether a move may begin.
func judge(report bench.PreflightReport, site, server string) error {
	switch {
	case report.Place == bench.SiteMissing || report.Place == bench.SiteInBoth:
		return fleet.Errorf(fleet.CodeNotReady, "The directory of %s is not where it should be on %s (%s).", site, server, report.Place)
	case !report.Built:
		return fleet.Errorf(fleet.CodeNotReady, "The new revision on %s is not complete.", server)
	case len(report.Down) > 0:
		return fleet.Errorf(fleet.CodeNotReady, "Processes of the new revision on %s do not answer: %s.", server, strings.Join(report.Down, ", "))
	case report.HomeFree < report.DatabaseBytes+spareDisk:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for a backup of %s, which needs up to %d MiB; make room.", server, report.HomeFree>>20, site, (report.DatabaseBytes+spareDisk)>>20)
	case report.DatabaseFree < report.DatabaseBytes+spareDisk:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for the tables of %s, whose migration needs up to %d MiB; make room.", server, report.DatabaseFree>>20, site, (report.DatabaseBytes+spareDisk)>>20)
	}
	return nil
}

func (m *siteMove) maintenanceOn(ctx context.Context) error {
	if err := m.r.Store.SiteInMaintenance(ctx, m.w.ref, time.Now().UTC()); err != nil {
		return err
	}
	_, err := m.run(ctx, bench.SetMaintenanceMode(m.old, true))
	return err
}

// maintenanceOff ends the maintenance window where the site was before, and records how long it was.
func (m *siteMove) maintenanceOff(ctx context.Context) error {
	if _, err := m.run(ctx, bench.SetMaintenanceMode(m.old, false)); err != nil {
		return err
	}
	return m.r.Store.SiteOutOfMaintenance(ctx, m.w.ref, time.Now().UTC())
}

// drain waits until no background job of the site is queued or running.
func (m *siteMove) drain(ctx context.Context) error {
	giveUp := time.Now().Add(drainPatience)
	for {
		_, err := m.run(ctx, bench.ReadyForMigration(m.old))
		if err == nil || fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			return err
		}
		if time.Now().After(giveUp) {
			return fmt.Errorf("%w (%w)", fleet.Errorf(fleet.CodeNotReady, "Background jobs of %s were still at work after %s; try again when they are done.", m.name, drainPatience), err)
		}
		select {
		case <-time.After(drainPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (m *siteMove) backUp(ctx context.Context) error {
	return m.repeatable(ctx, "backup", "The backup", bench.DumpTables(m.old, m.w.action.ID))
}

// stopBackup ends a backup that was broken off; the site still is where it was.
func (m *siteMove) stopBackup(ctx context.Context) error { return m.stopUnit(ctx, "backup") }

func (m *siteMove) moveThere(ctx context.Context) error { return m.move(ctx, m.old, m.new, m.to) }
func (m *siteMove) moveBack(ctx context.Context) error  { return m.move(ctx, m.new, m.old, m.from) }

func (m *siteMove) move(ctx context.Context, site, there bench.Site, to fleet.Revision) error {
	if _, err := m.run(ctx, bench.MoveSite(site, there.Revision())); err != nil {
		return err
	}
	return m.r.Store.SiteMoved(ctx, m.w.ref, to.ID)
}

func (m *siteMove) routeThere(ctx context.Context) error { return m.route(ctx, m.to) }
func (m *siteMove) routeBack(ctx context.Context) error  { return m.route(ctx, m.from) }

// migrate runs the patches, the schema and the hooks of the new code, and shows each as it comes.
func (m *siteMove) migrate(ctx context.Context) error {
	progress := bench.NewMigrateProgress(m.row.Patches)
	shown := time.Time{}
	options := bench.MigrateOptions{SkipFailing: m.deploy.SkipFailingPatches, SkipSearchIndex: true}
	result, err := m.unit(ctx, "migrate", bench.Migrate(m.new, options), migratePatience, func(line remote.Line) {
		if progress.Feed(line.Text) && time.Since(shown) >= showEvery {
			shown = time.Now()
			m.show(ctx, progress)
		}
	})
	if err != nil {
		return err
	}
	if !result.OK() {
		output, err := m.unitOutput(ctx, "migrate") // all of it, also what an earlier runner saw
		if err != nil {
			return err
		}
		return migrationError(m.name, result, output)
	}
	return m.reportSkipped(ctx)
}

// show tells those who watch the deploy how far the migration is.
func (m *siteMove) show(ctx context.Context, progress *bench.MigrateProgress) {
	percent := percentMigrateFrom + progress.Percent*(percentMigrateTo-percentMigrateFrom)/100
	doing := progress.Patch
	if doing == "" && progress.App != "" {
		doing = "Updating the tables of " + progress.App
	}
	m.w.progress(percent, stepMigrate)
	if err := m.r.Store.DeploySiteStep(ctx, m.w.ref, stepMigrate, doing, percent); err != nil {
		m.r.Log.Warn("the progress of a migration could not be shown", "site", m.name, "error", err)
	}
}

// migrationError names the patch and the error that it ended with; the traceback is the detail.
func migrationError(site string, result remote.Result, output string) error {
	seen := bench.NewMigrateProgress(0)
	for line := range strings.Lines(output) {
		seen.Feed(strings.TrimRight(line, "\r\n"))
	}
	traceback := strings.Split(strings.TrimSpace(seen.Traceback()), "\n")
	last := traceback[len(traceback)-1]
	message := fmt.Sprintf("The migration of %s %s.", site, result)
	switch {
	case last != "" && seen.Patch != "":
		message = fmt.Sprintf("The patch %s failed: %s", seen.Patch, last)
	case last != "":
		message = fmt.Sprintf("The migration failed: %s", last)
	}
	return detailed{fleet.Errorf(fleet.CodeMigrationFailed, "%s", message), seen.Traceback()}
}

// reportSkipped records which patches failed and were skipped, when that was asked for.
func (m *siteMove) reportSkipped(ctx context.Context) error {
	if !m.deploy.SkipFailingPatches {
		return nil
	}
	answer, err := m.run(ctx, bench.SkippedPatches(m.new))
	if err != nil {
		return err
	}
	skipped, err := bench.ParseSkippedPatches(answer)
	if err != nil {
		return err
	}
	names := make([]string, len(skipped))
	for i, patch := range skipped {
		names[i] = patch.Patch
	}
	return m.r.Store.DeploySiteSkippedPatches(ctx, m.w.ref, names)
}

// restore brings the site's tables back to the backup: those that the migration touched, or all when that
// is not known, and drops those that were not there before.
func (m *siteMove) restore(ctx context.Context) error {
	if err := m.stopUnit(ctx, "migrate"); err != nil {
		return err
	}
	return m.repeatable(ctx, "restore", "The restore", bench.RestoreTables(m.new, m.w.action.ID, false))
}

// checkMaintenancePage proves that nginx reaches the new revision and that it knows the site: an answer of
// its own that says maintenance, not an error of nginx.
func (m *siteMove) checkMaintenancePage(ctx context.Context) error { return m.expectStatus(ctx, 503) }

// serve ends the maintenance window on the new code; the site has to answer.
func (m *siteMove) serve(ctx context.Context) error {
	if _, err := m.run(ctx, bench.SetMaintenanceMode(m.new, false)); err != nil {
		return err
	}
	if err := m.expectStatus(ctx, 200); err != nil {
		return err
	}
	return m.r.Store.SiteOutOfMaintenance(ctx, m.w.ref, time.Now().UTC())
}

// maintenanceAgain closes the site on the new code, so that nobody writes into what is being taken back.
func (m *siteMove) maintenanceAgain(ctx context.Context) error {
	if err := m.r.Store.SiteInMaintenance(ctx, m.w.ref, time.Now().UTC()); err != nil {
		return err
	}
	_, err := m.run(ctx, bench.SetMaintenanceMode(m.new, true))
	return err
}

// buildIndex builds the search index now that the site is up. A failure is told, not a reason to go back.
func (m *siteMove) buildIndex(ctx context.Context) error {
	err := m.repeatable(ctx, "index", "The search index", bench.BuildSearchIndex(m.new))
	if err != nil && !interrupted(ctx) && fleet.ErrorCode(err) == fleet.CodeCommandFailed {
		m.w.say("The site is up, but its search index was not built: " + failureOf(err).Message)
		return nil
	}
	return err
}

// verifyOld proves that a site that was taken back answers from its old revision.
func (m *siteMove) verifyOld(ctx context.Context) error {
	command, err := bench.SiteLocation(m.name)
	if err != nil {
		return err
	}
	answer, err := m.run(ctx, command)
	if err != nil {
		return err
	}
	places := bench.ParseSiteLocation(answer)
	if len(places) != 1 || places[0] != m.old.Revision() {
		return fleet.Errorf(fleet.CodeCommandFailed, "%s is in %v, not in %s.", m.name, places, m.old.Revision())
	}
	if _, err := m.run(ctx, bench.ClearCache(m.old)); err != nil {
		return err
	}
	return m.expectStatus(ctx, 200)
}
