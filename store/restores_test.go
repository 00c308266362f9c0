package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// over asks for a restore of a backup over a site.
func over(backup fleet.Backup, site fleet.Site) fleet.RestoreInput {
	return fleet.RestoreInput{BackupID: backup.ID, SiteID: &site.ID}
}

func TestStore_RestoreBackup(t *testing.T) {
	begin := func(t *testing.T) (*world, fleet.Site, fleet.Backup) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		return w, site, w.backUp(site, time.Now().Add(-time.Hour))
	}
	restore := func(w *world, in fleet.RestoreInput) (fleet.Site, fleet.Action) {
		w.t.Helper()
		site, action, err := w.RestoreBackup(w.t.Context(), operator, in)
		w.must(err)
		return site, action
	}

	t.Run("OverItsSite", func(t *testing.T) {
		w, site, backup := begin(t)
		_, action := restore(w, over(backup, site))
		w.audited(operator, "restoreBackup", "acme.example.com", &action.ID)
		claimed, ref := mustClaim(t, w.Store, action.ID)
		list, err := w.BackupsOfSite(t.Context(), site.ID, false)
		w.must(err)
		fresh := list[0]
		if fresh.Kind != fleet.BackupBeforeRestore || fresh.State != fleet.BackupTaking || claimed.Cursor.Notes[store.NoteFresh] == "" {
			t.Errorf("nothing is kept of what is replaced: %+v, %+v", fresh, claimed.Cursor)
		}
		w.must(w.BackupWritten(t.Context(), ref, fresh.ID, taken(w.master.ID, time.Now())))
		w.finish(ref, nil)
		done := w.getSite(site.ID)
		if done.Status != fleet.SiteActive || done.BusyActionID != nil || w.getBackup(fresh.ID).State != fleet.BackupComplete {
			t.Errorf("%+v", done)
		}
	})

	t.Run("FailedAndTakenBack", func(t *testing.T) {
		w, site, backup := begin(t)
		_, action := restore(w, over(backup, site))
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "cut short"})
		if got := w.getSite(site.ID); got.Status != fleet.SiteActive || got.BusyActionID != nil {
			t.Errorf("%+v", got)
		}
	})

	t.Run("NotTakenBack", func(t *testing.T) {
		w, site, backup := begin(t)
		_, action := restore(w, over(backup, site))
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUndoFailed, Message: "half done"})
		if got := w.getSite(site.ID); got.Status != fleet.SiteBroken || got.StatusReason != "half done" {
			t.Errorf("%+v", got)
		}
	})

	t.Run("AsANewSite", func(t *testing.T) {
		w, _, backup := begin(t)
		w.server("p-1", fleet.RoleProxy)
		in := fleet.RestoreInput{BackupID: backup.ID, NewName: ptr("copy.example.com"), BenchID: &w.bench.ID}
		site, action := restore(w, in)
		if site.Status != fleet.SiteCreating || site.Name != "copy.example.com" {
			t.Errorf("%+v", site)
		}
		w.refuses(fleet.CodeConflict, "input.newName", func() error { _, _, err := w.RestoreBackup(t.Context(), operator, in); return err })
		_, route := w.claim(fleet.ActionRouteProxy)
		w.finish(route, nil)
		_, ref := mustClaim(t, w.Store, action.ID)
		_, err := w.SaveSecret(t.Context(), store.RestoreDatabaseKey(action.ID), []byte("sealed"))
		w.must(err)
		w.finish(ref, nil)
		if got := w.getSite(site.ID); got.Status != fleet.SiteActive {
			t.Errorf("%+v", got)
		}
		if _, err := w.Secret(t.Context(), store.RestoreDatabaseKey(action.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("the password of its database is still here: %v", err)
		}
	})

	t.Run("AsANewSiteThatFails", func(t *testing.T) {
		w, _, backup := begin(t)
		in := fleet.RestoreInput{BackupID: backup.ID, NewName: ptr("copy.example.com"), BenchID: &w.bench.ID}
		site, action := restore(w, in)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no room"})
		if got := w.getSite(site.ID); got.Status != fleet.SiteFailed || got.BusyActionID != nil {
			t.Errorf("%+v", got)
		}
		again, _ := restore(w, in)
		want(t, "the site of the next try", again.ID, site.ID)
	})

	t.Run("BadInput", func(t *testing.T) {
		w, site, backup := begin(t)
		other := w.site(w.bench, "other.example.com")[0]
		lone := w.newBench("lone", w.server("m-2", fleet.RoleMaster))
		for _, c := range []struct {
			name  string
			code  fleet.Code
			field string
			in    fleet.RestoreInput
		}{
			{"OfAnotherSite", fleet.CodeInvalid, "input.backupId", over(backup, other)},
			{"NoSuchBackup", fleet.CodeNotFound, "input.backupId", fleet.RestoreInput{BackupID: 999, SiteID: &site.ID}},
			{"NoSuchSite", fleet.CodeNotFound, "input.siteId", fleet.RestoreInput{BackupID: backup.ID, SiteID: ptr(uint(999))}},
			{"NoSuchBench", fleet.CodeNotFound, "input.benchId", fleet.RestoreInput{BackupID: backup.ID, NewName: ptr("c.example.com"), BenchID: ptr(uint(999))}},
			{"NameTaken", fleet.CodeConflict, "input.newName", fleet.RestoreInput{BackupID: backup.ID, NewName: ptr("other.example.com"), BenchID: &w.bench.ID}},
		} {
			w.refuses(c.code, c.field, func() error { _, _, err := w.RestoreBackup(t.Context(), operator, c.in); return err })
		}
		elsewhere := fleet.RestoreInput{BackupID: backup.ID, NewName: ptr("c.example.com"), BenchID: &lone.ID}
		mustDB(t, w.Store, "UPDATE servers SET status = 'FAILED' WHERE id = (SELECT server_id FROM backups WHERE id = ?)", backup.ID)
		w.refuses(fleet.CodeNotReady, "input.backupId", func() error { _, _, err := w.RestoreBackup(t.Context(), operator, elsewhere); return err })
		mustDB(t, w.Store, "UPDATE servers SET status = 'READY' WHERE id = (SELECT server_id FROM backups WHERE id = ?)", backup.ID)
		restore(w, elsewhere) // Central carries it over
		w.deploy(1, site.ID)
		w.refuses(fleet.CodeSiteBusy, "input.siteId", func() error { _, _, err := w.RestoreBackup(t.Context(), operator, over(backup, site)); return err })
	})
}

