package store_test

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"central/fleet"
)

func TestStore_CreateBench(t *testing.T) {
	input := func(w *world, name string) fleet.NewBench {
		return fleet.NewBench{Name: name, ServerID: w.master.ID, Apps: oldest()}
	}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		bench, action, err := w.CreateBench(t.Context(), operator, input(w, "second"))
		w.must(err)
		w.audited(operator, "createBench", "second", &action.ID)
		revision := w.revisions(bench)[0]
		apps := []fleet.RevisionApp{{App: "frappe", Commit: frappe[0], Version: "1.0.0"}, {App: "shop", Commit: shop[0], Version: "1.0.0"}}
		want(t, "revision", revision, fleet.Revision{
			ID: revision.ID, BenchID: bench.ID, ServerID: w.master.ID, Name: "r1", Status: fleet.RevisionBuilding, Slot: ptr(1), Python: "python3",
			Apps: apps, Version: "shop 1.0.0", Fingerprint: fleet.Fingerprint(apps), CreatedAt: revision.CreatedAt,
		})
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, nil)
		want(t, "status once built", w.revisions(bench)[0].Status, fleet.RevisionReady)
	})

	t.Run("ProcessesAndMemory", func(t *testing.T) {
		w := newWorld(t)
		given := input(w, "second")
		given.Workers, given.WebWorkers, given.MemoryMB = ptr(3), ptr(8), 2048
		for in, runs := range map[*fleet.NewBench][]int{&given: {3, 8, 2048}, ptr(input(w, "third")): {fleet.DefaultWorkers, fleet.DefaultWebWorkers, 0}} {
			bench, _, err := w.CreateBench(t.Context(), operator, *in)
			w.must(err)
			stored, err := w.Bench(t.Context(), bench.ID)
			w.must(err)
			want(t, "what "+in.Name+" runs", []int{stored.Workers, stored.WebWorkers, stored.MemoryMB}, runs)
		}
	})

	t.Run("BuildFailsAndAgain", func(t *testing.T) {
		w := newWorld(t)
		second := w.server("m-2", fleet.RoleMaster)
		bench, action, err := w.CreateBench(t.Context(), operator, input(w, "second"))
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "no wheel for it"})
		failed := w.revisions(bench)[0]
		want(t, "status and reason", []string{string(failed.Status), failed.StatusReason}, []string{"FAILED", "no wheel for it"})

		again := input(w, "second")
		again.ServerID = second.ID
		replaced, action, err := w.CreateBench(t.Context(), operator, again)
		w.must(err)
		want(t, "bench and server", []uint{replaced.ID, replaced.ServerID}, []uint{bench.ID, second.ID})
		stored, err := w.Bench(t.Context(), bench.ID)
		w.must(err)
		want(t, "what is stored", stored, replaced)
		want(t, "action's server", *action.ServerID, second.ID)
		removals := w.queued(fleet.ActionRemoveRevision)
		if len(removals) != 1 || *removals[0].RevisionID != failed.ID || *removals[0].ServerID != w.master.ID {
			t.Errorf("removals: %+v", removals)
		}
		w.work()
		revisions := w.revisions(bench)
		if len(revisions) != 1 || revisions[0].Name != "r2" || revisions[0].Status != fleet.RevisionReady {
			t.Errorf("revisions: %+v", revisions)
		}
	})

	t.Run("ErrTakenWhileItsBuildRuns", func(t *testing.T) {
		w := newWorld(t)
		_, _, err := w.CreateBench(t.Context(), operator, input(w, "second"))
		w.must(err)
		w.refuses(fleet.CodeConflict, "input.name", func() error { _, _, err := w.CreateBench(t.Context(), operator, input(w, "second")); return err })
	})

	t.Run("ErrTakenAtTheSameMoment", func(t *testing.T) {
		w := newWorld(t)
		second := w.server("m-2", fleet.RoleMaster)
		got := atOnce(6, func(i int) error {
			in := input(w, "second")
			if i%2 == 0 {
				in.ServerID = second.ID
			}
			_, _, err := w.CreateBench(t.Context(), operator, in)
			return err
		})
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 5})
	})

	w := newWorld(t)
	proxy := w.server("p-1", fleet.RoleProxy)
	fresh, err := w.AddServer(t.Context(), admin, newServer("m-9", "192.0.2.9"))
	w.must(err)
	stopped := w.server("m-8", fleet.RoleMaster)
	w.must(w.ServerKeyChanged(t.Context(), stopped.ID, "another key"))
	for _, test := range []struct {
		name   string
		change func(*fleet.NewBench)
		code   fleet.Code
		field  string
	}{
		{"ErrInvalidName", func(in *fleet.NewBench) { in.Name = "../etc" }, fleet.CodeInvalid, "input.name"},
		{"ErrNoApps", func(in *fleet.NewBench) { in.Apps = nil }, fleet.CodeInvalid, "input.apps"},
		{"ErrNoWorkers", func(in *fleet.NewBench) { in.Workers = ptr(0) }, fleet.CodeInvalid, "input.workers"},
		{"ErrManyWebWorkers", func(in *fleet.NewBench) { in.WebWorkers = ptr(33) }, fleet.CodeInvalid, "input.webWorkers"},
		{"ErrLittleMemory", func(in *fleet.NewBench) { in.MemoryMB = 255 }, fleet.CodeInvalid, "input.memoryMb"},
		{"ErrTaken", func(in *fleet.NewBench) { in.Name = "main" }, fleet.CodeConflict, "input.name"},
		{"ErrUnknownServer", func(in *fleet.NewBench) { in.ServerID = 99 }, fleet.CodeNotFound, "input.serverId"},
		{"ErrProxy", func(in *fleet.NewBench) { in.ServerID = proxy.ID }, fleet.CodeInvalid, "input.serverId"},
		{"ErrNotSetUp", func(in *fleet.NewBench) { in.ServerID = fresh.ID }, fleet.CodeNotReady, "input.serverId"},
		{"ErrHostKeyChanged", func(in *fleet.NewBench) { in.ServerID = stopped.ID }, fleet.CodeHostKeyChanged, "input.serverId"},
		{"ErrUnknownApp", func(in *fleet.NewBench) { in.Apps[1].App = "crm" }, fleet.CodeNotFound, "input.apps.1.app"},
		{"ErrUnknownCommit", func(in *fleet.NewBench) { in.Apps[1].Commit = frappe[0] }, fleet.CodeUnknownCommit, "input.apps.1.commit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			in := input(w, "other")
			test.change(&in)
			w.refuses(test.code, test.field, func() error { _, _, err := w.CreateBench(t.Context(), operator, in); return err })
		})
	}
}

