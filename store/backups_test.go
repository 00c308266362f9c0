package store_test

import (
	"strings"
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
