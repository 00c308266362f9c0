package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// serverUsage is a row of server_usage.
type serverUsage struct {
	ServerID uint `gorm:"primaryKey;autoIncrement:false"`
	DueAt    time.Time
	Round    uint64
	TakenAt  *time.Time
	Why      string
}

// TableName implements gorm's Tabler.
func (serverUsage) TableName() string { return "server_usage" }

// usageRow is a row of site_usage.
type usageRow fleet.SiteUsage

// TableName implements gorm's Tabler.
func (usageRow) TableName() string { return "site_usage" }

// usageDayRow is a row of site_usage_days.
type usageDayRow fleet.UsageDay

// TableName implements gorm's Tabler.
func (usageDayRow) TableName() string { return "site_usage_days" }

// usageSpread is how soon after a server is READY the usage of its sites is collected for the first time.
const usageSpread = 10 * time.Minute

// usageRetry is when a server that could not be asked is due again, at the latest.
const usageRetry = time.Hour

// maxUsageWhy is how many characters are kept of why nothing was collected.
const maxUsageWhy = 1000

// usageDaysKept is how long the history of usage reaches back.
const usageDaysKept = 400

// EnrolUsage puts masters that are READY among those whose sites' usage is collected, and forgets what is too old. It may
// be called at any time, by several processes.
func (s *Store) EnrolUsage(ctx context.Context) error {
	err := s.db.WithContext(ctx).Exec(`INSERT IGNORE INTO server_usage (server_id, due_at, round, why)
		SELECT s.id, UTC_TIMESTAMP(6) + INTERVAL FLOOR(RAND() * ?) MICROSECOND, 0, ''
		FROM servers s LEFT JOIN server_usage u ON u.server_id = s.id WHERE s.status = ? AND s.role = ? AND u.server_id IS NULL`,
		usageSpread.Microseconds(), fleet.ServerReady, fleet.RoleMaster).Error
	if err != nil {
		return err
	}
	return s.db.WithContext(ctx).Exec("DELETE FROM site_usage_days WHERE day < ? LIMIT 5000", now().AddDate(0, 0, -usageDaysKept)).Error
}

// UsageClaim is a server whose sites' usage is to be collected, and the claim's number: who was too slow may not write.
type UsageClaim struct {
	Server fleet.Server
	Sites  []UsageSite
	Round  uint64
}

// UsageSite is a site, and where it lies.
type UsageSite struct {
	Site     fleet.Site
	Bench    fleet.Bench
	Revision fleet.Revision
}

// UsageResult is what came of a claim: what its sites use, or why nobody knows. A site that could not tell is missing.
type UsageResult struct {
	UsageClaim
	At    time.Time
	Usage []fleet.SiteUsage
	Why   string // a sentence; only without usage
}

// usedSites are the states of sites that use something.
var usedSites = []fleet.SiteStatus{fleet.SiteActive, fleet.SiteBroken}

// ClaimUsage takes up to n servers that are due, each of which is due again one interval later. Several processes share
// the servers between them.
func (s *Store) ClaimUsage(ctx context.Context, n int, every time.Duration) ([]UsageClaim, error) {
	var claims []UsageClaim
	err := s.tx(ctx, func(tx *gorm.DB) error {
		claims = nil
		rows, err := claimDue[serverUsage](tx, "server_usage", "server_id", n, every)
		if err != nil || len(rows) == 0 {
			return err
		}
		rounds, ids := map[uint]uint64{}, make([]uint, len(rows))
		for i, row := range rows {
			ids[i], rounds[row.ServerID] = row.ServerID, row.Round+1
		}
		servers, err := gorm.G[fleet.Server](tx).Where("id IN ? AND status = ? AND role = ?", ids, fleet.ServerReady, fleet.RoleMaster).Order("id").Find(ctx)
		if err != nil {
			return err
		}
		for _, server := range servers {
			sites, err := usageSites(ctx, tx, server.ID)
			if err != nil {
				return err
			}
			claims = append(claims, UsageClaim{Server: server, Sites: sites, Round: rounds[server.ID]})
		}
		return nil
	})
	return claims, err
}

