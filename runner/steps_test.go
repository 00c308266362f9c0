package runner

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// play carries an action out by one runner after the other until it has ended, and returns it.
func play(t *testing.T, s *stage, v *world, st story) fleet.Action {
	t.Helper()
	id := s.queue(t)
	for range 20 {
		s.carryOut(t, id, func(ctx context.Context, w *work, cancel func()) error {
			return w.perform(context.WithValue(ctx, cancelKey{}, cancel), st)
		})
		a := s.action(t, id)
		if a.Status.Finished() {
			return a
		}
		s.expire(t, id)
	}
	t.Fatalf("not ended after 20 runners; calls: %q", v.calls)
	panic("unreachable")
}

type cancelKey struct{}

// shutsDown stops the runner in the middle of a step and returns when the step has to end.
func shutsDown(after bool) act {
	return func(ctx context.Context, effect func()) error {
		if after {
			effect()
		}
		ctx.Value(cancelKey{}).(func())()
		<-ctx.Done()
		return context.Cause(ctx)
	}
}

func wantDid(t *testing.T, v *world, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, v.did()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func wantEnd(t *testing.T, a fleet.Action, status fleet.ActionStatus, code fleet.Code) {
	t.Helper()
	if a.Status != status || a.ErrorCode != code {
		t.Errorf("the action is %s %q (%s), want %s %q", a.Status, a.ErrorCode, a.ErrorMessage, status, code)
	}
}

func wantEffects(t *testing.T, v *world, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, v.effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestPerform(t *testing.T) {
	s := newStage(t)

	t.Run("AppliedInOrder", func(t *testing.T) {
		v := newWorld()
		a := play(t, s, v, v.story(v.look("a"), v.change("b"), v.change("c")))
		wantEnd(t, a, fleet.ActionSucceeded, "")
		wantDid(t, v, "apply a", "apply b", "apply c")
		if diff := cmp.Diff([]string{"a RUNNING", "a DONE", "b RUNNING", "b DONE", "c RUNNING", "c DONE"}, s.stepEvents(t, a.ID)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"a", "b", "c"}, a.Cursor.Done); diff != "" || a.Cursor.Undoing || a.Cursor.Notes[noteOpen] != "" {
			t.Errorf("%+v %s", a.Cursor, diff)
		}
	})

	t.Run("FailureUndoesInReverse", func(t *testing.T) {
		v := newWorld()
		v.on("apply d", halfFails(fleet.CodeMigrationFailed, "The patch x failed."))
		a := play(t, s, v, v.story(v.change("a"), v.look("b"), v.change("c"), v.change("d"), v.change("e")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeMigrationFailed)
		wantDid(t, v, "apply a", "apply b", "apply c", "apply d", "undo d", "undo c", "undo a", "verify")
		wantEffects(t, v, "b")
		want := []string{"a RUNNING", "a DONE", "b RUNNING", "b DONE", "c RUNNING", "c DONE", "d RUNNING", "d FAILED", "d UNDONE", "c UNDONE", "a UNDONE"}
		if diff := cmp.Diff(want, s.stepEvents(t, a.ID)); diff != "" {
			t.Error(diff)
		}
		if len(a.Cursor.Done) != 0 || !a.Cursor.Undoing || a.Cursor.Failure == nil || a.Cursor.Failure.Message != "The patch x failed." {
			t.Errorf("the cursor is %+v", a.Cursor)
		}
		if a.ErrorMessage != "The patch x failed." {
			t.Errorf("the reason is %q", a.ErrorMessage)
		}
	})

	t.Run("DetailIsKept", func(t *testing.T) {
		v := newWorld().on("apply a", func(context.Context, func()) error {
			return detailed{fleet.Errorf(fleet.CodeMigrationFailed, "No."), "Traceback"}
		}, nil)
		if a := play(t, s, v, v.story(v.change("a"))); a.ErrorDetail != "Traceback" {
			t.Errorf("the detail is %q", a.ErrorDetail)
		}
	})

	t.Run("PanicIsUndone", func(t *testing.T) {
		v := newWorld().on("apply b", func(_ context.Context, effect func()) error {
			effect()
			panic("a nil map")
		})
		a := play(t, s, v, v.story(v.change("a"), v.change("b")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeInternal)
		wantDid(t, v, "apply a", "apply b", "undo b", "undo a", "verify")
		wantEffects(t, v)
	})

	t.Run("ExtraStepNeverUndoes", func(t *testing.T) {
		v := newWorld().on("apply index", fails(fleet.CodeUnreachable, "m-01 cannot be reached."))
		index, last := v.look("index"), v.look("clean")
		index.extra, last.extra = true, true
		a := play(t, s, v, v.story(v.change("a"), index, last))
		wantEnd(t, a, fleet.ActionSucceeded, "")
		wantDid(t, v, "apply a", "apply index", "apply clean")
		if diff := cmp.Diff([]string{"a RUNNING", "a DONE", "index RUNNING", "index FAILED", "clean RUNNING", "clean DONE"}, s.stepEvents(t, a.ID)); diff != "" {
			t.Error(diff)
		}
		if got := strings.Join(s.lines(t, a.ID), "\n"); got != "index failed: m-01 cannot be reached." {
			t.Errorf("it said %q", got)
		}
	})

	t.Run("PercentNeverFalls", func(t *testing.T) {
		v := newWorld().on("apply c", fails(fleet.CodeCommandFailed, "No."))
		st := v.story(v.change("a"), v.change("b"), v.change("c"))
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error {
			st.begin = func(_ context.Context, name string, percent int) error {
				w.progress(percent, name)
				return nil
			}
			return w.perform(ctx, st)
		})
		last, seen := -1, []string{}
		for _, e := range s.events(t, id) {
			if e.Kind == fleet.EventProgress {
				if *e.Body.Percent < last {
					t.Errorf("%d percent after %d", *e.Body.Percent, last)
				}
				last = *e.Body.Percent
				seen = append(seen, e.Body.Text)
			}
		}
		if diff := cmp.Diff([]string{"a", "b", "c", "undo: c", "undo: b", "undo: a"}, seen); diff != "" {
			t.Error(diff)
		}
		if a := s.action(t, id); a.Percent != 20 {
			t.Errorf("%d percent, want 20", a.Percent)
		}
	})
}

func TestCancel(t *testing.T) {
	s := newStage(t)
	// asks asks to cancel in the middle of a call that then goes on.
	asks := func(w **work) act {
		return func(_ context.Context, effect func()) error {
			effect()
			(*w).askCancel()
			return nil
		}
	}
	run := func(t *testing.T, v *world, st story, w **work) fleet.Action {
		t.Helper()
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, mine *work, _ func()) error {
			*w = mine
			return mine.perform(ctx, st)
		})
		return s.action(t, id)
	}

	t.Run("BeforeACancellableStep", func(t *testing.T) {
		v, w := newWorld(), new(work)
		v.on("apply a", asks(&w))
		a, b := v.change("a"), v.change("b")
		a.cancel, b.cancel = true, true
		end := run(t, v, v.story(a, b, v.change("c")), &w)
		wantEnd(t, end, fleet.ActionCancelled, fleet.CodeCancelled)
		wantDid(t, v, "apply a", "undo a", "verify")
	})

	t.Run("BeforeAnythingBegan", func(t *testing.T) {
		v := newWorld()
		a := v.change("a")
		a.cancel = true
		id := s.queue(t)
		s.sql(t, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", id)
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, v.story(a)) })
		wantEnd(t, s.action(t, id), fleet.ActionCancelled, fleet.CodeCancelled)
		wantDid(t, v, "verify")
	})

	t.Run("DuringACancellableStep", func(t *testing.T) {
		v := newWorld()
		started := make(chan struct{})
		v.on("apply b", until(started))
		a, b := v.change("a"), v.change("b")
		a.cancel, b.cancel = true, true
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error {
			go func() {
				<-started
				w.askCancel()
			}()
			return w.perform(ctx, v.story(a, b, v.change("c")))
		})
		wantEnd(t, s.action(t, id), fleet.ActionCancelled, fleet.CodeCancelled)
		wantDid(t, v, "apply a", "apply b", "undo b", "undo a", "verify")
		wantEffects(t, v)
	})

	t.Run("JustBeforeThePointOfNoReturn", func(t *testing.T) {
		v, w := newWorld(), new(work)
		v.on("apply a", asks(&w))
		a := v.change("a")
		a.cancel = true
		end := run(t, v, v.story(a, v.change("b")), &w)
		wantEnd(t, end, fleet.ActionCancelled, fleet.CodeCancelled)
		wantDid(t, v, "apply a", "undo a", "verify")
	})

	t.Run("SinceTheLeaseWasRenewed", func(t *testing.T) {
		v := newWorld()
		id := s.queue(t)
		v.on("apply a", func(_ context.Context, effect func()) error {
			effect()
			s.sql(t, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", id)
			return nil
		})
		a := v.change("a")
		a.cancel = true
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, v.story(a, v.change("b"))) })
		wantEnd(t, s.action(t, id), fleet.ActionCancelled, fleet.CodeCancelled)
		wantDid(t, v, "apply a", "undo a", "verify")
	})

	t.Run("AfterThePointOfNoReturn", func(t *testing.T) {
		v, w := newWorld(), new(work)
		v.on("apply b", asks(&w))
		a := v.change("a")
		a.cancel = true
		end := run(t, v, v.story(a, v.change("b"), v.change("c")), &w)
		wantEnd(t, end, fleet.ActionSucceeded, "")
		wantDid(t, v, "apply a", "apply b", "apply c")
	})

	t.Run("AfterThePointOfNoReturnByTheNextRunner", func(t *testing.T) {
		v := newWorld().on("apply b", diesAfter)
		a := v.change("a")
		a.cancel = true
		st := v.story(a, v.change("b"), v.change("c"))
		id := s.queue(t)
		perform := func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, st) }
		s.carryOut(t, id, perform)
		s.expire(t, id)
		s.sql(t, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", id)
		s.carryOut(t, id, perform)
		wantEnd(t, s.action(t, id), fleet.ActionSucceeded, "")
		wantDid(t, v, "apply a", "apply b", "apply b", "apply c")
	})

	t.Run("AStepThatFailsForItsOwnReason", func(t *testing.T) {
		v, w := newWorld(), new(work)
		v.on("apply b", func(_ context.Context, _ func()) error {
			w.askCancel()
			return fleet.Errorf(fleet.CodeCommandFailed, "No.")
		})
		end := run(t, v, v.story(v.change("a"), v.change("b")), &w)
		wantEnd(t, end, fleet.ActionFailed, fleet.CodeCommandFailed)
	})
}

