package store_test

import (
	"testing"

	"central/fleet"
)

func TestStore_Plans(t *testing.T) {
	w := newEmptyWorld(t)
	ctx := t.Context()
	pro := w.plan("Pro")
	w.audited(admin, "createPlan", "Pro: 49.00 EUR", nil)
	ten := 10
	in := fleet.PlanInput{PlanID: pro.ID, Version: 1, Name: "Pro 2", Price: fleet.Money{Amount: 5900, Currency: "EUR"}, GraceDays: 3, Limits: fleet.PlanLimits{Users: &ten}}
	changed, err := w.UpdatePlan(ctx, admin, in)
	w.must(err)
	plans, err := w.Plans(ctx)
	w.must(err)
	want(t, "the plan as it is read", plans, []fleet.Plan{changed})
	want(t, "what changed", []any{changed.Name, changed.Price.Amount, changed.TrialDays, *changed.Limits.Users, changed.Version}, []any{"Pro 2", int64(5900), 0, 10, 2})

	t.Run("ErrChangedMeanwhile", func(t *testing.T) {
		w.refuses(fleet.CodeConflict, "input.version", func() error { _, err := w.UpdatePlan(ctx, admin, in); return err })
	})
	t.Run("ErrNameTaken", func(t *testing.T) {
		other := w.plan("Basic")
		w.refuses(fleet.CodeConflict, "input.name", func() error { _, err := w.CreatePlan(ctx, admin, in); return err })
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, err := w.UpdatePlan(ctx, admin, fleet.PlanInput{PlanID: other.ID, Version: 1, Name: "Pro 2", Price: pro.Price})
			return err
		})
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		w.refuses(fleet.CodeNotFound, "input.planId", func() error { return w.RemovePlan(ctx, admin, 99) })
		w.refuses(fleet.CodeNotFound, "input.planId", func() error { _, err := w.ClosePlan(ctx, admin, 99, true); return err })
	})
	t.Run("a plan in use is closed, not removed", func(t *testing.T) {
		s := w.subscribe(w.customer("ana"), changed, 0)
		w.refuses(fleet.CodeConflict, "input.planId", func() error { return w.RemovePlan(ctx, admin, pro.ID) })
		closed, err := w.ClosePlan(ctx, admin, pro.ID, true)
		w.must(err)
		want(t, "closed", closed.Closed, true)
		w.refuses(fleet.CodeConflict, "input.closed", func() error { _, err := w.ClosePlan(ctx, admin, pro.ID, true); return err })
		w.refuses(fleet.CodeNotReady, "input.planId", func() error {
			_, err := w.CreateSubscription(ctx, operator, fleet.CreateSubscriptionInput{CustomerID: s.CustomerID, PlanID: pro.ID})
			return err
		})
		counts, err := w.SubscriptionCounts(ctx, []uint{pro.ID})
		w.must(err)
		want(t, "subscriptions", counts, map[uint]int{pro.ID: 1})
	})
	t.Run("one that nobody had is removed", func(t *testing.T) {
		w.must(w.RemovePlan(ctx, admin, w.plan("Mistake").ID))
		w.audited(admin, "removePlan", "Mistake", nil)
	})
}
