package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// Alerts is the alerts that are open, or all of them, newest first; open ones that are critical come first of all.
func (s *Store) Alerts(ctx context.Context, open bool, first int) ([]fleet.Alert, error) {
	if err := (fleet.Page{First: first}).Within(maxPage); err != nil {
		return nil, err
	}
	if open {
		return gorm.G[fleet.Alert](s.db).Where("cleared_at IS NULL").Order("severity DESC, id DESC").Limit(first).Find(ctx)
	}
	return gorm.G[fleet.Alert](s.db).Order("id DESC").Limit(first).Find(ctx)
}

// AlertsOfServers is the open alerts of each of these servers, critical ones first.
func (s *Store) AlertsOfServers(ctx context.Context, serverIDs []uint) (map[uint][]fleet.Alert, error) {
	rows, err := gorm.G[fleet.Alert](s.db).Where("cleared_at IS NULL AND server_id IN ?", serverIDs).Order("severity DESC, id DESC").Find(ctx)
	alerts := map[uint][]fleet.Alert{}
	for _, row := range rows {
		alerts[*row.ServerID] = append(alerts[*row.ServerID], row)
	}
	return alerts, err
}

// setAlert raises an alert, changes an open one, or clears it when it has no severity.
func setAlert(tx *gorm.DB, key string, alert fleet.Alert, at time.Time) error {
	if alert.Severity == "" {
		return tx.Model(&fleet.Alert{}).Where("open_key = ?", key).Updates(map[string]any{"cleared_at": at, "open_key": nil}).Error
	}
	changed := tx.Model(&fleet.Alert{}).Where("open_key = ?", key).Updates(map[string]any{"severity": alert.Severity, "sentence": alert.Sentence})
	if changed.Error != nil || changed.RowsAffected > 0 {
		return changed.Error
	}
	alert.OpenKey, alert.RaisedAt = &key, at
	return gorm.G[fleet.Alert](tx).Create(tx.Statement.Context, &alert)
}

// sayAnew keeps the sentence of an open alert true while its figure moves.
func sayAnew(tx *gorm.DB, key, sentence string) error {
	return tx.Model(&fleet.Alert{}).Where("open_key = ? AND sentence <> ?", key, sentence).Update("sentence", sentence).Error
}

// clearAlerts clears all open alerts about these servers or sites.
func clearAlerts(tx *gorm.DB, column string, ids []uint) error {
	return tx.Model(&fleet.Alert{}).Where(column+" IN ? AND cleared_at IS NULL", ids).Updates(map[string]any{"cleared_at": now(), "open_key": nil}).Error
}

// maxAlertKey is how long a key may be; the column is ASCII.
const maxAlertKey = 400

// serverAlertKey names what is watched of a server. Paths of any alphabet and length are part of it.
func serverAlertKey(serverID uint, key string) string {
	return clip(fmt.Sprintf("server:%d:%+q", serverID, key), maxAlertKey)
}

func siteAlertKey(siteID uint) string { return fmt.Sprintf("site:%d", siteID) }

// sentences puts reasons into one text.
func sentences(reasons []string) string { return strings.Join(reasons, " ") }