func TestAnotherRunnerGoesOn(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct {
		name  string
		at    string // call in whose middle the first runner ends
		end   act
		fails bool // step c fails
		want  []string
	}{
		{"KilledBeforeAnEffect", "apply b", diesBefore, false, []string{"apply a", "apply b", "apply b", "apply c"}},
		{"KilledAfterAnEffect", "apply b", diesAfter, false, []string{"apply a", "apply b", "apply b", "apply c"}},
		{"KilledBetweenSteps", "begin b", diesBefore, false, []string{"apply a", "apply b", "apply c"}},
		{"ShutDownBeforeAnEffect", "apply b", shutsDown(false), false, []string{"apply a", "apply b", "apply b", "apply c"}},
		{"ShutDownAfterAnEffect", "apply b", shutsDown(true), false, []string{"apply a", "apply b", "apply b", "apply c"}},
		{"KilledWhileUndoing", "undo b", diesAfter, true, []string{"apply a", "apply b", "apply c", "undo c", "undo b", "undo b", "undo a", "verify"}},
		{"ShutDownWhileUndoing", "undo b", shutsDown(false), true, []string{"apply a", "apply b", "apply c", "undo c", "undo b", "undo b", "undo a", "verify"}},
		{"KilledWhileVerifying", "verify", diesBefore, true, []string{"apply a", "apply b", "apply c", "undo c", "undo b", "undo a", "verify", "verify"}},
		{"ShutDownWhileVerifying", "verify", shutsDown(false), true, []string{"apply a", "apply b", "apply c", "undo c", "undo b", "undo a", "verify", "verify"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newWorld().on(c.at, c.end)
			if c.fails {
				v.on("apply c", halfFails(fleet.CodeCommandFailed, "No."))
			}
			a := play(t, s, v, v.story(v.change("a"), v.change("b"), v.change("c")))
			wantDid(t, v, c.want...)
			if a.Attempt != 2 {
				t.Errorf("%d attempts, want 2", a.Attempt)
			}
			if c.fails {
				wantEnd(t, a, fleet.ActionFailed, fleet.CodeCommandFailed)
				wantEffects(t, v)
			} else {
				wantEnd(t, a, fleet.ActionSucceeded, "")
				wantEffects(t, v, "a", "b", "c")
			}
		})
	}

	t.Run("LeaseLostInTheMiddle", func(t *testing.T) {
		v := newWorld()
		st := v.story(v.change("a"), v.change("b"), v.change("c"))
		id := s.queue(t)
		v.on("apply b", func(_ context.Context, effect func()) error {
			effect()
			s.expire(t, id) // it was frozen for longer than its lease
			return fleet.Errorf(fleet.CodeCommandFailed, "No.")
		})
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, st) })
		wantDid(t, v, "apply a", "apply b")
		wantEffects(t, v, "a", "b")
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, st) })
		wantDid(t, v, "apply a", "apply b", "apply b", "apply c")
		wantEnd(t, s.action(t, id), fleet.ActionSucceeded, "")
	})

	t.Run("ShutdownGivesTheLeaseBack", func(t *testing.T) {
		v := newWorld().on("apply a", shutsDown(false))
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, w *work, cancel func()) error {
			return w.perform(context.WithValue(ctx, cancelKey{}, cancel), v.story(v.change("a")))
		})
		if a := s.action(t, id); a.Status != fleet.ActionRunning || a.LeaseOwner != "" {
			t.Errorf("the action is %s of %q", a.Status, a.LeaseOwner)
		}
		// At once, without waiting for the lease to run out.
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, v.story(v.change("a"))) })
	})

	t.Run("DatabaseTroubleInAStep", func(t *testing.T) {
		v := newWorld()
		st := v.story(v.change("a"), v.change("b"))
		var w *work
		v.on("apply b", func(_ context.Context, effect func()) error {
			effect()
			return w.stored(context.DeadlineExceeded) // as a driver's error: nothing that a person could act on
		})
		id := s.queue(t)
		handle := func(ctx context.Context, mine *work, _ func()) error {
			w = mine
			return mine.perform(ctx, st)
		}
		s.carryOut(t, id, handle)
		wantDid(t, v, "apply a", "apply b")
		wantEffects(t, v, "a", "b")
		if a := s.action(t, id); a.Status != fleet.ActionRunning || a.Cursor.Undoing {
			t.Errorf("the action is %s, %+v", a.Status, a.Cursor)
		}
		s.expire(t, id)
		s.carryOut(t, id, handle)
		wantDid(t, v, "apply a", "apply b", "apply b")
		wantEnd(t, s.action(t, id), fleet.ActionSucceeded, "")
	})

	t.Run("DatabaseTroubleWithoutEnd", func(t *testing.T) {
		v := newWorld()
		var w *work
		for range maxAttempts {
			v.on("apply a", func(context.Context, func()) error { return w.stored(context.DeadlineExceeded) })
		}
		id := s.queue(t)
		for range maxAttempts {
			s.carryOut(t, id, func(ctx context.Context, mine *work, _ func()) error {
				w = mine
				return mine.perform(ctx, v.story(v.change("a")))
			})
			s.expire(t, id)
		}
		wantEnd(t, s.action(t, id), fleet.ActionFailed, fleet.CodeInternal)
	})
}

