package store_test

import (
	"testing"

	"central/fleet"
)

// proxy puts a proxy on record.
func (w *world) proxy(name string) fleet.Server {
	w.t.Helper()
	in := newServer(name, name+".example.com")
	in.Role = fleet.RoleProxy
	server, err := w.AddServer(w.t.Context(), admin, in)
	w.must(err)
	return server
}

func TestStore_UpdateFirewalls(t *testing.T) {
	t.Run("ANewProxyIsLetInEverywhere", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.server("m-1", fleet.RoleMaster), w.server("s-1", fleet.RoleSlave)
		proxy := w.proxy("p-1")
		want(t, "while it is only on record", len(w.queued(fleet.ActionUpdateFirewall)), 0)
		_, _, err := w.SetUpServer(t.Context(), admin, proxy.ID, nil)
		w.must(err)
		var servers []uint
		for _, action := range w.queued(fleet.ActionUpdateFirewall) {
			servers = append(servers, *action.ServerID)
		}
		want(t, "servers", servers, []uint{master.ID, slave.ID})
		inUse, err := w.ProxiesInUse(t.Context())
		w.must(err)
		if len(inUse) != 1 || inUse[0].ID != proxy.ID {
			t.Errorf("proxies in use: %+v", inUse)
		}
		w.work()
	})

	t.Run("OneThatWasThereChangesNothing", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.server("m-1", fleet.RoleMaster)
		proxy := w.server("p-1", fleet.RoleProxy)
		_, _, err := w.SetUpServer(t.Context(), admin, proxy.ID, w.previewed(proxy))
		w.must(err)
		want(t, "queued", len(w.queued(fleet.ActionUpdateFirewall)), 0)
	})

	t.Run("TwoAtOnceAreOneUpdate", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.server("m-1", fleet.RoleMaster)
		for _, name := range []string{"p-1", "p-2"} {
			_, _, err := w.SetUpServer(t.Context(), admin, w.proxy(name).ID, nil)
			w.must(err)
		}
		want(t, "queued", len(w.queued(fleet.ActionUpdateFirewall)), 1)
	})

	t.Run("AfterASetUpThatIsUnderWay", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
		w.must(err)
		_, settingUp, err := w.SetUpServer(t.Context(), admin, master.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, settingUp.ID)
		_, _, err = w.SetUpServer(t.Context(), admin, w.proxy("p-1").ID, nil)
		w.must(err)
		w.claim(fleet.ActionSetUpServer) // of the proxy
		mustNotClaim(t, w.Store)
		w.finish(ref, nil)
		w.claim(fleet.ActionUpdateFirewall)
	})

	t.Run("NotWithoutTheSetUp", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
		w.must(err)
		_, settingUp, err := w.SetUpServer(t.Context(), admin, master.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, settingUp.ID)
		_, _, err = w.SetUpServer(t.Context(), admin, w.proxy("p-1").ID, nil)
		w.must(err)
		w.finish(ref, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "apt is locked"})
		want(t, "queued", len(w.queued(fleet.ActionUpdateFirewall)), 0)
	})
}
