package store_test

import (
	"slices"
	"testing"

	"central/fleet"
	"central/store"
)

func TestStore_CreateSite(t *testing.T) {
	create := func(w *world, in fleet.NewSite) (fleet.Site, fleet.Action) {
		w.t.Helper()
		site, action, err := w.CreateSite(w.t.Context(), operator, in)
		w.must(err)
		return site, action
	}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site, action := create(w, fleet.NewSite{Name: "acme.example.com", BenchID: w.bench.ID})
		w.audited(operator, "createSite", "acme.example.com", &action.ID)
		stored := w.getSite(site.ID)
		want(t, "what is stored", stored, site)
		if site.Status != fleet.SiteCreating || site.BusyActionID == nil || *site.BusyActionID != action.ID || site.ServerID != w.master.ID {
			t.Errorf("created as %+v", site)
		}
		claimed, ref := mustClaim(t, w.Store, action.ID)
		want(t, "apps to install", claimed.Cursor.Notes, map[string]string{"apps": "shop"})
		w.finish(ref, nil)
		done := w.getSite(site.ID)
		if done.Status != fleet.SiteActive || done.BusyActionID != nil {
			t.Errorf("at the end it is %+v", done)
		}
	})

	t.Run("OnTheNewestReadyRevision", func(t *testing.T) {
		w := newWorld(t)
		first := w.site(w.bench, "a.example.com")[0]
		w.deploy(1, first.ID)
		w.work()
		w.deploy(2, first.ID) // r3 is not built yet
		site, _ := create(w, fleet.NewSite{Name: "b.example.com", BenchID: w.bench.ID})
		want(t, "version", w.version(site.ID), "shop 1.1.0")
	})

	t.Run("Apps", func(t *testing.T) {
		w := newWorld(t)
		for name, test := range map[string]struct {
			apps []string
			want string
		}{
			"all.example.com":   {nil, "shop"},
			"none.example.com":  {[]string{}, ""},
			"some.example.com":  {[]string{"shop"}, "shop"},
			"twice.example.com": {[]string{"shop", "shop"}, "shop"},
		} {
			_, action := create(w, fleet.NewSite{Name: name, BenchID: w.bench.ID, Apps: test.apps})
			want(t, name, action.Cursor.Notes["apps"], test.want)
		}
	})

	t.Run("Routes", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		w.server("p-2", fleet.RoleProxy)
		_, first := create(w, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID})
		want(t, "routes queued", len(w.queued(fleet.ActionRouteProxy)), 2)
		_, second := create(w, fleet.NewSite{Name: "b.example.com", BenchID: w.bench.ID})
		want(t, "routes queued: the waiting ones are joined", len(w.queued(fleet.ActionRouteProxy)), 2)

		_, one := w.claim(fleet.ActionRouteProxy)
		_, third := create(w, fleet.NewSite{Name: "c.example.com", BenchID: w.bench.ID})
		want(t, "routes queued: a new one for the proxy that runs", len(w.queued(fleet.ActionRouteProxy)), 3)
		_, two := w.claim(fleet.ActionRouteProxy)
		mustNotClaim(t, w.Store) // every site needs both proxies
		w.finish(one, nil)
		w.finish(two, nil)
		claimed := []uint{}
		for range 3 {
			a, err := w.ClaimAction(t.Context(), "runner-1", ttl)
			w.must(err)
			claimed = append(claimed, a.ID)
		}
		if !slices.Contains(claimed, first.ID) || !slices.Contains(claimed, second.ID) || slices.Contains(claimed, third.ID) {
			t.Errorf("claimed %v; want %d and %d and the third route", claimed, first.ID, second.ID)
		}
	})

	t.Run("RouteFails", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site, action := create(w, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID})
		_, ref := w.claim(fleet.ActionRouteProxy)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable, Message: "p-1 does not answer"})
		wantStatus(t, w.Store, action.ID, fleet.ActionSkipped)
		failed := w.getSite(site.ID)
		if failed.Status != fleet.SiteFailed || failed.BusyActionID != nil || failed.StatusReason == "" {
			t.Errorf("it is %+v", failed)
		}
		w.workWith(failKind(fleet.ActionRouteProxy, fleet.CodeUnreachable)) // comes to an end
	})

	t.Run("PasswordIsForgottenAtTheEnd", func(t *testing.T) {
		for name, end := range map[string]func(*world){
			"succeeded": func(w *world) { w.work() },
			"failed":    func(w *world) { w.workWith(failKind(fleet.ActionCreateSite, fleet.CodeCommandFailed)) },
		} {
			w := newWorld(t)
			_, action := create(w, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID, SealedPassword: []byte("sealed")})
			kept, err := w.Secret(t.Context(), store.AdministratorPassword(action.ID))
			w.must(err)
			want(t, "kept meanwhile", string(kept), "sealed")
			end(w)
			if _, err := w.Secret(t.Context(), store.AdministratorPassword(action.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})

	t.Run("FailsAndAgain", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site, _ := create(w, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID})
		w.workWith(failKind(fleet.ActionCreateSite, fleet.CodeCommandFailed))
		failed := w.getSite(site.ID)
		want(t, "status and reason", []string{string(failed.Status), failed.StatusReason}, []string{"FAILED", "It failed."})
		routes, err := w.Routes(t.Context())
		w.must(err)
		want(t, "routes", len(routes), 0)

		other := w.newBench("second", w.server("m-2", fleet.RoleMaster))
		again, action := create(w, fleet.NewSite{Name: "a.example.com", BenchID: other.ID})
		want(t, "the row is taken over", again.ID, site.ID)
		stored := w.getSite(site.ID)
		want(t, "what is stored", stored, again)
		if stored.ServerID != other.ServerID || stored.Status != fleet.SiteCreating || *stored.BusyActionID != action.ID || !stored.CreatedAt.After(failed.CreatedAt) {
			t.Errorf("it is %+v", stored)
		}
		w.work()
		want(t, "status", w.getSite(site.ID).Status, fleet.SiteActive)
		routes, err = w.Routes(t.Context())
		w.must(err)
		want(t, "routes", routes, []fleet.Route{{Host: "a.example.com", Address: "m-2.example.com"}})
	})

	t.Run("ErrTakenAtTheSameMoment", func(t *testing.T) {
		w := newWorld(t)
		got := atOnce(8, func(int) error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID})
			return err
		})
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 7})
		want(t, "audit entries", w.audits("createSite"), 1)
	})

	w := newWorld(t)
	w.site(w.bench, "taken.example.com")
	stopped := w.newBenchOn("stopped", "m-8")
	w.must(w.ServerKeyChanged(t.Context(), stopped.ServerID, "another key"))
	resetting := w.newBenchOn("resetting", "m-7")
	_, _, err := w.SetUpServer(t.Context(), admin, resetting.ServerID, w.previewed(w.serverNamed("m-7")))
	w.must(err)
	unbuilt, _, err := w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "unbuilt", ServerID: w.master.ID, Apps: oldest()})
	w.must(err)
	for _, test := range []struct {
		name  string
		in    fleet.NewSite
		code  fleet.Code
		field string
	}{
		{"ErrInvalidName", fleet.NewSite{Name: "acme", BenchID: w.bench.ID}, fleet.CodeInvalid, "input.name"},
		{"ErrTaken", fleet.NewSite{Name: "taken.example.com", BenchID: w.bench.ID}, fleet.CodeConflict, "input.name"},
		{"ErrUnknownBench", fleet.NewSite{Name: "a.example.com", BenchID: 99}, fleet.CodeNotFound, "input.benchId"},
		{"ErrNothingBuilt", fleet.NewSite{Name: "a.example.com", BenchID: unbuilt.ID}, fleet.CodeNotReady, "input.benchId"},
		{"ErrHostKeyChanged", fleet.NewSite{Name: "a.example.com", BenchID: stopped.ID}, fleet.CodeHostKeyChanged, "input.benchId"},
		{"ErrServerBeingSetUp", fleet.NewSite{Name: "a.example.com", BenchID: resetting.ID}, fleet.CodeNotReady, "input.benchId"},
		{"ErrUnknownApp", fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID, Apps: []string{"shop", "crm"}}, fleet.CodeInvalid, "input.apps.1"},
		{"ErrFrameworkIsThereAlready", fleet.NewSite{Name: "a.example.com", BenchID: w.bench.ID, Apps: []string{"frappe"}}, fleet.CodeInvalid, "input.apps.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { _, _, err := w.CreateSite(t.Context(), operator, test.in); return err })
		})
	}
}

