package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// Backups have a lane of their own on each server, of which two are at work together: whatever else is to be done there
// finds room beside them.
const backupsAtOnce = 2

func backupLane(serverID uint) string { return fmt.Sprintf("server:%d:backup", serverID) }

// BackupKey is the name of the secret that opens a backup. It goes with the backup.
func BackupKey(backupID uint) string { return fmt.Sprintf("backup-%d", backupID) }

// NoteBackup is the note of an action that says which backup it takes or restores.
const NoteBackup = "backup"

// Backup reads one backup.
func (s *Store) Backup(ctx context.Context, id uint) (fleet.Backup, error) {
	return one[fleet.Backup](ctx, s.db, "backup", id)
}

// BackupsByID reads many backups at once.
func (s *Store) BackupsByID(ctx context.Context, ids []uint) (map[uint]fleet.Backup, error) {
	return byID(ctx, s.db, ids, func(v fleet.Backup) uint { return v.ID })
}

// maxBackups is how many backups of a site are listed.
const maxBackups = 500

// BackupsOfSite lists the backups of a site, newest first; those that are gone only when asked for.
func (s *Store) BackupsOfSite(ctx context.Context, siteID uint, gone bool) ([]fleet.Backup, error) {
	query := gorm.G[fleet.Backup](s.db).Where("site_id = ?", siteID)
	if !gone {
		query = query.Where("state <> ?", fleet.BackupRemoved)
	}
	return query.Order("id DESC").Limit(maxBackups).Find(ctx)
}

// BackUpSite queues a backup of a site, which serves meanwhile. It errs with CodeNotReady for a site that is not active
// and with CodeSiteBusy when something else has it.
func (s *Store) BackUpSite(ctx context.Context, actor fleet.Actor, siteID uint) (fleet.Backup, fleet.Action, error) {
	var backup fleet.Backup
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return backup, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		site, err := freeSite(tx, siteID)
		if err != nil {
			return err
		}
		if err := fleet.CheckBackup(site); err != nil {
			return err
		}
		if _, err := readyMaster(ctx, tx, site.ServerID, "input.siteId"); err != nil {
			return err
		}
		if backup, action, err = s.queueBackup(tx, actor, &site, fleet.BackupManual); err != nil {
			return err
		}
		return s.audit(tx, actor, "backUpSite", site.Name, map[string]any{"siteId": siteID, "backupId": backup.ID}, &action.ID)
	})
	return backup, action, err
}

// queueBackup queues the backup of a locked site that nothing holds.
func (s *Store) queueBackup(tx *gorm.DB, actor fleet.Actor, site *fleet.Site, kind fleet.BackupKind) (fleet.Backup, fleet.Action, error) {
	action := backupAction(actor, fleet.ActionBackUpSite, *site, "Back up "+site.Name)
	backup, err := newBackup(tx, *site, kind)
	if err != nil {
		return backup, action, err
	}
	action.Cursor.Notes = map[string]string{NoteBackup: strconv.FormatUint(uint64(backup.ID), 10)}
	if err := s.enqueue(tx, &action); err != nil {
		return backup, action, err
	}
	if err := ownBackup(tx, &backup, action.ID); err != nil {
		return backup, action, err
	}
	return backup, action, holdSite(tx, site, action.ID)
}

// backupAction is an action on a site, in the lane of backups.
func backupAction(actor fleet.Actor, kind fleet.ActionKind, site fleet.Site, title string) fleet.Action {
	return fleet.Action{
		Kind: kind, Title: title, ServerID: &site.ServerID, BenchID: &site.BenchID, RevisionID: &site.RevisionID, SiteID: &site.ID,
		ActorName: actor.Name, Lane: backupLane(site.ServerID), LaneLimit: backupsAtOnce, WantsKey: fmt.Sprintf("site:%d", site.ID),
	}
}

// newBackup puts a backup of a site on record that is yet to be taken.
func newBackup(tx *gorm.DB, site fleet.Site, kind fleet.BackupKind) (fleet.Backup, error) {
	revision, err := one[fleet.Revision](tx.Statement.Context, tx, "revision", site.RevisionID)
	if err != nil {
		return fleet.Backup{}, err
	}
	backup := backupToTake(site, revision, kind)
	return backup, gorm.G[fleet.Backup](tx).Create(tx.Statement.Context, &backup)
}

// backupToTake is a backup of a site that is yet to be taken.
func backupToTake(site fleet.Site, revision fleet.Revision, kind fleet.BackupKind) fleet.Backup {
	return fleet.Backup{
		SiteID: site.ID, SiteName: site.Name, Kind: kind, State: fleet.BackupTaking, BenchID: site.BenchID, RevisionID: site.RevisionID,
		Apps: []fleet.RevisionApp{}, Version: revision.Version, CreatedAt: now(),
	}
}

// ownBackup says which action takes a backup.
func ownBackup(tx *gorm.DB, backup *fleet.Backup, actionID uint) error {
	backup.ActionID = actionID
	return tx.Model(&fleet.Backup{}).Where("id = ?", backup.ID).Update("action_id", actionID).Error
}

