package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// maxDeployDetail is how many characters are kept of what is being done to a site.
const maxDeployDetail = 500

// DeploySiteStep says what is being done to the site of a move, for those who watch the deploy.
func (s *Store) DeploySiteStep(ctx context.Context, ref LeaseRef, step, detail string, percent int) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return s.updateDeploySite(tx, action, func(row *fleet.DeploySite) {
			row.Step, row.Detail, row.Percent = step, clip(detail, maxDeployDetail), percent
		})
	})
}

// DeploySiteSkippedPatches records the patches that failed and were skipped, as asked.
func (s *Store) DeploySiteSkippedPatches(ctx context.Context, ref LeaseRef, patches []string) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return s.updateDeploySite(tx, action, func(row *fleet.DeploySite) { row.SkippedPatches = patches })
	})
}

// DeployBuildProgress tells those who watch a deploy how far one of its builds is.
func (s *Store) DeployBuildProgress(ctx context.Context, ref LeaseRef, percent int, task string) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		if action.DeployID == nil {
			return nil
		}
		action.Percent, action.Step = max(action.Percent, percent), task
		build := buildOf(*action)
		return s.deployChanged(tx, *action.DeployID, nil, &build)
	})
}

// SiteInMaintenance records since when visitors of an action's site see the maintenance page. A window that
// is open already stays as it is.
func (s *Store) SiteInMaintenance(ctx context.Context, ref LeaseRef, since time.Time) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		err := tx.Model(&fleet.Site{}).Where("id = ? AND maintenance_since IS NULL", *action.SiteID).Update("maintenance_since", since).Error
		if err != nil || action.DeployID == nil {
			return err
		}
		return s.updateDeploySite(tx, action, func(row *fleet.DeploySite) {
			if row.MaintenanceSince == nil {
				row.MaintenanceSince = &since
			}
		})
	})
}

// SiteOutOfMaintenance records that a site serves again, and how long it did not: the seconds of all windows
// of the move together.
func (s *Store) SiteOutOfMaintenance(ctx context.Context, ref LeaseRef, at time.Time) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		if err := addDownTime(tx, action, at); err != nil {
			return err
		}
		err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Update("maintenance_since", nil).Error
		if err != nil || action.DeployID == nil {
			return err
		}
		return s.updateDeploySite(tx, action, func(row *fleet.DeploySite) {
			if row.MaintenanceSince != nil {
				seconds := max(0, at.Sub(*row.MaintenanceSince).Seconds()) // clocks of two runners may differ
				if row.MaintenanceSeconds != nil {
					seconds += *row.MaintenanceSeconds
				}
				row.MaintenanceSeconds, row.MaintenanceSince = &seconds, nil
			}
		})
	})
}

// addDownTime adds the site's open maintenance window, which ends now, to what its action has taken so far.
func addDownTime(tx *gorm.DB, action *fleet.Action, at time.Time) error {
	site, err := one[fleet.Site](tx.Statement.Context, tx, "site", *action.SiteID, forUpdate)
	if err != nil || site.MaintenanceSince == nil {
		return err
	}
	seconds := max(0, at.Sub(*site.MaintenanceSince).Seconds()) // clocks of two runners may differ
	if action.DownSeconds != nil {
		seconds += *action.DownSeconds
	}
	action.DownSeconds = &seconds
	return tx.Model(&fleet.Action{}).Where("id = ?", action.ID).Update("down_seconds", seconds).Error
}

// SiteMoved records the revision that a site's directory is in now.
func (s *Store) SiteMoved(ctx context.Context, ref LeaseRef, revisionID uint) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Updates(map[string]any{"revision_id": revisionID, "updated_at": now()}).Error
	})
}

// DeploySiteOf is the row of a move's site: where it comes from and goes to.
func (s *Store) DeploySiteOf(ctx context.Context, actionID uint) (fleet.DeploySite, error) {
	return gorm.G[fleet.DeploySite](s.db).Where("action_id = ?", actionID).First(ctx)
}

// maxEarlierMoves is how many moves EarlierMoves looks back.
const maxEarlierMoves = 20

// backedUpBy are the actions that leave a backup of a site's tables behind.
var backedUpBy = []fleet.ActionKind{fleet.ActionMoveSite, fleet.ActionRelocateSite, fleet.ActionRemoveApp}

// EarlierMoves is the actions of the last moves of a site before this one, and of removals of its apps, newest first,
// whichever way they ended; 20 at most.
func (s *Store) EarlierMoves(ctx context.Context, siteID, beforeActionID uint) ([]uint, error) {
	var moves []uint
	err := s.db.WithContext(ctx).Model(&fleet.Action{}).Where("site_id = ? AND id < ? AND kind IN ?", siteID, beforeActionID, backedUpBy).
		Order("id DESC").Limit(maxEarlierMoves).Pluck("id", &moves).Error
	return moves, err
}

// movingSites are the states of sites of a deploy whose move has not ended: they may still be taken back.
var movingSites = []fleet.DeploySiteStatus{fleet.DeploySiteWaiting, fleet.DeploySiteRunning}

// RevisionInUse says whether a site lives on a revision, is on its way there, or may come back to it.
func (s *Store) RevisionInUse(ctx context.Context, revisionID uint) (bool, error) {
	sites, err := gorm.G[fleet.Site](s.db).Where("revision_id = ? AND status NOT IN ?", revisionID, goneSites).Count(ctx, "id")
	if err != nil || sites > 0 {
		return sites > 0, err
	}
	moves, err := gorm.G[fleet.DeploySite](s.db).
		Where("(to_revision_id = ? OR from_revision_id = ?) AND status IN ?", revisionID, revisionID, movingSites).Count(ctx, "id")
	return moves > 0, err
}

// fenced runs fn in a transaction of the runner that holds the action's lease. It errs with CodeLeaseLost
// when another runner has taken over.
func (s *Store) fenced(ctx context.Context, ref LeaseRef, fn func(tx *gorm.DB, action *fleet.Action) error) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		action, err := s.fence(tx, ref)
		if err != nil {
			return err
		}
		return fn(tx, action)
	})
}
