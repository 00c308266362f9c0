package runner

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"central/fleet"
)

// fault is what goes wrong in one call of a story.
type fault int

const (
	fine fault = iota
	failBefore
	failAfter
	panics
	unreachableBefore
	unreachableAfter
	dieBefore
	dieAfter
	stopBefore
	stopAfter
	cancelBefore
	cancelAfter
	loseLease
	lastFault = loseLease
)

// trial is a story whose calls go wrong by a list of faults, and the rules that hold at each call.
type trial struct {
	mu     sync.Mutex
	faults []fault // of the next calls; later ones are fine
	steps  []step
	there  map[string]bool
	undone map[string]bool
	began  int // index of the furthest step that was applied
	broken []string
	id     uint
	stage  *stage
	report errorReporter
	work   *work
	cancel func()
}

func (r *trial) violated(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

// call is one call of the engine; check holds the lock and looks at what must be so now.
func (r *trial) call(ctx context.Context, check, effect func()) error {
	r.mu.Lock()
	f := fine
	if len(r.faults) > 0 {
		f, r.faults = r.faults[0], r.faults[1:]
	}
	check()
	r.mu.Unlock()
	change := func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		effect()
	}
	if f == failAfter || f == unreachableAfter || f == dieAfter || f == stopAfter || f == cancelAfter || f == fine {
		change()
	}
	switch f {
	case failBefore, failAfter:
		return fleet.Errorf(fleet.CodeCommandFailed, "No.")
	case panics:
		panic("no")
	case unreachableBefore, unreachableAfter:
		return fleet.Errorf(fleet.CodeUnreachable, "Gone.")
	case dieBefore, dieAfter:
		runtime.Goexit()
	case stopBefore:
		r.cancel()
		<-ctx.Done()
		return context.Cause(ctx)
	case stopAfter: // the command still ended well
		r.cancel()
		<-ctx.Done()
	case cancelBefore, cancelAfter:
		r.stage.sql(r.report, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", r.id)
		r.work.askCancel()
		if f == cancelBefore {
			change()
		}
	case loseLease:
		r.stage.expire(r.report, r.id)
		change()
	case fine:
	}
	return nil
}

func (r *trial) add(s step) {
	i := len(r.steps)
	s.name = fmt.Sprintf("step %d", i)
	s.percent = 10 * (i + 1)
	undoable := s.undo != nil
	s.apply = func(ctx context.Context) error {
		return r.call(ctx, func() {
			if r.work.undoing() {
				r.violated("%s applied while everything is taken back", s.name)
			}
			for _, earlier := range r.steps[:i] {
				if !earlier.extra && !r.there[earlier.name] {
					r.violated("%s applied before %s", s.name, earlier.name)
				}
			}
			r.began = max(r.began, i)
		}, func() { r.there[s.name] = true })
	}
	if undoable {
		s.undo = func(ctx context.Context) error {
			return r.call(ctx, func() {
				if !r.work.undoing() {
					r.violated("%s taken back while everything is applied", s.name)
				}
				if r.undone[s.name] {
					r.violated("%s taken back again although it was on record", s.name)
				}
				for _, later := range r.steps[i+1:] {
					if later.undo != nil && r.there[later.name] {
						r.violated("%s taken back before %s", s.name, later.name)
					}
				}
			}, func() { delete(r.there, s.name) })
		}
	}
	r.steps = append(r.steps, s)
}

func (r *trial) story() story {
	return story{
		steps: r.steps,
		begin: func(ctx context.Context, name string, percent int) error {
			r.mu.Lock()
			if len(r.faults) > 0 && r.faults[0] == dieBefore { // between what was stored and the step
				r.faults = r.faults[1:]
				r.mu.Unlock()
				runtime.Goexit()
			}
			r.mu.Unlock()
			r.work.progress(percent, name)
			return nil
		},
		verify: func(ctx context.Context) error {
			return r.call(ctx, func() {
				for _, s := range r.steps {
					if s.undo != nil && r.there[s.name] {
						r.violated("verified while %s is there", s.name)
					}
				}
			}, func() {})
		},
	}
}

// TestPerformHolds lets runners fail, die, stop, lose their lease and be cancelled at any call. In the end all is
// applied, or all is taken back, or a person was called; and the record says which.
func TestPerformHolds(t *testing.T) {
	s := newStage(t)
	outcomes := map[fleet.Code]int{}
	choices := slices.Repeat([]fault{fine}, int(lastFault)) // mostly nothing goes wrong
	for f := fine; f <= lastFault; f++ {
		choices = append(choices, f)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := &trial{
			faults: rapid.SliceOfN(rapid.SampledFrom(choices), 6, 30).Draw(t, "faults"),
			there:  map[string]bool{}, undone: map[string]bool{}, began: -1, stage: s, report: t,
		}
		steps := rapid.IntRange(1, 5).Draw(t, "steps")
		cancellable := rapid.IntRange(0, steps).Draw(t, "cancellable")
		for i := range steps {
			one := step{cancel: i < cancellable}
			if rapid.Bool().Draw(t, "undoable") {
				one.undo = func(context.Context) error { return nil } // replaced
			}
			r.add(one)
		}
		if rapid.Bool().Draw(t, "extra") {
			r.add(step{extra: true})
		}
		r.id = s.queue(t)
		for range 60 {
			s.carryOut(t, r.id, func(ctx context.Context, w *work, cancel func()) error {
				r.mu.Lock()
				r.work, r.cancel = w, cancel
				r.mu.Unlock()
				for _, step := range r.steps {
					if w.undoing() && !w.isDone(step.name) {
						r.undone[step.name] = true
					}
				}
				return w.perform(ctx, r.story())
			})
			if s.action(t, r.id).Status.Finished() {
				break
			}
			s.expire(t, r.id)
		}
		outcomes[r.judge(t)]++
	})
	t.Logf("%v", outcomes)
	for _, code := range []fleet.Code{"", fleet.CodeCommandFailed, fleet.CodeCancelled} {
		if outcomes[code] == 0 {
			t.Errorf("no trial ended with %q: the faults are chosen badly", code)
		}
	}
}