// BackupWritten puts a backup on record as complete: its files are where they are said to be, and were read again there.
// It errs with CodeLeaseLost when another runner has taken over, and may be repeated.
func (s *Store) BackupWritten(ctx context.Context, ref LeaseRef, backupID uint, taken fleet.BackupTaken) error {
	if err := taken.Check(); err != nil {
		return err
	}
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		backup, err := one[fleet.Backup](ctx, tx, "backup", backupID, forUpdate)
		if err != nil {
			return err
		}
		revision, err := one[fleet.Revision](ctx, tx, "revision", backup.RevisionID)
		if err != nil {
			return err
		}
		if backup.State != fleet.BackupTaking && backup.State != fleet.BackupComplete || backup.ActionID != action.ID {
			return fleet.Errorf(fleet.CodeNotReady, "Backup %d is %s.", backup.ID, backup.State)
		}
		backup.State, backup.StateReason = fleet.BackupComplete, ""
		backup.Tables, backup.DatabaseName = taken.Tables, taken.DatabaseName
		backup.DatabaseBytes, backup.DatabaseDigest, backup.TablesDigest = taken.DatabaseBytes, taken.DatabaseDigest, taken.TablesDigest
		backup.Files, backup.FilesBytes, backup.FilesDigest, backup.TreeDigest = taken.Files, taken.FilesBytes, taken.FilesDigest, taken.TreeDigest
		backup.TakenAt, backup.Seconds = &taken.TakenAt, &taken.Seconds
		backup.ServerID, backup.StorageID = taken.ServerID, taken.StorageID
		backup.MissedStorageID, backup.StorageError = taken.MissedStorageID, clip(taken.StorageError, maxStorageError)
		backup.Apps = installedApps(revision, taken.Installed)
		if err := tx.Model(&backup).Select("*").Updates(&backup).Error; err != nil {
			return err
		}
		return tx.Model(&fleet.Site{}).Where("id = ?", backup.SiteID).Updates(map[string]any{
			"last_backup_at":   gorm.Expr("GREATEST(COALESCE(last_backup_at, ?), ?)", taken.TakenAt, taken.TakenAt),
			"retention_due_at": now(),
		}).Error
	})
}

// maxStorageError is how long a reason may be that a storage did not take a backup, in characters.
const maxStorageError = 1000

// installedApps is what a site had of its revision's apps; all of them when it does not say.
func installedApps(revision fleet.Revision, installed []string) []fleet.RevisionApp {
	if len(installed) == 0 {
		return revision.Apps
	}
	byName := map[string]fleet.RevisionApp{}
	for _, app := range revision.Apps {
		byName[app.App] = app
	}
	apps := []fleet.RevisionApp{}
	for _, name := range installed {
		app, ok := byName[name]
		if !ok {
			app = fleet.RevisionApp{App: name}
		}
		apps = append(apps, app)
	}
	return apps
}

// backupsEnded marks what an action was to back up and did not as failed: nothing of it counts.
func backupsEnded(tx *gorm.DB, action *fleet.Action) error {
	ctx := tx.Statement.Context
	failed, err := gorm.G[fleet.Backup](tx, forUpdate).Where("action_id = ? AND state = ?", action.ID, fleet.BackupTaking).Find(ctx)
	if err != nil {
		return err
	}
	for _, backup := range failed {
		err := tx.Model(&fleet.Backup{}).Where("id = ?", backup.ID).Updates(map[string]any{"state": fleet.BackupFailed, "state_reason": action.ErrorMessage}).Error
		if err != nil {
			return err
		}
		if err := dropSecret(tx, BackupKey(backup.ID)); err != nil {
			return err
		}
	}
	return nil
}

func dropSecret(tx *gorm.DB, name string) error {
	_, err := gorm.G[secret](tx).Where("name = ?", name).Delete(tx.Statement.Context)
	return err
}

// backupRetry is after how long a scheduled backup that failed is tried again.
const backupRetry = time.Hour

// siteBackedUp ends a backup: the site is free again. One that is there, though not in the storage, is none to try again
// before its time: while a storage is away, that would be every site's every hour.
func siteBackedUp(tx *gorm.DB, action *fleet.Action) error {
	if err := backupsEnded(tx, action); err != nil {
		return err
	}
	taken, err := gorm.G[fleet.Backup](tx).Where("action_id = ? AND state = ?", action.ID, fleet.BackupComplete).Count(tx.Statement.Context, "id")
	if err != nil {
		return err
	}
	if taken == 0 {
		again := now().Add(backupRetry)
		err := tx.Model(&fleet.Site{}).Where("id = ? AND backup_due_at > ?", *action.SiteID, again).Update("backup_due_at", again).Error
		if err != nil {
			return err
		}
	}
	_, err = letSiteGo(tx, action)
	return err
}

// BackupAges is the moment that the newest complete backup of each site shows; sites without one are missing.
func (s *Store) BackupAges(ctx context.Context, siteIDs []uint) (map[uint]time.Time, error) {
	var rows []struct {
		ID uint
		At time.Time
	}
	err := s.db.WithContext(ctx).Table("sites").Select("id, last_backup_at AS at").
		Where("id IN ? AND last_backup_at IS NOT NULL", siteIDs).Scan(&rows).Error
	ages := make(map[uint]time.Time, len(rows))
	for _, row := range rows {
		ages[row.ID] = row.At
	}
	return ages, err
}
