package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// addServer puts a server on record and does nothing to it.
func (w *world) addServer(name string, role fleet.ServerRole) fleet.Server {
	w.t.Helper()
	server, err := w.AddServer(w.t.Context(), admin, fleet.NewServer{Name: name, Address: name + ".example.com", Role: role, HostKey: "ssh-ed25519 AAAA " + name})
	w.must(err)
	return server
}

func (w *world) getPair(id uint) fleet.Pair {
	w.t.Helper()
	pair, err := w.Pair(w.t.Context(), id)
	w.must(err)
	return pair
}

// pair makes a pair of two new servers and sets it up.
func (w *world) pair(name string) fleet.Pair {
	w.t.Helper()
	master, slave := w.server(name+"-m", fleet.RoleMaster), w.server(name+"-s", fleet.RoleSlave)
	pair, _, err := w.CreatePair(w.t.Context(), admin, fleet.NewPair{Name: name, MasterID: master.ID, SlaveID: slave.ID})
	w.must(err)
	w.work()
	return w.getPair(pair.ID)
}

// failing ends every action of a kind as failed.
func failing(kind fleet.ActionKind, message string) func(*fleet.Action) *fleet.Failure {
	return func(a *fleet.Action) *fleet.Failure {
		if a.Kind != kind {
			return nil
		}
		return &fleet.Failure{Code: fleet.CodePlayFailed, Message: message}
	}
}

func TestStore_CreatePair(t *testing.T) {
	t.Run("SetsUpWhatIsNotReadyFirst", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.addServer("m-1", fleet.RoleMaster), w.addServer("s-1", fleet.RoleSlave)
		pair, action, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: master.ID, SlaveID: slave.ID})
		w.must(err)
		w.audited(admin, "createPair", "one", &action.ID)
		want(t, "the pair on record", w.getPair(pair.ID), pair)
		if pair.Status != fleet.PairSettingUp || *pair.BusyActionID != action.ID || pair.Epoch != 1 {
			t.Errorf("made as %+v", pair)
		}
		children, err := w.ChildrenOfActions(t.Context(), []uint{action.ID})
		w.must(err)
		titles := []string{}
		for _, child := range children[action.ID] {
			titles = append(titles, child.Title)
		}
		want(t, "what is done first", titles, []string{"Set up m-1 as MASTER", "Set up s-1 as SLAVE"})
		order := []fleet.ActionKind{}
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			order = append(order, a.Kind)
			return nil
		})
		want(t, "the order", order, []fleet.ActionKind{fleet.ActionSetUpServer, fleet.ActionSetUpServer, fleet.ActionSetUpPair})
		after := w.getPair(pair.ID)
		if after.Status != fleet.PairReady || after.BusyActionID != nil || after.StatusReason != "" {
			t.Errorf("set up as %+v", after)
		}
	})

	t.Run("LeavesReadyServersAlone", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.server("m-1", fleet.RoleMaster), w.server("s-1", fleet.RoleSlave)
		_, action, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: master.ID, SlaveID: slave.ID})
		w.must(err)
		want(t, "what comes first", action.PendingNeeds, 0)
		want(t, "queued set-ups of servers", len(w.queued(fleet.ActionSetUpServer)), 0)
	})

	t.Run("AMasterWithoutBenchesBecomesTheSlave", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.server("m-1", fleet.RoleMaster), w.server("m-2", fleet.RoleMaster)
		_, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: master.ID, SlaveID: slave.ID})
		w.must(err)
		slave, err = w.Server(t.Context(), slave.ID)
		w.must(err)
		want(t, "its role", slave.Role, fleet.RoleSlave)
	})

	t.Run("FailsWithWhatCameFirst", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.addServer("m-1", fleet.RoleMaster), w.addServer("s-1", fleet.RoleSlave)
		pair, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: master.ID, SlaveID: slave.ID})
		w.must(err)
		w.workWith(failing(fleet.ActionSetUpServer, "No room."))
		after := w.getPair(pair.ID)
		if after.Status != fleet.PairFailed || after.BusyActionID != nil || !strings.Contains(after.StatusReason, "Set up m-1 as MASTER") {
			t.Errorf("it is %+v", after)
		}
		_, again, err := w.SetUpPair(t.Context(), admin, pair.ID, nil)
		w.must(err)
		want(t, "servers that are set up again", again.PendingNeeds, 2)
		w.work()
		want(t, "its state", w.getPair(pair.ID).Status, fleet.PairReady)
	})

	t.Run("OneOfTwoAtTheSameMoment", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.server("m-1", fleet.RoleMaster), w.server("s-1", fleet.RoleSlave)
		made := atOnce(6, func(int) error {
			_, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: "one", MasterID: master.ID, SlaveID: slave.ID})
			return err
		})
		want(t, "results", made, map[fleet.Code]int{"": 1, fleet.CodeConflict: 5})
		want(t, "audit entries", w.audits("createPair"), 1)
	})

	w := newWorld(t)
	taken := w.pair("taken")
	proxy, slave, free := w.server("p-1", fleet.RoleProxy), w.server("s-1", fleet.RoleSlave), w.server("m-2", fleet.RoleMaster)
	failed := w.addServer("m-3", fleet.RoleMaster)
	_, _, err := w.SetUpServer(t.Context(), admin, failed.ID, nil)
	w.must(err)
	w.workWith(failing(fleet.ActionSetUpServer, "No room."))
	changed := w.server("m-4", fleet.RoleMaster)
	w.must(w.ServerKeyChanged(t.Context(), changed.ID, "Another key."))
	adopted := w.server("m-6", fleet.RoleMaster)
	mustDB(t, w.Store, "UPDATE servers SET adopted = TRUE WHERE id = ?", adopted.ID)
	busy := w.addServer("m-5", fleet.RoleMaster)
	_, _, err = w.SetUpServer(t.Context(), admin, busy.ID, nil)
	w.must(err)
	for _, test := range []struct {
		name          string
		pair          string
		master, slave uint
		code          fleet.Code
		field         string
	}{
		{"ErrName", "{{ x }}", free.ID, slave.ID, fleet.CodeInvalid, "input.name"},
		{"ErrNameTaken", "taken", free.ID, slave.ID, fleet.CodeConflict, "input.name"},
		{"ErrWithItself", "new", free.ID, free.ID, fleet.CodeInvalid, "input.slaveId"},
		{"ErrNoMaster", "new", 999, slave.ID, fleet.CodeNotFound, "input.masterId"},
		{"ErrNoSlave", "new", free.ID, 999, fleet.CodeNotFound, "input.slaveId"},
		{"ErrProxyAsMaster", "new", proxy.ID, slave.ID, fleet.CodeInvalid, "input.masterId"},
		{"ErrProxyAsSlave", "new", free.ID, proxy.ID, fleet.CodeInvalid, "input.slaveId"},
		{"ErrSlaveAsMaster", "new", slave.ID, free.ID, fleet.CodeInvalid, "input.masterId"},
		{"ErrMasterOfAnother", "new", taken.MasterID, slave.ID, fleet.CodeConflict, "input.masterId"},
		{"ErrSlaveOfAnother", "new", free.ID, taken.SlaveID, fleet.CodeConflict, "input.slaveId"},
		{"ErrMasterOfAnotherAsSlave", "new", free.ID, taken.MasterID, fleet.CodeConflict, "input.slaveId"},
		{"ErrSlaveHoldsBenches", "new", free.ID, w.master.ID, fleet.CodeConflict, "input.slaveId"},
		{"ErrFailed", "new", failed.ID, slave.ID, fleet.CodeNotReady, "input.masterId"},
		{"ErrHostKeyChanged", "new", changed.ID, slave.ID, fleet.CodeHostKeyChanged, "input.masterId"},
		{"ErrAdoptedAsMaster", "new", adopted.ID, slave.ID, fleet.CodeInvalid, "input.masterId"},
		{"ErrAdoptedAsSlave", "new", free.ID, adopted.ID, fleet.CodeInvalid, "input.slaveId"},
		{"ErrBeingSetUp", "new", busy.ID, slave.ID, fleet.CodeConflict, "input.masterId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := *w
			w.t = t
			w.refuses(test.code, test.field, func() error {
				_, _, err := w.CreatePair(t.Context(), admin, fleet.NewPair{Name: test.pair, MasterID: test.master, SlaveID: test.slave})
				return err
			})
		})
	}
}

