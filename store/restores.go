package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// NoteFresh is the note of a restore that takes a backup of what it replaces: the number of that backup. A restore
// without it makes a site that is not there.
const NoteFresh = "fresh"

// RestoreDatabaseKey is the name of the secret with the password of the database that a restore makes. It is gone when the
// action has ended.
func RestoreDatabaseKey(actionID uint) string { return fmt.Sprintf("restore-%d", actionID) }

// RestorePlan says what a restore would do and what stands in its way. It changes nothing.
func (s *Store) RestorePlan(ctx context.Context, actor fleet.Actor, in fleet.RestoreInput) (fleet.RestorePlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.RestorePlan{}, err
	}
	if err := in.Validate(); err != nil {
		return fleet.RestorePlan{}, err
	}
	facts, err := restoreFacts(s.db.WithContext(ctx), in)
	return fleet.PlanRestore(facts), err
}

// RestoreBackup queues a restore: over the site that the backup is of, which it brings back when it is archived, or as a new
// site. It errs with whatever the plan says stands in the way.
func (s *Store) RestoreBackup(ctx context.Context, actor fleet.Actor, in fleet.RestoreInput) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := in.Validate(); err != nil {
		return site, action, err
	}
	if in.NewName != nil {
		if err := s.names.Check(*in.NewName); err != nil {
			return site, action, fleet.AtField(err, "input.newName")
		}
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		facts, err := restoreFacts(tx, in, forUpdate)
		if err != nil {
			return err
		}
		plan := fleet.PlanRestore(facts)
		if err := plan.Blocked(); err != nil {
			return err
		}
		place := "input.benchId"
		if in.SiteID != nil {
			place = "input.siteId"
		}
		if _, err := readyMaster(ctx, tx, facts.Server.ID, place); err != nil {
			return err
		}
		notes := map[string]string{NoteBackup: strconv.FormatUint(uint64(in.BackupID), 10)}
		var fresh *fleet.Backup
		if facts.Site != nil && !facts.Site.Status.Gone() {
			site = *facts.Site
			taken, err := newBackup(tx, site, fleet.BackupBeforeRestore)
			if err != nil {
				return err
			}
			fresh, notes[NoteFresh] = &taken, strconv.FormatUint(uint64(taken.ID), 10)
		} else if site, err = s.siteToMake(tx, facts); err != nil {
			return err
		}
		routes := []uint{}
		if fresh == nil {
			if routes, err = s.routeProxies(tx, actor); err != nil {
				return err
			}
		}
		action = backupAction(actor, fleet.ActionRestoreSite, site, plan.Title)
		if fresh == nil {
			if err := nameDatabase(tx, site, notes); err != nil {
				return err
			}
		}
		action.Cursor.Notes = notes
		if err := s.enqueue(tx, &action, routes...); err != nil {
			return err
		}
		if fresh != nil {
			if err := ownBackup(tx, fresh, action.ID); err != nil {
				return err
			}
		}
		if err := holdSite(tx, &site, action.ID); err != nil {
			return err
		}
		return s.audit(tx, actor, "restoreBackup", site.Name, map[string]any{
			"backupId": in.BackupID, "siteId": in.SiteID, "newName": in.NewName, "benchId": in.BenchID,
		}, &action.ID)
	})
	if duplicate(err) && in.NewName != nil {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.newName", "There is already a site called %s.", *in.NewName)
	}
	return site, action, err
}

// siteToMake puts the site that a restore makes on record: one that was archived where it was, or a new one.
func (s *Store) siteToMake(tx *gorm.DB, facts fleet.RestoreFacts) (fleet.Site, error) {
	site := fleet.Site{CreatedAt: now()}
	if facts.Site != nil {
		site = *facts.Site
	} else {
		earlier, err := replaceFailedSite(tx.Statement.Context, tx, facts.Name)
		if err != nil {
			return site, fleet.AtField(err, "input.newName")
		}
		site.ID = earlier.ID
	}
	site.Name, site.BenchID, site.ServerID, site.RevisionID = facts.Name, facts.Revision.BenchID, facts.Server.ID, facts.Revision.ID
	site.Status, site.StatusReason, site.UpdatedAt, site.Serving = fleet.SiteCreating, "", now(), fleet.ServingOpen
	if err := putSite(tx, &site); err != nil {
		return site, err
	}
	return site, tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Update("serving", site.Serving).Error
}

