package store_test

import (
	"testing"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/store"
)

func (w *world) cancel(deploy fleet.Deploy) fleet.Deploy {
	w.t.Helper()
	got, err := w.CancelDeploy(w.t.Context(), operator, deploy.ID)
	w.must(err)
	want(w.t, "what is stored", w.getDeploy(deploy.ID), got)
	return got
}

func TestStore_CancelDeploy(t *testing.T) {
	t.Run("BeforeAnythingRuns", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		deploy := w.deploy(1, ids(sites)...)
		got := w.cancel(deploy)
		w.audited(operator, "cancelDeploy", deploy.Title, &deploy.ActionID)
		ended := w.checkEnd(deploy, fleet.DeployCancelled)
		want(t, "status and cancelled", []any{got.Status, ended.Cancelled, ended.StartedAt == nil}, []any{fleet.DeployCancelled, 2, true})
		w.work() // the revision that was not built goes
		want(t, "revisions", len(w.revisions(w.bench)), 1)
		want(t, "slots", w.slots(w.master), []int{0})
		next := w.deploy(1, ids(sites)...)
		w.work()
		w.checkEnd(next, fleet.DeploySucceeded)
	})

	t.Run("WhileItIsBuilt", func(t *testing.T) {
		for name, failure := range map[string]*fleet.Failure{"AndStops": &cancelled, "AndItIsBuiltAnyway": nil, "AndItFails": {Code: fleet.CodePlayFailed, Message: "no"}} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				site := w.site(w.bench, "a.example.com")[0]
				deploy := w.deploy(1, site.ID)
				build, ref := w.claim(fleet.ActionBuildRevision)
				got := w.cancel(deploy)
				want(t, "status and cancelled", []any{got.Status, got.Cancelled}, []any{fleet.DeployCancelling, 1})
				if asked, err := w.RenewLease(t.Context(), ref, ttl); err != nil || !asked {
					t.Errorf("its runner is asked to stop: %v, %v", asked, err)
				}
				want(t, "the site is free", w.getSite(site.ID).BusyActionID, (*uint)(nil))

				next := w.deploy(1, site.ID) // waits for no build that comes to an end
				if row := w.rows(next)["a.example.com"]; row.ToRevisionID == *build.RevisionID {
					t.Error("the next deploy waits for the build that is being cancelled")
				}
				w.finish(ref, failure)
				w.checkEnd(deploy, fleet.DeployCancelled)
				w.work()
				w.checkEnd(next, fleet.DeploySucceeded)
				want(t, "slots in use", len(w.slots(w.master)), len(w.revisions(w.bench)))
			})
		}
	})

	t.Run("WhileSitesMove", func(t *testing.T) {
		w := newWorld(t)
		sites := w.manySites(w.bench, 1, 8)
		in := deployInput(1, sites...)
		in.SitesAtOnce = 3
		deploy, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		var refs []store.LeaseRef
		for range 3 {
			_, ref := w.claim(fleet.ActionMoveSite)
			refs = append(refs, ref)
		}
		w.finish(refs[0], nil)
		_, ref := w.claim(fleet.ActionMoveSite)
		refs[0] = ref

		got := w.cancel(deploy)
		want(t, "status, done, cancelled", []any{got.Status, got.Done, got.Cancelled}, []any{fleet.DeployCancelling, 1, 4})
		mustNotClaim(t, w.Store)
		for _, ref := range refs {
			if asked, err := w.RenewLease(t.Context(), ref, ttl); err != nil || !asked {
				t.Errorf("a runner is asked to stop: %v, %v", asked, err)
			}
		}
		w.finish(refs[0], &cancelled) // before it moved
		w.finish(refs[1], nil)        // it was too far to go back
		want(t, "status before the last", w.getDeploy(deploy.ID).Status, fleet.DeployCancelling)
		w.finish(refs[2], &cancelled)
		ended := w.checkEnd(deploy, fleet.DeployCancelled)
		want(t, "done and cancelled", []int{ended.Done, ended.Cancelled}, []int{2, 6})
	})

	t.Run("AndOneIsRolledBack", func(t *testing.T) {
		w := newWorld(t)
		sites := w.manySites(w.bench, 1, 3)
		deploy := w.deploy(1, sites...)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		_, ref := w.claim(fleet.ActionMoveSite)
		w.cancel(deploy)
		w.finish(ref, &rolledBack)
		ended := w.checkEnd(deploy, fleet.DeployFailed)
		want(t, "rolled back and cancelled", []int{ended.RolledBack, ended.Cancelled}, []int{1, 2})
	})

	t.Run("Twice", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		_, ref := w.claim(fleet.ActionBuildRevision)
		first, second := w.cancel(deploy), w.cancel(deploy)
		want(t, "the second time", second, first)
		want(t, "audit entries", w.audits("cancelDeploy"), 2)
		w.finish(ref, &cancelled)
		w.checkEnd(deploy, fleet.DeployCancelled)
	})

	for name, running := range map[string]bool{"AnotherWaitsForItsBuild": false, "AnotherWaitsForItsRunningBuild": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
			first, second, third := w.deploy(1, sites[0].ID), w.deploy(1, sites[1].ID), w.deploy(1, sites[2].ID)
			var ref store.LeaseRef
			if running {
				_, ref = w.claim(fleet.ActionBuildRevision)
			}
			w.cancel(first)
			w.checkEnd(first, fleet.DeployCancelled)
			builds, err := w.BuildsOfDeploys(t.Context(), []uint{first.ID, second.ID, third.ID})
			w.must(err)
			want(t, "builds of each", []int{len(builds[first.ID]), len(builds[second.ID]), len(builds[third.ID])}, []int{0, 1, 0})
			if running {
				want(t, "the one that has it now", w.getDeploy(second.ID).Status, fleet.DeployRunning)
				w.must(w.DeployBuildProgress(t.Context(), ref, 50, "pip"))
				w.finish(ref, nil)
			}
			w.work()
			w.checkEnd(second, fleet.DeploySucceeded)
			w.checkEnd(third, fleet.DeploySucceeded)
		})
	}

	t.Run("ErrEnded", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		w.work()
		w.refuses(fleet.CodeNotReady, "input.deployId", func() error { _, err := w.CancelDeploy(t.Context(), operator, deploy.ID); return err })
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeNotFound, "input.deployId", func() error { _, err := w.CancelDeploy(t.Context(), operator, 99); return err })
	})

	// Claims, ends and the cancellation at the same moment.
	t.Run("Race", func(t *testing.T) {
		w := newWorld(t)
		sites := w.manySites(w.bench, 1, 20)
		for n := range 3 {
			in := deployInput(1+n, sites...)
			in.SitesAtOnce = 16
			deploy, err := w.DeploySites(t.Context(), operator, in)
			w.must(err)
			_, build := w.claim(fleet.ActionBuildRevision)
			w.finish(build, nil)
			var group errgroup.Group
			started := make(chan struct{}, 100)
			for range 4 {
				group.Go(func() error { return runUntilIdle(t, w.Store, started) })
			}
			group.Go(func() error {
				for range 3 + n {
					<-started
				}
				_, err := w.CancelDeploy(t.Context(), operator, deploy.ID)
				if fleet.ErrorCode(err) == fleet.CodeNotReady {
					return nil // it has ended by itself
				}
				return err
			})
			w.must(group.Wait())
			w.work()
			w.checkEnd(deploy, w.getDeploy(deploy.ID).Status)
		}
	})
}

