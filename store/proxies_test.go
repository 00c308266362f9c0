package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

func TestStore_SetServing(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		for _, test := range []struct {
			serving fleet.SiteServing
			state   fleet.RouteState
		}{{fleet.ServingSuspended, fleet.RouteSuspended}, {fleet.ServingMaintenance, fleet.RouteMaintenance}, {fleet.ServingOpen, fleet.RouteOpen}} {
			changed, actions, err := w.SetServing(t.Context(), operator, site.ID, test.serving)
			w.must(err)
			want(t, "serving", []fleet.SiteServing{changed.Serving, w.getSite(site.ID).Serving}, []fleet.SiteServing{test.serving, test.serving})
			if len(actions) != 1 || actions[0].Kind != fleet.ActionRouteProxy {
				t.Errorf("queued %+v", actions)
			}
			routes, err := w.Routes(t.Context())
			w.must(err)
			want(t, "routes", routes, []fleet.Route{{Host: "a.example.com", Address: "m-1.example.com", State: test.state}})
		}
		want(t, "audit entries", w.audits("setServing"), 3)
	})

	w := newWorld(t)
	site := w.site(w.bench, "a.example.com")[0]
	gone := w.site(w.bench, "gone.example.com")[0]
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", gone.ID)
	for _, test := range []struct {
		name    string
		id      uint
		serving fleet.SiteServing
		code    fleet.Code
		field   string
	}{
		{"ErrUnknownSite", 99, fleet.ServingOpen, fleet.CodeNotFound, "input.siteId"},
		{"ErrSoAlready", site.ID, fleet.ServingOpen, fleet.CodeConflict, "input.serving"},
		{"ErrOdd", site.ID, "ODD", fleet.CodeInvalid, "input.serving"},
		{"ErrGone", gone.ID, fleet.ServingSuspended, fleet.CodeNotReady, "input.siteId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { _, _, err := w.SetServing(t.Context(), operator, test.id, test.serving); return err })
		})
	}
}

func TestStore_ProxyChecked(t *testing.T) {
	w := newWorld(t)
	proxy := w.server("p-1", fleet.RoleProxy)
	files := fleet.ProxyFiles{"/hosts.map": "a"}
	settings := fleet.ProxyFiles{"/nginx.conf": "b"}
	w.must(w.RoutesInstalled(t.Context(), proxy.ID, fleet.ProxyState{Routes: 3, RoutesDigest: "1", Maps: files, LeftOut: []fleet.LeftOutRoute{{Host: "x", Why: "It is odd."}}}))
	w.must(w.ProxySetUp(t.Context(), proxy.ID, settings))
	reason := func() string {
		server, err := w.Server(t.Context(), proxy.ID)
		w.must(err)
		return server.StatusReason
	}
	want(t, "reason", reason(), "Left out of its routes: x (It is odd).")
	w.must(w.RoutesInstalled(t.Context(), proxy.ID, fleet.ProxyState{Routes: 3, RoutesDigest: "1", Maps: files}))
	want(t, "reason", reason(), "")

	before := len(w.queued(fleet.ActionRouteProxy))
	w.must(w.ProxyChecked(t.Context(), proxy.ID, fleet.ProxySeen{Routes: "1", Maps: files, Settings: settings}))
	want(t, "queued when all is well", len(w.queued(fleet.ActionRouteProxy)), before)

	w.must(w.ProxyChecked(t.Context(), proxy.ID, fleet.ProxySeen{Routes: "1", Maps: fleet.ProxyFiles{}, Settings: fleet.ProxyFiles{"/nginx.conf": "x"}}))
	want(t, "reason", reason(), "Not as it was set up: /nginx.conf. Set it up again.")
	want(t, "queued for what is missing", len(w.queued(fleet.ActionRouteProxy)), before+1)
	want(t, "audit entries", w.audits("repairRoutes"), 1)
	w.must(w.ProxyChecked(t.Context(), proxy.ID, fleet.ProxySeen{Routes: "1", Maps: fleet.ProxyFiles{}, Settings: settings}))
	want(t, "queued a second time", len(w.queued(fleet.ActionRouteProxy)), before+1)
	waits := func() bool {
		t.Helper()
		waits, err := w.RouteWaits(t.Context(), proxy.ID)
		w.must(err)
		return waits
	}
	awaited := func() bool {
		t.Helper()
		awaited, err := w.RouteAwaited(t.Context(), proxy.ID)
		w.must(err)
		return awaited
	}
	want(t, "one waits", waits(), true)
	want(t, "it is awaited", awaited(), false)
	action, _ := w.claim(fleet.ActionRouteProxy)
	want(t, "one waits while the only one runs", waits(), false)
	after := mustQueue(t, w.Store, fleet.Action{Lane: "after"}, action.ID)
	want(t, "it is awaited by what needs it", awaited(), true)
	mustDB(t, w.Store, "UPDATE actions SET status = 'CANCELLED' WHERE id = ?", after.ID)
	want(t, "it is awaited by what was cancelled", awaited(), false)
	if !strings.Contains(action.Title, "Repair the routes of p-1: /hosts.map is missing") || action.ActorName != "central" {
		t.Errorf("it is %q of %s", action.Title, action.ActorName)
	}
}

func TestStore_ProxiesToCheck(t *testing.T) {
	w := newWorld(t)
	first, second := w.server("p-1", fleet.RoleProxy), w.server("p-2", fleet.RoleProxy)
	for _, proxy := range []fleet.Server{first, second} {
		w.must(w.RoutesInstalled(t.Context(), proxy.ID, fleet.ProxyState{}))
	}
	_, _, err := w.SetUpServer(t.Context(), admin, second.ID, w.previewed(second)) // something waits there
	w.must(err)
	taken := make(chan int, 8)
	atOnce(8, func(int) error {
		proxies, err := w.ProxiesToCheck(t.Context(), time.Hour)
		taken <- len(proxies)
		return err
	})
	close(taken)
	total := 0
	for n := range taken {
		total += n
	}
	want(t, "taken by eight runners together", total, 1)
}
