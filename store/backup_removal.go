package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// BackupRemovalPlan says what the removal of a backup would do and what stands in its way. It changes nothing.
func (s *Store) BackupRemovalPlan(ctx context.Context, actor fleet.Actor, in fleet.BackupRemovalInput) (fleet.BackupRemovalPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.BackupRemovalPlan{}, err
	}
	facts, err := backupRemovalFacts(s.db.WithContext(ctx), in)
	return fleet.PlanBackupRemoval(in, facts), err
}

// RemoveBackup queues the removal of one complete backup before its time: its files wherever they lie, and its key. It errs
// with CodeInvalid unless the name of its site is given, and with whatever the plan says stands in the way.
func (s *Store) RemoveBackup(ctx context.Context, actor fleet.Actor, in fleet.BackupRemovalInput) (fleet.Backup, fleet.Action, error) {
	var backup fleet.Backup
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return backup, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		facts, err := backupRemovalFacts(tx, in, forUpdate)
		if err != nil {
			return err
		}
		plan := fleet.PlanBackupRemoval(in, facts)
		if err := plan.Blocked(); err != nil {
			return err
		}
		if backup = facts.Backup; in.ConfirmName != backup.SiteName {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type %s to confirm.", backup.SiteName)
		}
		if action, err = s.queueRemoval(tx, actor, backup.ServerID, []uint{backup.ID}, plan.Title); err != nil {
			return err
		}
		backup.State, backup.RemoveID = fleet.BackupRemoving, &action.ID
		err = tx.Exec("UPDATE sites s SET s.last_backup_at = (SELECT MAX(b.taken_at) FROM backups b WHERE b.site_id = s.id AND b.state = 'COMPLETE') WHERE s.id = ?", backup.SiteID).Error
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "removeBackup", backup.SiteName, map[string]any{"backupId": backup.ID, "siteId": backup.SiteID, "takenAt": backup.TakenAt, "last": in.Last}, &action.ID)
	})
	return backup, action, err
}

// backupRemovalFacts gathers what the removal of a backup is judged by. With forUpdate it locks the site and the backup.
func backupRemovalFacts(db *gorm.DB, in fleet.BackupRemovalInput, lock ...clause.Expression) (fleet.BackupRemovalFacts, error) {
	ctx := db.Statement.Context
	facts := fleet.BackupRemovalFacts{}
	backup, err := one[fleet.Backup](ctx, db, "backup", in.BackupID)
	if err != nil {
		return facts, fleet.AtField(err, "input.backupId")
	}
	// The site first, as whoever begins something with its backups does.
	if facts.Site, err = one[fleet.Site](ctx, db, "site", backup.SiteID, lock...); err != nil {
		return facts, err
	}
	if facts.Backup, err = one[fleet.Backup](ctx, db, "backup", in.BackupID, lock...); err != nil {
		return facts, err
	}
	if facts.Holder, err = holderOf(db, facts.Site); err != nil {
		return facts, err
	}
	others, err := gorm.G[fleet.Backup](db).Where("site_id = ? AND state = ? AND id <> ?", backup.SiteID, fleet.BackupComplete, backup.ID).Count(ctx, "id")
	if err != nil {
		return facts, err
	}
	facts.Others = int(others)
	users, err := gorm.G[fleet.Action](db).Where("status IN ? AND kind IN ? AND JSON_UNQUOTE(JSON_EXTRACT(`cursor`, '$.notes."+NoteBackup+"')) = ?", unfinished,
		[]fleet.ActionKind{fleet.ActionRestoreSite, fleet.ActionTestRestore}, fmt.Sprint(backup.ID)).Limit(1).Find(ctx)
	if err != nil {
		return facts, err
	}
	if len(users) > 0 {
		facts.User = &users[0]
	}
	facts.Where, err = backupPlaces(db, facts.Backup)
	return facts, err
}

// backupPlaces says in words where the files of a backup are removed.
func backupPlaces(db *gorm.DB, backup fleet.Backup) (string, error) {
	where := ""
	if backup.ServerID != nil {
		server, err := one[fleet.Server](db.Statement.Context, db, "server", *backup.ServerID)
		if err != nil {
			return "", err
		}
		where = "from the disk of " + server.Name
	}
	if backup.StorageID != nil {
		if where != "" {
			where += " and "
		}
		where += "from the S3 storage"
	}
	if where == "" {
		where = "from nowhere"
	}
	return where, nil
}
