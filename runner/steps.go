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
	// extra marks what comes after everything is as it should be: that it fails is told, and no reason to take
	// anything back.
	extra bool
}

// story is an action as a list of steps, in order.
type story struct {
	steps []step
	// begin is told each step as it begins, also while steps are taken back.
	begin func(ctx context.Context, name string, percent int) error
	// verify proves that everything was taken back; its error means that a person is needed.
	verify func(ctx context.Context) error
}

// perform applies the steps from where the cursor is. When one fails, or somebody cancels before the first
// step that must be finished has begun, every step that was begun is taken back in reverse, the result is
// verified, and the reason is returned: CodeCancelled, the step's own error, or CodeUndoFailed when it could
// not be taken back. When ctx ends it returns at once and takes nothing back: the cursor says where the next
// runner goes on.
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
	failure := w.failure()
	if err := w.undoAll(ctx, s, failure); err != nil {
		return err
	}
	return detailed{fleet.Errorf(failure.Code, "%s", failure.Message), failure.Detail}
}

func (w *work) applyAll(ctx context.Context, s story) error {
	cancellable := true // what came before could still be broken off
	for _, step := range s.steps {
		begun := w.isDone(step.name)
		if begun && !w.isOpen(step.name) {
			cancellable = step.cancel
			continue
		}
		if interrupted(ctx) {
			return context.Cause(ctx)
		}
		if cancellable && !step.cancel && !begun {
			if err := w.askWhetherCancelled(ctx); err != nil {
				return err
			}
		}
		if w.cancelRequested() && (step.cancel || cancellable && !begun) {
			return errCancelled()
		}
		if err := w.apply(ctx, s, step); err != nil {
			return err
		}
		cancellable = step.cancel
	}
	return nil
}

// apply puts the step into the cursor before it begins, so that whatever happens then, it is taken back.
func (w *work) apply(ctx context.Context, s story, step step) error {
	began := time.Now()
	changed := w.anythingToUndo(s)
	w.tell(stepEvent(step.name, fleet.StepRunning, nil), func(c *fleet.Cursor) {
		if !slices.Contains(c.Done, step.name) {
			c.Done = append(c.Done, step.name)
		}
		c.Notes[noteOpen] = step.name
	})
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
	err := w.patiently(stepCtx, changed && !step.extra, step.apply)
	status := fleet.StepDone
	switch {
	case err == nil:
	case interrupted(ctx):
		return context.Cause(ctx)
	case fleet.ErrorCode(context.Cause(stepCtx)) == fleet.CodeCancelled:
		err = errCancelled()
	}
	if err != nil {
		status = fleet.StepFailed
		w.say(fmt.Sprintf("%s failed: %s", step.name, failureOf(err).Message))
	}
	if err != nil && !step.extra {
		w.add(stepEvent(step.name, status, &began))
		return err
	}
	w.tell(stepEvent(step.name, status, &began), func(c *fleet.Cursor) { delete(c.Notes, noteOpen) })
	return w.flush()
}