// judge looks at how a trial ended and returns its code.
func (r *trial) judge(t *rapid.T) fleet.Code {
	a := r.stage.action(t, r.id)
	for _, rule := range r.broken {
		t.Errorf("%s", rule)
	}
	if !a.Status.Finished() {
		t.Fatalf("not ended after 60 runners")
	}
	events := r.stage.stepEvents(t, r.id)
	count := func(step string, status fleet.StepStatus) int {
		n := 0
		for _, e := range events {
			if e == step+" "+string(status) {
				n++
			}
		}
		return n
	}
	last := func(step string) string {
		for _, e := range slices.Backward(events) {
			if strings.HasPrefix(e, step+" ") {
				return strings.TrimPrefix(e, step+" ")
			}
		}
		return ""
	}
	for i, s := range r.steps {
		done, undone := count(s.name, fleet.StepDone), count(s.name, fleet.StepUndone)
		if done > 1 || undone > 1 || undone > 0 && s.undo == nil {
			t.Errorf("%s was done %d times and undone %d times, by its events %q", s.name, done, undone, events)
		}
		if i <= r.began && count(s.name, fleet.StepRunning) == 0 || done > 0 && count(s.name, fleet.StepRunning) == 0 {
			t.Errorf("%s never began, by its events", s.name)
		}
		switch {
		case a.Status == fleet.ActionSucceeded:
			if !s.extra && (!r.there[s.name] || last(s.name) != string(fleet.StepDone)) {
				t.Errorf("all succeeded, but %s is there: %v, and %s", s.name, r.there[s.name], last(s.name))
			}
			if !slices.Contains(a.Cursor.Done, s.name) {
				t.Errorf("all succeeded, but %s is not on record", s.name)
			}
		case a.ErrorCode != fleet.CodeUndoFailed:
			if s.undo != nil && r.there[s.name] {
				t.Errorf("all was taken back, but %s is there", s.name)
			}
			if s.undo != nil && i <= r.began && last(s.name) != string(fleet.StepUndone) {
				t.Errorf("all was taken back, but %s is %s", s.name, last(s.name))
			}
		}
		if s.extra && a.Status != fleet.ActionSucceeded && i <= r.began {
			t.Errorf("taken back after %s", s.name)
		}
	}
	if a.Cursor.Undoing != (a.Status != fleet.ActionSucceeded) {
		t.Errorf("the cursor says %v of an action that is %s", a.Cursor.Undoing, a.Status)
	}
	if a.Status != fleet.ActionSucceeded && a.ErrorCode != fleet.CodeUndoFailed && len(a.Cursor.Done) > 0 {
		t.Errorf("all was taken back, but %q are on record", a.Cursor.Done)
	}
	if (a.Status == fleet.ActionCancelled) != (a.ErrorCode == fleet.CodeCancelled) {
		t.Errorf("%s with the code %s", a.Status, a.ErrorCode)
	}
	percent := -1
	for _, e := range r.stage.events(t, r.id) {
		if e.Kind == fleet.EventProgress {
			if *e.Body.Percent < percent {
				t.Errorf("%d percent after %d", *e.Body.Percent, percent)
			}
			percent = *e.Body.Percent
		}
	}
	return a.ErrorCode
}
