package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// migrate runs the patches, the schema and the hooks of the new code, and shows each as it comes.
func (m *siteMove) migrate(ctx context.Context) error {
	progress := bench.NewMigrateProgress(m.patches)
	shown := time.Time{}
	options := bench.MigrateOptions{SkipFailing: m.skipFailing, SkipSearchIndex: true}
	result, err := m.unit(ctx, unitMigrate, bench.Migrate(m.new, options), migratePatience, func(line remote.Line) {
		if progress.Feed(line.Text) && time.Since(shown) >= showEvery {
			shown = time.Now()
			m.show(ctx, progress)
		}
	})
	if err != nil {
		return err
	}
	if result.Lost {
		m.w.lostServer()
	}
	if !result.OK() {
		output, err := m.unitOutput(ctx, unitMigrate) // all of it, also what an earlier runner saw
		if err != nil {
			return err
		}
		return migrationError(m.name, result, output)
	}
	return m.reportSkipped(ctx)
}

// migrateHere brings tables that come from elsewhere to the commits of the revision that the site is in.
func (s *siteWork) migrateHere(ctx context.Context, site bench.Site) error {
	result, err := s.unit(ctx, unitMigrate, bench.Migrate(site, bench.MigrateOptions{SkipSearchIndex: true}), migratePatience, nil)
	if err != nil || result.OK() {
		return err
	}
	output, err := s.unitOutput(ctx, unitMigrate)
	if err != nil {
		return err
	}
	return migrationError(s.name, result, output)
}

// otherCode says whether a revision has another commit of one of these apps, or not the app.
func otherCode(apps []fleet.RevisionApp, revision fleet.Revision) bool {
	return slices.ContainsFunc(apps, func(app fleet.RevisionApp) bool {
		return !slices.ContainsFunc(revision.Apps, func(now fleet.RevisionApp) bool { return now.App == app.App && now.Commit == app.Commit })
	})
}

// show tells those who watch the deploy how far the migration is.
func (m *siteMove) show(ctx context.Context, progress *bench.MigrateProgress) {
	percent := percentMigrateFrom + progress.Percent*(percentMigrateTo-percentMigrateFrom)/100
	doing := progress.Patch
	if doing == "" && progress.App != "" {
		doing = "Updating the tables of " + progress.App
	}
	m.w.progress(percent, stepMigrate)
	if err := m.record.step(m, stepMigrate, doing, percent); err != nil {
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
	if !m.skipFailing {
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
	return m.w.stored(m.record.skipped(m, names))
}

// restore brings the site's tables back to the backup: those that the migration touched, or all when its
// word on that cannot be relied on, and drops those that were not there before.
func (m *siteMove) restore(ctx context.Context) error {
	if err := m.stopUnit(ctx, unitMigrate); err != nil {
		return err
	}
	state, err := m.r.Pool.UnitState(ctx, m.host, remote.UnitName(m.w.action.ID, unitMigrate))
	if err != nil {
		return err
	}
	all := bench.RestoreTables(m.new, m.w.action.ID, true)
	command := all
	if saidWhatItTouched(state) {
		command = bench.RestoreTables(m.new, m.w.action.ID, false)
	}
	return m.repeatable(ctx, unitRestore, "The restore", command, all)
}

// saidWhatItTouched says whether a migration came to the point where it writes down which tables it touched:
// it does so as the last thing when it ends by itself. What is there after it was killed, or after the server
// went down, may be the word of an earlier one; and a database that was started anew no longer knows which
// tables had changed. One that never began has touched nothing.
func saidWhatItTouched(state remote.UnitState) bool {
	switch state.Status {
	case remote.UnitMissing:
		return true
	case remote.UnitEnded:
		r := state.Result
		return r != nil && !r.OOM && !r.Timeout && !r.Stopped && (r.Reason == "success" || r.Reason == "exit-code")
	case remote.UnitRunning, remote.UnitLost:
	}
	return false
}
