package store_test

import (
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// What Central stops because somebody asked for it is no news; what does not come back is.
func TestStore_RestartsAreAnnounced(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Second)
	rebooting := func(t *testing.T, in fleet.ServerActionInput) (*world, store.LeaseRef) {
		t.Helper()
		w := newWorld(t)
		w.site(w.bench, "acme.example.com")
		w.watched()
		w.answered(at, 200)
		w.sampled(at, aSample(10), "")
		in.ServerID, in.ConfirmName = w.master.ID, w.master.Name
		_, _, err := w.ActOnServer(t.Context(), admin, in)
		w.must(err)
		_, ref := w.claim(in.Kind)
		return w, ref
	}
	stopped := aSample(10)
	stopped.Services = []fleet.ServiceState{{Name: "mariadb.service", State: "inactive"}}
	miss := func(w *world) {
		w.t.Helper()
		for range 3 {
			w.answered(at, 502)
			w.sampled(at, nil, "No route to m-1.")
			w.sampled(at, stopped, "")
		}
	}

	for _, in := range []fleet.ServerActionInput{
		{Kind: fleet.ActionRebootServer}, {Kind: fleet.ActionUpdateServer}, {Kind: fleet.ActionRestartService, Service: fleet.ServiceMariaDB},
	} {
		t.Run(string(in.Kind), func(t *testing.T) {
			w, ref := rebooting(t, in)
			miss(w)
			want(t, "alerts meanwhile", w.openAlerts(), []string{})
			want(t, "state meanwhile", w.healthOf(w.master).State, fleet.HealthOK)
			w.finish(ref, nil)
			miss(w)
			want(t, "alerts just afterwards", w.openAlerts(), []string{})
			mustDB(t, w.Store, "UPDATE actions SET finished_at = finished_at - INTERVAL 3 MINUTE")
			miss(w)
			want(t, "number of alerts when it stays away", len(w.openAlerts()), 2)
		})
	}
	t.Run("OneThatFailedIsNews", func(t *testing.T) {
		w, ref := rebooting(t, fleet.ServerActionInput{Kind: fleet.ActionRebootServer})
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable, Message: "It did not come back."})
		miss(w)
		want(t, "number of alerts", len(w.openAlerts()), 2)
	})
	t.Run("OneThatWasDownBeforeStaysSo", func(t *testing.T) {
		w := newWorld(t)
		w.watched()
		w.sampled(at, stopped, "")
		w.sampled(at, stopped, "")
		open := []string{w.master.Name + " CRITICAL mariadb is inactive."}
		want(t, "alerts before", w.openAlerts(), open)
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: w.master.ID, Kind: fleet.ActionRestartService, Service: fleet.ServiceMariaDB, ConfirmName: w.master.Name})
		w.must(err)
		w.claim(fleet.ActionRestartService)
		w.sampled(at, stopped, "")
		want(t, "alerts meanwhile", w.openAlerts(), open)
	})
}

// While a server is started anew, the proxies show the maintenance page for its sites, and for no others; afterwards they
// get the routes again, however it ended.
func TestStore_RebootIsAnnounced(t *testing.T) {
	for name, failure := range map[string]*fleet.Failure{"OK": nil, "ItFailed": {Code: fleet.CodeUnreachable, Message: "It did not come back."}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			proxy := w.server("p-1", fleet.RoleProxy)
			w.site(w.bench, "a.example.com")
			other := w.server("m-2", fleet.RoleMaster)
			moved := w.site(w.bench, "b.example.com")[0]
			mustDB(t, w.Store, "UPDATE sites SET server_id = ? WHERE id = ?", other.ID, moved.ID)
			routes := func(state fleet.RouteState) {
				t.Helper()
				found, err := w.Routes(t.Context())
				w.must(err)
				want(t, "routes", found, []fleet.Route{
					{Host: "a.example.com", Address: "m-1.example.com", State: state}, {Host: "b.example.com", Address: "m-2.example.com"},
				})
			}
			_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{Kind: fleet.ActionRebootServer, ServerID: w.master.ID, ConfirmName: w.master.Name})
			w.must(err)
			routes(fleet.RouteOpen)
			_, ref := w.claim(fleet.ActionRebootServer)
			routes(fleet.RouteMaintenance)
			w.finish(ref, failure)
			routes(fleet.RouteOpen)
			route, _ := w.claim(fleet.ActionRouteProxy)
			want(t, "server that gets them", *route.ServerID, proxy.ID)
		})
	}
}