func TestStore_ArchiveSite(t *testing.T) {
	archive := func(w *world, site fleet.Site) (fleet.Action, store.LeaseRef, fleet.Backup) {
		w.t.Helper()
		_, action, err := w.ArchiveSite(w.t.Context(), operator, site.ID, site.Name)
		w.must(err)
		_, ref := mustClaim(w.t, w.Store, action.ID)
		list, err := w.BackupsOfSite(w.t.Context(), site.ID, false)
		w.must(err)
		return action, ref, list[0]
	}
	t.Run("AndBringBack", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		action, ref, final := archive(w, site)
		w.audited(operator, "archiveSite", "acme.example.com", &action.ID)
		want(t, "kind of its last backup", final.Kind, fleet.BackupFinal)
		w.must(w.BackupWritten(t.Context(), ref, final.ID, taken(w.master.ID, time.Now())))
		w.finish(ref, nil)
		gone := w.getSite(site.ID)
		if gone.Status != fleet.SiteArchived || gone.BusyActionID != nil {
			t.Errorf("%+v", gone)
		}
		routes, err := w.Routes(t.Context())
		w.must(err)
		want(t, "routes", len(routes), 0)
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: site.Name, BenchID: w.bench.ID})
			return err
		})

		for _, outcome := range []struct {
			failure *fleet.Failure
			status  fleet.SiteStatus
		}{{&fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no room"}, fleet.SiteArchived}, {nil, fleet.SiteActive}} {
			back, action, err := w.RestoreBackup(t.Context(), operator, over(final, site))
			w.must(err)
			want(t, "the site that is brought back", back.ID, site.ID)
			_, ref = mustClaim(t, w.Store, action.ID)
			w.finish(ref, outcome.failure)
			want(t, "its status", w.getSite(site.ID).Status, outcome.status)
		}
	})

	t.Run("Fails", func(t *testing.T) {
		for code, status := range map[fleet.Code]fleet.SiteStatus{fleet.CodeCommandFailed: fleet.SiteActive, fleet.CodeUndoFailed: fleet.SiteBroken} {
			w := newWorld(t)
			site := w.site(w.bench, "acme.example.com")[0]
			_, ref, final := archive(w, site)
			w.finish(ref, &fleet.Failure{Code: code, Message: "no room"})
			want(t, "status after "+string(code), w.getSite(site.ID).Status, status)
			want(t, "its last backup", w.getBackup(final.ID).State, fleet.BackupFailed)
		}
	})

	t.Run("BadInput", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.refuses(fleet.CodeInvalid, "input.confirmName", func() error { _, _, err := w.ArchiveSite(t.Context(), operator, site.ID, "acme"); return err })
		w.deploy(1, site.ID)
		w.refuses(fleet.CodeSiteBusy, "input.siteId", func() error { _, _, err := w.ArchiveSite(t.Context(), operator, site.ID, site.Name); return err })
	})
}

