package store_test

import (
	"strings"
	"testing"

	"central/fleet"
	"central/store"
)

// pairWorld is a world whose master, m-1, is paired with m-2 at epoch 3. It has one site, on the bench main.
type pairWorld struct {
	*world
	pair  fleet.Pair
	slave fleet.Server
	site  fleet.Site
}

func newPairWorld(t *testing.T) *pairWorld {
	t.Helper()
	w := newWorld(t)
	p := &pairWorld{world: w, slave: w.server("m-2", fleet.RoleSlave), site: w.site(w.bench, "acme.example.com")[0]}
	mustDB(t, w.Store, `INSERT INTO pairs (id, name, master_id, slave_id, status, status_reason, epoch, created_at, updated_at)
		VALUES (1, 'fra', ?, ?, 'READY', '', 3, NOW(6), NOW(6))`, w.master.ID, p.slave.ID)
	p.pair = p.getPair()
	return p
}

func (p *pairWorld) getPair() fleet.Pair {
	p.t.Helper()
	pair, err := p.Pair(p.t.Context(), 1)
	p.must(err)
	return pair
}

func (p *pairWorld) input() fleet.SwitchInput {
	return fleet.SwitchInput{PairID: p.pair.ID, ConfirmName: "fra", Reason: "new disks"}
}

// start queues a switch and claims it.
func (p *pairWorld) start(kind fleet.SwitchKind) (fleet.Action, store.LeaseRef) {
	p.t.Helper()
	_, action, err := p.StartSwitch(p.t.Context(), admin, kind, p.input())
	p.must(err)
	for {
		a, err := p.ClaimAction(p.t.Context(), "runner-1", ttl)
		p.must(err)
		if a == nil {
			p.t.Fatal("the switch cannot be claimed")
		}
		ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
		if a.ID == action.ID {
			return *a, ref
		}
		p.finish(ref, nil)
	}
}

// routeState is what the proxies do with the visitors of the pair's site.
func (p *pairWorld) routeState() fleet.RouteState {
	p.t.Helper()
	routes, err := p.Routes(p.t.Context())
	p.must(err)
	return routes[0].State
}

func (p *pairWorld) row(action fleet.Action) fleet.PairSwitch {
	p.t.Helper()
	row, err := p.SwitchOf(p.t.Context(), action.ID)
	p.must(err)
	return row
}

func TestStore_StartSwitch(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		p := newPairWorld(t)
		_, action, err := p.StartSwitch(t.Context(), admin, fleet.SwitchOver, p.input())
		p.must(err)
		pair := p.getPair()
		if pair.Status != fleet.PairSwitching || pair.BusyActionID == nil || *pair.BusyActionID != action.ID || pair.Epoch != 3 {
			t.Errorf("the pair is %+v", pair)
		}
		if action.Kind != fleet.ActionSwitchOver || action.Title != "Switch fra over to m-2" || *action.PairID != 1 {
			t.Errorf("queued %+v", action)
		}
		row := p.row(action)
		if row.FromID != p.master.ID || row.ToID != p.slave.ID || row.Reason != "new disks" || row.ActorName != "ada" || row.FinishedAt != nil || row.Switched {
			t.Errorf("the row is %+v", row)
		}
		entry := p.audited(admin, "switchOver", "fra: from m-1 to m-2", &action.ID)
		want(t, "the reason on record", entry.Input["reason"], any("new disks"))
	})
	for name, c := range map[string]struct {
		change func(*fleet.SwitchInput)
		code   fleet.Code
		field  string
	}{
		"ErrName":     {func(in *fleet.SwitchInput) { in.ConfirmName = "Fra" }, fleet.CodeInvalid, "input.confirmName"},
		"ErrReason":   {func(in *fleet.SwitchInput) { in.Reason = " " }, fleet.CodeInvalid, "input.reason"},
		"ErrNotFound": {func(in *fleet.SwitchInput) { in.PairID = 9 }, fleet.CodeNotFound, "input.pairId"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPairWorld(t)
			in := p.input()
			c.change(&in)
			for _, kind := range []fleet.SwitchKind{fleet.SwitchOver, fleet.FailOver} {
				p.refuses(c.code, c.field, func() error { _, _, err := p.StartSwitch(t.Context(), admin, kind, in); return err })
			}
		})
	}
	t.Run("ErrTwice", func(t *testing.T) {
		p := newPairWorld(t)
		p.start(fleet.SwitchOver)
		p.refuses(fleet.CodeNotReady, "input.pairId", func() error {
			_, _, err := p.StartSwitch(t.Context(), admin, fleet.SwitchOver, p.input())
			return err
		})
	})
	t.Run("ErrPlannedWhileSomethingRuns", func(t *testing.T) {
		p := newPairWorld(t)
		p.deploy(1, p.site.ID)
		says := p.refuses(fleet.CodeNotReady, "input.pairId", func() error {
			_, _, err := p.StartSwitch(t.Context(), admin, fleet.SwitchOver, p.input())
			return err
		})
		if !strings.Contains(says, "Build main r2") {
			t.Errorf("says %s", says)
		}
	})
}

