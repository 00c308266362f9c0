package store_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestStore_ConfigureBench(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		bench, action, err := w.ConfigureBench(t.Context(), operator, fleet.BenchSettings{BenchID: w.bench.ID, Workers: 3, WebWorkers: 4, MemoryMB: 512})
		w.must(err)
		w.audited(operator, "configureBench", "main", &action.ID)
		stored, err := w.Bench(t.Context(), w.bench.ID)
		w.must(err)
		want(t, "bench", stored, bench)
		want(t, "settings", []int{stored.Workers, stored.WebWorkers, stored.MemoryMB}, []int{3, 4, 512})
		want(t, "action", []any{action.Kind, *action.ServerID, *action.BenchID}, []any{fleet.ActionConfigureBench, w.master.ID, w.bench.ID})
	})

	t.Run("Runtime", func(t *testing.T) { // is for revisions to come, and the same commits are built anew with it
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		python, node := "python3.12", "node22"
		bench, _, err := w.ConfigureBench(t.Context(), operator, fleet.BenchSettings{BenchID: w.bench.ID, Workers: 1, WebWorkers: 2, Python: &python, Node: &node})
		w.must(err)
		w.work()
		want(t, "the bench has", []string{bench.Python, bench.Node}, []string{python, node})
		w.deploy(0, site.ID) // that it is on
		w.work()
		revisions := w.revisions(bench)
		want(t, "the revision that was there has", []string{revisions[1].Python, revisions[1].Node}, []string{"python3", ""})
		want(t, "the site is on", w.getSite(site.ID).RevisionID, revisions[0].ID)
		want(t, "with the same commits", revisions[0].Fingerprint, revisions[1].Fingerprint)
		if revisions[0].Python != python || !strings.HasPrefix(revisions[0].Node, "22.") || !revisions[0].MadeFor(bench) {
			t.Errorf("the new revision is %+v", revisions[0])
		}

		again, _, err := w.ConfigureBench(t.Context(), operator, fleet.BenchSettings{BenchID: w.bench.ID, Workers: 2, WebWorkers: 2})
		w.must(err)
		want(t, "not given, they stay", []string{again.Python, again.Node}, []string{python, node})
	})

	python, node := "python2", "node7"
	for name, in := range map[string]struct {
		settings fleet.BenchSettings
		field    string
	}{
		"ErrPython":       {fleet.BenchSettings{Workers: 1, WebWorkers: 1, Python: &python}, "input.python"},
		"ErrNode":         {fleet.BenchSettings{Workers: 1, WebWorkers: 1, Node: &node}, "input.node"},
		"ErrNoWorkers":    {fleet.BenchSettings{WebWorkers: 1}, "input.workers"},
		"ErrManyWorkers":  {fleet.BenchSettings{Workers: 1, WebWorkers: 33}, "input.webWorkers"},
		"ErrLittleMemory": {fleet.BenchSettings{Workers: 1, WebWorkers: 1, MemoryMB: 10}, "input.memoryMb"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			in.settings.BenchID = w.bench.ID
			w.refuses(fleet.CodeInvalid, in.field, func() error { _, _, err := w.ConfigureBench(t.Context(), operator, in.settings); return err })
		})
	}
}

