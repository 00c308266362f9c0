package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// children are the parts of a deploy, in the order in which they were queued.
func (w *world) children(deploy fleet.Deploy) []fleet.Action {
	w.t.Helper()
	children, err := w.ChildrenOfActions(w.t.Context(), []uint{deploy.ActionID})
	w.must(err)
	return children[deploy.ActionID]
}

// rows are the sites of a deploy by their names.
func (w *world) rows(deploy fleet.Deploy) map[string]fleet.DeploySite {
	w.t.Helper()
	list, err := w.DeploySitesOf(w.t.Context(), deploy.ID)
	w.must(err)
	rows := map[string]fleet.DeploySite{}
	for _, row := range list {
		rows[row.SiteName] = row
	}
	return rows
}

func TestStore_DeploySites(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "b.example.com", "a.example.com", "stays.example.com")
		in := deployInput(2, sites[0].ID, sites[1].ID)
		in.SitesAtOnce, in.SkipFailingPatches = 3, true
		deploy, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)

		want(t, "deploy", deploy, fleet.Deploy{
			ID: deploy.ID, ActionID: deploy.ActionID, Title: "shop 1.2.0 to 2 sites", Status: fleet.DeployQueued, Releases: in.Releases,
			SitesAtOnce: 3, SkipFailingPatches: true, IdempotencyKey: in.IdempotencyKey, InputDigest: deploy.InputDigest,
			ActorName: "grace", Total: 2, CreatedAt: deploy.CreatedAt,
		})
		want(t, "what is stored", w.getDeploy(deploy.ID), deploy)
		entry := w.audited(operator, "deploySites", deploy.Title, &deploy.ActionID)
		want(t, "audited input", entry.Input, map[string]any{
			"siteIds": []any{float64(sites[0].ID), float64(sites[1].ID)}, "releases": []any{map[string]any{"App": "shop", "Commit": shop[2]}},
			"sitesAtOnce": 3.0, "skipFailingPatches": true, "idempotencyKey": in.IdempotencyKey, "retryOf": nil,
		})

		root := mustAction(t, w.Store, deploy.ActionID)
		want(t, "root", []any{root.Kind, root.Status, *root.DeployID, root.ParentID}, []any{fleet.ActionDeploy, fleet.ActionQueued, deploy.ID, (*uint)(nil)})
		children := w.children(deploy)
		want(t, "parts", len(children), 3)
		build := children[0]
		want(t, "build", []any{build.Kind, build.Title, build.WantsKey, build.PendingNeeds}, []any{
			fleet.ActionBuildRevision, "Build main r2 (shop 1.2.0)", fmt.Sprintf("revision:%d", *build.RevisionID), 0,
		})
		for _, move := range children[1:] {
			row := w.rows(deploy)[w.getSite(*move.SiteID).Name]
			want(t, "row", row, fleet.DeploySite{
				ID: row.ID, DeployID: deploy.ID, SiteID: *move.SiteID, ActionID: move.ID, ServerID: w.master.ID, SiteName: row.SiteName,
				FromRevisionID: sites[0].RevisionID, ToRevisionID: *build.RevisionID, Status: fleet.DeploySiteWaiting, Patches: 3, SkippedPatches: []string{},
			})
			want(t, "move", []any{move.Kind, move.Title, move.WantsKey, move.Lane, move.LaneLimit, move.PendingNeeds, move.ActorName}, []any{
				fleet.ActionMoveSite, "Move " + row.SiteName + " to main r2", fmt.Sprintf("site:%d", row.SiteID),
				fmt.Sprintf("deploy:%d:server:%d", deploy.ID, w.master.ID), 3, 1, "grace",
			})
			want(t, "busy", *w.getSite(row.SiteID).BusyActionID, deploy.ActionID)
		}
		want(t, "who stays is not busy", w.getSite(sites[2].ID).BusyActionID, (*uint)(nil))
		events := mustEvents(t, w.Store, deploy.ActionID)
		if len(events) != 1 || events[0].Body.Deploy.Status != fleet.DeployQueued || events[0].Body.Deploy.Total != 2 {
			t.Errorf("events: %+v", events)
		}
	})

	t.Run("OneSiteByName", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID, site.ID) // given twice is given once
		want(t, "title and total", []any{deploy.Title, deploy.Total}, []any{"shop 1.1.0 to a.example.com", 1})
	})

	t.Run("SeveralBenches", func(t *testing.T) {
		w := newWorld(t)
		second, third := w.newBench("second", w.master), w.newBenchOn("third", "m-2")
		sites := slices.Concat(w.site(w.bench, "a.example.com"), w.site(second, "b.example.com"), w.site(third, "c.example.com", "d.example.com"))
		deploy := w.deploy(1, ids(sites)...)
		built := map[uint]int{}
		for _, child := range w.children(deploy) {
			if child.Kind == fleet.ActionBuildRevision {
				built[*child.BenchID]++
			}
		}
		want(t, "builds by bench", built, map[uint]int{w.bench.ID: 1, second.ID: 1, third.ID: 1})
		for _, site := range sites {
			to, err := w.Revision(t.Context(), w.rows(deploy)[site.Name].ToRevisionID)
			w.must(err)
			want(t, "bench of "+site.Name, to.BenchID, site.BenchID)
		}
		builds, err := w.BuildsOfDeploys(t.Context(), []uint{deploy.ID})
		w.must(err)
		want(t, "builds", len(builds[deploy.ID]), 3)
		w.work()
		w.checkEnd(deploy, fleet.DeploySucceeded)
	})

	t.Run("AlreadyBuilt", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		w.deploy(1, sites[0].ID)
		w.work()
		deploy := w.deploy(1, sites[1].ID)
		children := w.children(deploy)
		if len(children) != 1 || children[0].Kind != fleet.ActionMoveSite || children[0].PendingNeeds != 0 {
			t.Errorf("parts: %+v", children)
		}
		w.work()
		want(t, "same revision", w.getSite(sites[0].ID).RevisionID, w.getSite(sites[1].ID).RevisionID)
	})

	t.Run("BeingBuiltByAnother", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		first, second := w.deploy(1, sites[0].ID), w.deploy(1, sites[1].ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		mustNotClaim(t, w.Store) // one build for both
		w.finish(build, nil)
		w.work()
		w.checkEnd(first, fleet.DeploySucceeded)
		w.checkEnd(second, fleet.DeploySucceeded)
	})

	t.Run("SomeAreThereAlready", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		w.deploy(1, sites[0].ID)
		w.work()
		deploy := w.deploy(1, ids(sites)...)
		want(t, "sites", sorted(w.rows(deploy)), []string{"b.example.com"})
		want(t, "the other is left alone", w.getSite(sites[0].ID).BusyActionID, (*uint)(nil))
	})

	t.Run("SitesAtOnceOnEachServer", func(t *testing.T) {
		w := newWorld(t)
		other := w.newBenchOn("other", "m-2")
		sites := append(w.manySites(w.bench, 1, 6), w.manySites(other, 7, 12)...)
		in := deployInput(1, sites...)
		in.SitesAtOnce = 2
		_, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)
		var refs []store.LeaseRef
		for range 2 {
			_, build := w.claim(fleet.ActionBuildRevision)
			refs = append(refs, build)
		}
		for _, ref := range refs {
			w.finish(ref, nil)
		}
		running := map[uint]int{}
		for range 4 {
			move, ref := w.claim(fleet.ActionMoveSite)
			running[*move.ServerID]++
			refs = append(refs, ref)
		}
		want(t, "running on each server", running, map[uint]int{w.master.ID: 2, other.ServerID: 2})
		mustNotClaim(t, w.Store)
		w.finish(refs[2], nil)
		w.claim(fleet.ActionMoveSite)
		mustNotClaim(t, w.Store)
	})
}