func TestStore_NothingStartsOnAPairThatSwitches(t *testing.T) {
	p := newPairWorld(t)
	ctx := t.Context()
	p.start(fleet.SwitchOver)
	for name, put := range map[string]struct {
		field string
		do    func() error
	}{
		"CreateBench": {"input.serverId", func() error {
			_, _, err := p.CreateBench(ctx, operator, fleet.NewBench{Name: "more", ServerID: p.master.ID, Apps: oldest()})
			return err
		}},
		"CreateSite": {"input.benchId", func() error {
			_, _, err := p.CreateSite(ctx, operator, fleet.NewSite{Name: "b.example.com", BenchID: p.bench.ID})
			return err
		}},
		"DeploySites": {"input.siteIds", func() error { _, err := p.DeploySites(ctx, operator, deployInput(1, p.site.ID)); return err }},
	} {
		if says := p.refuses(fleet.CodeNotReady, put.field, put.do); !strings.Contains(says, "part of fra, which is switching") {
			t.Errorf("%s: says %s", name, says)
		}
	}
	for _, server := range []fleet.Server{p.master, p.slave} {
		mustQueue(t, p.Store, fleet.Action{Kind: fleet.ActionSetUpServer, ServerID: &server.ID})
	}
	mustNotClaim(t, p.Store)
	other := p.Store
	third := mustServer(t, other, "m-3")
	mustClaim(t, p.Store, mustQueue(t, p.Store, fleet.Action{ServerID: &third.ID}).ID)
}

func TestStore_Promote(t *testing.T) {
	p := newPairWorld(t)
	ctx := t.Context()
	action, ref := p.start(fleet.SwitchOver)
	epoch, err := p.RaiseEpoch(ctx, ref)
	p.must(err)
	want(t, "the epoch", epoch, uint64(4))
	removal := mustQueue(t, p.Store, fleet.Action{Kind: fleet.ActionRemoveRevision, ServerID: &p.master.ID, RevisionID: ptr(p.revisions(p.bench)[0].ID)})
	p.must(p.Promote(ctx, ref))
	p.must(p.Promote(ctx, ref)) // by the runner that took over
	pair := p.getPair()
	if pair.MasterID != p.slave.ID || pair.SlaveID != p.master.ID || pair.Epoch != 4 || pair.Status != fleet.PairSwitching {
		t.Errorf("the pair is %+v", pair)
	}
	bench, err := p.Bench(ctx, p.bench.ID)
	p.must(err)
	want(t, "the bench's server", bench.ServerID, p.slave.ID)
	want(t, "the revision's server", p.revisions(p.bench)[0].ServerID, p.slave.ID)
	want(t, "the site's server", p.getSite(p.site.ID).ServerID, p.slave.ID)
	want(t, "where the removal waits", *mustAction(t, p.Store, removal.ID).ServerID, p.slave.ID)
	for id, role := range map[uint]fleet.ServerRole{p.master.ID: fleet.RoleSlave, p.slave.ID: fleet.RoleMaster} {
		server, err := p.Server(ctx, id)
		p.must(err)
		want(t, "the role of "+server.Name, server.Role, role)
	}
	routes, err := p.Routes(ctx)
	p.must(err)
	want(t, "the route", routes[0].Address, "m-2.example.com")
	p.must(p.SwitchDowntime(ctx, ref, 4.5))
	p.finish(ref, nil)
	pair = p.getPair()
	if pair.Status != fleet.PairReady || pair.StatusReason != "" || pair.BusyActionID != nil {
		t.Errorf("the pair is %+v", pair)
	}
	row := p.row(action)
	if row.FinishedAt == nil || !row.Switched || row.DowntimeSeconds == nil || *row.DowntimeSeconds != 4.5 {
		t.Errorf("the row is %+v", row)
	}
	p.must(p.MasterSeen(ctx, 1, p.master.ID, "0-1-7")) // by who has not heard of the switch
	facts, err := p.SwitchFacts(ctx, 1, 0)
	p.must(err)
	want(t, "what was seen of the new master", facts.LastSeen, nil)
	p.must(p.MasterSeen(ctx, 1, p.slave.ID, "0-2-8"))
	facts, err = p.SwitchFacts(ctx, 1, 0)
	p.must(err)
	want(t, "what was seen of it then", facts.LastSeen.Position, "0-2-8")
	if facts.LastDowntime == nil || *facts.LastDowntime != 4.5 || facts.Sites != 1 || len(facts.Places) != 1 || facts.Master.ID != p.slave.ID {
		t.Errorf("the facts are %+v", facts)
	}
}

