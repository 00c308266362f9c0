package store_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"central/fleet"
)

func newServer(name, address string) fleet.NewServer {
	return fleet.NewServer{Name: name, Address: address, Role: fleet.RoleMaster, HostKey: "ssh-ed25519 " + name}
}

func TestStore_AddServer(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		server, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
		w.must(err)
		entry := w.audited(admin, "addServer", "m-1 (MASTER)", nil)
		want(t, "input", entry.Input, map[string]any{
			"name": "m-1", "address": "192.0.2.10", "port": 22.0, "user": "root", "role": "MASTER", "hostKey": "ssh-ed25519 m-1",
			"region": "", "labels": []any{}, "byPassword": false,
		})
		stored, err := w.Server(t.Context(), server.ID)
		w.must(err)
		want(t, "what is stored", stored, server)
		if server.Status != fleet.ServerNew || server.Port != 22 || server.User != "root" || server.ActionsAtOnce != fleet.DefaultActionsAtOnce {
			t.Errorf("added as %+v", server)
		}
		mustNotClaim(t, w.Store)
	})

	t.Run("SameAddressAnotherPort", func(t *testing.T) {
		w := newEmptyWorld(t)
		_, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
		w.must(err)
		other := newServer("m-2", "192.0.2.10")
		other.Port = 2222
		_, err = w.AddServer(t.Context(), admin, other)
		w.must(err)
	})

	w := newEmptyWorld(t)
	_, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
	w.must(err)
	_, err = w.AddServer(t.Context(), admin, newServer("m-2", "2001:db8::1"))
	w.must(err)
	for _, test := range []struct {
		name  string
		in    fleet.NewServer
		code  fleet.Code
		field string
	}{
		{"ErrInvalidName", newServer("-oProxyCommand", "192.0.2.11"), fleet.CodeInvalid, "input.name"},
		{"ErrInvalidRole", fleet.NewServer{Name: "m-3", Address: "192.0.2.11", HostKey: "k"}, fleet.CodeInvalid, "input.role"},
		{"ErrNeverReached", fleet.NewServer{Name: "m-3", Address: "192.0.2.11", Role: fleet.RoleMaster}, fleet.CodeUnreachable, "input.address"},
		{"ErrNameTaken", newServer("m-1", "192.0.2.11"), fleet.CodeConflict, "input.name"},
		{"ErrAddressTaken", newServer("m-3", "192.0.2.10"), fleet.CodeConflict, "input.address"},
		{"ErrAddressTakenInOtherWords", newServer("m-3", "2001:0db8:0::1"), fleet.CodeConflict, "input.address"},
		{"ErrBothTaken", newServer("m-1", "192.0.2.10"), fleet.CodeConflict, "input.name"},
		{"ErrSameHostKey", fleet.NewServer{Name: "m-3", Address: "m-1.example.com", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 m-1"}, fleet.CodeConflict, "input.address"},
		{"ErrSameHostKeyAtAnotherPort", fleet.NewServer{Name: "m-3", Address: "192.0.2.10", Port: 2222, Role: fleet.RoleMaster, HostKey: "ssh-ed25519 m-1"}, fleet.CodeConflict, "input.address"},
		{"ErrJinjaInName", newServer("{{ lookup('pipe', 'id') }}", "192.0.2.11"), fleet.CodeInvalid, "input.name"},
		{"ErrShellInName", newServer("m-3; id", "192.0.2.11"), fleet.CodeInvalid, "input.name"},
		{"ErrDoesNotFit", fleet.NewServer{Name: "m-3", Address: "192.0.2.11", Role: fleet.RoleMaster, HostKey: "k", Facts: &fleet.ServerFacts{Distribution: "alpine", Version: "3"}}, fleet.CodeUnsupported, "input.address"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { _, err := w.AddServer(t.Context(), admin, test.in); return err })
		})
	}

	t.Run("ErrSameMachineAtTheSameMoment", func(t *testing.T) {
		w := newEmptyWorld(t)
		added := atOnce(6, func(i int) error {
			in := newServer(fmt.Sprintf("m-%d", i), fmt.Sprintf("192.0.2.%d", i))
			in.HostKey = "ssh-ed25519 AAAA"
			_, err := w.AddServer(t.Context(), admin, in)
			return err
		})
		want(t, "results", added, map[fleet.Code]int{"": 1, fleet.CodeConflict: 5})
	})

	t.Run("FactsRegionAndLabels", func(t *testing.T) {
		w := newEmptyWorld(t)
		in := newServer("m-1", "192.0.2.10")
		in.Region, in.Labels, in.Password = "fra1", []string{"nvme", "blue", "nvme"}, "canary"
		in.Facts = &fleet.ServerFacts{
			OS: "Debian 12", Distribution: "debian", Version: "12", Architecture: "x86_64", Python: true, MemoryBytes: 8 << 30,
			Disks: []fleet.ServerDisk{{Mount: "/", SizeBytes: 80 << 30, FreeBytes: 60 << 30}},
		}
		server, err := w.AddServer(t.Context(), admin, in)
		w.must(err)
		stored, err := w.Server(t.Context(), server.ID)
		w.must(err)
		want(t, "what is stored", stored, server)
		want(t, "labels", stored.Labels, []string{"blue", "nvme"})
		want(t, "facts", stored.Facts, in.Facts)
		entry := w.audited(admin, "addServer", "m-1 (MASTER)", nil)
		if entry.Input["byPassword"] != true || strings.Contains(fmt.Sprint(entry), "canary") {
			t.Errorf("audit entry %v", entry)
		}
	})

	t.Run("ErrTakenAtTheSameMoment", func(t *testing.T) {
		w := newEmptyWorld(t)
		added := atOnce(8, func(int) error {
			_, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
			return err
		})
		want(t, "results", added, map[fleet.Code]int{"": 1, fleet.CodeConflict: 7})
		want(t, "audit entries", w.audits("addServer"), 1)
	})
}

