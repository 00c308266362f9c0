package store_test

import (
	"testing"
	"time"

	"central/fleet"
)

// BenchmarkStore_Backups has 5,000 sites, each with thirty backups and a subscription whose plan has a policy: what the
// schedule, the retention and a list with ages cost.
func BenchmarkStore_Backups(b *testing.B) {
	w := newWorld(b)
	sites := w.manySites(w.bench, 1, 5000)
	plan := w.plan("Pro")
	w.manySubscriptions(b, plan, len(sites))
	mustDB(b, w.Store, "UPDATE customer_subscriptions c JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM sites) s ON s.n = c.customer_id SET c.site_id = s.id")
	w.setScoped(fleet.PolicyScope{PlanID: &plan.ID}, every(12))
	w.setScoped(fleet.PolicyScope{BenchID: &w.bench.ID}, every(24))
	mustDB(b, w.Store, "UPDATE sites SET created_at = created_at - INTERVAL 100 DAY")
	for day := range 30 {
		mustDB(b, w.Store, "INSERT INTO backups (site_id, site_name, kind, state, state_reason, action_id, bench_id, revision_id, server_id, database_name, `tables`, "+
			"database_bytes, database_digest, tables_digest, files, files_bytes, files_digest, tree_digest, apps, version, taken_at, created_at) "+
			"SELECT id, name, 'SCHEDULED', 'COMPLETE', '', 1, bench_id, revision_id, server_id, 'd', 1, 1, '', '', 1, 1, '', '', '[]', 'shop 1.0.0', "+
			"UTC_TIMESTAMP(6) - INTERVAL ? DAY, UTC_TIMESTAMP(6) FROM sites", day+1)
	}
	mustDB(b, w.Store, "UPDATE sites SET last_backup_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY")
	at := time.Now().UTC()

	b.Run("ScheduleAllDue", func(b *testing.B) { // and room for four
		for b.Loop() {
			b.StopTimer()
			w.work()
			mustDB(b, w.Store, "UPDATE sites SET backup_due_at = '2000-01-01', busy_action_id = NULL")
			b.StartTimer()
			if n := w.queueBackups(at); n != 4 {
				b.Fatalf("%d were queued", n)
			}
		}
	})
	b.Run("ScheduleNoneDue", func(b *testing.B) {
		mustDB(b, w.Store, "UPDATE sites SET backup_due_at = '2100-01-01'")
		for b.Loop() {
			if n := w.queueBackups(at); n != 0 {
				b.Fatalf("%d were queued", n)
			}
		}
	})
	b.Run("Overdue", func(b *testing.B) {
		for b.Loop() {
			_, err := w.BackupsOverdue(b.Context(), at)
			w.must(err)
		}
	})
	b.Run("PageWithAges", func(b *testing.B) {
		older := 12
		for b.Loop() {
			page, err := w.Sites(b.Context(), fleet.Page{First: 100}, fleet.SiteFilter{BackupOlderThanHours: &older}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
			w.must(err)
			ids := make([]uint, len(page.Nodes))
			for i, site := range page.Nodes {
				ids[i] = site.ID
			}
			ages, err := w.BackupAges(b.Context(), ids)
			w.must(err)
			_, err = w.SitePolicies(b.Context(), ids)
			w.must(err)
			if len(ages) != 100 || page.TotalCount != 5000 {
				b.Fatalf("%d ages of %d sites", len(ages), page.TotalCount)
			}
		}
	})
	b.Run("RetentionOfAll", func(b *testing.B) { // 145,000 backups are over the first time, and none after that
		for b.Loop() {
			b.StopTimer()
			mustDB(b, w.Store, "UPDATE sites SET retention_due_at = '2000-01-01'")
			b.StartTimer()
			w.expired(at)
		}
	})
}