func TestStore_AddBenchApp(t *testing.T) {
	crm := commit(0xc0)

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.app("crm", []string{crm})
		_, action, err := w.AddBenchApp(t.Context(), operator, w.bench.ID, fleet.AppCommit{App: "crm", Commit: crm})
		w.must(err)
		w.audited(operator, "addBenchApp", "main", &action.ID)
		revision, err := w.Revision(t.Context(), *action.RevisionID)
		w.must(err)
		want(t, "apps", appNames(revision.Apps), []string{"frappe", "shop", "crm"})
		w.work()

		in := fleet.DeployInput{SiteIDs: []uint{site.ID}, Releases: []fleet.AppCommit{{App: "crm", Commit: crm}}}
		plan, err := w.DeployPlan(t.Context(), viewer, in)
		w.must(err)
		if blocking := plan.Blocking(); blocking != nil {
			t.Fatal(blocking)
		}
		want(t, "the site moves to the revision that is there", []any{len(plan.Groups), plan.Groups[0].RevisionID, plan.Groups[0].Built}, []any{1, revision.ID, true})
	})

	t.Run("ErrThere", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeConflict, "input.app", func() error {
			_, _, err := w.AddBenchApp(t.Context(), operator, w.bench.ID, fleet.AppCommit{App: "shop", Commit: shop[1]})
			return err
		})
	})

	t.Run("ErrUnknownCommit", func(t *testing.T) {
		w := newWorld(t)
		w.app("crm", []string{crm})
		w.refuses(fleet.CodeUnknownCommit, "input.commit", func() error {
			_, _, err := w.AddBenchApp(t.Context(), operator, w.bench.ID, fleet.AppCommit{App: "crm", Commit: commit(1)})
			return err
		})
	})

	t.Run("ErrNotOnTheBench", func(t *testing.T) { // an app that the bench does not have is added by no deploy
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		w.app("crm", []string{crm})
		plan, err := w.DeployPlan(t.Context(), viewer, fleet.DeployInput{SiteIDs: []uint{site.ID}, Releases: []fleet.AppCommit{{App: "crm", Commit: crm}}})
		w.must(err)
		wantCode(t, plan.Blocking(), fleet.CodeInvalid)
	})
}

func TestStore_RetireBench(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		bench, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main")
		w.must(err)
		w.audited(admin, "retireBench", "main", nil)
		if bench.RetiredAt == nil {
			t.Error("it is not retired")
		}
		benches, err := w.Benches(t.Context())
		w.must(err)
		want(t, "benches", benches, []fleet.Bench{})
		want(t, "revisions that go", len(w.queued(fleet.ActionRemoveRevision)), 1)
		w.work()
		again := w.newBench("main", w.master)
		if again.RetiredAt != nil {
			t.Error("its name cannot be used again")
		}
	})

	t.Run("ErrSites", func(t *testing.T) {
		w := newWorld(t)
		w.site(w.bench, "acme.example.com")
		w.refuses(fleet.CodeNotReady, "input.benchId", func() error { _, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main"); return err })
	})

	t.Run("ErrUnderWay", func(t *testing.T) {
		w := newWorld(t)
		_, _, err := w.ConfigureBench(t.Context(), operator, fleet.BenchSettings{BenchID: w.bench.ID, Workers: 1, WebWorkers: 1})
		w.must(err)
		w.refuses(fleet.CodeNotReady, "input.benchId", func() error { _, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main"); return err })
	})

	t.Run("ErrNotConfirmed", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeInvalid, "input.confirmName", func() error { _, err := w.RetireBench(t.Context(), admin, w.bench.ID, "other"); return err })
	})

	t.Run("ErrRetired", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main")
		w.must(err)
		w.refuses(fleet.CodeNotFound, "input.benchId", func() error { _, err := w.RetireBench(t.Context(), admin, w.bench.ID, "main"); return err })
	})
}

func TestStore_ReleasesSince(t *testing.T) {
	w := newWorld(t)
	since, err := w.ReleasesSince(t.Context(), []fleet.AppCommit{
		{App: "shop", Commit: shop[0]}, {App: "shop", Commit: shop[3]}, {App: "frappe", Commit: frappe[0]}, {App: "frappe", Commit: shop[0]}, {App: "shop", Commit: commit(1)},
	})
	w.must(err)
	zero, one, three := 0, 1, 3
	want(t, "since", since, map[fleet.AppCommit]*int{{App: "shop", Commit: shop[0]}: &three, {App: "shop", Commit: shop[3]}: &zero, {App: "frappe", Commit: frappe[0]}: &one})
}

func appNames(apps []fleet.RevisionApp) []string {
	names := []string{}
	for _, app := range apps {
		names = append(names, app.App)
	}
	return names
}