func TestUnprepared(t *testing.T) {
	s := newStage(t)
	gone := fleet.Errorf(fleet.CodeNotFound, "There is no site 7.")
	t.Run("NothingBegun", func(t *testing.T) {
		id := s.queue(t)
		s.carryOut(t, id, func(_ context.Context, w *work, _ func()) error { return w.unprepared(gone) })
		wantEnd(t, s.action(t, id), fleet.ActionFailed, fleet.CodeNotFound)
	})
	t.Run("HalfDone", func(t *testing.T) {
		v := newWorld().on("apply a", diesAfter)
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, v.story(v.change("a"))) })
		s.expire(t, id)
		s.carryOut(t, id, func(_ context.Context, w *work, _ func()) error { return w.unprepared(gone) })
		wantEnd(t, s.action(t, id), fleet.ActionFailed, fleet.CodeUndoFailed)
	})
	t.Run("DatabaseTrouble", func(t *testing.T) {
		id := s.queue(t)
		s.carryOut(t, id, func(_ context.Context, w *work, _ func()) error { return w.unprepared(context.DeadlineExceeded) })
		if a := s.action(t, id); a.Status != fleet.ActionRunning {
			t.Errorf("the action is %s", a.Status)
		}
	})
}

func TestUndoFails(t *testing.T) {
	s := newStage(t)
	no := fails(fleet.CodeCommandFailed, "The disk is full.")

	t.Run("TwiceIsTriedAgain", func(t *testing.T) {
		v := newWorld().on("apply b", fails(fleet.CodeMigrationFailed, "The patch x failed.")).on("undo a", no, no)
		a := play(t, s, v, v.story(v.change("a"), v.change("b")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeMigrationFailed)
		wantDid(t, v, "apply a", "apply b", "undo b", "undo a", "undo a", "undo a", "verify")
	})

	t.Run("ThriceNeedsAPerson", func(t *testing.T) {
		v := newWorld().on("apply c", fails(fleet.CodeMigrationFailed, "The patch x failed.")).on("undo b", no, no, no)
		a := play(t, s, v, v.story(v.change("a"), v.change("b"), v.change("c")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeUndoFailed)
		wantDid(t, v, "apply a", "apply b", "apply c", "undo c", "undo b", "undo b", "undo b")
		for _, want := range []string{"The patch x failed.", "“b”", "The disk is full."} {
			if !strings.Contains(a.ErrorMessage, want) {
				t.Errorf("%q does not say %q", a.ErrorMessage, want)
			}
		}
		if diff := cmp.Diff([]string{"a", "b"}, a.Cursor.Done); diff != "" {
			t.Errorf("the cursor: %s", diff)
		}
	})

	t.Run("PauseBetweenTries", func(t *testing.T) {
		slow := s.runner("slow")
		slow.pace.again = []time.Duration{time.Hour}
		before := s.r
		s.r = slow
		defer func() { s.r = before }()
		tried := make(chan struct{})
		v := newWorld().on("apply a", fails(fleet.CodeCommandFailed, "No.")).on("undo a", func(context.Context, func()) error {
			close(tried)
			return fleet.Errorf(fleet.CodeCommandFailed, "Not yet.")
		})
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, w *work, cancel func()) error {
			go func() {
				<-tried
				cancel()
			}()
			return w.perform(ctx, v.story(v.change("a")))
		})
		wantDid(t, v, "apply a", "undo a") // the pause ended with the runner, not with a second try
		s.r = before
		s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, v.story(v.change("a"))) })
		wantEnd(t, s.action(t, id), fleet.ActionFailed, fleet.CodeCommandFailed)
	})

	t.Run("VerifyFails", func(t *testing.T) {
		wrong := fails(fleet.CodeCommandFailed, "It answers 502.")
		v := newWorld().on("apply a", fails(fleet.CodeMigrationFailed, "The patch x failed.")).on("verify", wrong, wrong, wrong)
		a := play(t, s, v, v.story(v.change("a")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeUndoFailed)
		for _, want := range []string{"The patch x failed.", "It answers 502."} {
			if !strings.Contains(a.ErrorMessage, want) {
				t.Errorf("%q does not say %q", a.ErrorMessage, want)
			}
		}
	})

	t.Run("VerifyNeedsTime", func(t *testing.T) {
		v := newWorld().on("apply a", fails(fleet.CodeMigrationFailed, "No.")).on("verify", fails(fleet.CodeCommandFailed, "It answers 502."))
		wantEnd(t, play(t, s, v, v.story(v.change("a"))), fleet.ActionFailed, fleet.CodeMigrationFailed)
	})

	t.Run("WithoutVerify", func(t *testing.T) {
		v := newWorld().on("apply a", fails(fleet.CodeMigrationFailed, "No."))
		st := v.story(v.change("a"))
		st.verify = nil
		wantEnd(t, play(t, s, v, st), fleet.ActionFailed, fleet.CodeMigrationFailed)
	})
}