func TestStore_SwitchThatFails(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     fleet.SwitchKind
		promoted bool
		code     fleet.Code
		want     fleet.PairStatus
		says     string
	}{
		{"PlannedAndTakenBack", fleet.SwitchOver, false, fleet.CodeNotReady, fleet.PairReady, "The last switch did not happen: No."},
		{"PlannedAndNotTakenBack", fleet.SwitchOver, false, fleet.CodeUndoFailed, fleet.PairFailed, "No."},
		{"PlannedAfterThePromotion", fleet.SwitchOver, true, fleet.CodeCommandFailed, fleet.PairFailedOver, "not all of the switch succeeded: No."},
		{"PlannedAndTakenBackTooLate", fleet.SwitchOver, false, fleet.CodeNotReady, fleet.PairFailed, "Rebuild it."},
		{"Forced", fleet.FailOver, false, fleet.CodeNotReady, fleet.PairFailed, "No."},
		{"ForcedAfterThePromotion", fleet.FailOver, true, fleet.CodeCommandFailed, fleet.PairFailedOver, "not all of the switch succeeded: No."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPairWorld(t)
			_, ref := p.start(c.kind)
			if c.promoted {
				p.must(p.Promote(t.Context(), ref))
			}
			if strings.HasSuffix(c.name, "TooLate") {
				p.must(p.Record(t.Context(), ref, nil, store.Change{Cursor: &fleet.Cursor{Notes: map[string]string{fleet.NoteDiverged: "Rebuild it."}}}))
			}
			p.finish(ref, &fleet.Failure{Code: c.code, Message: "No."})
			pair := p.getPair()
			if pair.Status != c.want || !strings.Contains(pair.StatusReason, c.says) || pair.BusyActionID != nil {
				t.Errorf("the pair is %s: %s", pair.Status, pair.StatusReason)
			}
		})
	}
}

