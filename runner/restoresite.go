package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// The steps of a restore, as people read them.
const (
	stepFetch          = "Fetch the backup"
	stepFreshTables    = "Keep the tables as they are"
	stepCreateDatabase = "Create the database"
	stepRestoreTables  = "Restore the tables"
	stepRestoreFiles   = "Restore the files"
)

// Units of a restore, on the site's master.
const (
	unitRestoreTables = "restore-tables"
	unitRestoreFiles  = "restore-files"
	unitRestoreBack   = "restore-back"
)

// siteRestore is a backup on its way into a site: over the one that it is of, or into one that is not there yet.
type siteRestore struct {
	*siteWork
	backup   fleet.Backup
	revision fleet.Revision
	site     bench.Site
	place    bench.Backup
	database string      // the host name that the database of a new site is named after
	fresh    *backupWork // of what is replaced; nil for a site that is not there
	migrates bool
}

// restoreSite brings a site to what a backup shows. When it fails, the site has what it had, or nothing of a new one is
// left behind.
func (r *Runner) restoreSite(ctx context.Context, w *work) error {
	s, err := r.newSiteRestore(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	if s.fresh == nil {
		return w.perform(ctx, s.newStory())
	}
	return w.perform(ctx, s.overStory())
}

func (r *Runner) newSiteRestore(ctx context.Context, w *work) (*siteRestore, error) {
	id, err := strconv.ParseUint(w.note(store.NoteBackup), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("action %d says not which backup to restore", w.action.ID)
	}
	site, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	s := &siteRestore{siteWork: site, database: cmp.Or(w.note(store.NoteDatabase), site.name)}
	if s.backup, err = r.Store.Backup(ctx, uint(id)); err != nil {
		return nil, err
	}
	if s.revision, err = r.Store.Revision(ctx, *w.action.RevisionID); err != nil {
		return nil, err
	}
	if s.site, err = site.at(s.revision); err != nil {
		return nil, err
	}
	if s.place, err = bench.BackupOf(s.backup); err != nil {
		return nil, err
	}
	s.migrates = otherCode(s.backup.Apps, s.revision)
	if w.note(store.NoteFresh) == "" {
		return s, nil
	}
	id, err = strconv.ParseUint(w.note(store.NoteFresh), 10, 64)
	if err != nil {
		return nil, err
	}
	fresh, err := r.Store.Backup(ctx, uint(id))
	if err != nil {
		return nil, err
	}
	s.fresh, err = r.backupOn(ctx, site, fresh)
	return s, err
}

// overStory replaces what the site holds. Nothing is touched before the backup was compared; from then on the site is
// closed until it serves again, restored or as it was.
func (s *siteRestore) overStory() story {
	steps := []step{
		{name: stepPreflight, percent: 3, apply: s.fresh.preflight, cancel: true},
		{name: stepFetch, percent: 20, apply: s.fetch, undo: s.dropFetched, cancel: true},
		{name: stepMaintenance, percent: 22, apply: s.close, undo: s.open, cancel: true},
		{name: stepDrain, percent: 25, apply: func(ctx context.Context) error { return s.drain(ctx, s.site) }, cancel: true},
	}
	steps = append(steps, s.fresh.steps(25, 55)...)
	steps = append(steps,
		step{name: stepFreshTables, percent: 60, apply: s.keepTables, undo: s.stopKeeping, cancel: true},
		step{name: stepRestoreTables, percent: 75, apply: s.restoreTables, undo: s.tablesBack},
		step{name: stepRestoreFiles, percent: 85, apply: s.restoreFiles, undo: s.filesBack},
		step{name: stepMigrate, percent: 94, apply: s.migrate, undo: s.stopMigrate},
		step{name: stepServe, percent: 98, apply: s.serve, undo: s.close},
		step{name: stepCleanUp, percent: 100, apply: s.cleanUp, extra: true},
	)
	return story{begin: s.beginStep, steps: steps, verify: func(ctx context.Context) error {
		if _, err := s.run(ctx, bench.ClearCache(s.site)); err != nil {
			return err
		}
		return s.expectStatus(ctx, 200)
	}}
}

// newStory makes a site that is not there.
func (s *siteRestore) newStory() story {
	return story{begin: s.beginStep, steps: []step{
		{name: stepPreflight, percent: 3, apply: s.nothingThere, cancel: true},
		{name: stepFetch, percent: 25, apply: s.fetch, undo: s.dropFetched, cancel: true},
		{name: stepCreateDatabase, percent: 28, apply: s.createDatabase, undo: s.dropDatabase, cancel: true},
		{name: stepRestoreTables, percent: 55, apply: s.restoreTables, undo: s.stopTables, cancel: true},
		{name: stepRestoreFiles, percent: 75, apply: s.restoreFiles, undo: s.filesGone, cancel: true},
		{name: stepMigrate, percent: 90, apply: s.migrate, undo: s.stopMigrate},
		{name: stepRoute, percent: 93, apply: func(ctx context.Context) error { return s.route(ctx, s.revision) }, undo: s.unroute},
		{name: stepCheck, percent: 98, apply: s.answers},
		{name: stepCleanUp, percent: 100, apply: s.cleanUp, extra: true},
	}}
}

// nothingThere makes sure that there is nothing of the site's name: what comes later may remove it.
func (s *siteRestore) nothingThere(ctx context.Context) error {
	answer, err := s.locate(ctx, s.host.ID)
	if err != nil {
		return err
	}
	if err := noSite(answer, s.name, s.host.Name); err != nil {
		return err
	}
	database, err := bench.DatabaseExists(s.database)
	if err != nil {
		return err
	}
	if answer, err = s.run(ctx, database); err != nil {
		return err
	}
	return noDatabase(answer, s.database, s.host.Name)
}

// fetch brings the backup to the site's server and compares it with what was written.
func (s *siteRestore) fetch(ctx context.Context) error {
	switch {
	case s.backup.ServerID != nil && *s.backup.ServerID == s.host.ID:
		check := bench.CheckBackup(s.place)
		return s.repeatable(ctx, unitFetchBackup+"-check", "The check of the backup", check, check)
	case s.backup.ServerID != nil && s.partnerHolds(ctx):
		return s.fetchBackup(ctx, unitFetchBackup, s.place)
	case s.backup.StorageID == nil && s.backup.ServerID != nil:
		return s.carryBackup(ctx, *s.backup.ServerID)
	}
	return s.fetchObjects(ctx)
}

// carryBackup brings the backup from a server of another pair, where the site lived once, through Central, and compares it
// with what was written. It stays sealed on the way.
func (s *siteRestore) carryBackup(ctx context.Context, serverID uint) error {
	holder, err := s.r.neighbour(ctx, s.siteWork, serverID)
	if err != nil {
		return err
	}
	for _, file := range fleet.BackupFiles {
		_, err := s.r.Pool.Pipe(ctx, remote.Pipe{
			From: holder.host, Source: bench.ReadBackup(s.place, file), To: s.host, Target: bench.WriteBackup(s.place, file),
		})
		if err != nil {
			return err
		}
	}
	check := bench.CheckBackup(s.place)
	return s.repeatable(ctx, unitFetchBackup+"-check", "The check of the backup", check, check)
}

// partnerHolds says whether the other server of the pair has the backup.
func (s *siteRestore) partnerHolds(ctx context.Context) bool {
	pairs, err := s.r.Store.PairsOfServers(ctx, []uint{s.host.ID})
	pair := pairs[s.host.ID]
	return err == nil && pair.ID != 0 && (pair.MasterID == *s.backup.ServerID || pair.SlaveID == *s.backup.ServerID)
}

// dropFetched removes what fetch brought here, unless this is where the backup lies.
func (s *siteRestore) dropFetched(ctx context.Context) error {
	if err := s.stopFetch(ctx, unitFetchBackup); err != nil {
		return err
	}
	if err := s.stopUnit(ctx, unitGetBackup); err != nil {
		return err
	}
	if err := s.forgetUnit(ctx, unitGetBackup); err != nil {
		return err
	}
	if s.backup.ServerID != nil && *s.backup.ServerID == s.host.ID {
		return nil
	}
	_, err := s.run(ctx, bench.RemoveBackup(s.place))
	return err
}

// close shuts the site's visitors out, and records since when.
func (s *siteRestore) close(ctx context.Context) error { return s.setMaintenance(ctx, s.site, true) }

func (s *siteRestore) open(ctx context.Context) error { return s.setMaintenance(ctx, s.site, false) }

// keepTables dumps all tables at one moment, in the window: that is what an undo goes back to.
func (s *siteRestore) keepTables(ctx context.Context) error {
	dump := bench.DumpTables(s.site, s.w.action.ID)
	return s.repeatable(ctx, unitBackup, "The backup", dump, dump)
}

func (s *siteRestore) stopKeeping(ctx context.Context) error {
	if err := s.stopUnit(ctx, unitBackup); err != nil {
		return err
	}
	if err := s.forgetUnit(ctx, unitBackup); err != nil {
		return err
	}
	_, err := s.run(ctx, bench.RemoveBackups(s.site, s.w.action.ID))
	return err
}

// identity opens the backup; the server is lent it for this.
func (s *siteRestore) identity(ctx context.Context) (string, error) {
	sealed, err := s.r.Store.Secret(ctx, store.BackupKey(s.backup.ID))
	if err != nil {
		return "", err
	}
	key, err := s.r.Vault.Open(sealed)
	return string(key), err
}

// login is the way into the database of a site that is not there yet; nil for one that says it itself.
func (s *siteRestore) login(ctx context.Context) (*bench.DatabaseLogin, error) {
	if s.fresh != nil {
		return nil, nil
	}
	password, err := s.r.secret(ctx, store.RestoreDatabaseKey(s.w.action.ID), rand.Text)
	return &bench.DatabaseLogin{Name: bench.DatabaseName(s.database), Password: password}, err
}

func (s *siteRestore) createDatabase(ctx context.Context) error {
	login, err := s.login(ctx)
	if err != nil {
		return err
	}
	command, err := bench.CreateDatabase(*login)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}

func (s *siteRestore) dropDatabase(ctx context.Context) error {
	command, err := bench.DropDatabase(s.database)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}

func (s *siteRestore) restoreTables(ctx context.Context) error {
	identity, err := s.identity(ctx)
	if err != nil {
		return err
	}
	login, err := s.login(ctx)
	if err != nil {
		return err
	}
	command := bench.RestoreDatabase(s.site, s.place, identity, login)
	return s.repeatable(ctx, unitRestoreTables, "The restore of the tables", command, command)
}

func (s *siteRestore) stopTables(ctx context.Context) error {
	if err := s.stopUnit(ctx, unitRestoreTables); err != nil {
		return err
	}
	return s.forgetUnit(ctx, unitRestoreTables)
}

// tablesBack gives the site the tables that it had.
func (s *siteRestore) tablesBack(ctx context.Context) error {
	if err := s.stopTables(ctx); err != nil {
		return err
	}
	back := bench.RestoreTables(s.site, s.w.action.ID, true)
	return s.repeatable(ctx, unitRestoreBack, "Taking the tables back", back, back)
}

func (s *siteRestore) restoreFiles(ctx context.Context) error {
	identity, err := s.identity(ctx)
	if err != nil {
		return err
	}
	login, err := s.login(ctx)
	if err != nil {
		return err
	}
	command := bench.RestoreFiles(s.site, s.place, s.w.action.ID, identity, login)
	return s.repeatable(ctx, unitRestoreFiles, "The restore of the files", command, command)
}

// filesBack gives the site the directory that it had.
func (s *siteRestore) filesBack(ctx context.Context) error {
	return s.endFiles(ctx, bench.RestoreUndone)
}

func (s *siteRestore) filesGone(ctx context.Context) error { return s.endFiles(ctx, bench.RestoreGone) }

func (s *siteRestore) endFiles(ctx context.Context, end bench.RestoreEnd) error {
	if err := s.stopUnit(ctx, unitRestoreFiles); err != nil {
		return err
	}
	if err := s.forgetUnit(ctx, unitRestoreFiles); err != nil {
		return err
	}
	_, err := s.run(ctx, bench.EndRestore(s.site, s.w.action.ID, end))
	return err
}

// migrate brings tables of other commits to those of the revision.
func (s *siteRestore) migrate(ctx context.Context) error {
	if !s.migrates {
		return nil
	}
	return s.migrateHere(ctx, s.site)
}

func (s *siteRestore) stopMigrate(ctx context.Context) error {
	if err := s.stopUnit(ctx, unitMigrate); err != nil {
		return err
	}
	return s.forgetUnit(ctx, unitMigrate)
}

// serve opens the site; it has to answer with what was restored, not with what its cache still holds.
func (s *siteRestore) serve(ctx context.Context) error {
	if _, err := s.run(ctx, bench.ClearCache(s.site)); err != nil {
		return err
	}
	if err := s.setMaintenance(ctx, s.site, false); err != nil {
		return err
	}
	return s.expectStatus(ctx, 200)
}

func (s *siteRestore) answers(ctx context.Context) error {
	if _, err := s.run(ctx, bench.ClearCache(s.site)); err != nil {
		return err
	}
	return s.expectStatus(ctx, 200)
}

// cleanUp removes what the restore needs no longer: the fetched copy, the directory that was replaced, and the units. The
// fresh backup stays; the policy says how long.
func (s *siteRestore) cleanUp(ctx context.Context) error {
	failed := []error{
		s.dropFetched(ctx),
		s.endFiles(ctx, bench.RestoreKept),
		s.forgetUnits(ctx, unitRestoreTables, unitRestoreFiles, unitMigrate, unitBackup),
	}
	if s.fresh != nil {
		_, err := s.run(ctx, bench.RemoveBackups(s.site, s.w.action.ID))
		failed = append(failed, err, s.fresh.cleanUp(ctx))
	}
	return errors.Join(failed...)
}
