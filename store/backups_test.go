package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// taken is a backup as a runner finds it written on a server.
func taken(server uint, at time.Time) fleet.BackupTaken {
	digest := strings.Repeat("a", 64)
	return fleet.BackupTaken{
		Tables: 12, DatabaseName: "s0123456789abcdef", DatabaseBytes: 1000, DatabaseDigest: digest, TablesDigest: digest,
		Files: 3, FilesBytes: 500, FilesDigest: digest, TreeDigest: digest, Installed: []string{"frappe", "shop"},
		TakenAt: at.UTC().Truncate(time.Microsecond), Seconds: 1.5, ServerID: &server,
	}
}

// backUp takes a backup of a site to its end.
func (w *world) backUp(site fleet.Site, at time.Time) fleet.Backup {
	w.t.Helper()
	backup, action, err := w.BackUpSite(w.t.Context(), operator, site.ID)
	w.must(err)
	_, ref := mustClaim(w.t, w.Store, action.ID)
	w.must(w.BackupWritten(w.t.Context(), ref, backup.ID, taken(w.master.ID, at)))
	w.finish(ref, nil)
	return w.getBackup(backup.ID)
}

func (w *world) getBackup(id uint) fleet.Backup {
	w.t.Helper()
	backup, err := w.Backup(w.t.Context(), id)
	w.must(err)
	return backup
}

// lastBackup is when the newest complete backup of a site was taken; zero when there is none.
func (w *world) lastBackup(siteID uint) time.Time {
	w.t.Helper()
	ages, err := w.BackupAges(w.t.Context(), []uint{siteID})
	w.must(err)
	return ages[siteID]
}

func TestStore_BackUpSite(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		backup, action, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		w.audited(operator, "backUpSite", "acme.example.com", &action.ID)
		if backup.State != fleet.BackupTaking || backup.Kind != fleet.BackupManual || backup.ActionID != action.ID || backup.Version != "shop 1.0.0" {
			t.Errorf("%+v", backup)
		}
		if held := w.getSite(site.ID); held.BusyActionID == nil || *held.BusyActionID != action.ID {
			t.Errorf("the site is not held: %+v", held)
		}
		_, ref := mustClaim(t, w.Store, action.ID)
		at := time.Now()
		w.must(w.BackupWritten(t.Context(), ref, backup.ID, taken(w.master.ID, at)))
		w.must(w.BackupWritten(t.Context(), ref, backup.ID, taken(w.master.ID, at))) // by a runner that took over
		w.finish(ref, nil)
		done := w.getBackup(backup.ID)
		if done.State != fleet.BackupComplete || done.Bytes() != 1500 || *done.ServerID != w.master.ID || len(done.Apps) != 2 || done.Apps[1].Commit != shop[0] {
			t.Errorf("%+v", done)
		}
		if free := w.getSite(site.ID); free.BusyActionID != nil {
			t.Errorf("the site is still held: %+v", free)
		}
		if got := w.lastBackup(site.ID); !got.Equal(at.UTC().Truncate(time.Microsecond)) {
			t.Errorf("its newest backup is of %s", got)
		}
	})

	t.Run("FailedDoesNotCount", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		backup, action, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		_, err = w.SaveSecret(t.Context(), store.BackupKey(backup.ID), []byte("sealed"))
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "the dump failed"})
		failed := w.getBackup(backup.ID)
		if failed.State != fleet.BackupFailed || failed.StateReason != "the dump failed" || !w.lastBackup(site.ID).IsZero() || w.getSite(site.ID).BusyActionID != nil {
			t.Errorf("%+v", failed)
		}
		if _, err := w.Secret(t.Context(), store.BackupKey(backup.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("its key is still there: %v", err)
		}
	})

	t.Run("NotWhole", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		backup, action, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		half := taken(w.master.ID, time.Now())
		half.FilesDigest = ""
		wantCode(t, w.BackupWritten(t.Context(), ref, backup.ID, half), fleet.CodeCommandFailed)
		if got := w.getBackup(backup.ID).State; got != fleet.BackupTaking {
			t.Errorf("it is %s", got)
		}
	})

	t.Run("NotDuringADeploy", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.deploy(1, site.ID)
		w.refuses(fleet.CodeSiteBusy, "input.siteId", func() error { _, _, err := w.BackUpSite(t.Context(), operator, site.ID); return err })
	})

	t.Run("NoDeployDuringIt", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		_, _, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		said := w.refuses(fleet.CodeSiteBusy, "input.siteIds", func() error {
			_, err := w.DeploySites(t.Context(), operator, fleet.DeployInput{
				SiteIDs: []uint{site.ID}, Releases: []fleet.AppCommit{{App: "shop", Commit: shop[1]}}, IdempotencyKey: newKey(),
			})
			return err
		})
		if !strings.Contains(said, "Back up acme.example.com") {
			t.Errorf("it does not say what holds the site: %s", said)
		}
	})

	t.Run("ALaneOfTheirOwn", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com", "d.example.com")
		for _, site := range sites[:3] {
			_, _, err := w.BackUpSite(t.Context(), operator, site.ID)
			w.must(err)
		}
		w.claim(fleet.ActionBackUpSite)
		w.claim(fleet.ActionBackUpSite)
		mustNotClaim(t, w.Store) // two are at work on the server
		w.deploy(1, sites[3].ID)
		w.claim(fleet.ActionBuildRevision) // and hold nothing else up
	})

	t.Run("NotActive", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", site.ID)
		w.refuses(fleet.CodeNotReady, "input.siteId", func() error { _, _, err := w.BackUpSite(t.Context(), operator, site.ID); return err })
		w.refuses(fleet.CodeNotFound, "input.siteId", func() error { _, _, err := w.BackUpSite(t.Context(), operator, 999); return err })
	})
}

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