func TestStore_ArchiveEnded(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "over.example.com", "paid.example.com")
	plan := w.plan("Basic")
	gone := w.subscribe(w.customer("Ann"), plan, sites[0].ID)
	w.subscribe(w.customer("Bob"), plan, sites[1].ID)
	queue := func(at time.Time) int {
		t.Helper()
		n, err := w.ArchiveEnded(t.Context(), at)
		w.must(err)
		return n
	}
	at := time.Now().UTC()
	want(t, "archived while both are in use", queue(at), 0)
	mustDB(t, w.Store, "UPDATE customer_subscriptions SET state = 'ARCHIVED', closed_site = TRUE, due_at = NULL WHERE id = ?", gone.ID)
	want(t, "archived while it is served", queue(at), 0)
	mustDB(t, w.Store, "UPDATE sites SET serving = 'SUSPENDED' WHERE id = ?", sites[0].ID)
	want(t, "archived", queue(at), 1)
	want(t, "archived again", queue(at), 0)
	action, ref := w.claim(fleet.ActionArchiveSite)
	want(t, "which", *action.SiteID, sites[0].ID)
	w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed})
	want(t, "archived at once after a failure", queue(at), 0)
	want(t, "archived a day later", queue(at.Add(25*time.Hour)), 1)
}

// Of several processes that archive at once, one gets each site.
func TestStore_ArchiveEnded_atOnce(t *testing.T) {
	w := newWorld(t)
	names := []string{"a.example.com", "b.example.com", "c.example.com"}
	plan := w.plan("Basic")
	for i, site := range w.site(w.bench, names...) {
		w.subscribe(w.customer(fmt.Sprintf("c%d", i)), plan, site.ID)
	}
	mustDB(t, w.Store, "UPDATE customer_subscriptions SET state = 'ARCHIVED', closed_site = TRUE, due_at = NULL")
	mustDB(t, w.Store, "UPDATE sites SET serving = 'SUSPENDED'")
	other := storetest.OpenOn(t, w.dsn)
	at := time.Now().UTC()
	var queued atomic.Int64
	got := atOnce(6, func(i int) error {
		n, err := []*store.Store{w.Store, other}[i%2].ArchiveEnded(t.Context(), at)
		queued.Add(int64(n))
		return err
	})
	want(t, "answers", got, map[fleet.Code]int{"": 6})
	// What one process has locked another leaves for its next look.
	last, err := w.ArchiveEnded(t.Context(), at)
	w.must(err)
	want(t, "queued", int(queued.Load())+last, len(names))
	want(t, "archivings", len(w.queued(fleet.ActionArchiveSite)), len(names))
	want(t, "entries", w.audits("archiveSite"), len(names))
}

