package store_test

import (
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func TestStore_SiteChecks(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Second)
	watchedSite := func(t *testing.T) (*world, fleet.Site) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		return w.watched(), site
	}
	health := func(w *world, site fleet.Site) fleet.SiteHealth {
		found, err := w.HealthOfSites(w.t.Context(), []uint{site.ID})
		w.must(err)
		return found[site.ID]
	}
	states := func(w *world, site fleet.Site) []fleet.HealthState {
		changes, err := w.SiteChanges(w.t.Context(), site.ID, 20)
		w.must(err)
		list := []fleet.HealthState{}
		for _, c := range changes {
			list = append(list, c.ToState)
		}
		return list
	}

	t.Run("OnlyChangesAreHistory", func(t *testing.T) {
		w, site := watchedSite(t)
		want(t, "before the first", health(w, site).State, fleet.HealthUnknown)
		for range 3 {
			w.answered(at, 200)
		}
		want(t, "state", health(w, site).State, fleet.HealthUp)
		want(t, "history", states(w, site), []fleet.HealthState{fleet.HealthUp})
	})

	t.Run("DownAfterTwoAndBackAfterOne", func(t *testing.T) {
		w, site := watchedSite(t)
		w.answered(at, 200)
		w.answered(at.Add(time.Second), 502)
		want(t, "state after one", health(w, site).State, fleet.HealthUp)
		w.answered(at.Add(2*time.Second), 502)
		got := health(w, site)
		want(t, "state after two", got.State, fleet.HealthDown)
		want(t, "since", *got.Since, at.Add(2*time.Second))
		want(t, "status", got.Status, 502)
		want(t, "alerts", w.openAlerts(), []string{"acme.example.com CRITICAL It answers with 502 through the proxies."})
		w.answered(at.Add(3*time.Second), 200)
		want(t, "alerts when it is back", w.openAlerts(), []string{})
		want(t, "history", states(w, site), []fleet.HealthState{fleet.HealthUp, fleet.HealthDown, fleet.HealthUp})
	})

	t.Run("FirstBadAnswerIsAskedAgainSoon", func(t *testing.T) {
		w, _ := watchedSite(t)
		w.answered(at, 502)
		var seconds float64
		w.must(w.DB().QueryRowContext(t.Context(), "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), due_at) FROM site_health").Scan(&seconds))
		if seconds > 5 {
			t.Errorf("due in %v seconds", seconds)
		}
	})

	t.Run("MaintenanceThatCentralBegan", func(t *testing.T) {
		w, site := watchedSite(t)
		mustDB(t, w.Store, "UPDATE sites SET maintenance_since = NOW(6)")
		w.answered(at, 503)
		want(t, "state", health(w, site).State, fleet.HealthMaintenance)
		want(t, "alerts", w.openAlerts(), []string{})
	})

	t.Run("ClosedBecauseSomebodyAskedForIt", func(t *testing.T) {
		w, site := watchedSite(t)
		mustDB(t, w.Store, "UPDATE sites SET serving = 'SUSPENDED'")
		w.answered(at, 402)
		want(t, "state", health(w, site).State, fleet.HealthMaintenance)
	})

	t.Run("PairThatSwitches", func(t *testing.T) {
		w, site := watchedSite(t)
		slave := w.server("s-1", fleet.RoleSlave)
		mustDB(t, w.Store, `INSERT INTO pairs (name, master_id, slave_id, status, status_reason, epoch, created_at, updated_at)
			VALUES ('one', ?, ?, 'SWITCHING', '', 1, NOW(6), NOW(6))`, w.master.ID, slave.ID)
		w.answered(at, 503)
		want(t, "state", health(w, site).State, fleet.HealthMaintenance)
	})

	t.Run("Filter", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		w.watched()
		matching := func(states ...fleet.HealthState) []uint {
			ids, err := w.SiteIDs(t.Context(), fleet.SiteFilter{Health: states})
			w.must(err)
			return ids
		}
		want(t, "unknown at first", matching(fleet.HealthUnknown), []uint{sites[0].ID, sites[1].ID})
		claims, err := w.ClaimSiteChecks(t.Context(), 10, checkEvery)
		w.must(err)
		results := []store.SiteCheckResult{}
		for _, c := range claims {
			results = append(results, store.SiteCheckResult{SiteCheckClaim: c, At: at, Status: 200})
		}
		w.must(w.SaveSiteChecks(t.Context(), results, time.Second))
		want(t, "up", matching(fleet.HealthUp), []uint{sites[0].ID, sites[1].ID})
		want(t, "down", matching(fleet.HealthDown), []uint{})
		mustDB(t, w.Store, "UPDATE site_health SET checked_at = NOW(6) - INTERVAL 1 HOUR WHERE site_id = ?", sites[0].ID)
		want(t, "what was not asked lately", matching(fleet.HealthUnknown), []uint{sites[0].ID})
	})

	t.Run("LetGoOfWhenArchived", func(t *testing.T) {
		w, site := watchedSite(t)
		w.answered(at, 0)
		w.answered(at, 0)
		want(t, "alerts", w.openAlerts(), []string{"acme.example.com CRITICAL It gives no answer through the proxies."})
		mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED'")
		w.must(w.EnrolHealth(t.Context(), sampleEvery, checkEvery))
		want(t, "alerts once it is archived", w.openAlerts(), []string{})
		want(t, "state", health(w, site).State, fleet.HealthUnknown)
	})
}
