package store_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// hosts is the host names that the proxies know.
func (w *world) hosts() []string {
	w.t.Helper()
	routes, err := w.Routes(w.t.Context())
	w.must(err)
	names := []string{}
	for _, route := range routes {
		names = append(names, route.Host)
	}
	return names
}

func TestStore_RenameSite(t *testing.T) {
	rename := func(w *world, site fleet.Site, name string) (fleet.Site, fleet.Action) {
		w.t.Helper()
		renamed, action, err := w.RenameSite(w.t.Context(), operator, fleet.RenameSite{SiteID: site.ID, Name: name})
		w.must(err)
		return renamed, action
	}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		answered, action := rename(w, site, "b.example.com")
		entry := w.audited(operator, "renameSite", "a.example.com to b.example.com", &action.ID)
		want(t, "what was asked", entry.Input, map[string]any{"siteId": float64(site.ID), "before": "a.example.com", "name": "b.example.com"})
		want(t, "what is stored", w.getSite(site.ID), answered)
		want(t, "hosts at first", w.hosts(), []string{"a.example.com", "b.example.com"})

		_, route := w.claim(fleet.ActionRouteProxy)
		mustNotClaim(t, w.Store) // the proxies know the name before it is the site's
		w.finish(route, nil)
		_, ref := mustClaim(t, w.Store, action.ID)
		began := time.Now().UTC()
		w.must(w.SiteInMaintenance(t.Context(), ref, began))
		for range 2 { // a second runner records it again
			w.must(w.SiteRenamed(t.Context(), ref, "b.example.com"))
			want(t, "its name", w.getSite(site.ID).Name, "b.example.com")
			want(t, "hosts meanwhile", w.hosts(), []string{"a.example.com", "b.example.com"})
		}
		w.must(w.SiteOutOfMaintenance(t.Context(), ref, began.Add(1500*time.Millisecond)))
		w.finish(ref, nil)

		done := w.getSite(site.ID)
		if done.Name != "b.example.com" || done.Status != fleet.SiteActive || done.OtherName != nil || done.BusyActionID != nil || done.MaintenanceSince != nil {
			t.Errorf("at the end it is %+v", done)
		}
		want(t, "hosts at the end", w.hosts(), []string{"b.example.com"})
		want(t, "routes queued at the end", len(w.queued(fleet.ActionRouteProxy)), 1)
		ended, err := w.Action(t.Context(), action.ID)
		w.must(err)
		if ended.DownSeconds == nil || math.Abs(*ended.DownSeconds-1.5) > 0.001 {
			t.Errorf("it was down for %v", ended.DownSeconds)
		}
	})

	t.Run("TakenBack", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		_, action := rename(w, site, "b.example.com")
		_, ref := mustClaim(t, w.Store, action.ID)
		began := time.Now().UTC()
		w.must(w.SiteInMaintenance(t.Context(), ref, began))
		w.must(w.SiteRenamed(t.Context(), ref, "b.example.com"))
		w.must(w.SiteRenamed(t.Context(), ref, "a.example.com"))
		w.must(w.SiteOutOfMaintenance(t.Context(), ref, began))
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."})
		back := w.getSite(site.ID)
		site.UpdatedAt = back.UpdatedAt
		want(t, "the site", back, site)
		want(t, "hosts", w.hosts(), []string{"a.example.com"})
		rename(w, site, "b.example.com") // may be tried again
	})

	t.Run("NotStarted", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		_, action := rename(w, site, "b.example.com")
		_, route := w.claim(fleet.ActionRouteProxy)
		w.finish(route, &fleet.Failure{Code: fleet.CodeUnreachable, Message: "p-1 does not answer"})
		wantStatus(t, w.Store, action.ID, fleet.ActionSkipped)
		back := w.getSite(site.ID)
		if back.Name != "a.example.com" || back.OtherName != nil || back.BusyActionID != nil || back.Status != fleet.SiteActive {
			t.Errorf("it is %+v", back)
		}
	})

	t.Run("LeftHalfRenamed", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		_, action := rename(w, site, "b.example.com")
		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.SiteInMaintenance(t.Context(), ref, time.Now().UTC()))
		w.must(w.SiteRenamed(t.Context(), ref, "b.example.com"))
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUndoFailed, Message: "It could not be taken back."})
		left := w.getSite(site.ID)
		want(t, "status and reason", []string{string(left.Status), left.StatusReason}, []string{"BROKEN", "It could not be taken back."})
		want(t, "both names are still its own", w.hosts(), []string{"a.example.com", "b.example.com"})
	})

	t.Run("OldNameIsFreeAndItsDatabaseIsNot", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		finish := func(action fleet.Action, name string) {
			t.Helper()
			_, ref := mustClaim(t, w.Store, action.ID)
			w.must(w.SiteRenamed(t.Context(), ref, name))
			w.finish(ref, nil)
		}
		_, action := rename(w, site, "b.example.com")
		finish(action, "b.example.com")
		again, creation, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID})
		w.must(err)
		if got := creation.Cursor.Notes[store.NoteDatabase]; got == "" || got == "a.example.com" || !strings.HasSuffix(got, ".a.example.com") {
			t.Errorf("its database is named after %q", got)
		}
		w.work()
		_, action = rename(w, again, "c.example.com")
		finish(action, "c.example.com")
		_, action = rename(w, site, "a.example.com") // back to what its database is named after
		finish(action, "a.example.com")
		if back := w.getSite(site.ID); back.CreatedAs != nil {
			t.Errorf("its database is named after %q", *back.CreatedAs)
		}
		_, creation, err = w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "d.example.com", BenchID: w.bench.ID})
		w.must(err)
		want(t, "the database of another name", creation.Cursor.Notes[store.NoteDatabase], "")
	})

	t.Run("OneOfTwoAtOnce", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		var trying sync.WaitGroup
		codes := make(chan fleet.Code, 3)
		for _, try := range []func() error{
			func() error {
				_, _, err := w.RenameSite(t.Context(), operator, fleet.RenameSite{SiteID: sites[0].ID, Name: "c.example.com"})
				return err
			},
			func() error {
				_, _, err := w.RenameSite(t.Context(), operator, fleet.RenameSite{SiteID: sites[1].ID, Name: "c.example.com"})
				return err
			},
			func() error {
				_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "c.example.com", BenchID: w.bench.ID})
				return err
			},
		} {
			trying.Go(func() { codes <- fleet.ErrorCode(try()) })
		}
		trying.Wait()
		close(codes)
		got := map[fleet.Code]int{}
		for code := range codes {
			got[code]++
		}
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 2})
	})

	w := newWorld(t)
	w.must(w.UseNameRules(fleet.NameRules{Domains: []string{"example.com"}}))
	sites := w.site(w.bench, "a.example.com", "taken.example.com", "renaming.example.com", "archived.example.com")
	site := sites[0]
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE name = 'archived.example.com'")
	rename(w, sites[2], "soon.example.com")
	_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "failed.example.com", BenchID: w.bench.ID})
	w.must(err)
	w.workWith(func(a *fleet.Action) *fleet.Failure {
		if a.Kind == fleet.ActionRenameSite {
			return &fleet.Failure{Code: fleet.CodeUndoFailed, Message: "It is left as it is."} // keeps its second name
		}
		return failKind(fleet.ActionCreateSite, fleet.CodeCommandFailed)(a)
	})
	creating, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "creating.example.com", BenchID: w.bench.ID})
	w.must(err)
	for _, test := range []struct {
		name string
		id   uint
		to   string
		code fleet.Code
		at   string
		says string
	}{
		{"ErrUnknownSite", 99, "b.example.com", fleet.CodeNotFound, "input.siteId", "no site"},
		{"ErrNoName", site.ID, "", fleet.CodeInvalid, "input.name", "no name"},
		{"ErrLookAlike", site.ID, "аcme.example.com", fleet.CodeInvalid, "input.name", "besides a to z"},
		{"ErrPunycode", site.ID, "xn--cme-5cd.example.com", fleet.CodeInvalid, "input.name", "stands for letters"},
		{"ErrReserved", site.ID, "www.example.com", fleet.CodeInvalid, "input.name", "reserved"},
		{"ErrOtherDomain", site.ID, "a.example.org", fleet.CodeInvalid, "input.name", "example.com"},
		{"ErrSame", site.ID, "a.example.com", fleet.CodeConflict, "input.name", "already"},
		{"ErrTaken", site.ID, "taken.example.com", fleet.CodeConflict, "input.name", "already a site"},
		{"ErrTakenByRenaming", site.ID, "soon.example.com", fleet.CodeConflict, "input.name", "being renamed"},
		{"ErrTakenByArchived", site.ID, "archived.example.com", fleet.CodeConflict, "input.name", "archived"},
		{"ErrTakenByFailed", site.ID, "failed.example.com", fleet.CodeConflict, "input.name", "another try"},
		{"ErrBusy", creating.ID, "b.example.com", fleet.CodeSiteBusy, "input.siteId", "Create creating.example.com"},
		{"ErrArchived", sites[3].ID, "b.example.com", fleet.CodeNotReady, "input.siteId", "ARCHIVED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			message := w.refuses(test.code, test.at, func() error {
				_, _, err := w.RenameSite(t.Context(), operator, fleet.RenameSite{SiteID: test.id, Name: test.to})
				return err
			})
			if !strings.Contains(message, test.says) {
				t.Errorf("%q does not say %q", message, test.says)
			}
		})
	}
	t.Run("ErrCreateTakenByRenaming", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "soon.example.com", BenchID: w.bench.ID})
			return err
		})
	})
	t.Run("ErrCreateReserved", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeInvalid, "input.name", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "admin.example.com", BenchID: w.bench.ID})
			return err
		})
	})
}

func TestStore_UseNameRules(t *testing.T) {
	w := newEmptyWorld(t)
	if err := w.UseNameRules(fleet.NameRules{Domains: []string{"https://example.com"}}); fleet.ErrorCode(err) != fleet.CodeInvalid {
		t.Errorf("got %v", err)
	}
}
