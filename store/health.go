package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// serverHealth is a row of server_health.
type serverHealth struct {
	ServerID    uint `gorm:"primaryKey;autoIncrement:false"`
	State       fleet.HealthState
	Since       time.Time
	LookedAt    *time.Time
	Latest      *fleet.ServerSample `gorm:"serializer:json"`
	Reasons     []string            `gorm:"serializer:json"`
	Watch       fleet.Watch         `gorm:"serializer:json"`
	DueAt       time.Time
	Round       uint64
	RolledUntil time.Time
}

// TableName implements gorm's Tabler.
func (serverHealth) TableName() string { return "server_health" }

// siteHealth is a row of site_health.
type siteHealth struct {
	SiteID    uint `gorm:"primaryKey;autoIncrement:false"`
	State     fleet.HealthState
	Since     time.Time
	CheckedAt *time.Time
	Status    int
	Misses    int
	DueAt     time.Time
	Round     uint64
}

// TableName implements gorm's Tabler.
func (siteHealth) TableName() string { return "site_health" }

// HealthOfServers is how each of these servers does now. One that was never looked at is UNKNOWN.
func (s *Store) HealthOfServers(ctx context.Context, serverIDs []uint) (map[uint]fleet.ServerHealth, error) {
	return healthOfServers(ctx, s.db, serverIDs)
}

func healthOfServers(ctx context.Context, db *gorm.DB, serverIDs []uint) (map[uint]fleet.ServerHealth, error) {
	rows, err := gorm.G[serverHealth](db).Where("server_id IN ?", serverIDs).Find(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[uint]fleet.ServerHealth, len(serverIDs))
	for _, id := range serverIDs {
		found[id] = fleet.ServerHealth{ServerID: id, State: fleet.HealthUnknown, Reasons: []string{}}
	}
	for _, row := range rows {
		if row.LookedAt != nil {
			found[row.ServerID] = row.health().Fresh(now())
		}
	}
	return found, nil
}

func (row serverHealth) health() fleet.ServerHealth {
	return fleet.ServerHealth{
		ServerID: row.ServerID, State: row.State, Since: &row.Since, At: row.LookedAt, Latest: row.Latest, Reasons: row.Reasons,
	}
}

// HealthOfSites is how each of these sites answers now. One that was never asked is UNKNOWN.
func (s *Store) HealthOfSites(ctx context.Context, siteIDs []uint) (map[uint]fleet.SiteHealth, error) {
	rows, err := gorm.G[siteHealth](s.db).Where("site_id IN ?", siteIDs).Find(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[uint]fleet.SiteHealth, len(siteIDs))
	for _, id := range siteIDs {
		found[id] = fleet.SiteHealth{SiteID: id, State: fleet.HealthUnknown}
	}
	for _, row := range rows {
		if row.CheckedAt != nil {
			health := fleet.SiteHealth{SiteID: row.SiteID, State: row.State, Since: &row.Since, CheckedAt: row.CheckedAt, Status: row.Status}
			found[row.SiteID] = health.Fresh(now())
		}
	}
	return found, nil
}

// ServerChanges is the last changes of a server's health, newest first.
func (s *Store) ServerChanges(ctx context.Context, serverID uint, first int) ([]fleet.HealthChange, error) {
	return s.changes(ctx, first, "server_id = ?", serverID)
}

// SiteChanges is the last changes of a site's health, newest first.
func (s *Store) SiteChanges(ctx context.Context, siteID uint, first int) ([]fleet.HealthChange, error) {
	return s.changes(ctx, first, "site_id = ?", siteID)
}

func (s *Store) changes(ctx context.Context, first int, of string, id uint) ([]fleet.HealthChange, error) {
	if err := (fleet.Page{First: first}).Within(maxPage); err != nil {
		return nil, err
	}
	return gorm.G[fleet.HealthChange](s.db).Where(of, id).Order("id DESC").Limit(first).Find(ctx)
}

// EnrolHealth puts servers that are READY and sites that are routed among those that are watched, each at a random
// moment of its interval so that the work is spread, and lets go of what is not there any more: its open alerts are
// cleared. It may be called at any time, by several processes.
func (s *Store) EnrolHealth(ctx context.Context, sampleEvery, checkEvery time.Duration) error {
	const due = `UTC_TIMESTAMP(6) + INTERVAL FLOOR(RAND() * ?) MICROSECOND`
	err := s.db.WithContext(ctx).Exec(`INSERT IGNORE INTO server_health (server_id, state, since, reasons, watch, round, rolled_until, due_at)
		SELECT s.id, 'UNKNOWN', UTC_TIMESTAMP(6), '[]', '{}', 0, DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:00:00'), `+due+`
		FROM servers s LEFT JOIN server_health h ON h.server_id = s.id WHERE s.status IN ? AND h.server_id IS NULL`,
		sampleEvery.Microseconds(), sampledServers).Error
	if err != nil {
		return err
	}
	err = s.db.WithContext(ctx).Exec(`INSERT IGNORE INTO site_health (site_id, state, since, status, misses, round, due_at)
		SELECT s.id, 'UNKNOWN', UTC_TIMESTAMP(6), 0, 0, 0, `+due+`
		FROM sites s LEFT JOIN site_health h ON h.site_id = s.id WHERE s.status IN ? AND h.site_id IS NULL LIMIT 5000`,
		checkEvery.Microseconds(), checkedSites).Error
	if err != nil {
		return err
	}
	if err := s.letGoOfServers(ctx); err != nil {
		return err
	}
	return s.letGoOfSites(ctx)
}

// letGoOfServers forgets what the rules remember of servers that are not worked with any more. Which these are is found
// without locks, which deploys would have to wait for.
func (s *Store) letGoOfServers(ctx context.Context) error {
	var gone []uint
	err := s.db.WithContext(ctx).Raw(`SELECT s.id FROM servers s JOIN server_health h ON h.server_id = s.id
		WHERE s.status IN ? AND (h.state <> 'UNKNOWN' OR EXISTS (SELECT 1 FROM alerts a WHERE a.server_id = s.id AND a.cleared_at IS NULL))`,
		[]fleet.ServerStatus{fleet.ServerNew, fleet.ServerRetired}).Scan(&gone).Error
	if err != nil || len(gone) == 0 {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Exec("UPDATE server_health SET state = 'UNKNOWN', since = UTC_TIMESTAMP(6), reasons = '[]', watch = '{}' WHERE server_id IN ?", gone).Error
		if err != nil {
			return err
		}
		return clearAlerts(tx, "server_id", gone)
	})
}

// letGoOfSites ends the checks of sites that nobody should find any more.
func (s *Store) letGoOfSites(ctx context.Context) error {
	var gone []uint
	err := s.db.WithContext(ctx).Raw("SELECT h.site_id FROM site_health h JOIN sites s ON s.id = h.site_id WHERE s.status NOT IN ? LIMIT 1000", checkedSites).Scan(&gone).Error
	if err != nil || len(gone) == 0 {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM site_health WHERE site_id IN ?", gone).Error; err != nil {
			return err
		}
		return clearAlerts(tx, "site_id", gone)
	})
}

// checkedSites are the states of sites that people should find when they ask for them.
var checkedSites = []fleet.SiteStatus{fleet.SiteActive, fleet.SiteBroken}
