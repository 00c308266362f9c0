package store_test

import (
	"testing"

	"central/fleet"
)

func TestStore_ActOnServer(t *testing.T) {
	act := func(w *world, in fleet.ServerActionInput) (fleet.Server, fleet.Action) {
		w.t.Helper()
		server, action, err := w.ActOnServer(w.t.Context(), admin, in)
		w.must(err)
		return server, action
	}

	t.Run("RestartCarriesTheService", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		_, action := act(w, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionRestartService, Service: fleet.ServiceNginx})
		entry := w.audited(admin, "restartService", "m-1", &action.ID)
		want(t, "input", entry.Input, map[string]any{"serverId": float64(server.ID), "service": "NGINX"})
		claimed, _ := w.claim(fleet.ActionRestartService)
		want(t, "service", claimed.Cursor.Notes["service"], "NGINX")
	})

	t.Run("OperatorsMayCheck", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		_, _, err := w.ActOnServer(t.Context(), operator, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionCheckServer})
		w.must(err)
		action, ref := w.claim(fleet.ActionCheckServer)
		facts := fleet.ServerFacts{OS: "Debian 12", Disks: []fleet.ServerDisk{}}
		w.must(w.SaveServerFacts(t.Context(), ref, facts))
		w.finish(ref, nil)
		stored, err := w.Server(t.Context(), *action.ServerID)
		w.must(err)
		want(t, "facts", stored.Facts, &facts)
		if stored.FactsAt == nil || stored.Name != "m-1" || stored.Status != fleet.ServerReady {
			t.Errorf("stored as %+v", stored)
		}
	})

	t.Run("RetiredMakesRoom", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		retiring, _ := act(w, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionRetireServer, CleanUp: true, ConfirmName: "m-1"})
		want(t, "status meanwhile", retiring.Status, fleet.ServerSettingUp)
		claimed, ref := w.claim(fleet.ActionRetireServer)
		want(t, "cleanUp", claimed.Cursor.Notes["cleanUp"], "true")
		w.finish(ref, nil)
		living, err := w.Servers(t.Context())
		w.must(err)
		ever, err := w.ServersAlso(t.Context(), true)
		w.must(err)
		if len(living) != 0 || len(ever) != 1 || ever[0].Status != fleet.ServerRetired {
			t.Errorf("living %+v, ever %+v", living, ever)
		}
		again := fleet.NewServer{Name: server.Name, Address: server.Address, Port: server.Port, Role: fleet.RoleProxy, HostKey: server.HostKey}
		_, err = w.AddServer(t.Context(), admin, again)
		w.must(err)
		w.refuses(fleet.CodeNotReady, "input.serverId", func() error {
			_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionCheckServer})
			return err
		})
	})

	t.Run("RetiringFails", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		act(w, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionRetireServer, CleanUp: true, ConfirmName: "m-1"})
		_, ref := w.claim(fleet.ActionRetireServer)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable, Message: "m-1 cannot be reached."})
		stored, err := w.Server(t.Context(), server.ID)
		w.must(err)
		want(t, "status", []string{string(stored.Status), stored.StatusReason}, []string{"FAILED", "It could not be retired: m-1 cannot be reached."})
	})

	t.Run("ARetiredProxyIsLetInNoMore", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.server("m-1", fleet.RoleMaster)
		proxy := w.server("p-1", fleet.RoleProxy)
		act(w, fleet.ServerActionInput{ServerID: proxy.ID, Kind: fleet.ActionRetireServer, ConfirmName: "p-1"})
		_, ref := w.claim(fleet.ActionRetireServer)
		w.finish(ref, nil)
		w.claim(fleet.ActionUpdateFirewall)
		inUse, err := w.ProxiesInUse(t.Context())
		w.must(err)
		want(t, "proxies in use", len(inUse), 0)
	})

	w := newWorld(t)
	w.site(w.bench, "acme.example.com")
	for name, test := range map[string]struct {
		in    fleet.ServerActionInput
		code  fleet.Code
		field string
	}{
		"ErrHoldsSites":      {fleet.ServerActionInput{Kind: fleet.ActionRetireServer, ConfirmName: "m-1"}, fleet.CodeNotReady, "input.serverId"},
		"ErrNameNotTyped":    {fleet.ServerActionInput{Kind: fleet.ActionRebootServer, ConfirmName: "m-2"}, fleet.CodeInvalid, "input.confirmName"},
		"ErrServiceOfNobody": {fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: "cron"}, fleet.CodeInvalid, "input.service"},
		"ErrAnotherKind":     {fleet.ServerActionInput{Kind: fleet.ActionMoveSite}, fleet.CodeInvalid, "input.kind"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			test.in.ServerID = w.master.ID
			w.refuses(test.code, test.field, func() error { _, _, err := w.ActOnServer(t.Context(), admin, test.in); return err })
		})
	}
	t.Run("ErrUnknown", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeNotFound, "input.serverId", func() error {
			_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: 99, Kind: fleet.ActionCheckServer})
			return err
		})
	})
}
