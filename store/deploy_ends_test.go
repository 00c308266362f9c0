package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"central/fleet"
	"central/store"
)

// checkEnd holds what is true of every deploy that has ended, from its rows and from its events.
func (w *world) checkEnd(deploy fleet.Deploy, status fleet.DeployStatus) fleet.Deploy {
	w.t.Helper()
	ended := w.getDeploy(deploy.ID)
	if ended.Status != status || ended.FinishedAt == nil || ended.Ended() != ended.Total {
		w.t.Errorf("deploy %d is %s, want %s: %+v", ended.ID, ended.Status, status, ended)
		return ended
	}
	w.checkRows(ended)
	w.checkEvents(ended)

	root := mustAction(w.t, w.Store, ended.ActionID)
	wantRoot := map[fleet.DeployStatus]fleet.ActionStatus{
		fleet.DeploySucceeded: fleet.ActionSucceeded, fleet.DeployFailed: fleet.ActionFailed, fleet.DeployCancelled: fleet.ActionCancelled,
	}
	if root.Status != wantRoot[status] || root.Percent != 100 || root.FinishedAt == nil || (root.ErrorCode == "") != (status != fleet.DeployFailed) {
		w.t.Errorf("its root action is %+v", root)
	}
	var unfinished, held int
	w.must(w.DB().QueryRow("SELECT COUNT(*) FROM actions WHERE deploy_id = ? AND status IN ('QUEUED', 'RUNNING')", ended.ID).Scan(&unfinished))
	w.must(w.DB().QueryRow("SELECT COUNT(*) FROM sites WHERE busy_action_id = ?", ended.ActionID).Scan(&held))
	want(w.t, "unfinished parts, and sites that are still held", []int{unfinished, held}, []int{0, 0})
	return ended
}

// checkRows compares a deploy's figures with its sites.
func (w *world) checkRows(deploy fleet.Deploy) {
	w.t.Helper()
	counted := fleet.Deploy{}
	rows := w.rows(deploy)
	for _, row := range rows {
		counted.Count(row.Status)
		if row.FinishedAt == nil {
			w.t.Errorf("%s has not finished", row.SiteName)
		}
		if row.Status == fleet.DeploySiteDone && (row.Percent != 100 || row.ErrorCode != "" || row.StartedAt == nil) {
			w.t.Errorf("%s is done as %+v", row.SiteName, row)
		}
	}
	got := []int{deploy.Total, deploy.Done, deploy.RolledBack, deploy.Broken, deploy.Cancelled, deploy.NotStarted}
	want(w.t, "total, done, rolled back, broken, cancelled, not started", got,
		[]int{len(rows), counted.Done, counted.RolledBack, counted.Broken, counted.Cancelled, counted.NotStarted})
}

// checkEvents replays a deploy as its followers saw it.
func (w *world) checkEvents(deploy fleet.Deploy) {
	w.t.Helper()
	events := mustEvents(w.t, w.Store, deploy.ActionID)
	last := events[len(events)-1]
	if last.Kind != fleet.EventStatus || !last.Body.Status.Finished() {
		w.t.Errorf("the last event is %+v, want the root's end", last)
	}
	rows, ended, finals := map[string]fleet.DeploySite{}, 0, 0
	var progress fleet.DeployProgress
	for i, event := range events {
		if event.Seq != uint64(i+1) {
			w.t.Fatalf("event %d has the number %d", i+1, event.Seq)
		}
		if event.Kind != fleet.EventDeploy {
			if i != len(events)-1 {
				w.t.Errorf("event %d is a %s", event.Seq, event.Kind)
			}
			continue
		}
		progress = *event.Body.Deploy
		now := progress.Done + progress.RolledBack + progress.Broken + progress.Cancelled + progress.NotStarted
		if now < ended || now+progress.Running > progress.Total || progress.Total != deploy.Total {
			w.t.Errorf("event %d: %d of %d have ended and %d run, after %d had ended", event.Seq, now, progress.Total, progress.Running, ended)
		}
		if ended = now; progress.Status.Finished() {
			finals++
		}
		if site := event.Body.Site; site != nil {
			if before, ok := rows[site.SiteName]; ok && before.Percent > site.Percent {
				w.t.Errorf("event %d: the bar of %s falls from %d to %d", event.Seq, site.SiteName, before.Percent, site.Percent)
			}
			rows[site.SiteName] = *site
		}
	}
	want(w.t, "events that say the deploy has ended", finals, 1)
	fresh, err := w.ProgressOfDeploys(w.t.Context(), []uint{deploy.ID})
	w.must(err)
	want(w.t, "figures of the last event", progress, fresh[deploy.ID])
	stored := w.rows(deploy)
	for name := range stored {
		row := stored[name]
		row.DeployID, row.ID = deploy.ID, 0
		stored[name] = row
	}
	if diff := cmp.Diff(stored, rows, cmpopts.IgnoreFields(fleet.DeploySite{}, "ID"), cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("the sites as followers saw them last (-stored +seen):\n%s", diff)
	}
}