func TestStore_ExpireBackups(t *testing.T) {
	expire := func(w *world, at time.Time) int {
		w.t.Helper()
		n, err := w.ExpireBackups(w.t.Context(), at)
		w.must(err)
		return n
	}
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old, newest := w.backUp(site, at.AddDate(0, 0, -100)), w.backUp(site, at)
		_, err := w.SaveSecret(t.Context(), store.BackupKey(old.ID), []byte("sealed"))
		w.must(err)
		want(t, "expired", expire(w, at.Add(time.Minute)), 1)
		want(t, "expired again", expire(w, at.Add(time.Minute)), 0)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupRemoving)
		action, ref := w.claim(fleet.ActionRemoveBackups)
		list, err := w.BackupsToRemove(t.Context(), action.ID)
		w.must(err)
		if len(list) != 1 || list[0].ID != old.ID {
			t.Fatalf("to be removed: %+v", list)
		}
		w.must(w.BackupGone(t.Context(), ref, old.ID))
		w.finish(ref, nil)
		gone := w.getBackup(old.ID)
		if gone.State != fleet.BackupRemoved || gone.RemovedAt == nil || gone.ServerID != nil {
			t.Errorf("%+v", gone)
		}
		if _, err := w.Secret(t.Context(), store.BackupKey(old.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("its key is still there: %v", err)
		}
		want(t, "the newest", w.getBackup(newest.ID).State, fleet.BackupComplete)
		for gone, n := range map[bool]int{false: 1, true: 2} {
			list, err := w.BackupsOfSite(t.Context(), site.ID, gone)
			w.must(err)
			want(t, fmt.Sprintf("listed with those that are gone: %v", gone), len(list), n)
		}
	})

	t.Run("FailedRemovalIsTriedAgain", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old := w.backUp(site, at.AddDate(0, 0, -100))
		w.backUp(site, at)
		expire(w, at.Add(time.Minute))
		_, ref := w.claim(fleet.ActionRemoveBackups)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable})
		want(t, "expired a day later", expire(w, at.Add(25*time.Hour)), 1)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupRemoving)
	})

	t.Run("NotWhileTheSiteIsBusy", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old := w.backUp(site, at.AddDate(0, 0, -100))
		w.backUp(site, at)
		_, _, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		want(t, "expired", expire(w, at.Add(time.Minute)), 0)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupComplete)
	})

	t.Run("SeveralAtOnce", func(t *testing.T) {
		w := newWorld(t)
		at := time.Now().UTC()
		for _, site := range w.site(w.bench, "a.example.com", "b.example.com", "c.example.com") {
			w.backUp(site, at.AddDate(0, 0, -100))
			w.backUp(site, at)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := w.ExpireBackups(t.Context(), at.Add(time.Minute)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		removed := 0
		for _, action := range w.queued(fleet.ActionRemoveBackups) {
			list, err := w.BackupsToRemove(t.Context(), action.ID)
			w.must(err)
			removed += len(list)
		}
		want(t, "to be removed", removed, 3)
	})
}

func TestStore_SitesByBackupAge(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "never.example.com", "old.example.com", "fresh.example.com")
	w.backUp(sites[1], time.Now().Add(-72*time.Hour))
	w.backUp(sites[2], time.Now().Add(-time.Hour))
	found, err := w.Sites(t.Context(), fleet.Page{First: 10}, fleet.SiteFilter{BackupOlderThanHours: ptr(48)}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
	w.must(err)
	names := []string{}
	for _, site := range found.Nodes {
		names = append(names, site.Name)
	}
	want(t, "sites without a backup of the last two days", names, []string{"never.example.com", "old.example.com"})
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