// slots are those of a server's revisions, in order.
func (w *world) slots(server fleet.Server) []int {
	w.t.Helper()
	rows, err := w.DB().QueryContext(w.t.Context(), "SELECT slot FROM revisions WHERE server_id = ? AND slot IS NOT NULL ORDER BY slot", server.ID)
	w.must(err)
	defer rows.Close()
	slots := []int{}
	for rows.Next() {
		var slot int
		w.must(rows.Scan(&slot))
		slots = append(slots, slot)
	}
	w.must(rows.Err())
	return slots
}

func TestStore_Slots(t *testing.T) {
	create := func(w *world, name string, server fleet.Server) fleet.Bench {
		bench, _, err := w.CreateBench(w.t.Context(), operator, fleet.NewBench{Name: name, ServerID: server.ID, Apps: oldest()})
		w.must(err)
		return bench
	}

	t.Run("SmallestFree", func(t *testing.T) {
		w := newWorld(t)
		create(w, "second", w.master)
		create(w, "third", w.master)
		want(t, "slots", w.slots(w.master), []int{0, 1, 2})
		mustDB(t, w.Store, "UPDATE revisions SET slot = NULL WHERE slot = 1")
		fourth := create(w, "fourth", w.master)
		want(t, "the slot that was free", *w.revisions(fourth)[0].Slot, 1)
	})

	t.Run("OfEachServerItsOwn", func(t *testing.T) {
		w := newWorld(t)
		other := create(w, "second", w.server("m-2", fleet.RoleMaster))
		want(t, "slot", *w.revisions(other)[0].Slot, 0)
	})

	t.Run("FreeOnlyWhenRemoved", func(t *testing.T) {
		w := newWorld(t)
		second, action, err := w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "second", ServerID: w.master.ID, Apps: oldest()})
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "no"})
		_, _, err = w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "second", ServerID: w.master.ID, Apps: oldest()})
		w.must(err)
		want(t, "slots while r1 is there", w.slots(w.master), []int{0, 1, 2})
		w.work()
		want(t, "slots once it is gone", w.slots(w.master), []int{0, 2})
		want(t, "name", w.revisions(second)[0].Name, "r2")
	})

	t.Run("NeverSharedByConcurrentCreations", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		const rivals = 8
		var group errgroup.Group
		for i := range rivals {
			group.Go(func() error {
				_, _, err := w.CreateBench(t.Context(), operator, fleet.NewBench{Name: fmt.Sprintf("bench-%d", i), ServerID: w.master.ID, Apps: oldest()})
				return err
			})
		}
		group.Go(func() error { // a deploy builds on the same server
			_, err := w.DeploySites(t.Context(), operator, deployInput(1, site.ID))
			return err
		})
		w.must(group.Wait())
		slots := w.slots(w.master)
		for i, slot := range slots {
			if slot != i {
				t.Fatalf("slots are %v", slots)
			}
		}
		want(t, "how many", len(slots), 1+rivals+1)
	})
}

