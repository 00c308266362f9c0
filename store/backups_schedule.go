package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// backupsWaiting is how many scheduled backups are queued or running on one server together. Those that wait are not
// queued before it is their turn, because a site that is held cannot be deployed to.
const backupsWaiting = 2 * backupsAtOnce

// backupPolicy is the row of backup_policies; there is one for the whole fleet.
type backupPolicy struct {
	ID uint
	fleet.BackupPolicy
	NextTestAt *time.Time
	UpdatedAt  time.Time
}

// BackupPolicy is how the fleet's sites are backed up by themselves.
func (s *Store) BackupPolicy(ctx context.Context) (fleet.BackupPolicy, error) {
	row, err := policyRow(s.db.WithContext(ctx))
	return row.BackupPolicy, err
}

// policyRow reads the policy; a Central where nobody has set one has the default.
func policyRow(db *gorm.DB, lock ...clause.Expression) (backupPolicy, error) {
	row, err := gorm.G[backupPolicy](db, lock...).Where("id = 1").First(db.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return backupPolicy{ID: 1, BackupPolicy: fleet.DefaultBackupPolicy}, nil
	}
	return row, err
}

// SetBackupPolicy changes when sites are backed up and how long backups are kept. It errs with CodeInvalid for a policy
// that makes no sense.
func (s *Store) SetBackupPolicy(ctx context.Context, actor fleet.Actor, policy fleet.BackupPolicy) (fleet.BackupPolicy, error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return policy, err
	}
	if err := policy.Validate(); err != nil {
		return policy, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		row, err := policyRow(tx, forUpdate)
		if err != nil {
			return err
		}
		before := row.BackupPolicy
		row.BackupPolicy, row.UpdatedAt = policy, now()
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		if policy.EveryHours != before.EveryHours {
			if err := s.scheduleAnew(tx); err != nil {
				return err
			}
		}
		return s.audit(tx, actor, "setBackupPolicy", fmt.Sprintf("every %d hours", policy.EveryHours), map[string]any{"before": before, "after": policy}, nil)
	})
	return policy, err
}

// dueBackup is a site whose backup is due.
type dueBackup struct{ ID, ServerID uint }

// QueueBackups queues the backups whose time has come by then, as far as their servers have room for them, and says how
// many. A site that is busy just now has its turn when it is not. Of several processes that do so at once, one gets each.
func (s *Store) QueueBackups(ctx context.Context, at time.Time) (int, error) {
	policy, err := s.BackupPolicy(ctx)
	if err != nil {
		return 0, err
	}
	due, err := s.dueBackups(ctx, at, policy)
	if err != nil {
		return 0, err
	}
	queued := 0
	for _, one := range due {
		done, err := s.queueDueBackup(ctx, one, at, policy)
		if err != nil {
			return queued, fmt.Errorf("back up site %d by schedule: %w", one.ID, err)
		}
		if done {
			queued++
		}
	}
	return queued, nil
}

// sitesDue are active sites on ready masters, free, and due by then. New ones are due when they are as old as the interval of
// their policy; that of 0 hours wants none. Those that stand ready for whoever signs up hold nothing yet.
const sitesDue = `s.status = 'ACTIVE' AND s.standby_pool_id IS NULL AND s.busy_action_id IS NULL AND s.backup_due_at <= @at
	AND ` + siteEvery + ` > 0 AND s.created_at <= @at - INTERVAL ` + siteEvery + ` HOUR
	AND EXISTS (SELECT 1 FROM servers v WHERE v.id = s.server_id AND v.status = 'READY')
	AND NOT EXISTS (SELECT 1 FROM pairs p WHERE p.status = 'SWITCHING' AND s.server_id IN (p.master_id, p.slave_id))`

// dueBackups is for each server as many of the sites that are due as it has room for, those that wait longest first.
func (s *Store) dueBackups(ctx context.Context, at time.Time, policy fleet.BackupPolicy) ([]dueBackup, error) {
	when := map[string]any{"at": at, "every": policy.EveryHours}
	var servers []uint
	if err := s.db.WithContext(ctx).Raw("SELECT DISTINCT s.server_id FROM sites s WHERE "+sitesDue, when).Scan(&servers).Error; err != nil {
		return nil, err
	}
	due := []dueBackup{}
	for _, server := range servers {
		waiting, err := gorm.G[fleet.Action](s.db).Where("lane = ? AND status IN ?", backupLane(server), unfinished).Count(ctx, "id")
		if err != nil {
			return nil, err
		}
		when["server"], when["room"] = server, max(0, backupsWaiting-waiting)
		var some []dueBackup
		err = s.db.WithContext(ctx).Raw("SELECT s.id, s.server_id FROM sites s WHERE s.server_id = @server AND "+sitesDue+
			" ORDER BY s.backup_due_at, s.id LIMIT @room", when).Scan(&some).Error
		if err != nil {
			return nil, err
		}
		due = append(due, some...)
	}
	return due, nil
}

// queueDueBackup queues one backup, unless somebody else has done so or has the site.
func (s *Store) queueDueBackup(ctx context.Context, due dueBackup, at time.Time, policy fleet.BackupPolicy) (queued bool, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		queued = false
		room, err := backupRoom(tx, due.ServerID)
		if err != nil || !room {
			return err
		}
		var sites []fleet.Site
		err = tx.Raw("SELECT s.* FROM sites s WHERE s.id = @id AND s.server_id = @server AND "+sitesDue+" FOR UPDATE SKIP LOCKED",
			map[string]any{"id": due.ID, "server": due.ServerID, "at": at, "every": policy.EveryHours}).Scan(&sites).Error
		if err != nil || len(sites) == 0 {
			return err
		}
		site := sites[0]
		of, err := sitePolicies(tx, map[uint]fleet.Site{site.ID: site})
		if err != nil {
			return err
		}
		backup, action, err := s.queueBackup(tx, centralItself, &site, fleet.BackupScheduled)
		if err != nil {
			return err
		}
		if err := tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Update("backup_due_at", at.Add(of[site.ID].Every())).Error; err != nil {
			return err
		}
		queued = true
		return s.audit(tx, centralItself, "backUpSite", site.Name, map[string]any{"siteId": site.ID, "backupId": backup.ID, "scheduled": true}, &action.ID)
	})
	return queued, err
}

// backupRoom says whether a server has room for one more in the lane of backups. Those who ask take turns until they have
// committed, so that together they queue no more than that.
func backupRoom(tx *gorm.DB, serverID uint) (bool, error) {
	lane := backupLane(serverID)
	if err := tx.Exec("INSERT INTO gates (name, claims) VALUES (?, 1) ON DUPLICATE KEY UPDATE claims = claims + 1", "schedule:"+lane).Error; err != nil {
		return false, err
	}
	waiting, err := gorm.G[fleet.Action](tx).Where("lane = ? AND status IN ?", lane, unfinished).Count(tx.Statement.Context, "id")
	return waiting < backupsWaiting, err
}

// BackupsOverdue is how many active sites the schedule has missed: those whose newest backup is older than twice the time
// between two, or that are as old and have none.
func (s *Store) BackupsOverdue(ctx context.Context, at time.Time) (int, error) {
	policy, err := s.BackupPolicy(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.db.WithContext(ctx).Raw("SELECT COUNT(*) FROM sites s WHERE s.status = 'ACTIVE' AND s.standby_pool_id IS NULL AND "+siteEvery+" > 0 "+
		"AND COALESCE(s.last_backup_at, s.created_at) <= @at - INTERVAL 2 * "+siteEvery+" HOUR", map[string]any{"at": at, "every": policy.EveryHours}).Scan(&n).Error
	return n, err
}