func TestStore_DeploySites_Key(t *testing.T) {
	t.Run("SameKeySameDeploy", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		in := deployInput(1, ids(sites)...)
		in.Releases = append(in.Releases, fleet.AppCommit{App: "frappe", Commit: frappe[1]})
		first, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)
		before := w.state()
		in.SiteIDs = []uint{sites[1].ID, sites[0].ID, sites[1].ID}
		in.Releases = []fleet.AppCommit{in.Releases[1], in.Releases[0]}
		in.SitesAtOnce = fleet.DefaultSitesAtOnce
		again, err := w.DeploySites(t.Context(), admin, in)
		w.must(err)
		want(t, "deploy", again, first)
		want(t, "tables", w.state(), before)
		want(t, "the input is left as it was", in.SiteIDs, []uint{sites[1].ID, sites[0].ID, sites[1].ID})

		w.work()
		again, err = w.DeploySites(t.Context(), operator, in) // also when there is nothing to deploy any more
		w.must(err)
		want(t, "id and status", []any{again.ID, again.Status}, []any{first.ID, fleet.DeploySucceeded})
	})

	t.Run("AtTheSameMoment", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
		processes := []*store.Store{w.Store, storetest.OpenOn(t, w.dsn), storetest.OpenOn(t, w.dsn)}
		for round := range 4 {
			in := deployInput(round%4, ids(sites)...)
			if round%4 == 0 {
				in.Releases[0].Commit = shop[3]
			}
			var mu sync.Mutex
			got := map[uint]int{}
			results := atOnce(12, func(i int) error {
				deploy, err := processes[i%3].DeploySites(t.Context(), operator, in)
				mu.Lock()
				defer mu.Unlock()
				got[deploy.ID]++
				return err
			})
			want(t, "results", results, map[fleet.Code]int{"": 12})
			if len(got) != 1 || got[0] != 0 {
				t.Errorf("deploys and how often each was returned: %v", got)
			}
			want(t, "audit entries", w.audits("deploySites"), round+1)
			w.work()
		}
	})

	t.Run("ErrOtherInput", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		in := deployInput(1, sites[0].ID)
		_, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)
		for name, change := range map[string]func(*fleet.DeployInput){
			"more sites":       func(in *fleet.DeployInput) { in.SiteIDs = ids(sites) },
			"other sites":      func(in *fleet.DeployInput) { in.SiteIDs = []uint{sites[1].ID} },
			"another release":  func(in *fleet.DeployInput) { in.Releases = deployInput(2).Releases },
			"more at once":     func(in *fleet.DeployInput) { in.SitesAtOnce = 9 },
			"skipping patches": func(in *fleet.DeployInput) { in.SkipFailingPatches = true },
		} {
			t.Run(name, func(t *testing.T) {
				w.t = t
				other := in
				change(&other)
				w.refuses(fleet.CodeKeyReused, "input.idempotencyKey", func() error { _, err := w.DeploySites(t.Context(), operator, other); return err })
			})
		}
	})

	t.Run("ErrOtherInputAtTheSameMoment", func(t *testing.T) {
		w := newWorld(t)
		sites := w.manySites(w.bench, 1, 8)
		key := newKey()
		got := atOnce(8, func(i int) error {
			in := deployInput(1, sites[i])
			in.IdempotencyKey = key
			_, err := w.DeploySites(t.Context(), operator, in)
			return err
		})
		want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeKeyReused: 7})
		want(t, "audit entries", w.audits("deploySites"), 1)
	})
}

