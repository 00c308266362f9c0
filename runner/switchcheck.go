package runner

import (
	"context"
	"fmt"
	"strings"

	"central/fleet"
	"central/store"
)

// check looks at both servers and errs when something stands in the way. It changes nothing.
func (s *switching) check(ctx context.Context) error {
	facts, err := s.look(ctx)
	if err != nil {
		return err
	}
	facts.Pair.Status = fleet.PairReady // as it was before this switch
	return s.w.tellPlan(fleet.PlanSwitch(s.row.Kind, facts))
}

func (s *switching) look(ctx context.Context) (fleet.SwitchFacts, error) {
	facts, err := s.r.Store.SwitchFacts(ctx, s.row.PairID, s.w.action.ID)
	if err != nil {
		return facts, err
	}
	facts.Master, facts.Slave = s.from.server, s.to.server
	return LookAtPair(ctx, s.r.Pool, facts), nil
}

// tellPlan says what was found, and errs when something of it stands in the way.
func (w *work) tellPlan(plan fleet.SwitchPlan) error {
	for _, check := range plan.Checks {
		w.say(fmt.Sprintf("%s: %s: %s", strings.ToLower(string(check.State)), check.Name, check.Message))
	}
	w.say("What would be lost: " + plan.PossibleLoss)
	return plan.Blocking()
}

// rehearseSwitch runs every check of a switch and changes nothing.
func (r *Runner) rehearseSwitch(ctx context.Context, w *work) error {
	facts, err := r.Store.SwitchFacts(ctx, *w.action.PairID, w.action.ID)
	if err != nil {
		return err
	}
	w.progress(10, stepSwitchCheck)
	plan := fleet.PlanSwitch(fleet.SwitchKind(w.note(store.NoteSwitchKind)), LookAtPair(ctx, r.Pool, facts))
	if plan.ExpectedSeconds != nil {
		w.say(fmt.Sprintf("%d sites would not answer for about %.0f s.", plan.Sites, *plan.ExpectedSeconds))
	}
	return w.tellPlan(plan)
}
