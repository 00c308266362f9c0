package store_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func dissolving(pair fleet.Pair) fleet.PairActionInput {
	return fleet.PairActionInput{PairID: pair.ID, ConfirmName: pair.Name}
}

func TestStore_DissolvePair(t *testing.T) {
	t.Run("BothCanBePairedAgainAndRetired", func(t *testing.T) {
		w := newEmptyWorld(t)
		pair := w.pair("one")
		other := w.pair("two")
		for _, id := range []uint{pair.ID, other.ID} {
			created, err := w.SaveSecret(t.Context(), store.ReplicationSecret(id), []byte("sealed"))
			w.must(err)
			want(t, "saved", created, true)
		}
		mustDB(t, w.Store, `INSERT INTO pair_switches (pair_id, kind, from_id, to_id, action_id, actor_name, reason, started_at, loss, switched)
			SELECT ?, 'SWITCH_OVER', ?, ?, MAX(id), 'ada', '', NOW(6), '', TRUE FROM actions`, pair.ID, pair.MasterID, pair.SlaveID)
		held, action, err := w.DissolvePair(t.Context(), admin, dissolving(pair))
		w.must(err)
		entry := w.audited(admin, "dissolvePair", "one", &action.ID)
		want(t, "input", entry.Input, map[string]any{"pairId": float64(pair.ID), "masterId": float64(pair.MasterID), "slaveId": float64(pair.SlaveID)})
		if stored := w.getPair(pair.ID); held.Status != fleet.PairDissolving || stored.Status != held.Status || *stored.BusyActionID != action.ID {
			t.Errorf("meanwhile it is %+v", stored)
		}
		w.work()
		_, err = w.Pair(t.Context(), pair.ID)
		want(t, "the pair", fleet.ErrorCode(err), fleet.CodeNotFound)
		_, err = w.Secret(t.Context(), store.ReplicationSecret(pair.ID))
		want(t, "its password", fleet.ErrorCode(err), fleet.CodeNotFound)
		_, err = w.Secret(t.Context(), store.ReplicationSecret(other.ID))
		w.must(err)
		want(t, "the other pair", w.getPair(other.ID).Status, fleet.PairReady)

		// The slave of before may be the master of the next one.
		again, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: pair.SlaveID, SlaveID: pair.MasterID})
		w.must(err)
		w.work()
		_, _, err = w.DissolvePair(t.Context(), admin, dissolving(w.getPair(again.ID)))
		w.must(err)
		w.work()
		for _, name := range []string{"one-m", "one-s"} {
			id := pair.MasterID
			if name == "one-s" {
				id = pair.SlaveID
			}
			_, _, err = w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: id, Kind: fleet.ActionRetireServer, CleanUp: true, ConfirmName: name})
			w.must(err)
		}
	})

	t.Run("NothingElseIsBegunMeanwhile", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.apps = map[string]fleet.App{"frappe": w.app("frappe", frappe), "shop": w.app("shop", shop)}
		pair := w.pair("one")
		_, action, err := w.DissolvePair(t.Context(), admin, dissolving(pair))
		w.must(err)
		w.refuses(fleet.CodeNotReady, "input.serverId", func() error {
			_, _, err := w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "main", ServerID: pair.MasterID, Apps: oldest()})
			return err
		})
		w.refuses(fleet.CodeNotReady, "input.serverId", func() error { _, _, err := w.SetUpServer(t.Context(), admin, pair.SlaveID, nil); return err })
		for name, again := range map[string]func() error{
			"dissolve": func() error { _, _, err := w.DissolvePair(t.Context(), admin, dissolving(pair)); return err },
			"rebuild":  func() error { _, _, err := w.RebuildSlave(t.Context(), admin, pair.ID, "one"); return err },
			"preview":  func() error { _, _, err := w.PreviewPair(t.Context(), operator, pair.ID); return err },
		} {
			if message := w.refuses(fleet.CodeConflict, "input.pairId", again); !strings.Contains(message, action.Title) {
				t.Errorf("%s: it does not say what holds the pair: %s", name, message)
			}
		}
	})

	t.Run("FailsAndAgain", func(t *testing.T) {
		w := newEmptyWorld(t)
		pair := w.pair("one")
		_, _, err := w.DissolvePair(t.Context(), admin, dissolving(pair))
		w.must(err)
		w.workWith(failing(fleet.ActionDissolvePair, "one-s cannot be reached."))
		after := w.getPair(pair.ID)
		if after.Status != fleet.PairFailed || after.BusyActionID != nil || after.StatusReason != "It could not be taken apart: one-s cannot be reached." {
			t.Errorf("it is %+v", after)
		}
		in := dissolving(pair)
		in.GoneServerID = &pair.SlaveID
		_, _, err = w.DissolvePair(t.Context(), admin, in)
		w.must(err)
		action, ref := w.claim(fleet.ActionDissolvePair)
		want(t, "the one that is gone", action.Cursor.Notes[store.NoteGone], strconv.FormatUint(uint64(pair.SlaveID), 10))
		w.finish(ref, nil)
		_, err = w.Pair(t.Context(), pair.ID)
		want(t, "the pair", fleet.ErrorCode(err), fleet.CodeNotFound)
	})

	t.Run("OfTheSameMomentOne", func(t *testing.T) {
		w := newEmptyWorld(t)
		pair := w.pair("one")
		got := atOnce(6, func(int) error { _, _, err := w.DissolvePair(t.Context(), admin, dissolving(pair)); return err })
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 5})
	})

	w := newWorld(t)
	slave := w.server("s-1", fleet.RoleSlave)
	pair, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: w.master.ID, SlaveID: slave.ID})
	w.must(err)
	w.work()
	stranger := w.server("m-9", fleet.RoleMaster)
	dissolve := func(change func(*fleet.PairActionInput)) func() error {
		return func() error {
			in := fleet.PairActionInput{PairID: pair.ID, ConfirmName: "one"}
			if change != nil {
				change(&in)
			}
			_, _, err := w.DissolvePair(t.Context(), admin, in)
			return err
		}
	}
	w.refuses(fleet.CodeNotFound, "input.pairId", dissolve(func(in *fleet.PairActionInput) { in.PairID = 99 }))
	w.refuses(fleet.CodeInvalid, "input.goneServerId", dissolve(func(in *fleet.PairActionInput) { in.GoneServerID = &stranger.ID }))
	if message := w.refuses(fleet.CodeNotReady, "input.pairId", dissolve(nil)); !strings.Contains(message, "1 bench") {
		t.Errorf("it does not say what it holds: %s", message)
	}
	w.refuses(fleet.CodeNotReady, "input.serverId", func() error {
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: slave.ID, Kind: fleet.ActionRetireServer, ConfirmName: "s-1"})
		return err
	})
	_, err = w.RetireBench(t.Context(), admin, w.bench.ID, "main")
	w.must(err)
	if message := w.refuses(fleet.CodeConflict, "input.pairId", dissolve(nil)); !strings.Contains(message, "under way") {
		t.Errorf("it does not say what is under way: %s", message)
	}
	w.work()
	w.refuses(fleet.CodeInvalid, "input.confirmName", dissolve(func(in *fleet.PairActionInput) { in.ConfirmName = "two" }))
	w.must(dissolve(nil)())
}

// A backup that lies on one server alone is not lost by its retirement unsaid.
func TestStore_RetireServerWithBackups(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.bench, "acme.example.com")[0]
	w.backUp(site, time.Now())
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", site.ID)
	_, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main")
	w.must(err)
	w.work()
	retire := func(cleanUp bool) error {
		_, _, err := w.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: w.master.ID, Kind: fleet.ActionRetireServer, CleanUp: cleanUp, ConfirmName: "m-1"})
		return err
	}
	if message := w.refuses(fleet.CodeNotReady, "input.cleanUp", func() error { return retire(true) }); !strings.Contains(message, "1 backup lies only there") {
		t.Errorf("it says %s", message)
	}
	w.must(retire(false))
}
