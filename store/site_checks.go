package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// SiteCheckClaim is a site that is due to be asked for, and the claim's number: who was too slow may not write.
type SiteCheckClaim struct {
	SiteID    uint
	Name      string // host name
	Round     uint64
	Announced bool // Central keeps it closed now
}

// SiteCheckResult is how a claimed site answered; Status is 0 when it did not.
type SiteCheckResult struct {
	SiteCheckClaim
	At     time.Time
	Status int
}

// ClaimSiteChecks takes up to n sites that are due, each of which is due again one interval later. Several processes
// share the sites between them.
func (s *Store) ClaimSiteChecks(ctx context.Context, n int, every time.Duration) ([]SiteCheckClaim, error) {
	var claims []SiteCheckClaim
	err := s.tx(ctx, func(tx *gorm.DB) error {
		claims = nil
		rows, err := claimDue[siteHealth](tx, "site_health", "site_id", n, every)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]uint, len(rows))
		for i, row := range rows {
			ids[i] = row.SiteID
		}
		sites, err := sitesToCheck(tx, ids)
		for _, row := range rows {
			if site, ok := sites[row.SiteID]; ok {
				claims = append(claims, SiteCheckClaim{SiteID: site.ID, Name: site.Name, Round: row.Round + 1, Announced: site.Announced})
			}
		}
		return err
	})
	return claims, err
}

// siteToCheck is what a check has to know of a site.
type siteToCheck struct {
	ID        uint
	Name      string
	Announced bool
}

// sitesToCheck reads those of the sites that people should find, and whether Central keeps them closed now: for a
// move of theirs, because somebody asked for it, while their pair switches, or while their server is started anew.
func sitesToCheck(tx *gorm.DB, ids []uint) (map[uint]siteToCheck, error) {
	restarting, err := restartingServers(tx)
	if err != nil {
		return nil, err
	}
	var rows []siteToCheck
	err = tx.Raw(`SELECT s.id, s.name, s.maintenance_since IS NOT NULL OR s.serving <> 'OPEN' OR s.server_id IN ? OR EXISTS (
			SELECT 1 FROM pairs p WHERE p.status = 'SWITCHING' AND s.server_id IN (p.master_id, p.slave_id)) AS announced
		FROM sites s WHERE s.id IN ? AND s.status IN ?`, append(restarting, 0), ids, checkedSites).Scan(&rows).Error
	sites := make(map[uint]siteToCheck, len(rows))
	for _, row := range rows {
		sites[row.ID] = row
	}
	return sites, err
}

// SaveSiteChecks writes how claimed sites answered. Only changes of state become history; a site that answers badly
// for the first time is due again after retry. Results of earlier rounds are passed over.
func (s *Store) SaveSiteChecks(ctx context.Context, results []SiteCheckResult, retry time.Duration) error {
	if len(results) == 0 {
		return nil
	}
	bySite := make(map[uint]SiteCheckResult, len(results))
	ids := make([]uint, 0, len(results))
	for _, r := range results {
		bySite[r.SiteID] = r
		ids = append(ids, r.SiteID)
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		rows, err := gorm.G[siteHealth](tx, forUpdate).Where("site_id IN ?", ids).Order("site_id").Find(ctx)
		if err != nil {
			return err
		}
		sites, err := sitesToCheck(tx, ids)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(row siteHealth) bool {
			_, there := sites[row.SiteID]
			return !there || row.Round != bySite[row.SiteID].Round
		})
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			result := bySite[rows[i].SiteID]
			result.Announced = result.Announced || sites[result.SiteID].Announced // the window may have begun meanwhile
			change := rows[i].take(result, retry)
			if change == nil {
				continue
			}
			if err := siteChanged(tx, result, *change); err != nil {
				return err
			}
		}
		changed := clause.AssignmentColumns([]string{"state", "since", "checked_at", "status", "misses", "due_at"})
		return tx.Clauses(clause.OnConflict{DoUpdates: changed}).Create(&rows).Error
	})
}

// take brings a row up to date with a result and returns the change of state, nil when there is none.
func (row *siteHealth) take(result SiteCheckResult, retry time.Duration) *fleet.HealthChange {
	before := row.State
	row.State, row.Misses = fleet.NextSiteHealth(before, row.Misses, result.Status, result.Announced)
	row.CheckedAt, row.Status = &result.At, result.Status
	if again := now().Add(retry); row.Misses > 0 && row.State != fleet.HealthDown && again.Before(row.DueAt) {
		row.DueAt = again
	}
	if row.State == before {
		return nil
	}
	row.Since = result.At
	change := &fleet.HealthChange{SiteID: &result.SiteID, FromState: before, ToState: row.State, At: result.At}
	if row.State == fleet.HealthDown {
		change.Why = fleet.SiteAnswer(result.Status)
	}
	return change
}

// siteChanged writes a change of state, and raises or clears the site's alert.
func siteChanged(tx *gorm.DB, result SiteCheckResult, change fleet.HealthChange) error {
	if err := gorm.G[fleet.HealthChange](tx).Create(tx.Statement.Context, &change); err != nil {
		return err
	}
	alert := fleet.Alert{Rule: fleet.AlertSiteDown, SiteID: &result.SiteID, Subject: result.Name, Sentence: change.Why}
	if change.ToState == fleet.HealthDown {
		alert.Severity = fleet.SeverityCritical
	} else if change.FromState != fleet.HealthDown {
		return nil
	}
	return setAlert(tx, siteAlertKey(result.SiteID), alert, result.At)
}
