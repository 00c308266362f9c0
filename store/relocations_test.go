package store_test

import (
	"testing"

	"central/fleet"
)

// twoMasters is a world with the site a.example.com on main of m-1, and benches near, on m-1 too, and second, on m-2.
func twoMasters(t *testing.T) (w *world, site fleet.Site, near, second fleet.Bench) {
	w = newWorld(t)
	w.server("p-1", fleet.RoleProxy)
	near = w.newBench("near", w.master)
	second = w.newBench("second", w.server("m-2", fleet.RoleMaster))
	site = w.site(w.bench, "a.example.com")[0]
	w.work()
	return w, w.getSite(site.ID), near, second
}

func (w *world) relocate(site fleet.Site, to fleet.Bench) fleet.Action {
	w.t.Helper()
	_, action, err := w.RelocateSite(w.t.Context(), operator, fleet.RelocateSite{SiteID: site.ID, BenchID: to.ID})
	w.must(err)
	return action
}

func TestStore_RelocateSite(t *testing.T) {
	t.Run("ToAnotherServer", func(t *testing.T) {
		w, site, _, second := twoMasters(t)
		action := w.relocate(site, second)
		entry := w.audited(operator, "moveSite", "Move a.example.com to second on m-2", &action.ID)
		want(t, "what was asked", entry.Input, map[string]any{"siteId": float64(site.ID), "fromBenchId": float64(site.BenchID), "benchId": float64(second.ID)})
		want(t, "who holds it", *w.getSite(site.ID).BusyActionID, action.ID)
		row, err := w.Relocation(t.Context(), action.ID)
		w.must(err)
		if !row.Far() || row.FromServerID != site.ServerID || row.ToServerID != second.ServerID || row.ToRevisionID != w.revisions(second)[0].ID || row.DatabaseHost == "" {
			t.Errorf("on record is %+v", row)
		}

		_, ref := mustClaim(t, w.Store, action.ID)
		for range 2 { // a second runner records it again
			w.must(w.SiteRelocated(t.Context(), ref, true))
		}
		there := w.getSite(site.ID)
		if there.BenchID != second.ID || there.ServerID != second.ServerID || there.RevisionID != row.ToRevisionID || *there.CreatedAs != row.DatabaseHost {
			t.Errorf("it is %+v", there)
		}
		routes, err := w.Routes(t.Context())
		w.must(err)
		if len(routes) != 1 || routes[0].Address != "m-2.example.com" {
			t.Errorf("visitors are sent to %+v", routes)
		}
		w.finish(ref, nil)
		done := w.getSite(site.ID)
		if done.BusyActionID != nil || done.Status != fleet.SiteActive {
			t.Errorf("at the end it is %+v", done)
		}
		want(t, "routes queued at the end", len(w.queued(fleet.ActionRouteProxy)), 1)
	})

	t.Run("TakenBack", func(t *testing.T) {
		w, site, _, second := twoMasters(t)
		action := w.relocate(site, second)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.SiteRelocated(t.Context(), ref, true))
		w.must(w.SiteRelocated(t.Context(), ref, false))
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."})
		back := w.getSite(site.ID)
		site.UpdatedAt = back.UpdatedAt
		want(t, "the site", back, site)
		w.relocate(site, second) // may be tried again
	})

	t.Run("OnItsServer", func(t *testing.T) {
		w, site, near, _ := twoMasters(t)
		action := w.relocate(site, near)
		row, err := w.Relocation(t.Context(), action.ID)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.SiteRelocated(t.Context(), ref, true))
		w.finish(ref, nil)
		done := w.getSite(site.ID)
		if row.Far() || row.DatabaseHost != "" || done.BenchID != near.ID || done.ServerID != site.ServerID || done.CreatedAs != nil {
			t.Errorf("on record is %+v, the site is %+v", row, done)
		}
	})

	t.Run("Errors", func(t *testing.T) {
		w, site, near, second := twoMasters(t)
		refuses := func(actor fleet.Actor, in fleet.RelocateSite, code fleet.Code, field string) {
			t.Helper()
			w.refuses(code, field, func() error {
				_, _, err := w.RelocateSite(t.Context(), actor, in)
				return err
			})
		}
		refuses(viewer, fleet.RelocateSite{SiteID: site.ID, BenchID: near.ID}, fleet.CodeForbidden, "")
		refuses(operator, fleet.RelocateSite{SiteID: 99, BenchID: near.ID}, fleet.CodeNotFound, "input.siteId")
		refuses(operator, fleet.RelocateSite{SiteID: site.ID, BenchID: 99}, fleet.CodeNotFound, "input.benchId")
		refuses(operator, fleet.RelocateSite{SiteID: site.ID, BenchID: site.BenchID}, fleet.CodeNotReady, "input.benchId")
		want(t, "nothing was queued", len(w.queued(fleet.ActionRelocateSite)), 0)
		w.relocate(site, second)
		refuses(operator, fleet.RelocateSite{SiteID: site.ID, BenchID: near.ID}, fleet.CodeSiteBusy, "input.siteId")
	})
}

// While a site is on its way, nothing takes away where it comes from or where it goes.
func TestStore_RelocateSiteHoldsBothEnds(t *testing.T) {
	w, site, _, second := twoMasters(t)
	other := w.site(w.bench, "b.example.com")[0]
	w.work()
	w.relocate(site, second)
	w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
		_, err := w.RetireBench(t.Context(), admin, second.ID, second.Name)
		return err
	})
	w.refuses(fleet.CodeConflict, "input.serverId", func() error {
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: second.ServerID, Kind: fleet.ActionRebootServer, ConfirmName: "m-2"})
		return err
	})
	targets, err := w.RelocationTargets(t.Context(), viewer, other.ID)
	w.must(err)
	want(t, "where another site may go", len(targets), 3)
	w.refuses(fleet.CodeNotFound, "siteId", func() error {
		_, err := w.RelocationTargets(t.Context(), viewer, 99)
		return err
	})
}