// failures of moves, by what they leave.
var (
	rolledBack = fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "KeyError: 'uom'", Detail: "Traceback …"}
	broken     = fleet.Failure{Code: fleet.CodeUndoFailed, Message: "It could not be taken back."}
	cancelled  = fleet.Failure{Code: fleet.CodeCancelled, Message: "Cancelled."}
)

func TestStore_DeployEnds(t *testing.T) {
	t.Run("Done", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		deploy := w.deploy(1, ids(sites)...)
		w.work()
		ended := w.checkEnd(deploy, fleet.DeploySucceeded)
		want(t, "done", ended.Done, 2)
		want(t, "versions", []string{w.version(sites[0].ID), w.version(sites[1].ID)}, []string{"shop 1.1.0", "shop 1.1.0"})
	})

	t.Run("RolledBack", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		deploy := w.deploy(1, ids(sites)...)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.SiteID != nil && *a.SiteID == sites[0].ID {
				return &rolledBack
			}
			return nil
		})
		ended := w.checkEnd(deploy, fleet.DeployFailed)
		want(t, "done and rolled back", []int{ended.Done, ended.RolledBack}, []int{1, 1})
		row := w.rows(deploy)["a.example.com"]
		want(t, "why", []any{row.Status, row.ErrorCode, row.ErrorMessage}, []any{fleet.DeploySiteRolledBack, fleet.CodeMigrationFailed, "KeyError: 'uom'"})
		site := w.getSite(sites[0].ID)
		want(t, "site", []any{site.Status, site.RevisionID}, []any{fleet.SiteActive, sites[0].RevisionID})
		root := mustAction(t, w.Store, deploy.ActionID)
		want(t, "root", []string{string(root.ErrorCode), root.ErrorMessage}, []string{"MIGRATION_FAILED", "Not on the new code: 1 of 2 sites."})
	})

	t.Run("Broken", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.Kind == fleet.ActionMoveSite {
				return &broken
			}
			return nil
		})
		ended := w.checkEnd(deploy, fleet.DeployFailed)
		want(t, "broken", ended.Broken, 1)
		got := w.getSite(site.ID)
		want(t, "site", []string{string(got.Status), got.StatusReason}, []string{"BROKEN", "It could not be taken back."})
		want(t, "root", mustAction(t, w.Store, deploy.ActionID).ErrorCode, fleet.CodeUndoFailed)
	})

	// Whatever a runner says of a site that it leaves in maintenance: it does not answer.
	for name, failure := range map[string]fleet.Failure{"Failed": {Code: fleet.CodeInternal, Message: "A fault in Central."}, "Cancelled": cancelled} {
		t.Run("BrokenBecauseInMaintenance"+name, func(t *testing.T) {
			w := newWorld(t)
			site := w.site(w.bench, "a.example.com")[0]
			deploy := w.deploy(1, site.ID)
			_, build := w.claim(fleet.ActionBuildRevision)
			w.finish(build, nil)
			_, ref := w.claim(fleet.ActionMoveSite)
			w.must(w.SiteInMaintenance(t.Context(), ref, time.Now().UTC()))
			w.finish(ref, &failure)
			ended := w.checkEnd(deploy, fleet.DeployFailed)
			want(t, "broken", ended.Broken, 1)
			want(t, "site", w.getSite(site.ID).Status, fleet.SiteBroken)
		})
	}

	t.Run("NotStarted", func(t *testing.T) {
		w := newWorld(t)
		other := w.newBenchOn("second", "m-2")
		sites := append(w.site(w.bench, "a.example.com", "b.example.com"), w.site(other, "c.example.com")...)
		deploy := w.deploy(1, ids(sites)...)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.Kind == fleet.ActionBuildRevision && *a.BenchID == w.bench.ID {
				return &fleet.Failure{Code: fleet.CodePlayFailed, Message: "no wheel"}
			}
			return nil
		})
		ended := w.checkEnd(deploy, fleet.DeployFailed)
		want(t, "done and not started", []int{ended.Done, ended.NotStarted}, []int{1, 2})
		row := w.rows(deploy)["a.example.com"]
		want(t, "why", []any{row.Status, row.ErrorCode, row.StartedAt}, []any{fleet.DeploySiteNotStarted, fleet.CodePlayFailed, (*time.Time)(nil)})
		want(t, "site", w.getSite(sites[0].ID).Status, fleet.SiteActive)
	})

	t.Run("NotStartedAtAll", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		w.workWith(failKind(fleet.ActionBuildRevision, fleet.CodePlayFailed))
		w.checkEnd(deploy, fleet.DeployFailed)
		want(t, "root", mustAction(t, w.Store, deploy.ActionID).ErrorCode, fleet.CodePlayFailed)
	})

	t.Run("BuildOfAnotherDeployFails", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		first, second := w.deploy(1, sites[0].ID), w.deploy(1, sites[1].ID)
		w.workWith(failKind(fleet.ActionBuildRevision, fleet.CodePlayFailed))
		w.checkEnd(first, fleet.DeployFailed)
		want(t, "not started", w.checkEnd(second, fleet.DeployFailed).NotStarted, 1)
	})

	t.Run("TakenOver", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		a, ref := w.claim(fleet.ActionMoveSite)
		w.must(w.DeploySiteStep(t.Context(), ref, "Migrate", "", 40))
		expire(t, w.Store, a.ID)
		_, again := w.claim(fleet.ActionMoveSite)
		row := w.rows(deploy)["a.example.com"]
		want(t, "status and percentage", []any{row.Status, row.Percent}, []any{fleet.DeploySiteRunning, 40})
		wantCode(t, w.FinishAction(t.Context(), ref, fleet.ActionFailed, &rolledBack), fleet.CodeLeaseLost)
		w.finish(again, nil)
		want(t, "done", w.checkEnd(deploy, fleet.DeploySucceeded).Done, 1)
	})

	t.Run("RootShowsHowFarItIs", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		deploy := w.deploy(1, sites[0].ID, sites[1].ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		for _, percent := range []int{50, 100} {
			_, move := w.claim(fleet.ActionMoveSite)
			w.finish(move, nil)
			want(t, "percentage", mustAction(t, w.Store, deploy.ActionID).Percent, percent)
		}
	})

	t.Run("StartsOnce", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		running := w.getDeploy(deploy.ID)
		if running.Status != fleet.DeployRunning || running.StartedAt == nil {
			t.Errorf("it is %+v", running)
		}
		root := mustAction(t, w.Store, deploy.ActionID)
		want(t, "root", []any{root.Status, *root.StartedAt}, []any{fleet.ActionRunning, *running.StartedAt})
		w.finish(build, nil)
		w.claim(fleet.ActionMoveSite)
		want(t, "started at", *w.getDeploy(deploy.ID).StartedAt, *running.StartedAt)
	})
}

