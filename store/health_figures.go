package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// HealthFigures is how the whole fleet does now, in five queries, for those who watch Central itself.
func (s *Store) HealthFigures(ctx context.Context) (fleet.HealthFigures, error) {
	figures := fleet.HealthFigures{Sites: map[fleet.HealthState]int{}, Alerts: map[fleet.AlertSeverity]int{}}
	servers, err := gorm.G[fleet.Server](s.db).Where("status NOT IN ?", []fleet.ServerStatus{fleet.ServerNew, fleet.ServerRetired}).Order("name").Find(ctx)
	if err != nil {
		return figures, err
	}
	ids := make([]uint, len(servers))
	for i, server := range servers {
		ids[i] = server.ID
	}
	health, err := s.HealthOfServers(ctx, ids)
	if err != nil {
		return figures, err
	}
	for _, server := range servers {
		figures.Servers = append(figures.Servers, fleet.ServerFigures{Name: server.Name, Role: server.Role, Health: health[server.ID]})
	}
	pairs, err := s.Pairs(ctx)
	if err != nil {
		return figures, err
	}
	for _, pair := range pairs {
		if r := pair.Replication; r != nil && r.MasterGTID != "" && r.SlaveGTID != "" {
			behind := fleet.ParsePosition(r.MasterGTID).Missing(fleet.ParsePosition(r.SlaveGTID))
			figures.Pairs = append(figures.Pairs, fleet.PairFigures{Name: pair.Name, Behind: behind})
		}
	}
	var counts []struct {
		What  string
		Count int
	}
	err = s.db.WithContext(ctx).Raw(`SELECT CASE WHEN h.checked_at >= ? THEN h.state ELSE 'UNKNOWN' END AS what, COUNT(*) AS count
		FROM sites s LEFT JOIN site_health h ON h.site_id = s.id WHERE s.status IN ? GROUP BY what`,
		now().Add(-fleet.HealthStaleAfter), checkedSites).Scan(&counts).Error
	if err != nil {
		return figures, err
	}
	for _, row := range counts {
		figures.Sites[fleet.HealthState(row.What)] = row.Count
	}
	err = s.db.WithContext(ctx).Raw(`SELECT a.rule, a.severity, COALESCE(s.name, '') AS server, COUNT(*) AS count
		FROM alerts a LEFT JOIN sites ON sites.id = a.site_id LEFT JOIN servers s ON s.id = COALESCE(a.server_id, sites.server_id)
		WHERE a.cleared_at IS NULL GROUP BY a.rule, a.severity, s.id, s.name ORDER BY server, a.rule, a.severity`).Scan(&figures.AlertsBy).Error
	if err != nil {
		return figures, err
	}
	for _, row := range figures.AlertsBy {
		figures.Alerts[row.Severity] += row.Count
	}
	var overdue struct{ Samples, Checks float64 }
	err = s.db.WithContext(ctx).Raw(`SELECT
		(SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, h.due_at, UTC_TIMESTAMP(6))), 0) / 1000000 FROM server_health h JOIN servers s ON s.id = h.server_id WHERE s.status IN ('READY', 'FAILED')) AS samples,
		(SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, due_at, UTC_TIMESTAMP(6))), 0) / 1000000 FROM site_health) AS checks`).Scan(&overdue).Error
	figures.SamplesOverdue, figures.ChecksOverdue = max(0, overdue.Samples), max(0, overdue.Checks)
	return figures, err
}
