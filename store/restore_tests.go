package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// restoreTestAlert names the alert about a restore test that failed; there is one for the whole fleet.
const restoreTestAlert = "restore-test"

// TestRestore queues the test of a backup: it is restored beside its site, compared and dropped; the site goes on. It errs
// with CodeNotReady for a backup that is not complete, or that the site's server cannot get at.
func (s *Store) TestRestore(ctx context.Context, actor fleet.Actor, backupID uint) (fleet.Action, error) {
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		backup, err := one[fleet.Backup](ctx, tx, "backup", backupID, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.backupId")
		}
		action, err = s.queueTest(tx, actor, backup)
		return err
	})
	return action, err
}

func (s *Store) queueTest(tx *gorm.DB, actor fleet.Actor, backup fleet.Backup) (fleet.Action, error) {
	const field = "input.backupId"
	ctx := tx.Statement.Context
	if backup.State != fleet.BackupComplete {
		return fleet.Action{}, fleet.FieldErrorf(fleet.CodeNotReady, field, "This backup is %s; only a complete one can be tested.", backup.State)
	}
	site, err := one[fleet.Site](ctx, tx, "site", backup.SiteID)
	if err != nil {
		return fleet.Action{}, err
	}
	server, err := readyMaster(ctx, tx, site.ServerID, field)
	if err != nil {
		return fleet.Action{}, err
	}
	reaches, where, err := whereBackupLies(tx, backup, server)
	if err != nil {
		return fleet.Action{}, err
	}
	if !reaches {
		return fleet.Action{}, fleet.FieldErrorf(fleet.CodeNotReady, field, "The backup lies %s, where %s cannot get it.", where, server.Name)
	}
	action := backupAction(actor, fleet.ActionTestRestore, site, "Test a restore of "+site.Name)
	action.WantsKey = "" // the site itself is left alone
	action.Cursor.Notes = map[string]string{NoteBackup: strconv.FormatUint(uint64(backup.ID), 10)}
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	return action, s.audit(tx, actor, "testRestore", site.Name, map[string]any{"backupId": backup.ID, "siteId": site.ID}, &action.ID)
}

// testRetry is after how long a test is tried again when there was no backup to test.
const testRetry = 24 * time.Hour

// QueueRestoreTest queues the test of a random site's newest backup when its time has come, and says whether it did. Of
// several processes that do so at once, one does.
func (s *Store) QueueRestoreTest(ctx context.Context, at time.Time) (queued bool, err error) {
	policy, err := policyRow(s.db.WithContext(ctx))
	if err != nil || policy.TestDays == 0 || policy.NextTestAt != nil && policy.NextTestAt.After(at) {
		return false, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		queued = false
		policy.UpdatedAt = now()
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&policy).Error; err != nil {
			return err
		}
		row, err := policyRow(tx, forUpdate)
		if err != nil || row.TestDays == 0 || row.NextTestAt != nil && row.NextTestAt.After(at) {
			return err
		}
		next := at.AddDate(0, 0, row.TestDays)
		backup, err := randomBackup(tx)
		if err != nil {
			return err
		}
		if backup != nil {
			_, err := s.queueTest(tx, centralItself, *backup)
			var refused *fleet.Error
			if queued = err == nil; err != nil && !errors.As(err, &refused) {
				return err
			}
		}
		if !queued {
			next = at.Add(testRetry)
		}
		return tx.Model(&backupPolicy{}).Where("id = 1").Update("next_test_at", next).Error
	})
	return queued, err
}

// randomBackup is the newest complete backup of a random active site, nil when there is none.
func randomBackup(tx *gorm.DB) (*fleet.Backup, error) {
	var found []fleet.Backup
	err := tx.Raw(`SELECT b.* FROM backups b JOIN (
			SELECT id FROM sites WHERE status = 'ACTIVE' AND last_backup_at IS NOT NULL ORDER BY RAND() LIMIT 1
		) s ON s.id = b.site_id
		WHERE b.state = 'COMPLETE' ORDER BY b.taken_at DESC, b.id DESC LIMIT 1`).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// restoreTested ends a test: an alert says that one failed until another one succeeds.
func restoreTested(tx *gorm.DB, action *fleet.Action) error {
	if err := dropSecret(tx, RestoreDatabaseKey(action.ID)); err != nil {
		return err
	}
	if action.Status == fleet.ActionCancelled || action.Status == fleet.ActionSkipped || action.ErrorCode == fleet.CodeFailedOver {
		return nil // it says nothing of the backup
	}
	alert := fleet.Alert{Rule: fleet.AlertRestoreTest, SiteID: action.SiteID}
	if !succeeded(action) {
		site, err := one[fleet.Site](tx.Statement.Context, tx, "site", *action.SiteID)
		if err != nil {
			return err
		}
		alert.Severity, alert.Subject = fleet.SeverityCritical, site.Name
		alert.Sentence = "A backup could not be restored when that was tested: " + action.ErrorMessage
	}
	return setAlert(tx, restoreTestAlert, alert, now())
}