func TestStore_DeploySites_Errors(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "good.example.com", "archived.example.com", "broken.example.com", "busy.example.com")
	good, archived, broken, busy := sites[0].ID, sites[1].ID, sites[2].ID, sites[3].ID
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", archived)
	mustDB(t, w.Store, "UPDATE sites SET status = 'BROKEN' WHERE id = ?", broken)
	stopped := w.site(w.newBenchOn("stopped", "m-2"), "stopped.example.com")[0]
	w.must(w.ServerKeyChanged(t.Context(), stopped.ServerID, "another key"))
	resetting := w.site(w.newBenchOn("resetting", "m-3"), "resetting.example.com")[0]
	_, _, err := w.SetUpServer(t.Context(), admin, resetting.ServerID, w.previewed(w.serverNamed("m-3")))
	w.must(err)
	w.deploy(1, busy)
	creating, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "creating.example.com", BenchID: w.bench.ID})
	w.must(err)

	for _, test := range []struct {
		name  string
		in    fleet.DeployInput
		code  fleet.Code
		field string
		says  string
	}{
		{"ErrNoSites", deployInput(1), fleet.CodeNoSites, "input.siteIds", ""},
		{"ErrNoKey", fleet.DeployInput{SiteIDs: []uint{good}, Releases: deployInput(1).Releases}, fleet.CodeInvalid, "input.idempotencyKey", ""},
		{"ErrUnknownSite", deployInput(1, good, 999), fleet.CodeNotFound, "input.siteIds", "999"},
		{"ErrArchived", deployInput(1, good, archived), fleet.CodeSiteArchived, "input.siteIds", "archived.example.com"},
		{"ErrBroken", deployInput(1, good, broken), fleet.CodeNotReady, "input.siteIds", "broken.example.com"},
		{"ErrBusy", deployInput(1, good, busy), fleet.CodeSiteBusy, "input.siteIds", "busy.example.com is busy with “shop 1.1.0 to busy.example.com”, asked for by grace"},
		{"ErrBeingCreated", deployInput(1, creating.ID), fleet.CodeSiteBusy, "input.siteIds", "Create creating.example.com"},
		{"ErrHostKeyChanged", deployInput(1, good, stopped.ID), fleet.CodeHostKeyChanged, "input.siteIds", "m-2"},
		{"ErrServerBeingSetUp", deployInput(1, good, resetting.ID), fleet.CodeNotReady, "input.siteIds", "m-3"},
		{"ErrUnknownCommit", fleet.DeployInput{SiteIDs: []uint{good}, Releases: []fleet.AppCommit{{App: "shop", Commit: frappe[0]}}, IdempotencyKey: "k"}, fleet.CodeUnknownCommit, "input.releases.0.commit", ""},
		{"ErrUnknownApp", fleet.DeployInput{SiteIDs: []uint{good}, Releases: []fleet.AppCommit{{App: "crm", Commit: frappe[0]}}, IdempotencyKey: "k"}, fleet.CodeInvalid, "input.releases.0.app", ""},
		{"ErrNothingToDo", deployInput(0, good), fleet.CodeNoSites, "input.siteIds", "already"},
		{"ErrFinding", fleet.DeployInput{
			SiteIDs: []uint{good}, Releases: deployInput(1).Releases, IdempotencyKey: "k",
			Findings: []fleet.ServerFinding{{ServerID: w.master.ID, Code: fleet.CodeUnreachable, Message: "m-1 does not answer."}},
		}, fleet.CodeUnreachable, "input.siteIds", "m-1 does not answer."},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			message := w.refuses(test.code, test.field, func() error { _, err := w.DeploySites(t.Context(), operator, test.in); return err })
			if !strings.Contains(message, test.says) {
				t.Errorf("says %q, want %q in it", message, test.says)
			}
			want(t, "still free", w.getSite(good).BusyActionID, (*uint)(nil))
			if test.code == fleet.CodeNoSites && test.says == "" || test.code == fleet.CodeInvalid && test.field == "input.idempotencyKey" {
				return
			}
			plan, err := w.DeployPlan(t.Context(), viewer, test.in)
			w.must(err)
			want(t, "the plan says the same", fleet.ErrorCode(plan.Blocking()), test.code)
		})
	}
}