// runUntilIdle plays a runner until there is nothing to claim; moves that somebody cancels end so.
func runUntilIdle(t *testing.T, s *store.Store, started chan<- struct{}) error {
	for {
		a, err := s.ClaimAction(t.Context(), "runner", ttl)
		if err != nil || a == nil {
			return err
		}
		select {
		case started <- struct{}{}:
		default:
		}
		ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
		if a.Kind == fleet.ActionMoveSite {
			if err := s.DeploySiteStep(t.Context(), ref, "Preflight", "", 4); err != nil {
				return err
			}
		}
		asked, err := s.RenewLease(t.Context(), ref, ttl)
		if err != nil {
			return err
		}
		status, failure := fleet.ActionSucceeded, (*fleet.Failure)(nil)
		if asked {
			status, failure = fleet.ActionCancelled, &cancelled
		}
		if err := s.FinishAction(t.Context(), ref, status, failure); err != nil {
			return err
		}
	}
}

func TestStore_RetryDeploy(t *testing.T) {
	// failed is a deploy of six sites: one done, two rolled back, one broken, two cancelled.
	failed := func(t *testing.T) (*world, fleet.Deploy) {
		w := newWorld(t)
		sites := w.site(w.bench, "all-done.example.com", "back-1.example.com", "back-2.example.com", "broken.example.com", "cancelled-1.example.com", "cancelled-2.example.com")
		in := deployInput(2, ids(sites)...)
		in.SitesAtOnce, in.SkipFailingPatches = 5, true
		deploy, err := w.DeploySites(t.Context(), operator, in)
		w.must(err)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		refs := map[uint]store.LeaseRef{}
		for range 5 {
			move, ref := w.claim(fleet.ActionMoveSite)
			refs[*move.SiteID] = ref
		}
		w.cancel(deploy)
		w.must(w.SiteMoved(t.Context(), refs[sites[0].ID], w.rows(deploy)["all-done.example.com"].ToRevisionID))
		w.finish(refs[sites[0].ID], nil)
		w.finish(refs[sites[1].ID], &rolledBack)
		w.finish(refs[sites[2].ID], &rolledBack)
		w.finish(refs[sites[3].ID], &broken)
		w.finish(refs[sites[4].ID], &cancelled)
		return w, w.checkEnd(deploy, fleet.DeployFailed)
	}

	t.Run("ExactlyThoseThatCanBe", func(t *testing.T) {
		w, deploy := failed(t)
		retry, err := w.RetryDeploy(t.Context(), operator, deploy.ID, "again")
		w.must(err)
		want(t, "sites", sorted(w.rows(retry)), []string{"back-1.example.com", "back-2.example.com", "cancelled-1.example.com", "cancelled-2.example.com"})
		want(t, "asks for the same", []any{*retry.RetryOfID, retry.Releases, retry.SitesAtOnce, retry.SkipFailingPatches},
			[]any{deploy.ID, deploy.Releases, deploy.SitesAtOnce, true})
		w.audited(operator, "retryDeploy", "shop 1.2.0 to 4 sites", &retry.ActionID)
		again, err := w.RetryDeploy(t.Context(), operator, deploy.ID, "again")
		w.must(err)
		want(t, "the same key", again.ID, retry.ID)
		w.work()
		w.checkEnd(retry, fleet.DeploySucceeded)
		again, err = w.RetryDeploy(t.Context(), operator, deploy.ID, "again")
		w.must(err)
		want(t, "the same key once it has ended", []any{again.ID, again.Status}, []any{retry.ID, fleet.DeploySucceeded})
	})

	t.Run("NotStartedOnes", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		deploy := w.deploy(1, site.ID)
		w.workWith(failKind(fleet.ActionBuildRevision, fleet.CodePlayFailed))
		retry, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey())
		w.must(err)
		w.work()
		want(t, "done", w.checkEnd(retry, fleet.DeploySucceeded).Done, 1)
	})

	t.Run("ErrBusy", func(t *testing.T) {
		w, deploy := failed(t)
		w.deploy(1, w.rows(deploy)["back-1.example.com"].SiteID)
		w.refuses(fleet.CodeSiteBusy, "input.siteIds", func() error { _, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey()); return err })
	})

	t.Run("ErrFinding", func(t *testing.T) {
		w, deploy := failed(t)
		finding := fleet.ServerFinding{ServerID: w.master.ID, Code: fleet.CodeDiskFull, Message: "m-1 is full."}
		w.refuses(fleet.CodeDiskFull, "input.siteIds", func() error {
			_, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey(), finding)
			return err
		})
	})

	t.Run("ErrNotEnded", func(t *testing.T) {
		w := newWorld(t)
		deploy := w.deploy(1, w.site(w.bench, "a.example.com")[0].ID)
		w.refuses(fleet.CodeNotReady, "input.deployId", func() error { _, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey()); return err })
	})

	t.Run("ErrAllDone", func(t *testing.T) {
		w := newWorld(t)
		deploy := w.deploy(1, w.site(w.bench, "a.example.com")[0].ID)
		w.work()
		w.refuses(fleet.CodeNoSites, "input.deployId", func() error { _, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey()); return err })
	})

	t.Run("ErrOnlyBroken", func(t *testing.T) {
		w := newWorld(t)
		deploy := w.deploy(1, w.site(w.bench, "a.example.com")[0].ID)
		w.workWith(failKind(fleet.ActionMoveSite, fleet.CodeUndoFailed))
		w.refuses(fleet.CodeNotReady, "input.deployId", func() error { _, err := w.RetryDeploy(t.Context(), operator, deploy.ID, newKey()); return err })
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeNotFound, "input.deployId", func() error { _, err := w.RetryDeploy(t.Context(), operator, 99, newKey()); return err })
	})

	t.Run("ErrNoKey", func(t *testing.T) {
		w, deploy := failed(t)
		w.refuses(fleet.CodeInvalid, "input.idempotencyKey", func() error { _, err := w.RetryDeploy(t.Context(), operator, deploy.ID, ""); return err })
	})
}
