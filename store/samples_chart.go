package store

import (
	"context"
	"time"

	"central/fleet"
)

// ServerSamples is the points of a server's charts, oldest first: at most 289. Steps without a sample are left out.
func (s *Store) ServerSamples(ctx context.Context, serverID uint, of fleet.SampleRange) ([]fleet.ServerPoint, error) {
	back, step := of.Span()
	since := now().Add(-back).Truncate(step)
	points, seconds := []fleet.ServerPoint{}, int64(step.Seconds())
	query, args := rawParts, []any{seconds, seconds, serverID, since}
	if of == fleet.RangeMonth {
		// Hours that are not rolled up yet are still raw.
		query = hourParts + " UNION ALL " + rawParts + " AND at >= (SELECT MAX(rolled_until) FROM server_health WHERE server_id = ?)"
		args = append([]any{seconds, seconds, serverID, since}, append(args, serverID)...)
	}
	var rows []chartRow
	if err := s.db.WithContext(ctx).Raw(chartOf(query), args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		points = append(points, row.point())
	}
	return points, nil
}

// rawParts and hourParts give each row the beginning of its step, in seconds, and how many samples it stands for.
const (
	rawParts = `SELECT FLOOR(UNIX_TIMESTAMP(at) / ?) * ? AS step, 1 AS samples, up AS ups, load1 AS l, load1 AS l_max, cpus,
		memory_used AS m, memory_used AS m_max, memory_total, disk_used AS d, disk_used AS d_max, replication_lag AS r, replication_lag AS r_max
		FROM server_samples WHERE server_id = ? AND at >= ?`
	hourParts = `SELECT FLOOR(UNIX_TIMESTAMP(hour) / ?) * ? AS step, samples, up_samples AS ups, load1_avg AS l, load1_max AS l_max, cpus,
		memory_used_avg AS m, memory_used_max AS m_max, memory_total, disk_used_avg AS d, disk_used_max AS d_max,
		replication_lag_avg AS r, replication_lag_max AS r_max
		FROM server_hours WHERE server_id = ? AND hour >= ?`
)

// chartOf brings parts together, one row a step; means are weighed with the samples that they stand for.
func chartOf(parts string) string {
	return `SELECT step, SUM(ups) / SUM(samples) AS up_ratio,
		SUM(l * ups) / NULLIF(SUM(IF(l IS NULL, 0, ups)), 0) AS load1, MAX(l_max) AS load1_max, MAX(cpus) AS cpus,
		SUM(m * ups) / NULLIF(SUM(IF(m IS NULL, 0, ups)), 0) AS memory_used, MAX(m_max) AS memory_used_max, MAX(memory_total) AS memory_total,
		SUM(d * ups) / NULLIF(SUM(IF(d IS NULL, 0, ups)), 0) AS disk_used, MAX(d_max) AS disk_used_max,
		SUM(r * ups) / NULLIF(SUM(IF(r IS NULL, 0, ups)), 0) AS replication_lag, MAX(r_max) AS replication_lag_max
		FROM (` + parts + `) parts GROUP BY step ORDER BY step`
}

// chartRow is a row of a chart as the database gives it.
type chartRow struct {
	Step                                   int64
	UpRatio                                float64
	Load1, Load1Max                        *float64
	CPUs                                   *int `gorm:"column:cpus"`
	MemoryUsed, MemoryUsedMax, MemoryTotal *float64
	DiskUsed, DiskUsedMax                  *float64
	ReplicationLag, ReplicationLagMax      *float64
}

func (r chartRow) point() fleet.ServerPoint {
	return fleet.ServerPoint{
		At: time.Unix(r.Step, 0).UTC(), UpRatio: r.UpRatio, Load1: r.Load1, Load1Max: r.Load1Max, CPUs: r.CPUs,
		MemoryUsed: r.MemoryUsed, MemoryUsedMax: r.MemoryUsedMax, MemoryTotal: r.MemoryTotal,
		DiskUsed: r.DiskUsed, DiskUsedMax: r.DiskUsedMax, ReplicationLag: r.ReplicationLag, ReplicationLagMax: r.ReplicationLagMax,
	}
}