// usageSites is the sites of a server that use something, with where they lie.
func usageSites(ctx context.Context, tx *gorm.DB, serverID uint) ([]UsageSite, error) {
	sites, err := gorm.G[fleet.Site](tx).Where("server_id = ? AND status IN ?", serverID, usedSites).Order("name").Find(ctx)
	if err != nil {
		return nil, err
	}
	benchIDs, revisionIDs := []uint{}, []uint{}
	for _, site := range sites {
		benchIDs, revisionIDs = append(benchIDs, site.BenchID), append(revisionIDs, site.RevisionID)
	}
	benches, err := byID(ctx, tx, unique(benchIDs), func(v fleet.Bench) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	revisions, err := byID(ctx, tx, unique(revisionIDs), func(v fleet.Revision) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	places := make([]UsageSite, len(sites))
	for i, site := range sites {
		places[i] = UsageSite{site, benches[site.BenchID], revisions[site.RevisionID]}
	}
	return places, nil
}

func unique(ids []uint) []uint { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// SaveUsage writes what claimed servers' sites use: as it is now, and as the last of its day. It raises an alert for each
// site that uses more than its subscription's plan allows, and clears those that are within it again. Results of earlier
// rounds are passed over.
func (s *Store) SaveUsage(ctx context.Context, results []UsageResult) error {
	for _, result := range results {
		err := s.tx(ctx, func(tx *gorm.DB) error {
			row, err := gorm.G[serverUsage](tx, forUpdate).Where("server_id = ? AND round = ?", result.Server.ID, result.Round).Find(ctx)
			if err != nil || len(row) == 0 {
				return err
			}
			if result.Why != "" {
				return tx.Exec("UPDATE server_usage SET why = ?, due_at = LEAST(due_at, UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND) WHERE server_id = ?",
					clip(result.Why, maxUsageWhy), usageRetry.Microseconds(), result.Server.ID).Error
			}
			if err := tx.Model(&serverUsage{}).Where("server_id = ?", result.Server.ID).Updates(map[string]any{"taken_at": result.At, "why": ""}).Error; err != nil {
				return err
			}
			return s.putUsage(tx, result)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) putUsage(tx *gorm.DB, result UsageResult) error {
	if len(result.Usage) == 0 {
		return nil
	}
	rows, days, ids := []usageRow{}, []usageDayRow{}, []uint{}
	for _, usage := range result.Usage {
		usage.TakenAt = result.At
		rows = append(rows, usageRow(usage))
		days = append(days, usageDayRow{usage.SiteID, result.At.UTC().Truncate(24 * time.Hour), usage.DatabaseBytes, usage.FilesBytes, usage.Users})
		ids = append(ids, usage.SiteID)
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&rows, idsPerStatement).Error; err != nil {
		return err
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&days, idsPerStatement).Error; err != nil {
		return err
	}
	return s.judgeLimits(tx, ids, result.At)
}

// judgeLimits raises and clears the alerts of sites that use more than their subscriptions' plans allow.
func (s *Store) judgeLimits(tx *gorm.DB, siteIDs []uint, at time.Time) error {
	ctx := tx.Statement.Context
	sites, err := byID(ctx, tx, siteIDs, func(v fleet.Site) uint { return v.ID })
	if err != nil {
		return err
	}
	over := map[uint]string{}
	for chunk := range slices.Chunk(siteIDs, idsPerStatement) {
		running, err := gorm.G[fleet.CustomerSubscription](tx).Where("site_id IN ? AND state NOT IN ?", chunk, endedStates).Order("id").Find(ctx)
		if err != nil {
			return err
		}
		found, err := overLimits(ctx, tx, running)
		if err != nil {
			return err
		}
		for _, subscription := range running {
			over[*subscription.SiteID] = fleet.ExcessSentences(found[subscription.ID])
		}
	}
	open, err := openLimitAlerts(tx, siteIDs)
	if err != nil {
		return err
	}
	for _, id := range siteIDs {
		key := limitAlertKey(id)
		if over[id] == "" && !open[key] {
			continue
		}
		alert := fleet.Alert{Rule: fleet.AlertOverLimit, SiteID: &id, Subject: sites[id].Name, Sentence: over[id]}
		if over[id] != "" {
			alert.Severity = fleet.SeverityWarning
		}
		if err := setAlert(tx, key, alert, at); err != nil {
			return err
		}
	}
	return nil
}

// openLimitAlerts is the keys of the alerts about limits that are open for these sites, so that the many sites that are
// within theirs cost nothing.
func openLimitAlerts(tx *gorm.DB, siteIDs []uint) (map[string]bool, error) {
	open := map[string]bool{}
	for chunk := range slices.Chunk(siteIDs, idsPerStatement) {
		var keys []string
		err := tx.Model(&fleet.Alert{}).Where("cleared_at IS NULL AND rule = ? AND site_id IN ?", fleet.AlertOverLimit, chunk).Pluck("open_key", &keys).Error
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			open[key] = true
		}
	}
	return open, nil
}

// CollectUsage asks that what a server's sites use is collected now and not when it is due. It errs with CodeNotReady for a
// server that has none or cannot be asked.
func (s *Store) CollectUsage(ctx context.Context, actor fleet.Actor, serverID uint) (fleet.Server, error) {
	var server fleet.Server
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return server, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if server, err = one[fleet.Server](ctx, tx, "server", serverID); err != nil {
			return fleet.AtField(err, "input.serverId")
		}
		if server.Role != fleet.RoleMaster || server.Status != fleet.ServerReady {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.serverId", "%s is a %s that is %s; usage is collected on masters that are ready.", server.Name, server.Role, server.Status)
		}
		err = tx.Exec(`INSERT INTO server_usage (server_id, due_at, round, why) VALUES (?, UTC_TIMESTAMP(6), 0, '')
			ON DUPLICATE KEY UPDATE due_at = LEAST(due_at, UTC_TIMESTAMP(6))`, server.ID).Error
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "collectUsage", server.Name, map[string]any{"serverId": server.ID}, nil)
	})
	return server, err
}