func TestStore_RemoveEmptyRevisions(t *testing.T) {
	// names are those of main's revisions that are on its server, oldest first.
	names := func(w *world) []string {
		list := []string{}
		for _, revision := range w.revisions(w.bench) {
			list = append(list, revision.Name)
		}
		slices.Reverse(list)
		return list
	}

	t.Run("TheLastTwoAreKept", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.deploy(1, site.ID)
		w.work()
		want(t, "after one deploy", names(w), []string{"r1", "r2"})
		w.deploy(2, site.ID)
		w.work()
		want(t, "after two", names(w), []string{"r1", "r2", "r3"})
		w.deploy(3, site.ID)
		w.work()
		want(t, "after three", names(w), []string{"r2", "r3", "r4"})
		want(t, "slots", w.slots(w.master), []int{1, 2, 3})
		removed, err := w.Revision(t.Context(), w.revisions(w.bench)[2].ID-1)
		w.must(err)
		want(t, "the removed one", []any{removed.Name, removed.Status, removed.Slot}, []any{"r1", fleet.RevisionRemoved, (*int)(nil)})
		w.deploy(0, site.ID) // r1 is gone, so its commits are built again
		w.work()
		want(t, "after going back", names(w), []string{"r3", "r4", "r5"})
	})

	t.Run("NotThoseWithSites", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		for n := 1; n <= 3; n++ {
			w.deploy(n, sites[0].ID)
			w.work()
		}
		want(t, "revisions", names(w), []string{"r1", "r2", "r3", "r4"}) // b lives on r1; r2 and r3 are the last two
	})

	t.Run("NotForArchivedSites", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", sites[1].ID)
		for n := 1; n <= 3; n++ {
			w.deploy(n, sites[0].ID)
			w.work()
		}
		want(t, "revisions", names(w), []string{"r2", "r3", "r4"})
	})

	t.Run("FailedOnesAlways", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.deploy(1, site.ID)
		w.workWith(failKind(fleet.ActionBuildRevision, fleet.CodePlayFailed))
		want(t, "revisions", names(w), []string{"r1"})
		want(t, "slots", w.slots(w.master), []int{0})
	})

	t.Run("NotThoseAwaited", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		for n := 1; n <= 3; n++ { // r2, r3 and r4 are there, a is on r4
			w.deploy(n, sites[0].ID)
			w.work()
		}
		first := w.deploy(1, sites[1].ID) // to r2, which is built
		moveB, refB := w.claim(fleet.ActionMoveSite)
		in := deployInput(3, sites[0].ID)
		in.Releases = []fleet.AppCommit{{App: "frappe", Commit: frappe[1]}}
		_, err := w.DeploySites(t.Context(), operator, in) // to r5, so that r3 and r4 are the last two
		w.must(err)
		w.work()
		if !slices.Contains(names(w), "r2") {
			t.Fatalf("revisions are %v; %s is on its way to r2", names(w), moveB.Title)
		}
		w.finish(refB, nil)
		want(t, "deploy", w.getDeploy(first.ID).Status, fleet.DeploySucceeded)
	})

	t.Run("NotThoseASiteMayComeBackTo", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		w.deploy(1, sites[0].ID) // b stays on r1
		w.work()
		w.deploy(2, sites[0].ID)
		w.work()
		first := w.deploy(3, sites[1].ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		move, ref := w.claim(fleet.ActionMoveSite)
		w.must(w.SiteMoved(t.Context(), ref, *move.RevisionID)) // r1 is empty now, but b may have to go back
		w.deploy(3, sites[0].ID)                                // so that r2 and r3 are the last two
		w.work()
		if !slices.Contains(names(w), "r1") {
			t.Fatalf("revisions are %v", names(w))
		}
		used, err := w.RevisionInUse(t.Context(), sites[1].RevisionID)
		w.must(err)
		want(t, "r1 is in use", used, true)
		w.must(w.SiteMoved(t.Context(), ref, sites[1].RevisionID))
		w.finish(ref, &fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "no"})
		want(t, "deploy", w.getDeploy(first.ID).Status, fleet.DeployFailed)
		used, err = w.RevisionInUse(t.Context(), sites[1].RevisionID)
		w.must(err)
		want(t, "r1 is in use again", used, true)
	})

	t.Run("SaysWhenItCannotBeRemoved", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.deploy(1, site.ID)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.Kind == fleet.ActionBuildRevision || a.Kind == fleet.ActionRemoveRevision {
				return &fleet.Failure{Code: fleet.CodePlayFailed, Message: "read-only file system"}
			}
			return nil
		})
		var status, reason string
		var slot *int
		w.must(w.DB().QueryRow("SELECT status, status_reason, slot FROM revisions WHERE name = 'r2'").Scan(&status, &reason, &slot))
		if status != "REMOVED" || reason != "Its directory could not be removed: read-only file system" || slot == nil {
			t.Errorf("%s (%s), slot %v", status, reason, slot) // its ports may still be in use
		}
	})

	// A site is sent back to the revision that is being removed: one of the two has to win.
	t.Run("RaceWithADeploy", func(t *testing.T) {
		for range 4 {
			w := newWorld(t)
			sites := w.site(w.bench, "a.example.com", "c.example.com")
			for n := 1; n <= 3; n++ { // both leave r1, r2 and r3, of which the last two are kept
				w.deploy(n, sites[0].ID, sites[1].ID)
				w.work()
			}
			in := deployInput(3, sites[1].ID)
			in.Releases = []fleet.AppCommit{{App: "frappe", Commit: frappe[1]}}
			_, err := w.DeploySites(t.Context(), operator, in) // c to r5
			w.must(err)
			w.work()
			in = deployInput(3, sites[0].ID)
			in.Releases = []fleet.AppCommit{{App: "frappe", Commit: frappe[1]}}
			_, err = w.DeploySites(t.Context(), operator, in) // a too, which empties r4, so that r2 goes
			w.must(err)
			move, ref := w.claim(fleet.ActionMoveSite)
			w.must(w.SiteMoved(t.Context(), ref, *move.RevisionID))
			in = deployInput(1, sites[1].ID)
			in.Releases = append(in.Releases, fleet.AppCommit{App: "frappe", Commit: frappe[0]})
			var group errgroup.Group
			group.Go(func() error { return w.FinishAction(t.Context(), ref, fleet.ActionSucceeded, nil) })
			group.Go(func() error { _, err := w.DeploySites(t.Context(), operator, in); return err }) // c back to r2
			w.must(group.Wait())
			var lost int
			w.must(w.DB().QueryRow(`SELECT COUNT(*) FROM deploy_sites d JOIN revisions r ON r.id = d.to_revision_id
				WHERE d.status = 'WAITING' AND r.status NOT IN ('READY', 'BUILDING')`).Scan(&lost))
			want(t, "sites on their way to a revision that goes", lost, 0)
			w.work()
			want(t, "version", w.version(sites[1].ID), "shop 1.1.0")
		}
	})
}

// version is what a site is on.
func (w *world) version(siteID uint) string {
	w.t.Helper()
	revision, err := w.Revision(w.t.Context(), w.getSite(siteID).RevisionID)
	w.must(err)
	return revision.Version
}

// failKind makes every action of a kind fail.
func failKind(kind fleet.ActionKind, code fleet.Code) func(*fleet.Action) *fleet.Failure {
	return func(a *fleet.Action) *fleet.Failure {
		if a.Kind != kind {
			return nil
		}
		return &fleet.Failure{Code: code, Message: "It failed."}
	}
}