func TestStore_DeploySites_Overlapping(t *testing.T) {
	t.Run("OneOfTwoWins", func(t *testing.T) {
		w := newWorld(t)
		sites := w.manySites(w.bench, 1, 3)
		other := storetest.OpenOn(t, w.dsn)
		for round := range 5 {
			inputs := []fleet.DeployInput{deployInput(1+round%3, sites[0], sites[1]), deployInput(1+round%3, sites[1], sites[2])}
			got := atOnce(2, func(i int) error {
				_, err := []*store.Store{w.Store, other}[i].DeploySites(t.Context(), operator, inputs[i])
				return err
			})
			want(t, "results", got, map[fleet.Code]int{"": 1, fleet.CodeSiteBusy: 1})
			w.work()
			// The next round starts with all three in one place.
			w.deploy(0, w.notOn("shop 1.0.0", sites)...)
			w.work()
		}
	})

	t.Run("ManyAtRandom", func(t *testing.T) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		w := newWorld(t)
		sites := append(w.manySites(w.bench, 1, 12), w.manySites(w.newBenchOn("second", "m-2"), 13, 24)...)
		inputs := make([]fleet.DeployInput, 16)
		for i := range inputs {
			chosen := []uint{}
			for _, n := range random.Perm(len(sites))[:1+random.IntN(5)] {
				chosen = append(chosen, sites[n])
			}
			inputs[i] = deployInput(1, chosen...)
		}
		var mu sync.Mutex
		holders := map[uint]uint{}
		got := atOnce(len(inputs), func(i int) error {
			deploy, err := w.DeploySites(t.Context(), operator, inputs[i])
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for _, site := range inputs[i].SiteIDs {
				if holders[site] != 0 {
					t.Errorf("site %d is in two deploys", site)
				}
				holders[site] = deploy.ActionID
			}
			return nil
		})
		if got[""] == 0 || got[""]+got[fleet.CodeSiteBusy] != len(inputs) {
			t.Errorf("results: %v", got)
		}
		for _, id := range sites {
			if busy := w.getSite(id).BusyActionID; (busy == nil) != (holders[id] == 0) || busy != nil && *busy != holders[id] {
				t.Errorf("site %d is held by %v, want %d", id, busy, holders[id])
			}
		}
		w.work()
		for _, action := range slices.Compact(slices.Sorted(maps.Values(holders))) {
			root := mustAction(t, w.Store, action)
			w.checkEnd(w.getDeploy(*root.DeployID), fleet.DeploySucceeded)
		}
	})
}

