package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// How many sites one transaction of the retention looks at, and how often each is looked at.
const (
	retainedAtOnce = 200
	retentionEvery = 24 * time.Hour
	retentionWait  = time.Hour // for a site that is busy, because that may be with one of its backups
)

// removalsAtOnce is how many removals of backups run on one server together; they take a moment each.
const removalsAtOnce = 1

// ExpireBackups takes the backups that the policy need not keep any more out of the list, queues the removal of their files,
// and says how many they are. Of several processes that do so at once, one gets each site.
func (s *Store) ExpireBackups(ctx context.Context, at time.Time) (int, error) {
	expired := 0
	for {
		more, n, err := s.expireBatch(ctx, at)
		expired += more
		if err != nil || n == 0 {
			return expired, err
		}
	}
}

// lowerDue brings the next backup of sites forward to when their policies want it: a change of their plan or bench may have
// given them one that wants it sooner.
func lowerDue(tx *gorm.DB, ids []uint) error {
	if len(ids) == 0 {
		return nil
	}
	row, err := policyRow(tx)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE sites s SET s.backup_due_at = LEAST(s.backup_due_at, s.last_backup_at + INTERVAL "+siteEvery+" HOUR) WHERE s.last_backup_at IS NOT NULL AND s.id IN @ids",
		map[string]any{"every": row.EveryHours, "ids": ids}).Error
}

// expireBatch looks at up to retainedAtOnce sites, and says how many backups expired and how many sites it looked at.
func (s *Store) expireBatch(ctx context.Context, at time.Time) (expired, n int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		expired = 0
		var sites []fleet.Site
		err := tx.Raw("SELECT * FROM sites WHERE retention_due_at <= ? ORDER BY retention_due_at, id LIMIT ? FOR UPDATE SKIP LOCKED", at, retainedAtOnce).Scan(&sites).Error
		if n = len(sites); err != nil || n == 0 {
			return err
		}
		free, busy := map[uint]fleet.Site{}, []uint{}
		for _, site := range sites {
			if site.BusyActionID == nil {
				free[site.ID] = site
			} else {
				busy = append(busy, site.ID)
			}
		}
		over, err := expiredOf(tx, free, at)
		if err != nil {
			return err
		}
		if expired, err = s.queueRemovals(tx, over); err != nil {
			return err
		}
		for due, ids := range map[time.Time][]uint{at.Add(retentionEvery): slices.Sorted(maps.Keys(free)), at.Add(retentionWait): busy} {
			if len(ids) == 0 {
				continue
			}
			if err := tx.Model(&fleet.Site{}).Where("id IN ?", ids).Update("retention_due_at", due).Error; err != nil {
				return err
			}
		}
		return lowerDue(tx, slices.Sorted(maps.Keys(free)))
	})
	return expired, n, err
}

// expiredOf is the backups of these sites that their policies need not keep, and those whose removal failed.
func expiredOf(tx *gorm.DB, sites map[uint]fleet.Site, at time.Time) ([]fleet.Backup, error) {
	if len(sites) == 0 {
		return nil, nil
	}
	policies, err := sitePolicies(tx, sites)
	if err != nil {
		return nil, err
	}
	backups, err := gorm.G[fleet.Backup](tx, forUpdate).
		Where("site_id IN ? AND (state = ? OR state = ? AND remove_id IS NULL)", slices.Sorted(maps.Keys(sites)), fleet.BackupComplete, fleet.BackupRemoving).
		Order("id").Find(tx.Statement.Context)
	if err != nil {
		return nil, err
	}
	bySite, over := map[uint][]fleet.Backup{}, []fleet.Backup{}
	for _, backup := range backups {
		if backup.State == fleet.BackupRemoving {
			over = append(over, backup)
		}
		bySite[backup.SiteID] = append(bySite[backup.SiteID], backup)
	}
	for id, list := range bySite {
		over = append(over, policies[id].Expired(list, sites[id].Status.Gone(), at)...)
	}
	return over, nil
}

// queueRemovals queues the removal of backups, one action for each server that holds some, and says how many they are.
func (s *Store) queueRemovals(tx *gorm.DB, backups []fleet.Backup) (int, error) {
	byServer := map[uint][]uint{} // 0 for those that are in a storage alone
	for _, backup := range backups {
		server := uint(0)
		if backup.ServerID != nil {
			server = *backup.ServerID
		}
		byServer[server] = append(byServer[server], backup.ID)
	}
	for serverID, ids := range byServer {
		title, server := fmt.Sprintf("Remove %d old backups", len(ids)), (*uint)(nil)
		if len(ids) == 1 {
			title = "Remove an old backup"
		}
		if serverID != 0 {
			server = &serverID
		}
		action, err := s.queueRemoval(tx, centralItself, server, ids, title)
		if err != nil {
			return 0, err
		}
		if err := s.audit(tx, centralItself, "removeBackups", action.Title, map[string]any{"backupIds": ids}, &action.ID); err != nil {
			return 0, err
		}
	}
	return len(backups), nil
}

// queueRemoval queues the removal of backups that lie on one server, or on none.
func (s *Store) queueRemoval(tx *gorm.DB, actor fleet.Actor, serverID *uint, ids []uint, title string) (fleet.Action, error) {
	action := fleet.Action{Kind: fleet.ActionRemoveBackups, Title: title, ActorName: actor.Name, Lane: "backup-removal", LaneLimit: removalsAtOnce}
	if serverID != nil {
		server, err := one[fleet.Server](tx.Statement.Context, tx, "server", *serverID)
		if err != nil {
			return action, err
		}
		action.ServerID, action.Lane = &server.ID, backupLane(server.ID)+"-removal"
		action.Title += " from " + server.Name
	}
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	return action, tx.Model(&fleet.Backup{}).Where("id IN ?", ids).Updates(map[string]any{"state": fleet.BackupRemoving, "remove_id": action.ID}).Error
}

// BackupsToRemove is what an action is to remove and has not removed yet.
func (s *Store) BackupsToRemove(ctx context.Context, actionID uint) ([]fleet.Backup, error) {
	return gorm.G[fleet.Backup](s.db).Where("remove_id = ? AND state = ?", actionID, fleet.BackupRemoving).Order("id").Find(ctx)
}

// BackupGone records that the files of a backup are gone. Its key goes with them.
func (s *Store) BackupGone(ctx context.Context, ref LeaseRef, backupID uint) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		err := tx.Model(&fleet.Backup{}).Where("id = ? AND remove_id = ?", backupID, action.ID).
			Updates(map[string]any{"state": fleet.BackupRemoved, "removed_at": now(), "server_id": nil, "storage_id": nil}).Error
		if err != nil {
			return err
		}
		return dropSecret(tx, BackupKey(backupID))
	})
}

// backupsRemoved leaves what could not be removed to the next look at the policy.
func backupsRemoved(tx *gorm.DB, action *fleet.Action) error {
	return tx.Model(&fleet.Backup{}).Where("remove_id = ? AND state = ?", action.ID, fleet.BackupRemoving).Update("remove_id", nil).Error
}