// newBenchOn is a bench on a new master.
func (w *world) newBenchOn(name, server string) fleet.Bench {
	w.t.Helper()
	return w.newBench(name, w.server(server, fleet.RoleMaster))
}

func TestStore_Routes(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "d.example.com", "a.example.com", "b.example.com", "c.example.com", "e.example.com")
	for i, status := range []fleet.SiteStatus{fleet.SiteActive, fleet.SiteBroken, fleet.SiteArchived, fleet.SiteFailed, fleet.SiteCreating} {
		mustDB(t, w.Store, "UPDATE sites SET status = ? WHERE id = ?", status, sites[i].ID)
	}
	routes, err := w.Routes(t.Context())
	w.must(err)
	want(t, "routes", routes, []fleet.Route{
		{Host: "a.example.com", Address: "m-1.example.com"}, {Host: "d.example.com", Address: "m-1.example.com"}, {Host: "e.example.com", Address: "m-1.example.com"},
	})
}

func TestStore_SiteCounts(t *testing.T) {
	w := newWorld(t)
	second := w.newBench("second", w.master)
	w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
	gone := w.site(second, "d.example.com", "e.example.com")
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", gone[0].ID)
	revision := gone[0].RevisionID
	for _, test := range []struct {
		by   store.SiteCountBy
		ids  []uint
		want map[uint]int
	}{
		{store.SitesByServer, []uint{w.master.ID, 99}, map[uint]int{w.master.ID: 4}},
		{store.SitesByBench, []uint{w.bench.ID, second.ID}, map[uint]int{w.bench.ID: 3, second.ID: 1}},
		{store.SitesByRevision, []uint{revision}, map[uint]int{revision: 1}},
		{store.SitesByBench, nil, map[uint]int{}},
	} {
		got, err := w.SiteCounts(t.Context(), test.by, test.ids)
		w.must(err)
		want(t, string(test.by), got, test.want)
	}
}
