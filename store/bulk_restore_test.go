package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// archive archives a site to the end, and returns its last backup.
func (w *world) archive(site fleet.Site) fleet.Backup {
	w.t.Helper()
	_, action, err := w.ArchiveSite(w.t.Context(), operator, site.ID, site.Name)
	w.must(err)
	part, ref := mustClaim(w.t, w.Store, action.ID)
	final := noteID(w.t, *part)
	w.must(w.BackupWritten(w.t.Context(), ref, final, taken(w.master.ID, time.Now())))
	w.finish(ref, nil)
	w.work() // the proxies forget it
	return w.getBackup(final)
}

func TestStore_BulkRestore(t *testing.T) {
	restore := func(sites ...fleet.Site) fleet.BulkInput {
		n := len(sites)
		return fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkRestore, ConfirmSites: &n, IdempotencyKey: newKey()}
	}

	t.Run("OverSomeAndBackOthers", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		sites := w.site(w.bench, "a.example.com", "gone.example.com")
		w.work()
		w.backUp(sites[0], time.Now().Add(-2*time.Hour))
		newest := w.backUp(sites[0], time.Now().Add(-time.Hour))
		final := w.archive(sites[1])
		root := w.begin(restore(sites...), bulkMeans)
		w.audited(operator, "changeSites", "Restore 2 sites", &root.ID)
		parts := w.parts(root.ID)
		want(t, "titles", []string{parts[0].Title, parts[1].Title}, []string{"Restore a.example.com", "Bring back gone.example.com"})
		want(t, "backups", []uint{noteID(t, parts[0]), noteID(t, parts[1])}, []uint{newest.ID, final.ID})
		want(t, "the one that is brought back meanwhile", w.getSite(sites[1].ID).Status, fleet.SiteCreating)

		_, route := w.claim(fleet.ActionRouteProxy)
		mustNotClaim(t, w.Store) // until the proxies know the one that is brought back
		w.finish(route, nil)
		for range 2 {
			part, ref := w.claim(fleet.ActionRestoreSite)
			if fresh := part.Cursor.Notes[store.NoteFresh]; fresh != "" {
				list, err := w.BackupsOfSite(t.Context(), *part.SiteID, false)
				w.must(err)
				want(t, "what is kept of what is replaced", []any{list[0].Kind, list[0].ActionID, list[0].State}, []any{fleet.BackupBeforeRestore, part.ID, fleet.BackupTaking})
				w.must(w.BackupWritten(t.Context(), ref, list[0].ID, taken(w.master.ID, time.Now())))
			}
			w.finish(ref, nil)
		}
		wantStatus(t, w.Store, root.ID, fleet.ActionSucceeded)
		for _, site := range sites {
			got := w.getSite(site.ID)
			want(t, site.Name+" afterwards", []any{got.Status, got.BusyActionID == nil}, []any{fleet.SiteActive, true})
		}

		// What was taken before the restore is what the site was to be rid of.
		again := w.begin(restore(sites[0]), bulkMeans)
		want(t, "the backup of another restore", noteID(t, w.parts(again.ID)[0]), newest.ID)
	})

	t.Run("UntilAMoment", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		first := w.backUp(site, time.Now())
		until := first.CreatedAt
		w.backUp(site, time.Now())
		in := restore(site)
		in.Before = &until
		root := w.begin(in, bulkMeans)
		want(t, "the backup", noteID(t, w.parts(root.ID)[0]), first.ID)
	})

	t.Run("ARetryTakesTheSameBackup", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		asked := w.backUp(site, time.Now())
		root := w.begin(restore(site), bulkMeans)
		_, ref := w.claim(fleet.ActionRestoreSite)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "cut short"})
		w.backUp(site, time.Now())
		again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
		w.must(err)
		want(t, "the backup", noteID(t, w.parts(again.ID)[0]), asked.ID)
	})

	t.Run("Refused", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "bare.example.com")
		w.backUp(sites[0], time.Now())
		in := restore(sites...)
		refused := func(code fleet.Code, field string) string {
			t.Helper()
			return w.refuses(code, field, func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
		}
		if said := refused(fleet.CodeNotFound, "input.siteIds"); !strings.Contains(said, "bare.example.com has no complete backup") {
			t.Errorf("it says %q", said)
		}
		in.SiteIDs = in.SiteIDs[:1]
		refused(fleet.CodeInvalid, "input.confirmSites") // 2 were confirmed
		long := sites[0].CreatedAt.Add(-time.Hour)
		one := 1
		in.ConfirmSites, in.Before = &one, &long
		refused(fleet.CodeNotFound, "input.siteIds")
		in.Before = nil
		_, holding, err := w.BackUpSite(t.Context(), operator, sites[0].ID)
		w.must(err)
		if said := refused(fleet.CodeSiteBusy, "input.siteIds"); !strings.Contains(said, holding.Title) {
			t.Errorf("it says %q", said)
		}
		in.SiteIDs = make([]uint, 501)
		for i := range in.SiteIDs {
			in.SiteIDs[i] = uint(i + 1)
		}
		refused(fleet.CodeInvalid, "input.siteIds")
	})
}
