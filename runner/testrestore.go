package runner

import (
	"context"
	"fmt"

	"central/runner/bench"
)

// The steps of a restore test that a restore has not.
const (
	stepReadFiles    = "Read the files"
	stepDropDatabase = "Drop the database"
)

const unitReadFiles = "read-files"

// testRestore proves that a backup can be restored, beside its site, which goes on: its tables are restored into a database of
// their own, its files are read from beginning to end, both are compared with what was backed up, and nothing of it stays.
func (r *Runner) testRestore(ctx context.Context, w *work) error {
	s, err := r.newSiteRestore(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	s.database = fmt.Sprintf("test-%d.restore.invalid", w.action.ID) // no site can be called so
	return w.perform(ctx, story{begin: s.beginStep, steps: []step{
		{name: stepFetch, percent: 30, apply: s.fetch, undo: s.dropFetched, cancel: true},
		{name: stepCreateDatabase, percent: 33, apply: s.createDatabase, undo: s.dropDatabase, cancel: true},
		{name: stepRestoreTables, percent: 75, apply: s.restoreTables, undo: s.stopTables, cancel: true},
		{name: stepReadFiles, percent: 95, apply: s.readFiles, undo: s.stopReading, cancel: true},
		{name: stepDropDatabase, percent: 98, apply: s.dropDatabase, cancel: true},
		{name: stepCleanUp, percent: 100, apply: s.cleanUpTest, extra: true},
	}})
}

func (s *siteRestore) readFiles(ctx context.Context) error {
	identity, err := s.identity(ctx)
	if err != nil {
		return err
	}
	read := bench.CheckRestore(s.place, identity)
	return s.repeatable(ctx, unitReadFiles, "Reading the files of the backup", read, read)
}

func (s *siteRestore) stopReading(ctx context.Context) error {
	if err := s.stopUnit(ctx, unitReadFiles); err != nil {
		return err
	}
	return s.forgetUnit(ctx, unitReadFiles)
}

func (s *siteRestore) cleanUpTest(ctx context.Context) error {
	if err := s.dropFetched(ctx); err != nil {
		return err
	}
	return s.forgetUnits(ctx, unitRestoreTables, unitReadFiles)
}
