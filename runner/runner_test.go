package runner

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"central/fleet"
)

// runs runs a runner until the test ends, or until stop, which returns when Run has.
func runs(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func (s *stage) eventuallyIs(t *testing.T, id uint, want fleet.ActionStatus) fleet.Action {
	t.Helper()
	eventually(t, fmt.Sprintf("action %d is %s", id, want), func() bool { return s.action(t, id).Status == want })
	return s.action(t, id)
}

func TestRun(t *testing.T) {
	t.Run("AsManyAsThereArePlaces", func(t *testing.T) {
		s := newStage(t)
		s.r.AtOnce = 2
		ids := []uint{s.queue(t), s.queue(t), s.queue(t)}
		started, proceed := make(chan uint, 3), make(chan struct{})
		s.r.handlers[fleet.ActionFetchReleases] = func(_ context.Context, w *work) error {
			started <- w.action.ID
			<-proceed
			return nil
		}
		runs(t, s.r)
		for _, want := range ids[:2] {
			if got := waitFor(t, "an action starts", started); got != want {
				t.Errorf("action %d started, want %d", got, want)
			}
		}
		if a := s.action(t, ids[2]); a.Status != fleet.ActionQueued {
			t.Errorf("the third action is %s", a.Status)
		}
		proceed <- struct{}{}
		if got := waitFor(t, "the third action starts", started); got != ids[2] {
			t.Errorf("action %d started", got)
		}
		close(proceed)
		for _, id := range ids {
			s.eventuallyIs(t, id, fleet.ActionSucceeded)
		}
	})

	t.Run("QueuedLaterStartsAtOnce", func(t *testing.T) {
		s := newStage(t)
		s.r.handlers[fleet.ActionFetchReleases] = func(context.Context, *work) error { return nil }
		runs(t, s.r)
		s.eventuallyIs(t, s.queue(t), fleet.ActionSucceeded)
		s.eventuallyIs(t, s.queue(t), fleet.ActionSucceeded)
	})

	t.Run("ShutdownGivesEverythingBack", func(t *testing.T) {
		s := newStage(t)
		ids := []uint{s.queue(t), s.queue(t), s.queue(t)}
		started := make(chan uint, len(ids))
		s.r.handlers[fleet.ActionFetchReleases] = func(ctx context.Context, w *work) error {
			w.change(func(c *fleet.Cursor) { c.Notes["seen"] = "yes" })
			w.say("half way")
			started <- w.action.ID
			<-ctx.Done()
			return context.Cause(ctx)
		}
		stop := runs(t, s.r)
		for range ids {
			waitFor(t, "an action starts", started)
		}
		stop()
		for _, id := range ids {
			a := s.action(t, id)
			if a.Status != fleet.ActionRunning || a.LeaseOwner != "" || a.Cursor.Notes["seen"] != "yes" {
				t.Errorf("action %d is %s of %q, with the cursor %+v", id, a.Status, a.LeaseOwner, a.Cursor)
			}
			if got := s.lines(t, id); len(got) != 1 || got[0] != "half way" {
				t.Errorf("action %d said %q", id, got)
			}
		}
		next := s.runner("runner-2")
		next.handlers[fleet.ActionFetchReleases] = func(_ context.Context, w *work) error {
			if w.note("seen") != "yes" {
				return fmt.Errorf("the cursor is lost")
			}
			return nil
		}
		runs(t, next)
		for _, id := range ids {
			if a := s.eventuallyIs(t, id, fleet.ActionSucceeded); a.Attempt != 2 {
				t.Errorf("action %d took %d attempts", id, a.Attempt)
			}
		}
	})

	t.Run("EndedDuringShutdownIsOnRecord", func(t *testing.T) {
		s := newStage(t)
		id, started := s.queue(t), make(chan struct{})
		s.r.handlers[fleet.ActionFetchReleases] = func(ctx context.Context, _ *work) error {
			close(started)
			<-ctx.Done()
			return nil
		}
		stop := runs(t, s.r)
		waitFor(t, "the action starts", started)
		stop()
		if a := s.action(t, id); a.Status != fleet.ActionSucceeded {
			t.Errorf("it is %s", a.Status)
		}
	})

	t.Run("PanicIsOneActionsFailure", func(t *testing.T) {
		s := newStage(t)
		bad, good := s.queue(t), s.queue(t)
		started := make(chan struct{}, 2)
		both := make(chan struct{})
		s.r.handlers[fleet.ActionFetchReleases] = func(_ context.Context, w *work) error {
			started <- struct{}{}
			<-both
			if w.action.ID == bad {
				panic("a fault")
			}
			return nil
		}
		runs(t, s.r)
		waitFor(t, "one is at work", started)
		waitFor(t, "both are at work", started)
		close(both)
		if a := s.eventuallyIs(t, bad, fleet.ActionFailed); a.ErrorCode != fleet.CodeInternal {
			t.Errorf("the failure is %s %q", a.ErrorCode, a.ErrorMessage)
		}
		s.eventuallyIs(t, good, fleet.ActionSucceeded)
		s.eventuallyIs(t, s.queue(t), fleet.ActionSucceeded) // the runner lives
	})

	t.Run("NobodyCarriesItOut", func(t *testing.T) {
		s := newStage(t)
		delete(s.r.handlers, fleet.ActionFetchReleases)
		id := s.queue(t)
		runs(t, s.r)
		if a := s.eventuallyIs(t, id, fleet.ActionFailed); a.ErrorCode != fleet.CodeInternal {
			t.Errorf("the failure is %s %q", a.ErrorCode, a.ErrorMessage)
		}
	})

	t.Run("CancelledIsNoFailure", func(t *testing.T) {
		s := newStage(t)
		id, started := s.queue(t), make(chan struct{})
		s.r.Lease = 2 * time.Second
		s.r.handlers[fleet.ActionFetchReleases] = func(ctx context.Context, w *work) error {
			ctx, stop := w.untilCancelled(ctx)
			defer stop()
			close(started)
			<-ctx.Done()
			return context.Cause(ctx)
		}
		runs(t, s.r)
		waitFor(t, "the action starts", started)
		s.sql(t, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", id)
		s.eventuallyIs(t, id, fleet.ActionCancelled)
	})

	t.Run("HostKeyChangedStopsTheServer", func(t *testing.T) {
		s := newStage(t)
		server := s.server(t, "m-01")
		_, action, err := s.store.SetUpServer(t.Context(), admin, server.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.r.handlers[fleet.ActionSetUpServer] = func(context.Context, *work) error {
			return fmt.Errorf("play: %w", fleet.Errorf(fleet.CodeHostKeyChanged, "m-01 shows another key."))
		}
		stop := runs(t, s.r)
		s.eventuallyIs(t, action.ID, fleet.ActionFailed)
		got, err := s.store.Server(t.Context(), server.ID)
		if err != nil || got.Status != fleet.ServerKeyChanged || got.StatusReason != "m-01 shows another key." {
			t.Errorf("the server is %s (%s), %v", got.Status, got.StatusReason, err)
		}
		stop()
		waiting := s.queue(t)
		s.sql(t, "UPDATE actions SET server_id = ? WHERE id = ?", server.ID, waiting)
		if a, err := s.store.ClaimAction(t.Context(), "runner-2", time.Minute); a != nil || err != nil {
			t.Errorf("claimed %+v, %v on a server with another key", a, err)
		}
	})

	t.Run("SecondRunnerTakesOver", func(t *testing.T) {
		s := newStage(t)
		id := s.queue(t)
		v := newWorld().on("apply b", diesAfter)
		st := v.story(v.change("a"), v.change("b"), v.change("c"))
		for _, r := range []*Runner{s.r, s.runner("runner-2")} {
			r.Lease = time.Second // whichever comes first dies
			r.handlers[fleet.ActionFetchReleases] = func(ctx context.Context, w *work) error { return w.perform(ctx, st) }
			runs(t, r)
		}
		a := s.eventuallyIs(t, id, fleet.ActionSucceeded)
		if a.Attempt != 2 {
			t.Errorf("%d attempts", a.Attempt)
		}
		wantDid(t, v, "apply a", "apply b", "apply b", "apply c")
		wantEffects(t, v, "a", "b", "c")
	})

	t.Run("LeaseOutlivesALongAction", func(t *testing.T) {
		s := newStage(t)
		id := s.queue(t)
		s.r.Lease = time.Second
		proceed := make(chan struct{})
		s.r.handlers[fleet.ActionFetchReleases] = func(context.Context, *work) error {
			<-proceed
			return nil
		}
		runs(t, s.r)
		s.eventuallyIs(t, id, fleet.ActionRunning)
		first := *s.action(t, id).LeaseUntil
		eventually(t, "the first lease is long over", func() bool { return s.action(t, id).LeaseUntil.After(first.Add(time.Second)) })
		if a, err := s.store.ClaimAction(t.Context(), "runner-2", time.Minute); a != nil || err != nil {
			t.Errorf("claimed %+v, %v from under its runner", a, err)
		}
		close(proceed)
		if a := s.eventuallyIs(t, id, fleet.ActionSucceeded); a.Attempt != 1 {
			t.Errorf("%d attempts", a.Attempt)
		}
	})

	t.Run("KilledInTheMiddleFreesItsPlace", func(t *testing.T) {
		s := newStage(t)
		s.r.AtOnce, s.r.Lease = 1, time.Second
		id := s.queue(t)
		s.r.handlers[fleet.ActionFetchReleases] = func(_ context.Context, w *work) error {
			if w.action.Attempt == 1 {
				runtime.Goexit()
			}
			return nil
		}
		runs(t, s.r)
		s.eventuallyIs(t, id, fleet.ActionSucceeded)
	})
}