func TestStore_RunnerOfASite(t *testing.T) {
	// moving is a site in the hands of a runner.
	moving := func(t *testing.T) (*world, fleet.Site, fleet.Deploy, store.LeaseRef) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		_, ref := w.claim(fleet.ActionMoveSite)
		return w, site, deploy, ref
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

	t.Run("BarNeverFalls", func(t *testing.T) {
		w, _, deploy, ref := moving(t)
		for _, step := range []struct{ percent, want int }{{10, 10}, {50, 50}, {20, 50}, {101, 100}} {
			w.must(w.DeploySiteStep(t.Context(), ref, "Migrate", "shop.patches.one", step.percent))
			want(t, fmt.Sprintf("after %d", step.percent), w.rows(deploy)["a.example.com"].Percent, step.want)
		}
		w.finish(ref, &rolledBack)
		w.checkEnd(deploy, fleet.DeployFailed)
	})

	t.Run("HostileDetail", func(t *testing.T) {
		w, _, deploy, ref := moving(t)
		detail := "\xff"
		for range 2000 {
			detail += "é"
		}
		w.must(w.DeploySiteStep(t.Context(), ref, "Migrate", detail, 10))
		want(t, "characters kept", len([]rune(w.rows(deploy)["a.example.com"].Detail)), 500)
	})

	t.Run("Maintenance", func(t *testing.T) {
		w, site, deploy, ref := moving(t)
		ctx := t.Context()
		w.must(w.SiteInMaintenance(ctx, ref, at))
		w.must(w.SiteInMaintenance(ctx, ref, at.Add(time.Minute))) // by a runner that took over
		want(t, "since", *w.getSite(site.ID).MaintenanceSince, at)
		want(t, "since, in the deploy", *w.rows(deploy)["a.example.com"].MaintenanceSince, at)
		w.must(w.SiteOutOfMaintenance(ctx, ref, at.Add(11500*time.Millisecond)))
		row := w.rows(deploy)["a.example.com"]
		want(t, "window", []any{row.MaintenanceSince, *row.MaintenanceSeconds}, []any{(*time.Time)(nil), 11.5})
		want(t, "site", w.getSite(site.ID).MaintenanceSince, (*time.Time)(nil))
		w.must(w.SiteOutOfMaintenance(ctx, ref, at.Add(time.Hour))) // again, by a runner that took over
		want(t, "seconds", *w.rows(deploy)["a.example.com"].MaintenanceSeconds, 11.5)

		w.must(w.SiteInMaintenance(ctx, ref, at.Add(time.Minute))) // to be taken back
		w.must(w.SiteOutOfMaintenance(ctx, ref, at.Add(time.Minute+2*time.Second)))
		want(t, "seconds of both windows", *w.rows(deploy)["a.example.com"].MaintenanceSeconds, 13.5)
		w.finish(ref, &rolledBack)
		want(t, "rolled back", w.checkEnd(deploy, fleet.DeployFailed).RolledBack, 1)
	})

	t.Run("ClockBehind", func(t *testing.T) {
		w, _, deploy, ref := moving(t)
		w.must(w.SiteInMaintenance(t.Context(), ref, at))
		w.must(w.SiteOutOfMaintenance(t.Context(), ref, at.Add(-time.Second)))
		want(t, "seconds", *w.rows(deploy)["a.example.com"].MaintenanceSeconds, 0.0)
	})

	t.Run("SkippedPatches", func(t *testing.T) {
		w, _, deploy, ref := moving(t)
		w.must(w.DeploySiteSkippedPatches(t.Context(), ref, []string{"shop.patches.one"}))
		w.finish(ref, nil)
		w.checkEnd(deploy, fleet.DeploySucceeded)
		want(t, "skipped", w.rows(deploy)["a.example.com"].SkippedPatches, []string{"shop.patches.one"})
	})

	t.Run("ErrLeaseLost", func(t *testing.T) {
		w, site, deploy, ref := moving(t)
		expire(t, w.Store, ref.ActionID)
		ctx := t.Context()
		for name, call := range map[string]func() error{
			"DeploySiteStep":           func() error { return w.DeploySiteStep(ctx, ref, "Migrate", "", 50) },
			"DeploySiteSkippedPatches": func() error { return w.DeploySiteSkippedPatches(ctx, ref, []string{"one"}) },
			"DeployBuildProgress":      func() error { return w.DeployBuildProgress(ctx, ref, 50, "pip") },
			"SiteInMaintenance":        func() error { return w.SiteInMaintenance(ctx, ref, at) },
			"SiteOutOfMaintenance":     func() error { return w.SiteOutOfMaintenance(ctx, ref, at) },
			"SiteMoved":                func() error { return w.SiteMoved(ctx, ref, 1) },
		} {
			t.Run(name, func(t *testing.T) {
				w.t = t
				w.refuses(fleet.CodeLeaseLost, "", call)
			})
		}
		w.t = t
		want(t, "site", w.getSite(site.ID).MaintenanceSince, (*time.Time)(nil))
		want(t, "row", w.rows(deploy)["a.example.com"].Percent, 0)
	})

	t.Run("BuildProgress", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		a, ref := w.claim(fleet.ActionBuildRevision)
		w.must(w.DeployBuildProgress(t.Context(), ref, 30, "Install requirements"))
		events := mustEvents(t, w.Store, deploy.ActionID)
		want(t, "build", *events[len(events)-1].Body.Build, fleet.DeployBuild{
			ActionID: a.ID, RevisionID: *a.RevisionID, ServerID: w.master.ID, Status: fleet.ActionRunning, Percent: 30, Task: "Install requirements",
		})
		w.work()
	})

	t.Run("BuildOfNoDeploy", func(t *testing.T) {
		w := newWorld(t)
		_, _, err := w.CreateBench(t.Context(), operator, fleet.NewBench{Name: "second", ServerID: w.master.ID, Apps: oldest()})
		w.must(err)
		_, ref := w.claim(fleet.ActionBuildRevision)
		w.must(w.DeployBuildProgress(t.Context(), ref, 30, "pip"))
	})
}
