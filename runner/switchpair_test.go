package runner

import (
	"slices"
	"testing"
	"time"

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

// How long nobody was served is known of a switchover from its own clock, of a failover from the last look at the master.
func TestSwitchDowntime(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 30, 0, time.UTC)
	const closed, seen = "2026-05-01T12:00:20Z", "2026-05-01T11:59:45.5Z"
	for _, test := range []struct {
		name    string
		kind    fleet.SwitchKind
		notes   map[string]string
		seconds float64
		words   string
	}{
		{"SwitchOver", fleet.SwitchOver, map[string]string{noteClosed: closed, noteSeen: seen}, 10, "The sites did not answer for 10.0 s."},
		{"FailOver", fleet.FailOver, map[string]string{noteSeen: seen}, 44.5, "The sites did not answer for 44.5 s, at most: since m-01 was last seen to work."},
		{"FailOverOfOneNeverSeen", fleet.FailOver, map[string]string{}, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &switching{w: &work{cursor: fleet.Cursor{Notes: test.notes}}, row: fleet.PairSwitch{Kind: test.kind}}
			s.from.siteWork = &siteWork{name: "m-01"}
			seconds, words := s.downtime(now)
			if seconds != test.seconds || words != test.words {
				t.Errorf("got %v, %q", seconds, words)
			}
		})
	}
}
