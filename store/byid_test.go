package store_test

import (
	"slices"
	"testing"

	"central/fleet"
)

func TestStore_ByID(t *testing.T) {
	w := newWorld(t)
	sites := w.manySites(w.bench, 1, 2500) // more than one statement asks for
	ctx := t.Context()
	found, err := w.SitesByID(ctx, append(slices.Clone(sites), 1_000_000, sites[0]))
	w.must(err)
	want(t, "sites", len(found), len(sites))
	want(t, "one of them", found[sites[7]], w.getSite(sites[7]))

	deploy := w.deploy(1, sites[0], sites[1])
	other := w.deploy(2, sites[2])
	w.claim(fleet.ActionBuildRevision)
	for name, read := range map[string]func([]uint) (int, error){
		"ServersByID":      func(list []uint) (int, error) { m, err := w.ServersByID(ctx, list); return len(m), err },
		"AppsByID":         func(list []uint) (int, error) { m, err := w.AppsByID(ctx, list); return len(m), err },
		"BenchesByID":      func(list []uint) (int, error) { m, err := w.BenchesByID(ctx, list); return len(m), err },
		"RevisionsByID":    func(list []uint) (int, error) { m, err := w.RevisionsByID(ctx, list); return len(m), err },
		"SitesByID":        func(list []uint) (int, error) { m, err := w.SitesByID(ctx, list); return len(m), err },
		"ActionsByID":      func(list []uint) (int, error) { m, err := w.ActionsByID(ctx, list); return len(m), err },
		"DeploysByID":      func(list []uint) (int, error) { m, err := w.DeploysByID(ctx, list); return len(m), err },
		"BenchesOfServers": func(list []uint) (int, error) { m, err := w.BenchesOfServers(ctx, list); return len(m), err },
		"ChildrenOf":       func(list []uint) (int, error) { m, err := w.ChildrenOfActions(ctx, list); return len(m), err },
		"NeedsOf":          func(list []uint) (int, error) { m, err := w.NeedsOfActions(ctx, list); return len(m), err },
		"BuildsOf":         func(list []uint) (int, error) { m, err := w.BuildsOfDeploys(ctx, list); return len(m), err },
		"ProgressOf":       func(list []uint) (int, error) { m, err := w.ProgressOfDeploys(ctx, list); return len(m), err },
	} {
		for _, none := range [][]uint{nil, {}, {1_000_000}} {
			n, err := read(none)
			w.must(err)
			want(t, name+" of none", n, 0)
		}
	}

	benches, err := w.BenchesOfServers(ctx, []uint{w.master.ID})
	w.must(err)
	want(t, "benches", benches, map[uint][]fleet.Bench{w.master.ID: {w.bench}})
	children, err := w.ChildrenOfActions(ctx, []uint{deploy.ActionID, other.ActionID})
	w.must(err)
	want(t, "parts of each deploy", []int{len(children[deploy.ActionID]), len(children[other.ActionID])}, []int{3, 2})
	build, moves := children[deploy.ActionID][0], children[deploy.ActionID][1:]
	needs, err := w.NeedsOfActions(ctx, []uint{build.ID, moves[0].ID, moves[1].ID})
	w.must(err)
	want(t, "what moves wait for", needs, map[uint][]fleet.Action{moves[0].ID: {build}, moves[1].ID: {build}})
	builds, err := w.BuildsOfDeploys(ctx, []uint{deploy.ID, other.ID})
	w.must(err)
	want(t, "builds", []fleet.ActionStatus{builds[deploy.ID][0].Status, builds[other.ID][0].Status}, []fleet.ActionStatus{fleet.ActionRunning, fleet.ActionQueued})
	progress, err := w.ProgressOfDeploys(ctx, []uint{deploy.ID, other.ID})
	w.must(err)
	want(t, "status and total", []any{progress[deploy.ID].Status, progress[deploy.ID].Total, progress[other.ID].Status, progress[other.ID].Total},
		[]any{fleet.DeployRunning, 2, fleet.DeployQueued, 1})
	for _, err := range []error{
		func() error { _, err := w.Deploy(ctx, 99); return err }(), func() error { _, err := w.Action(ctx, 9999); return err }(),
		func() error { _, err := w.Site(ctx, 1_000_000); return err }(), func() error { _, err := w.App(ctx, 99); return err }(),
	} {
		wantCode(t, err, fleet.CodeNotFound)
	}
}