// undoAll takes back every step that was begun. What cannot be taken back is CodeUndoFailed, with both
// reasons in its sentence.
func (w *work) undoAll(ctx context.Context, s story, why fleet.Failure) error {
	for _, step := range slices.Backward(s.steps) {
		if !w.isDone(step.name) {
			continue
		}
		if interrupted(ctx) {
			return context.Cause(ctx)
		}
		if err := w.undo(ctx, s, step); err != nil {
			return w.broken(ctx, step.name, err, why)
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
	if s.verify == nil {
		return nil
	}
	if err := w.again(ctx, "The check", s.verify); err != nil {
		return w.broken(ctx, "check", err, why)
	}
	return nil
}

// broken is the end of an undo that did not come to its end.
func (w *work) broken(ctx context.Context, step string, err error, why fleet.Failure) error {
	if interrupted(ctx) {
		return context.Cause(ctx)
	}
	return undoFailed(step, err, why)
}

func (w *work) undo(ctx context.Context, s story, step step) error {
	forget := func(c *fleet.Cursor) {
		c.Done = slices.DeleteFunc(c.Done, func(name string) bool { return name == step.name })
	}
	if step.undo == nil {
		w.change(forget)
		return nil
	}
	began := time.Now()
	if err := s.begin(ctx, "undo: "+step.name, w.percentBefore(s, step)); err != nil {
		return err
	}
	w.say("Taking back: " + step.name)
	if err := w.again(ctx, "Taking back "+step.name, step.undo); err != nil {
		return err
	}
	w.tell(stepEvent(step.name, fleet.StepUndone, &began), forget)
	return nil
}

func undoFailed(step string, err error, why fleet.Failure) error {
	message := fmt.Sprintf("It failed (%s) and could not be taken back at “%s”: %s A person is needed.", why.Message, step, failureOf(err).Message)
	return detailed{fleet.Errorf(fleet.CodeUndoFailed, "%s", message), why.Detail + "\n" + failureOf(err).Detail}
}

// again calls do until it succeeds, a few times: on the way back there is nowhere else to go. A server that
// was not reached for long enough, or that shows another key, is not tried again.
func (w *work) again(ctx context.Context, what string, do func(context.Context) error) error {
	pauses := w.runner.pace.again
	for try := 0; ; try++ {
		err := w.patiently(ctx, true, do)
		if err == nil || interrupted(ctx) {
			return err
		}
		w.say(fmt.Sprintf("%s failed: %s", what, failureOf(err).Message))
		code := fleet.ErrorCode(err)
		if try == len(pauses) || code == fleet.CodeUnreachable || code == fleet.CodeHostKeyChanged {
			return err
		}
		if err := pause(ctx, pauses[try]); err != nil {
			return err
		}
	}
}

// patiently calls do again while the server cannot be reached, if something on it has been changed; what
// has not begun may fail at once.
func (w *work) patiently(ctx context.Context, changed bool, do func(context.Context) error) error {
	p := w.runner.pace
	giveUp := time.Now().Add(p.patience)
	for wait := p.first; ; wait = min(2*wait, p.longest) {
		err := w.runner.safely(ctx, do)
		w.seeKey(err)
		if fleet.ErrorCode(err) != fleet.CodeUnreachable {
			return err
		}
		w.lostServer()
		if !changed || time.Now().After(giveUp) {
			return err
		}
		w.say(fmt.Sprintf("%s Trying again.", failureOf(err).Message))
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// safely calls do; a panic in it is its error, so that what was begun is taken back.
func (r *Runner) safely(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			r.Log.Error("panic in an action", "panic", fault, "stack", stack())
			err = fmt.Errorf("a fault in Central: %v", fault)
		}
	}()
	return do(ctx)
}

// interrupted says whether this runner has to let go of the action, as opposed to the action having failed.
func interrupted(ctx context.Context) bool {
	cause := context.Cause(ctx)
	var failed errNotStored
	return errors.Is(cause, errShutdown) || errors.As(cause, &failed) || fleet.ErrorCode(cause) == fleet.CodeLeaseLost
}

func (w *work) undoing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor.Undoing
}

// failure is why the action is being taken back.
func (w *work) failure() fleet.Failure {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cursor.Failure == nil {
		return fleet.Failure{Code: fleet.CodeInternal, Message: "the reason was not kept"}
	}
	return *w.cursor.Failure
}

func (w *work) isDone(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.cursor.Done, name)
}

// noteOpen is the note that holds the step which was begun and has not ended.
const noteOpen = "open"

func (w *work) isOpen(name string) bool { return w.note(noteOpen) == name }

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

// stepEvent says that a step is in a state now; began is nil when it has only just begun.
func stepEvent(name string, status fleet.StepStatus, began *time.Time) fleet.ActionEvent {
	body := fleet.EventBody{Step: name, StepStatus: status}
	if began != nil {
		millis := int(time.Since(*began).Milliseconds())
		body.Millis = &millis
	}
	return fleet.ActionEvent{Kind: fleet.EventStep, Body: body}
}