func TestStore_SetBackupStorage(t *testing.T) {
	w := newWorld(t)
	none, err := w.BackupStorage(t.Context())
	w.must(err)
	if none != nil {
		t.Errorf("%+v", none)
	}
	in := fleet.BackupStorageInput{Endpoint: "https://s3.example.com", Bucket: "one", AccessKey: "key", SecretKey: "secret-secret"}
	set := func(bucket, sealed string) fleet.BackupStorage {
		t.Helper()
		in.Bucket = bucket
		storage, err := w.SetBackupStorage(t.Context(), admin, in, []byte(sealed))
		w.must(err)
		return storage
	}
	one, two := set("one", "sealed 1"), set("two", "sealed 2")
	entry := w.audited(admin, "setBackupStorage", "two at https://s3.example.com", nil)
	if _, told := entry.Input["secretKey"]; told {
		t.Error("the audit entry has the secret key")
	}
	again := set("one", "sealed 3")
	want(t, "the storage of the same bucket", again.ID, one.ID)
	used, err := w.BackupStorage(t.Context())
	w.must(err)
	want(t, "the one in use", used.ID, one.ID)
	for id, sealed := range map[uint]string{one.ID: "sealed 3", two.ID: "sealed 2"} {
		kept, err := w.Secret(t.Context(), store.StorageKey(id))
		w.must(err)
		want(t, "its secret key", string(kept), sealed)
	}
	stopped, err := w.StopBackupStorage(t.Context(), admin)
	w.must(err)
	want(t, "the one that was in use", stopped.ID, one.ID)
	w.refuses(fleet.CodeNotFound, "", func() error { _, err := w.StopBackupStorage(t.Context(), admin); return err })
	in.Bucket = "No Bucket"
	w.refuses(fleet.CodeInvalid, "input.bucket", func() error { _, err := w.SetBackupStorage(t.Context(), admin, in, nil); return err })
}

func TestStore_QueueRestoreTest(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.bench, "acme.example.com")[0]
	test := func(at time.Time) bool {
		t.Helper()
		queued, err := w.QueueRestoreTest(t.Context(), at)
		w.must(err)
		return queued
	}
	at := time.Now().UTC()
	want(t, "a test without any backup", test(at), false)
	backup := w.backUp(site, at)
	want(t, "a test at once after that", test(at), false)
	at = at.Add(25 * time.Hour)
	var all sync.WaitGroup
	var queued atomic.Int64
	for range 3 {
		all.Go(func() {
			if ok, err := w.QueueRestoreTest(t.Context(), at); err != nil {
				t.Error(err)
			} else if ok {
				queued.Add(1)
			}
		})
	}
	all.Wait()
	want(t, "tests by several at once", queued.Load(), 1)
	for _, end := range []struct {
		failure *fleet.Failure
		alerts  int
	}{{&fleet.Failure{Code: fleet.CodeCommandFailed, Message: "the restored tables are not those that were backed up"}, 1}, {nil, 0}} {
		action, ref := w.claim(fleet.ActionTestRestore)
		want(t, "which", action.Cursor.Notes[store.NoteBackup], fmt.Sprint(backup.ID))
		if held := w.getSite(site.ID); held.BusyActionID != nil {
			t.Error("the site is held meanwhile")
		}
		w.finish(ref, end.failure)
		want(t, "alerts", len(w.openAlerts()), end.alerts)
		if end.failure != nil {
			at = at.AddDate(0, 0, 31)
			want(t, "a test a month later", test(at), true)
		}
	}
}
