package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"central/store"
)

// backupAges counts the sites that the schedule has missed whenever it is asked.
type backupAges struct{ store *store.Store }

var overdueDesc = prometheus.NewDesc("central_sites_backup_overdue", "Active sites whose newest backup is older than twice the time between two of the schedule.", nil, nil)

// Describe implements prometheus.Collector.
func (backupAges) Describe(descs chan<- *prometheus.Desc) { descs <- overdueDesc }

// Collect implements prometheus.Collector.
func (b backupAges) Collect(into chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	overdue, err := b.store.BackupsOverdue(ctx, time.Now().UTC())
	if err != nil {
		into <- prometheus.NewInvalidMetric(overdueDesc, err)
		return
	}
	into <- prometheus.MustNewConstMetric(overdueDesc, prometheus.GaugeValue, float64(overdue))
}