func TestStore_RebuildSlave(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")

	t.Run("ErrNotConfirmed", func(t *testing.T) {
		w := *w
		w.t = t
		w.refuses(fleet.CodeInvalid, "input.confirmName", func() error { _, _, err := w.RebuildSlave(t.Context(), admin, pair.ID, "two"); return err })
	})
	t.Run("ErrNoPair", func(t *testing.T) {
		w := *w
		w.t = t
		w.refuses(fleet.CodeNotFound, "input.pairId", func() error { _, _, err := w.RebuildSlave(t.Context(), admin, 999, "one"); return err })
	})

	held, action, err := w.RebuildSlave(t.Context(), admin, pair.ID, "one")
	w.must(err)
	w.audited(admin, "rebuildSlave", "one", &action.ID)
	want(t, "who holds it", *held.BusyActionID, action.ID)
	for name, call := range map[string]func() error{
		"ErrBusyRebuild": func() error { _, _, err := w.RebuildSlave(t.Context(), admin, pair.ID, "one"); return err },
		"ErrBusySetUp":   func() error { _, _, err := w.SetUpPair(t.Context(), admin, pair.ID, nil); return err },
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			if message := w.refuses(fleet.CodeConflict, "input.pairId", call); !strings.Contains(message, action.Title) || !strings.Contains(message, admin.Name) {
				t.Errorf("it does not say what holds the pair: %s", message)
			}
		})
	}

	w.workWith(failing(fleet.ActionRebuildSlave, "The line was cut."))
	after := w.getPair(pair.ID)
	if after.Status != fleet.PairFailed || after.StatusReason != "The line was cut." || after.BusyActionID != nil {
		t.Errorf("it is %+v", after)
	}
}

