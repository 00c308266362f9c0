package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// ArchiveSite queues the archiving of a site: its last backup is taken, which the policy keeps, and then it is removed from
// its server. confirmName has to be its name. It errs with CodeNotReady for a site that is not active, and with CodeSiteBusy
// when something else has it.
func (s *Store) ArchiveSite(ctx context.Context, actor fleet.Actor, siteID uint, confirmName string) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = freeSite(tx, siteID); err != nil {
			return err
		}
		if confirmName != site.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type %s to confirm.", site.Name)
		}
		action, err = s.queueArchive(tx, actor, &site)
		return err
	})
	return site, action, err
}

// queueArchive queues the archiving of a locked site that nothing holds.
func (s *Store) queueArchive(tx *gorm.DB, actor fleet.Actor, site *fleet.Site) (fleet.Action, error) {
	var action fleet.Action
	if err := fleet.CheckArchive(*site); err != nil {
		return action, err
	}
	if _, err := readyMaster(tx.Statement.Context, tx, site.ServerID, "input.siteId"); err != nil {
		return action, err
	}
	backup, err := newBackup(tx, *site, fleet.BackupFinal)
	if err != nil {
		return action, err
	}
	action = backupAction(actor, fleet.ActionArchiveSite, *site, "Archive "+site.Name)
	action.Cursor.Notes = map[string]string{NoteBackup: strconv.FormatUint(uint64(backup.ID), 10)}
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	if err := ownBackup(tx, &backup, action.ID); err != nil {
		return action, err
	}
	if err := holdSite(tx, site, action.ID); err != nil {
		return action, err
	}
	return action, s.audit(tx, actor, "archiveSite", site.Name, map[string]any{"siteId": site.ID, "backupId": backup.ID}, &action.ID)
}

// siteArchived ends an archiving: the site is gone from its server and from the proxies, or serves as before.
func (s *Store) siteArchived(tx *gorm.DB, action *fleet.Action) error {
	if err := backupsEnded(tx, action); err != nil {
		return err
	}
	if _, err := letSiteGo(tx, action); err != nil || !succeeded(action) {
		return err
	}
	if err := setSiteStatus(tx, *action.SiteID, fleet.SiteArchived, ""); err != nil {
		return err
	}
	_, err := s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// archiveRetry is after how long the archiving of a site whose subscription is over is tried again.
const archiveRetry = 24 * time.Hour

// ArchiveEnded queues the archiving of sites whose subscription has come to its end, as far as their servers have room, and
// says how many. Of several processes that do so at once, one gets each site.
func (s *Store) ArchiveEnded(ctx context.Context, at time.Time) (int, error) {
	var due []dueBackup
	err := s.db.WithContext(ctx).Raw(`SELECT s.id, s.server_id FROM customer_subscriptions c JOIN sites s ON s.id = c.site_id
		WHERE c.state = 'ARCHIVED' AND c.closed_site AND `+siteToArchive+`
		ORDER BY s.id LIMIT 200`, map[string]any{"again": at.Add(-archiveRetry)}).Scan(&due).Error
	if err != nil {
		return 0, err
	}
	queued := 0
	for _, one := range due {
		done, err := s.archiveEnded(ctx, one, at)
		if err != nil {
			return queued, fmt.Errorf("archive site %d: %w", one.ID, err)
		}
		if done {
			queued++
		}
	}
	return queued, nil
}

// siteToArchive is a site that serves nobody, is free, on a ready master, and was not tried a moment ago.
const siteToArchive = `s.status = 'ACTIVE' AND s.serving = 'SUSPENDED' AND s.busy_action_id IS NULL
	AND EXISTS (SELECT 1 FROM servers v WHERE v.id = s.server_id AND v.status = 'READY')
	AND NOT EXISTS (SELECT 1 FROM pairs p WHERE p.status = 'SWITCHING' AND s.server_id IN (p.master_id, p.slave_id))
	AND NOT EXISTS (SELECT 1 FROM actions a WHERE a.site_id = s.id AND a.kind = 'ARCHIVE_SITE' AND a.created_at > @again)`

func (s *Store) archiveEnded(ctx context.Context, due dueBackup, at time.Time) (queued bool, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		queued = false
		room, err := backupRoom(tx, due.ServerID)
		if err != nil || !room {
			return err
		}
		// The subscription first, as whoever changes it does: it may just be resumed.
		var over []fleet.CustomerSubscription
		err = tx.Raw("SELECT * FROM customer_subscriptions WHERE site_id = ? AND state = 'ARCHIVED' AND closed_site FOR UPDATE SKIP LOCKED", due.ID).Scan(&over).Error
		if err != nil || len(over) == 0 {
			return err
		}
		var sites []fleet.Site
		err = tx.Raw("SELECT s.* FROM sites s WHERE s.id = @id AND "+siteToArchive+" FOR UPDATE SKIP LOCKED",
			map[string]any{"id": due.ID, "again": at.Add(-archiveRetry)}).Scan(&sites).Error
		if err != nil || len(sites) == 0 {
			return err
		}
		if _, err := s.queueArchive(tx, centralItself, &sites[0]); err != nil {
			return err
		}
		queued = true
		return nil
	})
	return queued, err
}
