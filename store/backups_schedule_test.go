package store_test

import (
	"sync"
	"testing"
	"time"

	"central/fleet"
)

// age makes sites as old as they need to be for their first scheduled backup.
func (w *world) age(days int) {
	w.t.Helper()
	mustDB(w.t, w.Store, "UPDATE sites SET created_at = created_at - INTERVAL ? DAY", days)
}

func (w *world) queueBackups(at time.Time) int {
	w.t.Helper()
	n, err := w.QueueBackups(w.t.Context(), at)
	w.must(err)
	return n
}

func TestStore_QueueBackups(t *testing.T) {
	t.Run("EachInItsTime", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		want(t, "backups of a site that is new", w.queueBackups(at), 0)
		w.age(2)
		want(t, "backups of a site that never had one", w.queueBackups(at), 1)
		want(t, "backups while one is queued", w.queueBackups(at), 0)
		action, ref := w.claim(fleet.ActionBackUpSite)
		want(t, "asked for by", action.ActorName, "central")
		backups, err := w.BackupsOfSite(t.Context(), site.ID, false)
		w.must(err)
		want(t, "kind", backups[0].Kind, fleet.BackupScheduled)
		w.must(w.BackupWritten(t.Context(), ref, backups[0].ID, taken(w.master.ID, at)))
		w.finish(ref, nil)
		want(t, "backups a moment later", w.queueBackups(at.Add(23*time.Hour)), 0)
		want(t, "backups a day later", w.queueBackups(at.Add(25*time.Hour)), 1)
	})

	t.Run("AgainAfterAFailure", func(t *testing.T) {
		w := newWorld(t)
		w.site(w.bench, "acme.example.com")
		w.age(2)
		want(t, "queued", w.queueBackups(time.Now().UTC()), 1)
		_, ref := w.claim(fleet.ActionBackUpSite)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no room"})
		want(t, "queued at once", w.queueBackups(time.Now().UTC()), 0)
		want(t, "queued later", w.queueBackups(time.Now().UTC().Add(2*time.Hour)), 1)
	})

	t.Run("NotThoseThatStandReady", func(t *testing.T) {
		w, plan := signUpWorld(t)
		want(t, "sites that stand ready", w.standby(w.pool(plan, 2)), fleet.StandbyCount{Ready: 2})
		w.age(365)
		want(t, "backups of sites that nobody has", w.queueBackups(time.Now().UTC()), 0)
		overdue, err := w.BackupsOverdue(t.Context(), time.Now().UTC())
		w.must(err)
		want(t, "sites that were missed", overdue, 0)
	})

	t.Run("BusySitesWait", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.age(2)
		w.deploy(1, site.ID)
		want(t, "backups during a deploy", w.queueBackups(time.Now().UTC()), 0)
		w.work()
		want(t, "backups after it", w.queueBackups(time.Now().UTC()), 1)
	})

	t.Run("NoMoreThanTheServerHasRoomFor", func(t *testing.T) {
		w := newWorld(t)
		w.manySites(w.bench, 1, 20)
		w.age(365)
		want(t, "queued", w.queueBackups(time.Now().UTC()), 4)
		want(t, "queued while those wait", w.queueBackups(time.Now().UTC()), 0)
		_, ref := w.claim(fleet.ActionBackUpSite)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed})
		want(t, "queued when one has ended", w.queueBackups(time.Now().UTC()), 1)
	})

	t.Run("SeveralAtOnce", func(t *testing.T) {
		w := newWorld(t)
		w.manySites(w.bench, 1, 20)
		w.age(365)
		at := time.Now().UTC()
		var all sync.WaitGroup
		counts := make([]int, 4)
		for i := range counts {
			all.Go(func() {
				n, err := w.QueueBackups(t.Context(), at)
				if err != nil {
					t.Error(err)
				}
				counts[i] = n
			})
		}
		all.Wait()
		queued := w.queued(fleet.ActionBackUpSite)
		sites := map[uint]bool{}
		for _, action := range queued {
			sites[*action.SiteID] = true
		}
		if len(queued) != 4 || len(sites) != 4 || counts[0]+counts[1]+counts[2]+counts[3] != 4 {
			t.Errorf("%d backups of %d sites were queued, and said so %v", len(queued), len(sites), counts)
		}
	})

	t.Run("NoSchedule", func(t *testing.T) {
		w := newWorld(t)
		w.site(w.bench, "acme.example.com")
		w.age(2)
		policy := fleet.DefaultBackupPolicy
		policy.EveryHours = 0
		_, err := w.SetBackupPolicy(t.Context(), admin, policy)
		w.must(err)
		want(t, "queued", w.queueBackups(time.Now().UTC()), 0)
	})
}

func TestStore_SetBackupPolicy(t *testing.T) {
	w := newWorld(t)
	policy, err := w.BackupPolicy(t.Context())
	w.must(err)
	want(t, "the policy that nobody has set", policy, fleet.DefaultBackupPolicy)
	site := w.site(w.bench, "acme.example.com")[0]
	w.age(2)
	at := time.Now().UTC()
	w.backUp(site, at)
	policy.EveryHours, policy.KeepLast = 6, 9
	for range 2 {
		set, err := w.SetBackupPolicy(t.Context(), admin, policy)
		w.must(err)
		want(t, "the policy", set, policy)
	}
	w.audited(admin, "setBackupPolicy", "every 6 hours", nil)
	got, err := w.BackupPolicy(t.Context())
	w.must(err)
	want(t, "the policy that is kept", got, policy)
	want(t, "backups before six hours are over", w.queueBackups(at.Add(5*time.Hour)), 0)
	want(t, "backups after six hours", w.queueBackups(at.Add(6*time.Hour+time.Minute)), 1)
	w.refuses(fleet.CodeInvalid, "input.finalDays", func() error {
		_, err := w.SetBackupPolicy(t.Context(), admin, fleet.BackupPolicy{ManualDays: 1, BeforeRestoreDays: 1})
		return err
	})
}

func TestStore_BackupsOverdue(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "never.example.com", "old.example.com", "fresh.example.com")
	at := time.Now().UTC()
	w.backUp(sites[1], at.Add(-72*time.Hour))
	w.backUp(sites[2], at.Add(-time.Hour))
	for days, count := range []int{1, 1, 2} {
		if days == 2 {
			w.age(3)
		}
		got, err := w.BackupsOverdue(t.Context(), at)
		w.must(err)
		want(t, "sites that were missed", got, count)
	}
}