func TestStore_SetUpPairAfterFailover(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	mustDB(t, w.Store, "UPDATE pairs SET status = 'FAILED_OVER' WHERE id = ?", pair.ID)
	w.refuses(fleet.CodeNotReady, "input.pairId", func() error { _, _, err := w.SetUpPair(t.Context(), admin, pair.ID, nil); return err })
	_, _, err := w.RebuildSlave(t.Context(), admin, pair.ID, "one")
	w.must(err)
	w.work()
	want(t, "its state", w.getPair(pair.ID).Status, fleet.PairReady)
}

func TestStore_NotePair(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	_, _, err := w.SetUpPair(t.Context(), admin, pair.ID, w.previewedPair(pair))
	w.must(err)
	_, ref := w.claim(fleet.ActionSetUpPair)
	w.must(w.NotePair(t.Context(), ref, pair.ID, "Its slave lacks main r1."))
	w.finish(ref, nil)
	want(t, "what is said of it", w.getPair(pair.ID).StatusReason, "Its slave lacks main r1.")
	want(t, "with a lost lease", fleet.ErrorCode(w.NotePair(t.Context(), ref, pair.ID, "late")), fleet.CodeLeaseLost)
}

func TestStore_SlaveOf(t *testing.T) {
	w := newEmptyWorld(t)
	pair, alone := w.pair("one"), w.server("m-9", fleet.RoleMaster)
	for _, test := range []struct {
		name   string
		server uint
		slave  string
	}{{"TheMasterHasOne", pair.MasterID, "one-s"}, {"TheSlaveHasNone", pair.SlaveID, ""}, {"AServerAloneHasNone", alone.ID, ""}} {
		t.Run(test.name, func(t *testing.T) {
			_, slave, err := w.SlaveOf(t.Context(), test.server)
			w.must(err)
			name := ""
			if slave != nil {
				name = slave.Name
			}
			want(t, "its slave", name, test.slave)
		})
	}
	t.Run("OneThatIsNotSetUpGetsNothing", func(t *testing.T) {
		w.must(w.ServerKeyChanged(t.Context(), pair.SlaveID, "Another key."))
		found, slave, err := w.SlaveOf(t.Context(), pair.MasterID)
		w.must(err)
		if found == nil || found.ID != pair.ID || slave != nil {
			t.Errorf("got %+v and %+v", found, slave)
		}
	})
}

func TestStore_RevisionsOnServer(t *testing.T) {
	w := newWorld(t)
	ready, err := w.RevisionsOnServer(t.Context(), w.master.ID)
	w.must(err)
	want(t, "revisions", len(ready), 1)
	_, _, err = w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "other", ServerID: w.master.ID, Apps: oldest()})
	w.must(err)
	ready, err = w.RevisionsOnServer(t.Context(), w.master.ID)
	w.must(err)
	want(t, "revisions while another one is built", len(ready), 1)
}

// After a host key was pinned anew there is an alert, until the pair was told.
func TestStore_PairTold(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	tell := func() {
		t.Helper()
		_, ref := w.claim(fleet.ActionSetUpPair)
		servers, err := w.Servers(t.Context())
		w.must(err)
		w.must(w.PairTold(t.Context(), ref, pair.ID, servers...))
		w.finish(ref, nil)
		want(t, "with a lost lease", fleet.ErrorCode(w.PairTold(t.Context(), ref, pair.ID)), fleet.CodeLeaseLost)
	}
	look := func() {
		t.Helper()
		for range 2 {
			w.due()
			claims, err := w.ClaimSamples(t.Context(), 10, sampleEvery)
			w.must(err)
			for _, claim := range claims {
				w.sample(claim, time.Now().UTC(), aSample(10), "")
			}
		}
	}
	preview := w.previewedPair(pair)
	_, _, err := w.SetUpPair(t.Context(), admin, pair.ID, preview)
	w.must(err)
	tell()
	w.watched()
	look()
	want(t, "alerts", w.openAlerts(), []string{})

	_, err = w.PinHostKey(t.Context(), admin, pair.SlaveID, "ssh-ed25519 BBBB")
	w.must(err)
	_, _, err = w.SetUpServer(t.Context(), admin, pair.SlaveID, nil)
	w.must(err)
	w.work()
	look()
	if alerts := w.openAlerts(); len(alerts) != 1 || !strings.Contains(alerts[0], "one-s CRITICAL Its partner in the pair one does not know its new host key") || !strings.Contains(alerts[0], `"Set up again"`) {
		t.Errorf("alerts %q", alerts)
	}
	_, _, err = w.SetUpPair(t.Context(), admin, pair.ID, nil) // that is what it is for
	w.must(err)
	tell()
	look()
	want(t, "alerts", w.openAlerts(), []string{})
	w.refuses(fleet.CodeInvalid, "input.previewId", func() error { _, _, err := w.SetUpPair(t.Context(), admin, pair.ID, nil); return err })
}
