package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// How long is kept what: raw samples for the chart of the day with a day to spare, hours and history for a year and
// a month, so that the same month of the year before can be seen.
const (
	keepSamples = 48 * time.Hour
	keepHours   = 396 * 24 * time.Hour
)

// rollUpDelay is how long after its end an hour is rolled up: the last looks of it have been written then.
const rollUpDelay = 2 * time.Minute

// rollUpServers is how many servers one transaction rolls up.
const rollUpServers = 50

// RollUp turns the raw samples of hours that have ended into one row an hour, and removes what is past its time. It
// returns how many servers it brought up to date; it has to be called again until that is 0. Several processes may do
// so at once: each server's hours are rolled up by one of them, and doing it again would change nothing.
func (s *Store) RollUp(ctx context.Context, at time.Time) (int, error) {
	until := at.UTC().Add(-rollUpDelay).Truncate(time.Hour)
	rolled := 0
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var ids []uint
		err := tx.Table("server_health").Where("rolled_until < ?", until).Order("rolled_until").Limit(rollUpServers).Clauses(skipLocked).Pluck("server_id", &ids).Error
		if rolled = len(ids); err != nil || rolled == 0 {
			return err
		}
		if err := tx.Exec(rollUp, ids, until).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM server_samples WHERE server_id IN ? AND at < ?", ids, until.Add(-keepSamples)).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM server_hours WHERE server_id IN ? AND hour < ?", ids, until.Add(-keepHours)).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE server_health SET rolled_until = ? WHERE server_id IN ?", until, ids).Error
	})
	return rolled, err
}

const rollUp = `
INSERT INTO server_hours (server_id, hour, samples, up_samples, load1_avg, load1_max, cpus, memory_used_avg, memory_used_max, memory_total,
	disk_used_avg, disk_used_max, replication_lag_avg, replication_lag_max, slave_samples, receives_avg, applies_avg, position, mirror_age_avg, mirror_age_max)
SELECT server_id, CAST(DATE_FORMAT(at, '%Y-%m-%d %H:00:00') AS DATETIME(6)) AS h, COUNT(*), SUM(up), AVG(load1), MAX(load1), MAX(cpus),
	AVG(memory_used), MAX(memory_used), MAX(memory_total), AVG(disk_used), MAX(disk_used), AVG(replication_lag), MAX(replication_lag),
	COUNT(receives), AVG(receives), AVG(applies), SUBSTRING(MAX(CONCAT(DATE_FORMAT(at, '%Y%m%d%H%i%s%f'), position)), 21), AVG(mirror_age), MAX(mirror_age)
FROM (
	SELECT s.* FROM server_samples s JOIN server_health h ON h.server_id = s.server_id
	WHERE h.server_id IN ? AND s.at >= h.rolled_until AND s.at < ?
) due
GROUP BY server_id, h
ON DUPLICATE KEY UPDATE samples = VALUES(samples), up_samples = VALUES(up_samples), load1_avg = VALUES(load1_avg), load1_max = VALUES(load1_max),
	cpus = VALUES(cpus), memory_used_avg = VALUES(memory_used_avg), memory_used_max = VALUES(memory_used_max), memory_total = VALUES(memory_total),
	disk_used_avg = VALUES(disk_used_avg), disk_used_max = VALUES(disk_used_max),
	replication_lag_avg = VALUES(replication_lag_avg), replication_lag_max = VALUES(replication_lag_max), slave_samples = VALUES(slave_samples),
	receives_avg = VALUES(receives_avg), applies_avg = VALUES(applies_avg), position = VALUES(position),
	mirror_age_avg = VALUES(mirror_age_avg), mirror_age_max = VALUES(mirror_age_max)`

// forgetAtOnce is how many rows of history one call of ForgetHealth removes from each table.
const forgetAtOnce = 1000

// ForgetHealth removes changes of health and cleared alerts that are past their time, a bounded number at once.
func (s *Store) ForgetHealth(ctx context.Context, at time.Time) error {
	before := at.UTC().Add(-keepHours)
	err := s.db.WithContext(ctx).Where("at < ?", before).Limit(forgetAtOnce).Delete(&fleet.HealthChange{}).Error
	if err != nil {
		return err
	}
	return s.db.WithContext(ctx).Where("cleared_at < ?", before).Limit(forgetAtOnce).Delete(&fleet.Alert{}).Error
}
