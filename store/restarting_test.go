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