// restoreFacts gathers what a restore is judged by. With forUpdate it locks the backup and the site.
func restoreFacts(db *gorm.DB, in fleet.RestoreInput, lock ...clause.Expression) (fleet.RestoreFacts, error) {
	ctx := db.Statement.Context
	facts := fleet.RestoreFacts{}
	var err error
	if facts.Backup, err = one[fleet.Backup](ctx, db, "backup", in.BackupID, lock...); err != nil {
		return facts, fleet.AtField(err, "input.backupId")
	}
	if in.SiteID != nil {
		site, err := one[fleet.Site](ctx, db, "site", *in.SiteID, lock...)
		if err != nil {
			return facts, fleet.AtField(err, "input.siteId")
		}
		facts.Site, facts.Name = &site, site.Name
		if facts.Holder, err = holderOf(db, site); err != nil {
			return facts, err
		}
		if err := restorePlace(db, &facts, site); err != nil {
			return facts, err
		}
	} else {
		facts.Name = *in.NewName
		taken, err := gorm.G[fleet.Site](db).Where("name = ? AND status <> ?", facts.Name, fleet.SiteFailed).Count(ctx, "id")
		if err != nil {
			return facts, err
		}
		facts.Taken = taken > 0
		if err := newestPlace(db, &facts, *in.BenchID, "input.benchId"); err != nil {
			return facts, err
		}
	}
	facts.Reaches, facts.Where, err = whereBackupLies(db, facts.Backup, facts.Server)
	return facts, err
}

// restorePlace is where a site is restored: on the revision that it is on, or the newest one of its bench when it was
// archived.
func restorePlace(db *gorm.DB, facts *fleet.RestoreFacts, site fleet.Site) (err error) {
	ctx := db.Statement.Context
	if site.Status == fleet.SiteArchived {
		return newestPlace(db, facts, site.BenchID, "input.siteId")
	}
	if facts.Server, err = one[fleet.Server](ctx, db, "server", site.ServerID); err != nil {
		return err
	}
	facts.Revision, err = one[fleet.Revision](ctx, db, "revision", site.RevisionID)
	return err
}

func newestPlace(db *gorm.DB, facts *fleet.RestoreFacts, benchID uint, field string) error {
	ctx := db.Statement.Context
	bench, err := one[fleet.Bench](ctx, db, "bench", benchID)
	if err != nil {
		return fleet.AtField(err, field)
	}
	if facts.Server, err = one[fleet.Server](ctx, db, "server", bench.ServerID); err != nil {
		return err
	}
	facts.Revision, err = newestRevision(ctx, db, bench)
	return fleet.AtField(err, field)
}

// whereBackupLies says whether a server can get at a backup, and in words where it lies.
func whereBackupLies(db *gorm.DB, backup fleet.Backup, server fleet.Server) (reaches bool, where string, err error) {
	ctx := db.Statement.Context
	if backup.StorageID != nil {
		reaches, where = true, "in the S3 storage"
	}
	if backup.ServerID != nil {
		holder, err := one[fleet.Server](ctx, db, "server", *backup.ServerID)
		if err != nil {
			return false, "", err
		}
		if where != "" {
			where += " and "
		}
		where += "on the disk of " + holder.Name
		pairs, err := pairsOfServers(ctx, db, []uint{server.ID})
		if err != nil {
			return false, "", err
		}
		pair := pairs[server.ID]
		// From a server of another pair, Central carries it over.
		reaches = reaches || holder.ID == server.ID || pair.ID != 0 && (pair.MasterID == holder.ID || pair.SlaveID == holder.ID) ||
			holder.Status == fleet.ServerReady
	}
	if where == "" {
		where = "nowhere"
	}
	return reaches, where, nil
}

// siteRestored ends a restore: a site that was to be made is there or gone, one that was there serves what it says.
func (s *Store) siteRestored(tx *gorm.DB, action *fleet.Action) error {
	if err := backupsEnded(tx, action); err != nil {
		return err
	}
	if err := dropSecret(tx, RestoreDatabaseKey(action.ID)); err != nil {
		return err
	}
	well, err := letSiteGo(tx, action)
	if err != nil {
		return err
	}
	_, replaces := action.Cursor.Notes[NoteFresh]
	switch {
	case succeeded(action):
		return setSiteStatus(tx, *action.SiteID, fleet.SiteActive, "")
	case !well || replaces:
		return nil
	}
	status, err := stateWithoutSite(tx, *action.SiteID)
	if err != nil {
		return err
	}
	if err := setSiteStatus(tx, *action.SiteID, status, action.ErrorMessage); err != nil {
		return err
	}
	_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// stateWithoutSite is the state of a site that could not be made: one that has a last backup is archived as before.
func stateWithoutSite(tx *gorm.DB, siteID uint) (fleet.SiteStatus, error) {
	_, err := gorm.G[fleet.Backup](tx).Where("site_id = ? AND kind = ? AND state = ?", siteID, fleet.BackupFinal, fleet.BackupComplete).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.SiteFailed, nil
	}
	return fleet.SiteArchived, err
}

func setSiteStatus(tx *gorm.DB, siteID uint, status fleet.SiteStatus, reason string) error {
	return tx.Model(&fleet.Site{}).Where("id = ?", siteID).Updates(map[string]any{"status": status, "status_reason": reason, "updated_at": now()}).Error
}
