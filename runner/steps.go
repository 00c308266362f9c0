package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"central/fleet"
)

// step is one part of an action. Both of its functions look before they act: a runner may have been killed
// in the middle of either, and the next one calls it again.
type step struct {
	name    string // as people read it
	percent int    // of the action once the step is done
	apply   func(ctx context.Context) error
	undo    func(ctx context.Context) error // nil when there is nothing to take back
	cancel  bool                            // may be broken off when somebody cancels; later it is finished instead
}

// story is an action as a list of steps, in order.
type story struct {
	steps []step
	// begin is told each step as it begins, also while steps are taken back.
	begin func(ctx context.Context, name string, percent int) error
	// verify proves that everything was taken back; its error means that a person is needed.
	verify func(ctx context.Context) error
}

// How long a step goes on trying to reach a server once something on it has been changed, and how long it
// waits between two tries at most.
const (
	patience  = 30 * time.Minute
	maxPause  = 10 * time.Second
	undoTries = 3
)

// perform applies the steps from where the cursor is. When one fails, or somebody cancels in time, every
// step that was begun is taken back in reverse, the result is verified, and the reason is returned:
// CodeCancelled, the step's own error, or CodeUndoFailed when it could not be taken back. When ctx ends it
// returns at once and takes nothing back: the cursor says where the next runner goes on.
func (w *work) perform(ctx context.Context, s story) error {
	if !w.undoing() {
		failed := w.applyAll(ctx, s)
		if failed == nil || interrupted(ctx) {
			return failed
		}
		w.change(func(c *fleet.Cursor) { c.Undoing, c.Failure = true, failureOf(failed) })
	}
	if err := w.flush(); err != nil {
		return err
	}
	failure := *w.cursor.Failure
	if err := w.undoAll(ctx, s, failure); err != nil {
		return err
	}
	return detailed{fleet.Errorf(failure.Code, "%s", failure.Message), failure.Detail}
}

func (w *work) applyAll(ctx context.Context, s story) error {
	for _, step := range s.steps {
		if w.isDone(step.name) && !w.isOpen(step.name) {
			continue
		}
		if step.cancel && w.cancelRequested() {
			return errCancelled()
		}
		if err := w.apply(ctx, s, step); err != nil {
			return err
		}
	}
	return nil
}

// apply puts the step into the cursor before it begins, so that whatever happens then, it is taken back.
func (w *work) apply(ctx context.Context, s story, step step) error {
	began := time.Now()
	changedBefore := w.anythingToUndo(s)
	w.change(func(c *fleet.Cursor) {
		if !slices.Contains(c.Done, step.name) {
			c.Done = append(c.Done, step.name)
		}
		c.Notes["open"] = step.name
	})
	w.stepEvent(step.name, fleet.StepRunning, began)
	if err := w.flush(); err != nil {
		return err
	}
	if err := s.begin(ctx, step.name, w.percentBefore(s, step)); err != nil {
		return err
	}
	stepCtx, stop := ctx, context.CancelFunc(func() {})
	if step.cancel {
		stepCtx, stop = w.untilCancelled(ctx)
	}
	defer stop()
	err := w.patiently(stepCtx, changedBefore, step.apply)
	if err != nil && fleet.ErrorCode(context.Cause(stepCtx)) == fleet.CodeCancelled && !interrupted(ctx) {
		err = errCancelled()
	}
	if interrupted(ctx) {
		return context.Cause(ctx)
	}
	if err != nil {
		w.stepEvent(step.name, fleet.StepFailed, began)
		w.say(fmt.Sprintf("%s failed: %s", step.name, failureOf(err).Message))
		return err
	}
	w.change(func(c *fleet.Cursor) { delete(c.Notes, "open") })
	w.stepEvent(step.name, fleet.StepDone, began)
	return w.flush()
}

// undoAll takes back every step that was begun. What cannot be taken back is CodeUndoFailed, with both
// reasons in its sentence.
func (w *work) undoAll(ctx context.Context, s story, why fleet.Failure) error {
	for _, step := range slices.Backward(s.steps) {
		if !w.isDone(step.name) {
			continue
		}
		if step.undo != nil {
			if err := w.undoStep(ctx, s, step); err != nil {
				if interrupted(ctx) {
					return context.Cause(ctx)
				}
				return undoFailed(step.name, err, why)
			}
		}
		w.change(func(c *fleet.Cursor) {
			c.Done = slices.DeleteFunc(c.Done, func(name string) bool { return name == step.name })
		})
		if err := w.flush(); err != nil {
			return err
		}
	}
	if s.verify == nil {
		return nil
	}
	err := w.patiently(ctx, true, s.verify)
	if err != nil && !interrupted(ctx) {
		return undoFailed("check", err, why)
	}
	return err
}

func (w *work) undoStep(ctx context.Context, s story, step step) error {
	began := time.Now()
	if err := s.begin(ctx, "undo: "+step.name, w.percentBefore(s, step)); err != nil {
		return err
	}
	w.say("Taking back: " + step.name)
	var err error
	for range undoTries {
		if err = w.patiently(ctx, true, step.undo); err == nil {
			w.stepEvent(step.name, fleet.StepUndone, began)
			return nil
		}
		if interrupted(ctx) {
			return err
		}
		w.say(fmt.Sprintf("Taking back %s failed: %s", step.name, failureOf(err).Message))
	}
	return err
}

func undoFailed(step string, err error, why fleet.Failure) error {
	message := fmt.Sprintf("It failed (%s) and could not be taken back at “%s”: %s A person is needed.", why.Message, step, failureOf(err).Message)
	return detailed{fleet.Errorf(fleet.CodeUndoFailed, "%s", message), why.Detail + "\n" + failureOf(err).Detail}
}

// patiently calls do again while the server cannot be reached, if something on it has been changed; what
// has not begun may fail at once.
func (w *work) patiently(ctx context.Context, changed bool, do func(context.Context) error) error {
	giveUp := time.Now().Add(patience)
	pause := 200 * time.Millisecond
	for {
		err := do(ctx)
		if !changed || fleet.ErrorCode(err) != fleet.CodeUnreachable || time.Now().After(giveUp) {
			return err
		}
		w.say(fmt.Sprintf("%s Trying again.", failureOf(err).Message))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		pause = min(2*pause, maxPause)
	}
}

// interrupted says whether this runner has to let go of the action, as opposed to the action having failed.
func interrupted(ctx context.Context) bool {
	cause := context.Cause(ctx)
	return errors.Is(cause, errShutdown) || fleet.ErrorCode(cause) == fleet.CodeLeaseLost
}

func (w *work) undoing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor.Undoing
}

func (w *work) isDone(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.cursor.Done, name)
}

// isOpen says whether a step was begun and has not ended.
func (w *work) isOpen(name string) bool { return w.note("open") == name }

func (w *work) anythingToUndo(s story) bool {
	return slices.ContainsFunc(s.steps, func(step step) bool { return step.undo != nil && w.isDone(step.name) })
}

// percentBefore is how far the action is when a step begins.
func (w *work) percentBefore(s story, step step) int {
	percent := 0
	for _, earlier := range s.steps {
		if earlier.name == step.name {
			break
		}
		percent = earlier.percent
	}
	return percent
}

func (w *work) stepEvent(name string, status fleet.StepStatus, began time.Time) {
	body := fleet.EventBody{Step: name, StepStatus: status}
	if status != fleet.StepRunning {
		millis := int(time.Since(began).Milliseconds())
		body.Millis = &millis
	}
	w.add(fleet.ActionEvent{Kind: fleet.EventStep, Body: body})
}
