package store

import (
	"context"
	"slices"
	"time"

	"central/fleet"
)

// PairSamples is the points of a pair's charts, oldest first: at most 289, of whichever of its servers was the slave then.
// Steps in which no slave was looked at are left out, and so is what was before the pair was made. It errs with
// CodeNotFound when there is no such pair.
func (s *Store) PairSamples(ctx context.Context, pairID uint, of fleet.SampleRange) ([]fleet.ReplicationPoint, error) {
	pair, err := s.Pair(ctx, pairID)
	if err != nil {
		return nil, err
	}
	back, step := of.Span()
	since := now().Add(-back).Truncate(step)
	if pair.CreatedAt.After(since) {
		since = pair.CreatedAt
	}
	servers := []uint{pair.MasterID, pair.SlaveID}
	raw := []any{servers, since}
	parts := rawSlaveParts
	args := raw
	if of == fleet.RangeMonth {
		// Hours that are not rolled up yet are still raw.
		parts = hourSlaveParts + " UNION ALL " + rawSlaveParts + " AND at >= (SELECT rolled_until FROM server_health h WHERE h.server_id = s.server_id)"
		args = slices.Concat(raw, raw)
	}
	seconds := int64(step.Seconds())
	var rows []slaveRow
	if err := s.db.WithContext(ctx).Raw(slaveChartOf(parts), append([]any{seconds, seconds}, args...)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	points := make([]fleet.ReplicationPoint, 0, len(rows))
	for _, row := range rows {
		points = append(points, row.point())
	}
	return points, nil
}

// rawSlaveParts and hourSlaveParts are the rows that saw a slave, with how many samples each stands for.
const (
	rawSlaveParts = `SELECT at AS seen, 1 AS n, receives AS i, applies AS q, position, replication_lag AS r, replication_lag AS r_max, mirror_age AS a, mirror_age AS a_max
		FROM server_samples s WHERE server_id IN ? AND at >= ? AND receives IS NOT NULL`
	hourSlaveParts = `SELECT hour AS seen, slave_samples AS n, receives_avg AS i, applies_avg AS q, position, replication_lag_avg AS r, replication_lag_max AS r_max,
		mirror_age_avg AS a, mirror_age_max AS a_max FROM server_hours WHERE server_id IN ? AND hour >= ? AND slave_samples > 0`
)

// slaveChartOf brings parts together, one row a step; means are weighed with the samples that they stand for.
func slaveChartOf(parts string) string {
	return `SELECT FLOOR(UNIX_TIMESTAMP(seen) / ?) * ? AS step, SUM(i * n) / SUM(n) AS receives, SUM(q * n) / SUM(n) AS applies,
		COALESCE(SUBSTRING(MAX(CONCAT(DATE_FORMAT(seen, '%Y%m%d%H%i%s%f'), position)), 21), '') AS position,
		SUM(r * n) / NULLIF(SUM(IF(r IS NULL, 0, n)), 0) AS lag_seconds, MAX(r_max) AS lag_seconds_max,
		SUM(a * n) / NULLIF(SUM(IF(a IS NULL, 0, n)), 0) AS mirror_age, MAX(a_max) AS mirror_age_max
		FROM (` + parts + `) parts GROUP BY step ORDER BY step`
}

// slaveRow is a row of a pair's chart as the database gives it.
type slaveRow struct {
	Step                      int64
	Receives, Applies         float64
	Position                  string
	LagSeconds, LagSecondsMax *float64
	MirrorAge, MirrorAgeMax   *float64
}

func (r slaveRow) point() fleet.ReplicationPoint {
	return fleet.ReplicationPoint{
		At: time.Unix(r.Step, 0).UTC(), ReceivesRatio: r.Receives, AppliesRatio: r.Applies, Position: r.Position,
		LagSeconds: r.LagSeconds, LagSecondsMax: r.LagSecondsMax, MirrorAge: r.MirrorAge, MirrorAgeMax: r.MirrorAgeMax,
	}
}
