package runner

import (
	"slices"
	"testing"

	"central/fleet"
)

func names(s story) []string {
	list := []string{}
	for _, step := range s.steps {
		list = append(list, step.name)
	}
	return list
}

func TestSwitchOverStory(t *testing.T) {
	s := &switching{row: fleet.PairSwitch{Kind: fleet.SwitchOver}}
	before := s.takeOver()
	got := names(before)
	order := []string{stepSwitchMark, stepSwitchClose, stepSwitchWait, stepSwitchLast, stepSwitchPromote, stepSwitchAsk, stepSwitchRecord}
	at := -1
	for _, name := range order {
		i := slices.Index(got, name)
		if i <= at {
			t.Errorf("%s does not come in its turn: %q", name, got)
		}
		at = i
	}
	closed := false
	for _, step := range before.steps {
		closed = closed || step.name == stepSwitchClose
		if step.cancel == closed {
			t.Errorf("%s can be cancelled: %v", step.name, step.cancel)
		}
		if undone := step.name == stepSwitchClose || step.name == stepSwitchPromote; undone != (step.undo != nil) {
			t.Errorf("%s is taken back: %v", step.name, step.undo != nil)
		}
	}
	if before.steps[len(before.steps)-1].name != stepSwitchRecord || before.verify == nil {
		t.Error("what can be taken back does not end with the new roles on record, or is not verified")
	}
}

func TestFailOverStory(t *testing.T) {
	s := &switching{row: fleet.PairSwitch{Kind: fleet.FailOver}}
	got := names(s.takeOver())
	want := []string{stepSwitchCheck, stepSwitchAway, stepSwitchFence, stepSwitchDrain, stepSwitchPromote, stepSwitchAgain, stepSwitchRecord}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// What comes after the promotion goes forward only: nothing there may have an undo, and percentages go on.
func TestSwitchGoesOnlyForwardOnceRecorded(t *testing.T) {
	for _, kind := range []fleet.SwitchKind{fleet.SwitchOver, fleet.FailOver} {
		s := &switching{row: fleet.PairSwitch{Kind: kind}}
		percent := 0
		for _, step := range append(s.takeOver().steps, s.goOn().steps...) {
			if step.percent <= percent {
				t.Errorf("%s: %s ends at %d percent, after %d", kind, step.name, step.percent, percent)
			}
			percent = step.percent
		}
		for _, step := range s.goOn().steps {
			if step.undo != nil || step.cancel {
				t.Errorf("%s: %s can be taken back", kind, step.name)
			}
		}
		if percent != 100 {
			t.Errorf("%s ends at %d percent", kind, percent)
		}
	}
}