func TestStore_FailOver(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		p := newPairWorld(t)
		action, ref := p.start(fleet.FailOver)
		p.audited(admin, "failOver", "fra: from m-1 to m-2", &action.ID)
		want(t, "the route before", p.routeState(), fleet.RouteMaintenance)
		p.must(p.Promote(t.Context(), ref))
		p.must(p.SwitchLost(t.Context(), ref, "Up to 3 transactions.", "0-0-100"))
		p.finish(ref, nil)
		want(t, "the route after", p.routeState(), fleet.RouteOpen)
		pair := p.getPair()
		if pair.Status != fleet.PairFailedOver || pair.StatusReason != "Up to 3 transactions." || pair.MasterID != p.slave.ID {
			t.Errorf("the pair is %+v", pair)
		}
		p.refuses(fleet.CodeNotReady, "input.pairId", func() error {
			_, _, err := p.StartSwitch(t.Context(), admin, fleet.FailOver, p.input())
			return err
		})
		for range 2 { // it is told once
			p.must(p.OldMasterBack(t.Context(), 1, func(row fleet.PairSwitch) string { return "Back, after " + row.Position + "." }))
		}
		want(t, "the reason", p.getPair().StatusReason, "Up to 3 transactions. Back, after 0-0-100.")
		want(t, "the record", p.row(action).Loss, "Up to 3 transactions. Back, after 0-0-100.")
	})
	t.Run("EndsWhatRunsOnTheMaster", func(t *testing.T) {
		p := newPairWorld(t)
		ctx := t.Context()
		waiting := p.world.site(p.bench, "b.example.com")[0]
		p.deploy(1, p.site.ID)
		build, buildRef := p.claim(fleet.ActionBuildRevision)
		p.finish(buildRef, nil)
		move, moveRef := p.claim(fleet.ActionMoveSite)
		_, creation, err := p.CreateSite(ctx, operator, fleet.NewSite{Name: "c.example.com", BenchID: p.bench.ID})
		p.must(err)
		create, createRef := p.claim(fleet.ActionCreateSite)
		want(t, "the creation", create.ID, creation.ID)
		queued := p.deploy(2, waiting.ID)
		onSlave := mustQueue(t, p.Store, fleet.Action{Kind: fleet.ActionCheckServer, ServerID: &p.slave.ID})
		removal := mustQueue(t, p.Store, fleet.Action{Kind: fleet.ActionRemoveRevision, ServerID: &p.master.ID, RevisionID: build.RevisionID})

		p.start(fleet.FailOver)
		moved := wantStatus(t, p.Store, move.ID, fleet.ActionFailed)
		if moved.ErrorCode != fleet.CodeUndoFailed || !strings.Contains(moved.ErrorMessage, "failed over from m-1 to m-2 while the site was being moved") {
			t.Errorf("the move ended with %s: %s", moved.ErrorCode, moved.ErrorMessage)
		}
		site := p.getSite(p.site.ID)
		if site.Status != fleet.SiteBroken || site.StatusReason != moved.ErrorMessage || site.BusyActionID != nil {
			t.Errorf("its site is %+v", site)
		}
		if created := wantStatus(t, p.Store, create.ID, fleet.ActionFailed); created.ErrorCode != fleet.CodeFailedOver {
			t.Errorf("the creation ended with %s", created.ErrorCode)
		}
		want(t, "the site that was being created", p.getSite(*create.SiteID).Status, fleet.SiteFailed)
		want(t, "the deploy that waited", p.getDeploy(queued.ID).Status, fleet.DeployFailed)
		want(t, "its site", p.getSite(waiting.ID).Status, fleet.SiteActive)
		wantStatus(t, p.Store, onSlave.ID, fleet.ActionQueued)
		wantStatus(t, p.Store, removal.ID, fleet.ActionQueued)
		for _, ref := range []store.LeaseRef{moveRef, createRef} {
			wantCode(t, p.Record(ctx, ref, lines(1, 1), store.Change{}), fleet.CodeLeaseLost)
		}
	})
	t.Run("TakesThePlaceOfASwitchThatHangs", func(t *testing.T) {
		p := newPairWorld(t)
		planned, plannedRef := p.start(fleet.SwitchOver)
		forced, ref := p.start(fleet.FailOver)
		wantStatus(t, p.Store, planned.ID, fleet.ActionFailed)
		wantCode(t, p.Promote(t.Context(), plannedRef), fleet.CodeLeaseLost)
		pair := p.getPair()
		if pair.Status != fleet.PairSwitching || *pair.BusyActionID != forced.ID || p.row(planned).FinishedAt == nil {
			t.Errorf("the pair is %+v", pair)
		}
		p.must(p.Promote(t.Context(), ref))
	})
}

func TestStore_RehearseSwitch(t *testing.T) {
	p := newPairWorld(t)
	pair, action, err := p.RehearseSwitch(t.Context(), operator, 1, fleet.FailOver)
	p.must(err)
	want(t, "the pair", pair, p.pair)
	if action.Kind != fleet.ActionRehearseSwitch || action.Title != "Rehearse the failover of fra" || action.Cursor.Notes[store.NoteSwitchKind] != "FAIL_OVER" {
		t.Errorf("queued %+v", action)
	}
	p.audited(operator, "rehearseSwitch", "fra", &action.ID)
	_, ref := mustClaim(t, p.Store, action.ID)
	p.finish(ref, &fleet.Failure{Code: fleet.CodeNotReady, Message: "No."})
	want(t, "the pair", p.getPair(), p.pair)
	p.refuses(fleet.CodeNotFound, "input.pairId", func() error {
		_, _, err := p.RehearseSwitch(t.Context(), operator, 9, fleet.SwitchOver)
		return err
	})
}