// atOnce runs do n times at the same moment and counts how each ended.
func atOnce(n int, do func(i int) error) map[fleet.Code]int {
	var group errgroup.Group
	results := make(chan fleet.Code, n)
	start := make(chan struct{})
	for i := range n {
		group.Go(func() error {
			<-start
			results <- fleet.ErrorCode(do(i))
			return nil
		})
	}
	close(start)
	_ = group.Wait()
	close(results)
	counts := map[fleet.Code]int{}
	for code := range results {
		counts[code]++
	}
	return counts
}

func TestStore_ChangeServer(t *testing.T) {
	w := newEmptyWorld(t)
	server, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
	w.must(err)
	region, atOnce := "fra1", 4
	t.Run("OK", func(t *testing.T) {
		w.t = t
		changed, err := w.ChangeServer(t.Context(), admin, fleet.ServerChange{ServerID: server.ID, Region: &region, Labels: []string{"b", "a"}, ActionsAtOnce: &atOnce})
		w.must(err)
		stored, err := w.Server(t.Context(), server.ID)
		w.must(err)
		want(t, "what is stored", stored, changed)
		want(t, "labels", stored.Labels, []string{"a", "b"})
		if stored.Region != "fra1" || stored.ActionsAtOnce != 4 {
			t.Errorf("changed to %+v", stored)
		}
		w.audited(admin, "changeServer", "m-1", nil)
	})
	t.Run("WhatIsLeftOutStays", func(t *testing.T) {
		w.t = t
		changed, err := w.ChangeServer(t.Context(), admin, fleet.ServerChange{ServerID: server.ID, Labels: []string{}})
		w.must(err)
		if changed.Region != "fra1" || changed.ActionsAtOnce != 4 || len(changed.Labels) > 0 {
			t.Errorf("changed to %+v", changed)
		}
	})
	t.Run("ErrNothing", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeInvalid, "input", func() error {
			_, err := w.ChangeServer(t.Context(), admin, fleet.ServerChange{ServerID: server.ID})
			return err
		})
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeNotFound, "input.serverId", func() error {
			_, err := w.ChangeServer(t.Context(), admin, fleet.ServerChange{ServerID: 99, Region: &region})
			return err
		})
	})
}