// notOn are those of the sites that are on another version.
func (w *world) notOn(version string, sites []uint) []uint {
	w.t.Helper()
	others := []uint{}
	for _, id := range sites {
		if w.version(id) != version {
			others = append(others, id)
		}
	}
	return others
}

func TestStore_DeployPlan(t *testing.T) {
	t.Run("ChangesNothing", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		before := w.state()
		in := deployInput(2, ids(sites)...)
		in.IdempotencyKey = ""
		plan, err := w.DeployPlan(t.Context(), viewer, in)
		w.must(err)
		want(t, "sites and patches", []int{plan.SiteCount, plan.Patches}, []int{2, 6})
		want(t, "tables", w.state(), before)
	})

	t.Run("MedianOfHistory", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
		first := w.deploy(1, ids(sites)...)
		w.work()
		for name, seconds := range map[string]float64{"a.example.com": 1, "b.example.com": 20, "c.example.com": 300} {
			mustDB(t, w.Store, "UPDATE deploy_sites SET maintenance_seconds = ? WHERE deploy_id = ? AND site_name = ?", seconds, first.ID, name)
		}
		plan, err := w.DeployPlan(t.Context(), viewer, deployInput(2, sites[0].ID))
		w.must(err)
		want(t, "seconds expected", plan.Groups[0].Sites[0].ExpectedSeconds, 20.0)
	})

	t.Run("ErrNoSites", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.DeployPlan(t.Context(), viewer, deployInput(1))
		wantCode(t, err, fleet.CodeNoSites)
	})
}

func TestStore_ServersOf(t *testing.T) {
	w := newWorld(t)
	sites := slices.Concat(w.site(w.bench, "a.example.com", "b.example.com"), w.site(w.newBenchOn("second", "m-2"), "c.example.com"))
	names := func(servers []fleet.Server, err error) []string {
		w.must(err)
		list := []string{}
		for _, server := range servers {
			list = append(list, server.Name)
		}
		return list
	}
	want(t, "of two sites on one server", names(w.ServersOfSites(t.Context(), ids(sites[:2]))), []string{"m-1"})
	want(t, "of all", names(w.ServersOfSites(t.Context(), ids(sites))), []string{"m-1", "m-2"})
	deploy := w.deploy(1, sites[2].ID)
	want(t, "of a deploy", names(w.ServersOfDeploy(t.Context(), deploy.ID)), []string{"m-2"})
}
