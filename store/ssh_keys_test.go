package store_test

import (
	"testing"

	"central/fleet"
	"central/store"
)

func TestStore_SSHKeys(t *testing.T) {
	w := newEmptyWorld(t)
	getServer := func(id uint) fleet.Server {
		t.Helper()
		server, err := w.Server(t.Context(), id)
		w.must(err)
		return server
	}
	one, two := w.server("m-1", fleet.RoleMaster), w.server("m-2", fleet.RoleMaster)
	save := func(name string) {
		t.Helper()
		_, err := w.SaveSecret(t.Context(), name, []byte("sealed "+name))
		w.must(err)
	}
	key := func(server uint) string {
		t.Helper()
		sealed, err := w.ServerSSHKey(t.Context(), server)
		w.must(err)
		return string(sealed)
	}
	names := func() []string {
		t.Helper()
		var names []string
		rows, err := w.DB().QueryContext(t.Context(), "SELECT name FROM secrets ORDER BY name")
		w.must(err)
		defer rows.Close()
		for rows.Next() {
			var name string
			w.must(rows.Scan(&name))
			names = append(names, name)
		}
		w.must(rows.Err())
		return names
	}
	// rotate carries out what a runner does on a server, up to its end.
	rotate := func(server fleet.Server) (renewed bool) {
		t.Helper()
		_, queued, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials, ServerID: server.ID})
		w.must(err)
		action, ref := w.claim(fleet.ActionRotateCredentials)
		want(t, "the action that is claimed", action.ID, queued.ID)
		save(store.RotatedKey(action.ID))
		w.must(w.UseServerKey(t.Context(), ref, store.RotatedKey(action.ID)))
		renewed, err = w.DropUnusedKeys(t.Context(), ref, []byte("another entrance"))
		w.must(err)
		w.finish(ref, nil)
		want(t, "the key of "+server.Name, key(server.ID), "sealed "+store.RotatedKey(action.ID))
		return renewed
	}

	_, err := w.ServerSSHKey(t.Context(), 0)
	wantCode(t, err, fleet.CodeNotFound)
	save(store.EntranceKey)
	save("ssh-keyless") // somebody else's
	for _, server := range []uint{0, one.ID, two.ID} {
		want(t, "the key of all", key(server), "sealed ssh-key")
	}

	want(t, "a new entrance while a server uses the old one", rotate(one), false)
	want(t, "the key of the other server", key(two.ID), "sealed ssh-key")
	want(t, "a new entrance when none uses the old one", rotate(two), true)
	want(t, "the key for new servers", key(0), "another entrance")
	first := getServer(one.ID).SSHKey
	rotate(one)
	want(t, "what is kept", names(), []string{"ssh-key", getServer(two.ID).SSHKey, getServer(one.ID).SSHKey, "ssh-keyless"})
	if getServer(one.ID).SSHKey == first {
		t.Error("the key is the same")
	}

	t.Run("AnotherMachineIsLetInAnew", func(t *testing.T) {
		_, err := w.PinHostKey(t.Context(), admin, one.ID, "ssh-ed25519 BBBB")
		w.must(err)
		want(t, "its key", key(one.ID), "another entrance")
	})
	t.Run("NoneOfARetiredServer", func(t *testing.T) {
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{Kind: fleet.ActionRetireServer, ServerID: two.ID, ConfirmName: two.Name})
		w.must(err)
		w.work()
		want(t, "what is kept", names(), []string{"ssh-key", "ssh-keyless"})
	})
}

func TestStore_RotationHoldsThePair(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	rotate := fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials, ServerID: pair.MasterID}
	_, action, err := w.ActOnServer(t.Context(), admin, rotate)
	w.must(err)
	held := w.getPair(pair.ID)
	if held.Status != fleet.PairReady || held.BusyActionID == nil || *held.BusyActionID != action.ID || action.PairID == nil {
		t.Errorf("the pair is %+v", held)
	}
	w.refuses(fleet.CodeConflict, "input.pairId", func() error { _, _, err := w.SetUpPair(t.Context(), admin, pair.ID, nil); return err })
	w.refuses(fleet.CodeConflict, "input.serverId", func() error {
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials, ServerID: pair.SlaveID})
		return err
	})
	w.workWith(failing(fleet.ActionRotateCredentials, "It is off."))
	if after := w.getPair(pair.ID); after.Status != fleet.PairReady || after.BusyActionID != nil {
		t.Errorf("the pair is %+v", after)
	}

	t.Run("EndedByAFailover", func(t *testing.T) {
		_, action, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials, ServerID: pair.SlaveID})
		w.must(err)
		_, ref := w.claim(fleet.ActionRotateCredentials)
		_, failover, err := w.StartSwitch(t.Context(), admin, fleet.FailOver, fleet.SwitchInput{PairID: pair.ID, ConfirmName: pair.Name, Reason: "It burns."})
		w.must(err)
		ended, err := w.Action(t.Context(), action.ID)
		w.must(err)
		if held := w.getPair(pair.ID); ended.ErrorCode != fleet.CodeFailedOver || held.BusyActionID == nil || *held.BusyActionID != failover.ID {
			t.Errorf("the rotation is %s %s, the pair %+v", ended.Status, ended.ErrorCode, held)
		}
		wantCode(t, w.UseServerKey(t.Context(), ref, "ssh-key-0"), fleet.CodeLeaseLost)
		w.workWith(failing(fleet.ActionFailOver, "No."))
	})

	t.Run("NotOfAPairThatIsNotReady", func(t *testing.T) {
		mustDB(t, w.Store, "UPDATE pairs SET status = 'FAILED_OVER'")
		_, action, err := w.ActOnServer(t.Context(), admin, rotate)
		w.must(err)
		if got := w.getPair(pair.ID); action.PairID != nil || got.BusyActionID != nil {
			t.Errorf("the action is %+v, the pair %+v", action, got)
		}
	})
}