func TestStore_SetUpServer(t *testing.T) {
	add := func(t *testing.T, role fleet.ServerRole) (*world, fleet.Server) {
		w := newEmptyWorld(t)
		in := newServer("x-1", "192.0.2.10")
		in.Role = role
		server, err := w.AddServer(t.Context(), admin, in)
		w.must(err)
		return w, server
	}
	status := func(w *world, id uint) fleet.ServerStatus {
		server, err := w.Server(w.t.Context(), id)
		w.must(err)
		return server.Status
	}

	t.Run("ErrHoldsOtherData", func(t *testing.T) {
		w := newEmptyWorld(t)
		in := newServer("x-1", "192.0.2.10")
		in.Facts = &fleet.ServerFacts{
			Distribution: "debian", Version: "12", Architecture: "x86_64", Python: true, MemoryBytes: 8 << 30, Databases: []string{"shop"},
		}
		server, err := w.AddServer(t.Context(), admin, in)
		w.must(err)
		w.refuses(fleet.CodeConflict, "input.serverId", func() error { _, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil); return err })
		slave := w.server("s-1", fleet.RoleSlave)
		w.refuses(fleet.CodeConflict, "input.masterId", func() error {
			_, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: server.ID, SlaveID: slave.ID})
			return err
		})
		mustDB(t, w.Store, "UPDATE servers SET adopted = TRUE WHERE id = ?", server.ID)
		_, _, err = w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
	})
	t.Run("OK", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		got, action, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		w.audited(admin, "setUpServer", "x-1", &action.ID)
		want(t, "status", got.Status, fleet.ServerSettingUp)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, nil)
		want(t, "status at the end", status(w, server.ID), fleet.ServerReady)
		mustNotClaim(t, w.Store)
	})

	t.Run("FailsAndAgain", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		_, action, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "apt is locked"})
		failed, err := w.Server(t.Context(), server.ID)
		w.must(err)
		if failed.Status != fleet.ServerFailed || failed.StatusReason != "apt is locked" {
			t.Errorf("it is %s (%s)", failed.Status, failed.StatusReason)
		}
		again, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		if again.StatusReason != "" {
			t.Errorf("still says %s", again.StatusReason)
		}
		w.work()
		want(t, "status", status(w, server.ID), fleet.ServerReady)
	})

	t.Run("ProxyLearnsItsRoutesAfterwards", func(t *testing.T) {
		w, server := add(t, fleet.RoleProxy)
		_, action, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		mustNotClaim(t, w.Store)
		w.finish(ref, nil)
		w.claim(fleet.ActionRouteProxy)
	})

	t.Run("KeyChangedMeanwhile", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		_, action, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.ServerKeyChanged(t.Context(), server.ID, "another key"))
		w.finish(ref, nil)
		want(t, "status", status(w, server.ID), fleet.ServerKeyChanged)
	})

	t.Run("PinnedAnewMeanwhile", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		_, action, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		_, err = w.PinHostKey(t.Context(), admin, server.ID, "ssh-ed25519 BBBB")
		w.must(err)
		w.finish(ref, nil) // of what may be another machine
		want(t, "status", status(w, server.ID), fleet.ServerNew)
	})

	t.Run("ErrTwice", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		_, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		w.refuses(fleet.CodeConflict, "input.serverId", func() error {
			_, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
			return err
		})
	})

	t.Run("ErrTwiceAtTheSameMoment", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		got := atOnce(6, func(int) error { _, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil); return err })
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 5})
	})

	t.Run("ErrKeyChanged", func(t *testing.T) {
		w, server := add(t, fleet.RoleMaster)
		w.must(w.ServerKeyChanged(t.Context(), server.ID, "another key"))
		w.refuses(fleet.CodeHostKeyChanged, "input.serverId", func() error {
			_, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
			return err
		})
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.refuses(fleet.CodeNotFound, "input.serverId", func() error { _, _, err := w.SetUpServer(t.Context(), admin, 99, nil); return err })
	})
}

func TestStore_PinHostKey(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		w.must(w.ServerKeyChanged(t.Context(), server.ID, "another key"))
		got, err := w.PinHostKey(t.Context(), admin, server.ID, "ssh-ed25519 BBBB")
		w.must(err)
		entry := w.audited(admin, "pinHostKey", "m-1", nil)
		want(t, "input", entry.Input, map[string]any{"serverId": float64(server.ID), "before": server.HostKey, "after": "ssh-ed25519 BBBB"})
		if got.Status != fleet.ServerNew || got.HostKey != "ssh-ed25519 BBBB" {
			t.Errorf("pinned as %+v", got)
		}
		stored, err := w.Server(t.Context(), server.ID)
		w.must(err)
		want(t, "stored key and status", []string{stored.HostKey, string(stored.Status)}, []string{"ssh-ed25519 BBBB", "NEW"})
	})

	t.Run("ErrPinnedAlready", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.server("m-1", fleet.RoleMaster)
		w.refuses(fleet.CodeConflict, "input.hostKeyFingerprint", func() error {
			_, err := w.PinHostKey(t.Context(), admin, server.ID, server.HostKey)
			return err
		})
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.refuses(fleet.CodeNotFound, "input.serverId", func() error { _, err := w.PinHostKey(t.Context(), admin, 99, "k"); return err })
	})
}
