package runner

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// The steps of a backup, as people read them. Restores and archiving have them among their own.
const (
	stepTakeBackup = "Take the backup"
	stepCopySlave  = "Copy to the slave"
	stepCopyS3     = "Copy to S3"
	stepRecord     = "Put it on record"
)

// Units of a backup: on the master, and on the slave for each of its two files. What a restore fetches to the master has
// another name, because how far the output of a unit was read is kept by its name.
const (
	unitTakeBackup  = "take-backup"
	unitCopyBackup  = "copy-backup"
	unitFetchBackup = "fetch-backup"
)

// noteSlave is the note with the number of the slave whose disk a backup is for; empty when it stays on the master.
const noteSlave = "slave"

// backupWork takes one backup of a site: on its server, where nothing can open it, and from there to the slave's disk and
// to the S3 storage.
type backupWork struct {
	*siteWork
	backup fleet.Backup
	site   bench.Site
	taken  fleet.BackupTaken
	// strict is that a storage which does not take the backup fails the action. Otherwise it counts without that copy.
	strict bool
}

// backUpSite backs a site up while it serves. When it fails, nothing of the backup is left behind, unless only the storage did
// not take it: then it counts as it lies on the server's disk, and the action says that it is not in both places.
func (r *Runner) backUpSite(ctx context.Context, w *work) error {
	b, err := r.newBackupWork(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	if err := w.perform(ctx, b.story()); err != nil {
		return err
	}
	return b.missed(ctx)
}

func (b *backupWork) story() story {
	steps := []step{{name: stepPreflight, percent: 5, apply: b.preflight, cancel: true}}
	steps = append(steps, b.steps(5, 99)...)
	return story{begin: b.beginStep, steps: append(steps, step{name: stepCleanUp, percent: 100, apply: b.cleanUp, extra: true})}
}

// beginStep is the begin of a story that nobody follows but as an action.
func (s *siteWork) beginStep(_ context.Context, name string, percent int) error {
	s.w.progress(percent, name)
	return nil
}

// steps is the backup from the first byte to its record, as a part of an action's percentage.
func (b *backupWork) steps(from, to int) []step {
	at := func(percent int) int { return from + (to-from)*percent/100 }
	return []step{
		{name: stepTakeBackup, percent: at(60), apply: b.take, undo: b.removeHere, cancel: true},
		{name: stepCopySlave, percent: at(75), apply: b.copyToSlave, undo: b.removeOnSlave, cancel: true},
		{name: stepCopyS3, percent: at(95), apply: b.copyToStorage, undo: b.removeInStorage, cancel: true},
		{name: stepRecord, percent: at(100), apply: b.record, cancel: true},
	}
}

func (r *Runner) newBackupWork(ctx context.Context, w *work) (*backupWork, error) {
	id, err := strconv.ParseUint(w.note(store.NoteBackup), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("action %d says not which backup to take", w.action.ID)
	}
	backup, err := r.Store.Backup(ctx, uint(id))
	if err != nil {
		return nil, err
	}
	site, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	return r.backupOn(ctx, site, backup)
}

// backupOn is the taking of a backup of the site of an action.
func (r *Runner) backupOn(ctx context.Context, site *siteWork, backup fleet.Backup) (*backupWork, error) {
	revision, err := r.Store.Revision(ctx, backup.RevisionID)
	if err != nil {
		return nil, err
	}
	b := &backupWork{siteWork: site, backup: backup}
	b.site, err = site.at(revision)
	return b, err
}

// preflight makes sure that the site is where it is on record.
func (b *backupWork) preflight(ctx context.Context) error {
	answer, err := b.locate(ctx, b.host.ID)
	if err != nil {
		return err
	}
	places := bench.ParseSiteLocation(answer)
	if len(places) != 1 || places[0].String() != b.site.Revision().String() {
		return fleet.Errorf(fleet.CodeCommandFailed, "%s is in %v on %s, not in %s alone.", b.name, places, b.host.Name, b.site.Revision())
	}
	return nil
}

// recipients are who may open the backup: its own key, which a server is lent for a restore, and Central's identity, by
// which it can be opened without the database.
func (b *backupWork) recipients(ctx context.Context) ([]string, error) {
	identity, err := b.r.backupIdentity(ctx, b.backup.ID)
	if err != nil {
		return nil, err
	}
	recipient, err := remote.RecipientOf(identity)
	return []string{recipient, b.r.Vault.Recipient()}, err
}

// backupIdentity is the key that opens a backup, made the first time.
func (r *Runner) backupIdentity(ctx context.Context, backupID uint) (string, error) {
	fresh, _, err := remote.NewKeyPair()
	if err != nil {
		return "", err
	}
	return r.secret(ctx, store.BackupKey(backupID), func() string { return fresh })
}

func (b *backupWork) take(ctx context.Context) error {
	recipients, err := b.recipients(ctx)
	if err != nil {
		return err
	}
	place, err := bench.BackupOf(b.backup)
	if err != nil {
		return err
	}
	command, err := bench.TakeBackup(b.site, place, recipients...)
	if err != nil {
		return err
	}
	if err := b.repeatable(ctx, unitTakeBackup, "The backup", command, command); err != nil {
		return err
	}
	return b.read(ctx)
}

// read learns from the unit's output what was taken, also what an earlier runner saw.
func (b *backupWork) read(ctx context.Context) error {
	if b.taken.DatabaseDigest != "" {
		return nil
	}
	output, err := b.unitOutput(ctx, unitTakeBackup)
	if err != nil {
		return err
	}
	b.taken = bench.ParseBackup([]byte(output))
	b.taken.ServerID = &b.host.ID
	b.backup.DatabaseDigest, b.backup.FilesDigest = b.taken.DatabaseDigest, b.taken.FilesDigest
	b.backup.TablesDigest, b.backup.TreeDigest = b.taken.TablesDigest, b.taken.TreeDigest
	b.backup.DatabaseBytes, b.backup.FilesBytes = b.taken.DatabaseBytes, b.taken.FilesBytes
	return b.taken.Check()
}

// place is the backup as commands need it, with what is known of it so far.
func (b *backupWork) place(ctx context.Context) (bench.Backup, error) {
	if err := b.read(ctx); err != nil {
		return bench.Backup{}, err
	}
	return bench.BackupOf(b.backup)
}

// slaveWork is the slave of the site's pair, nil when the backup stays on the master. Which it is, is decided once.
func (b *backupWork) slaveWork(ctx context.Context) (*siteWork, error) {
	if b.w.note(noteSlave) == "" {
		pairs, err := b.r.Store.PairsOfServers(ctx, []uint{b.host.ID})
		if err != nil {
			return nil, err
		}
		slave := uint(0)
		if pair := pairs[b.host.ID]; pair.Status == fleet.PairReady && pair.MasterID == b.host.ID {
			slave = pair.SlaveID
		}
		b.w.change(func(c *fleet.Cursor) { c.Notes[noteSlave] = strconv.FormatUint(uint64(slave), 10) })
	}
	id, err := strconv.ParseUint(b.w.note(noteSlave), 10, 64)
	if err != nil || id == 0 {
		return nil, err
	}
	return b.r.neighbour(ctx, b.siteWork, uint(id))
}

// neighbour is another server, on which a part of a site's action is done.
func (r *Runner) neighbour(ctx context.Context, site *siteWork, serverID uint) (*siteWork, error) {
	server, err := r.Store.Server(ctx, serverID)
	if err != nil {
		return nil, err
	}
	return &siteWork{r: r, w: site.w, name: site.name, host: remoteHost(server), bench: site.bench}, nil
}

// copyToSlave has the slave fetch both files over the line of the pair, and read them again.
func (b *backupWork) copyToSlave(ctx context.Context) error {
	slave, err := b.slaveWork(ctx)
	if err != nil || slave == nil {
		return err
	}
	place, err := b.place(ctx)
	if err != nil {
		return err
	}
	if err := slave.fetchBackup(ctx, unitCopyBackup, place); err != nil {
		return err
	}
	b.taken.ServerID = &slave.host.ID
	return nil
}

// fetchBackup copies a backup from the other server of a pair to this one, and compares it.
func (s *siteWork) fetchBackup(ctx context.Context, unit string, place bench.Backup) error {
	for _, file := range fleet.BackupFiles {
		fetch := bench.FetchBackup(place, file)
		if err := s.repeatable(ctx, unit+"-"+file, "Copying the backup", fetch, fetch); err != nil {
			return err
		}
	}
	check := bench.CheckBackup(place)
	return s.repeatable(ctx, unit+"-check", "The check of the backup", check, check)
}

// forgetFetch removes what fetchBackup left of its units.
func (s *siteWork) forgetFetch(ctx context.Context, unit string) error {
	units := []string{unit + "-check"}
	for _, file := range fleet.BackupFiles {
		units = append(units, unit+"-"+file)
	}
	return s.forgetUnits(ctx, units...)
}

// stopFetch ends a fetch that was broken off, and forgets its units.
func (s *siteWork) stopFetch(ctx context.Context, unit string) error {
	for _, file := range append([]string{"check"}, fleet.BackupFiles...) {
		if err := s.stopUnit(ctx, unit+"-"+file); err != nil {
			return err
		}
		if err := s.forgetUnit(ctx, unit+"-"+file); err != nil {
			return err
		}
	}
	return nil
}

// record puts the backup on record: from here on it counts.
func (b *backupWork) record(ctx context.Context) error {
	if err := b.read(ctx); err != nil {
		return err
	}
	slave, err := b.slaveWork(ctx)
	if err != nil {
		return err
	}
	if slave != nil {
		b.taken.ServerID = &slave.host.ID
	}
	if _, _, err := b.storageOf(ctx); err != nil {
		return err
	}
	id, err := b.storageID()
	if err != nil {
		return err
	}
	if why := b.w.note(noteMissed); why == "" {
		b.taken.StorageID = id
	} else {
		b.taken.MissedStorageID, b.taken.StorageError = id, why
	}
	b.w.say(fmt.Sprintf("%d tables and %d files of %s, %d bytes compressed and encrypted.", b.taken.Tables, b.taken.Files, b.name, b.taken.DatabaseBytes+b.taken.FilesBytes))
	return b.w.stored(b.r.Store.BackupWritten(b.w.write, b.w.ref, b.backup.ID, b.taken))
}

// cleanUp removes the copy on the master when the slave has one, and the units.
func (b *backupWork) cleanUp(ctx context.Context) error {
	slave, err := b.slaveWork(ctx)
	if err != nil {
		return err
	}
	if slave == nil {
		return b.forgetUnits(ctx, unitTakeBackup, unitPutBackup)
	}
	place, err := bench.BackupOf(fleet.Backup{ID: b.backup.ID, SiteName: b.backup.SiteName})
	if err != nil {
		return err
	}
	_, err = b.run(ctx, bench.RemoveBackup(place))
	return errors.Join(err, b.forgetUnits(ctx, unitTakeBackup, unitPutBackup), slave.forgetFetch(ctx, unitCopyBackup))
}

// isRecorded says whether the backup counts already: then it stays, whatever becomes of what it was taken for.
func (b *backupWork) isRecorded(ctx context.Context) (bool, error) {
	backup, err := b.r.Store.Backup(ctx, b.backup.ID)
	return backup.State == fleet.BackupComplete, err
}

// removeHere takes away what was written on the master.
func (b *backupWork) removeHere(ctx context.Context) error {
	recorded, err := b.isRecorded(ctx)
	if err != nil {
		return err
	}
	if recorded {
		return b.cleanUp(ctx)
	}
	if err := b.stopUnit(ctx, unitTakeBackup); err != nil {
		return err
	}
	return errors.Join(b.removeOn(ctx, b.siteWork), b.forgetUnit(ctx, unitTakeBackup))
}

func (b *backupWork) removeOnSlave(ctx context.Context) error {
	if recorded, err := b.isRecorded(ctx); err != nil || recorded {
		return err
	}
	slave, err := b.slaveWork(ctx)
	if err != nil || slave == nil {
		return err
	}
	if err := slave.stopFetch(ctx, unitCopyBackup); err != nil {
		return err
	}
	return b.removeOn(ctx, slave)
}

func (b *backupWork) removeOn(ctx context.Context, server *siteWork) error {
	place, err := bench.BackupOf(fleet.Backup{ID: b.backup.ID, SiteName: b.backup.SiteName})
	if err != nil {
		return err
	}
	_, err = server.run(ctx, bench.RemoveBackup(place))
	return err
}