func TestUnreachable(t *testing.T) {
	s := newStage(t)
	gone := fails(fleet.CodeUnreachable, "m-01 cannot be reached.")

	t.Run("AtOnceAFailureBefore", func(t *testing.T) {
		v := newWorld().on("apply a", gone)
		a := play(t, s, v, v.story(v.look("a"), v.change("b")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeUnreachable)
		wantDid(t, v, "apply a", "verify")
	})

	t.Run("AgainOnceSomethingWasChanged", func(t *testing.T) {
		v := newWorld().on("apply b", gone, gone, gone)
		a := play(t, s, v, v.story(v.change("a"), v.look("b")))
		wantEnd(t, a, fleet.ActionSucceeded, "")
		wantDid(t, v, "apply a", "apply b", "apply b", "apply b", "apply b")
		if got := s.lines(t, a.ID); len(got) != 3 || got[0] != "m-01 cannot be reached. Trying again." {
			t.Errorf("it said %q", got)
		}
	})

	t.Run("AgainByTheRunnerThatTookOver", func(t *testing.T) {
		v := newWorld().on("apply a", diesAfter, gone)
		wantEnd(t, play(t, s, v, v.story(v.change("a"))), fleet.ActionSucceeded, "")
	})

	t.Run("AgainWhileUndoing", func(t *testing.T) {
		v := newWorld().on("apply a", fails(fleet.CodeCommandFailed, "No.")).on("undo a", gone, gone, gone, gone)
		wantEnd(t, play(t, s, v, v.story(v.change("a"))), fleet.ActionFailed, fleet.CodeCommandFailed)
		wantDid(t, v, "apply a", "undo a", "undo a", "undo a", "undo a", "undo a", "verify")
	})

	t.Run("CancelEndsTheWaiting", func(t *testing.T) {
		v := newWorld()
		var w *work
		for range 100_000 {
			v.script["apply b"] = append(v.script["apply b"], gone)
		}
		v.script["apply b"][3] = func(context.Context, func()) error {
			w.askCancel()
			return fleet.Errorf(fleet.CodeUnreachable, "m-01 cannot be reached.")
		}
		b := v.change("b")
		b.cancel = true
		id := s.queue(t)
		s.carryOut(t, id, func(ctx context.Context, mine *work, _ func()) error {
			w = mine
			return mine.perform(ctx, v.story(v.change("a"), b))
		})
		wantEnd(t, s.action(t, id), fleet.ActionCancelled, fleet.CodeCancelled)
	})

	t.Run("GivenUpAfterAWhile", func(t *testing.T) {
		s.r.pace.patience = 0
		defer func() { s.r.pace.patience = quickPace.patience }()
		v := newWorld().on("apply b", gone, gone).on("undo b", gone, gone, gone)
		a := play(t, s, v, v.story(v.change("a"), v.change("b")))
		wantEnd(t, a, fleet.ActionFailed, fleet.CodeUndoFailed)
		wantDid(t, v, "apply a", "apply b", "undo b") // not three times half an hour
	})
}

func TestHostKeyChangedInAStep(t *testing.T) {
	s := newStage(t)
	changed := fails(fleet.CodeHostKeyChanged, "m-01 shows another key.")
	for _, c := range []struct {
		name string
		v    *world
		code fleet.Code
	}{
		{"Apply", newWorld().on("apply b", changed), fleet.CodeHostKeyChanged},
		{"ApplyAndUndo", newWorld().on("apply b", changed).on("undo b", changed), fleet.CodeUndoFailed},
		{"Undo", newWorld().on("apply b", fails(fleet.CodeCommandFailed, "No.")).on("undo b", changed), fleet.CodeUndoFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := s.server(t, strings.ToLower(c.name))
			id := s.queue(t)
			s.sql(t, "UPDATE actions SET server_id = ? WHERE id = ?", server.ID, id)
			st := c.v.story(c.v.change("a"), c.v.change("b"))
			s.carryOut(t, id, func(ctx context.Context, w *work, _ func()) error { return w.perform(ctx, st) })
			wantEnd(t, s.action(t, id), fleet.ActionFailed, c.code)
			got, err := s.store.Server(t.Context(), server.ID)
			if err != nil || got.Status != fleet.ServerKeyChanged || got.StatusReason != "m-01 shows another key." {
				t.Errorf("the server is %s (%s), %v", got.Status, got.StatusReason, err)
			}
		})
	}
}
